"""Writing the audit log. One function, so that every entry has the same shape.

What a person typed (a search term) goes to the erasable side table; the entry keeps its salted
SHA-256, which proves the term to whoever knows it and tells nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import AuditEntry, AuditText
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock, ids
from synaptiq.kit.encryption import salted_hash
from synaptiq.kit.errors import Denied


def record(
    actor: Actor,
    action: str,
    *,
    outcome: str = "ok",
    filter: Mapping[str, Any] | None = None,
    typed: frozenset[str] = frozenset(),
    **about: Any,
) -> AuditEntry:
    """Add one entry in the caller's transaction and return it.

    `about` are further columns of AuditEntry (target, dataset, format, fields, rows, bytes,
    sha256, destination, detail). Filters whose key is in `typed` are replaced by their hash.
    """
    kept, texts = _split(filter, typed)
    on_behalf_of = actor.member.public_id if actor.api_key and actor.member else ""
    with acting_for(actor.account.pk):
        entry = AuditEntry.objects.create(
            at=clock.DatabaseNow(),
            actor_kind=actor.kind,
            actor=actor.name,
            on_behalf_of=on_behalf_of,
            action=action,
            outcome=outcome,
            filter=kept,
            address=actor.address,
            request_id=actor.request_id,
            **about,
        )
        AuditText.objects.bulk_create(
            AuditText(entry=entry.public_id, field=key, salt=salt, text=text)
            for key, (salt, text) in texts.items()
        )
    return entry


@contextmanager
def denials(actor: Actor, action: str, **about: Any) -> Iterator[None]:
    """Record a Denied raised inside, in a transaction of its own, and let it go on.

    Use it outside any `atomic()`: the transaction of what was refused is rolled back. A `target`
    that is no id of ours is left out: it comes out of an address, where anything may stand.
    """
    if not ids.is_any_id(about.get("target", "")):
        about.pop("target", None)
    try:
        yield
    except Denied as denied:
        with transaction.atomic():
            record(actor, action, outcome="denied", detail={"reason": denied.code}, **about)
        raise


def _split(
    filter: Mapping[str, Any] | None, typed: frozenset[str]
) -> tuple[dict[str, Any] | None, dict[str, tuple[str, str]]]:
    if filter is None:
        return None, {}
    kept, texts = dict(filter), {}
    for key in typed & kept.keys():
        text = str(kept[key])
        salt, digest = salted_hash(text)
        kept[key] = {"sha256": digest}
        texts[key] = (salt, text)
    return kept, texts
