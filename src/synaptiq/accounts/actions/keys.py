"""API keys: making and revoking them, and writing what they read to the audit log."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from django.db import transaction

from synaptiq.accounts import actors, audit, authentication, queries, values
from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import APIKey, APIKeyReads
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Denied, Invalid

MOST_KEYS = 100
# A request that began just before midnight may still be counting: the day is read a little later.
SETTLED_AFTER = timedelta(minutes=10)


def create_api_key(
    actor: Actor, member_id: str, *, name: Any, scopes: Any, expires_at: Any = None
) -> tuple[APIKey, str]:
    """A key that acts as this member, and its secret, which is not kept and never shown again.

    The member must not be allowed more than who makes the key: a key is no way up.
    """
    with doing(actor, "api_key.created", Permission.CREDENTIALS, target=member_id):
        checked = values.checked(
            name=(values.key_name, name),
            scopes=(values.scopes, scopes),
            expires_at=(values.expiry, expires_at),
        )
        if actor.member is None:
            raise Invalid("Only a member makes API keys.")
        member = queries.member(member_id)
        if not member.permissions <= actor.permissions:
            raise Denied(
                "This member may do more than you may, so you cannot make a key that acts as them.",
                code="key_above_maker",
            )
        if queries.living_api_keys().count() >= MOST_KEYS:
            raise Conflict(f"An account has at most {MOST_KEYS} API keys. Revoke some first.")
        issued = authentication.issue()
        key = APIKey.objects.create(
            **checked,
            member=member,
            created_by=actor.member,
            secret_hash=issued.secret_hash,
            hint=issued.hint,
        )
        expires = key.expires_at.isoformat() if key.expires_at else None
        audit.record(
            actor,
            "api_key.created",
            target=key.public_id,
            detail={"acts_as": member.public_id, "scopes": key.scopes, "expires_at": expires},
        )
    return key, issued.secret


def revoke_api_key(actor: Actor, key_id: str) -> APIKey:
    """Stop a key for good, from its next request on. A key that is revoked already stays so."""
    with doing(actor, "api_key.revoked", Permission.CREDENTIALS, target=key_id):
        key = queries.api_key(key_id)
        if APIKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now()):
            audit.record(actor, "api_key.revoked", target=key_id)
    return key


def log_api_key_reads() -> int:
    """Write an entry for each key, dataset and day that is over; returns how many were written.

    Each row is claimed by an update in the transaction of its entry: running twice writes once.
    """
    today = (clock.now() - SETTLED_AFTER).astimezone(UTC).date()
    over = APIKeyReads.across_accounts.filter(logged=False, day__lt=today)
    written = 0
    for pk, account_id in over.order_by("day", "pk").values_list("pk", "account_id"):
        with acting_for(account_id), transaction.atomic():
            if not APIKeyReads.objects.filter(pk=pk, logged=False).update(logged=True):
                continue
            reads = APIKeyReads.objects.get(pk=pk)
            key = APIKey.objects.select_related("account", "member__account").get(
                pk=reads.api_key_id
            )
            audit.record(
                actors.of_api_key(key),
                "api.read",
                target=key.public_id,
                dataset=reads.dataset,
                rows=reads.rows,
                detail={"day": reads.day.isoformat(), "requests": reads.requests},
            )
            written += 1
    return written
