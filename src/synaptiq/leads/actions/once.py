"""Requests that may come twice: the same `Idempotency-Key` gives what it made before."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from synaptiq.accounts.actors import Actor
from synaptiq.kit import clock
from synaptiq.kit.errors import Invalid
from synaptiq.leads.models import MadeOnce

# A client that has not heard for so long does not try again.
KEPT = timedelta(days=30)


def claim(actor: Actor, key: str | None, request: Any) -> MadeOnce | None:
    """The row of this idempotency key, in the caller's transaction; None without a key.

    Its `target` names what an earlier request made, and is blank for the first: whoever makes
    something then gives the row its target. A second request at the same time waits here until the
    first has ended. Raises Invalid where the key was used for another request.
    """
    if key is None or actor.api_key is None:
        return None
    if not 1 <= len(key) <= 255 or not key.isprintable() or not key.isascii():
        raise Invalid({"Idempotency-Key": "give 1 to 255 printable ASCII characters."})
    body = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
    row, _ = MadeOnce.objects.get_or_create(
        api_key=actor.api_key, key=key, defaults={"request_sha256": body}
    )
    if row.request_sha256 != body:
        raise Invalid(
            {"Idempotency-Key": "was used for another request; use a new key for a new request."},
            code="idempotency_key_reused",
        )
    return row


def keep(row: MadeOnce | None, target: str) -> None:
    """Note what the claimed key made."""
    if row is not None:
        row.target = target
        row.save(update_fields=["target"])


def forget_requests() -> int:
    """Delete keys that were used long ago, of all accounts; returns how many."""
    old = MadeOnce.across_accounts.filter(made_at__lt=clock.now() - KEPT)
    deleted, _ = old.delete()
    return deleted
