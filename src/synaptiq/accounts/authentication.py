"""API keys as secrets: how they look, how one is recognised, and how its reading is counted.

Separate from the actions, because this is what every API request passes through. A secret has a
prefix that scanners for leaked secrets can find, and 40 random base32 characters (200 bits), so a
plain SHA-256 is enough to store: there is nothing to guess, and equal hashes can be looked up.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, timedelta

from django.db import connection
from django.db.models import Q

from synaptiq.accounts.models import APIKey, APIKeyReads
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock, ids
from synaptiq.kit.errors import Unauthenticated

PREFIX = "sk_syn_"
LENGTH = 40
_SHAPE = re.compile(f"{PREFIX}[{ids.ALPHABET}]{{{LENGTH}}}", re.ASCII)
USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Issued:
    """A fresh secret, to be shown once, and the two things that are kept of it."""

    secret: str = field(repr=False)
    secret_hash: str
    hint: str


def issue() -> Issued:
    """A new secret with its hash and its hint (`sk_syn_…k5m2`)."""
    secret = PREFIX + "".join(secrets.choice(ids.ALPHABET) for _ in range(LENGTH))
    return Issued(secret, hash_of(secret), f"{secret[:7]}…{secret[-4:]}")


def hash_of(secret: str) -> str:
    """The SHA-256 of a secret or of a link's token, in hex: what the database holds of it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def authenticate(secret: str) -> APIKey:
    """The living key of this secret, with `account`, `member` and the member's `user` loaded.

    Raises Unauthenticated. Who holds the secret learns what became of the key; who does not,
    learns nothing: every unknown secret gets the same sentence.
    """
    known = APIKey.across_accounts.select_related("account", "member__user")
    found = known.filter(secret_hash=hash_of(secret)) if _SHAPE.fullmatch(secret) else known.none()
    key = next(iter(found), None)
    if key is None:
        raise Unauthenticated(
            f"This API key is not known. A key begins with {PREFIX} and is shown once, when it is "
            "made under Settings > API keys.",
            code="key_unknown",
        )
    # Not joined a second time: the database holds key and member to one account.
    key.member.account = key.account
    now = clock.now()
    if death := key.death(now):
        raise Unauthenticated(_sentence(key, death), code=death)
    if key.last_used_at is None or key.last_used_at <= now - USED_EVERY:
        due = Q(last_used_at=None) | Q(last_used_at__lte=now - USED_EVERY)
        APIKey.across_accounts.filter(due, pk=key.pk).update(last_used_at=now)
    return key


def _sentence(key: APIKey, death: str) -> str:
    """What became of a dead key, for who holds it."""
    if death == "account_closed":
        return "The account of this API key is closed."
    if death == "key_revoked":
        what = f"This API key was revoked on {key.revoked_at:%Y-%m-%d}."
    elif death == "key_expired":
        what = f"This API key expired on {key.expires_at:%Y-%m-%d}."
    else:
        what = "The member for whom this API key acts has left the account."
    return f"{what} Make a new one under Settings > API keys."


def count_reads(key: APIKey, dataset: str, rows: int) -> None:
    """Add one request that gave `rows` rows of `dataset` to the key's count of today (UTC).

    One statement, so that any number of web processes may count at once.
    """
    table = APIKeyReads._meta.db_table
    with acting_for(key.account_id), connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" AS t '
            "(account_id, api_key_id, day, dataset, requests, rows, logged) "
            "VALUES (%s, %s, %s, %s, 1, %s, false) "
            "ON CONFLICT (api_key_id, day, dataset) DO UPDATE "
            "SET requests = t.requests + 1, rows = t.rows + excluded.rows",
            [key.account_id, key.pk, clock.now().astimezone(UTC).date(), dataset, rows],
        )
