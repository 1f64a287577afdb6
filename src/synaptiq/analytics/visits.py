"""Page views on their way in: whose they are, and writing them in batches.

Nobody is asked who they are. Without more a visitor is a hash of network address and browser, with
a salt that is made anew each UTC day and deleted the next, so that nothing links two days. Whoever
wrote is known by their chat's visitor from then on, that day by the hash and later by the
conversation that their browser remembers, if they let it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from crawleruseragents import is_crawler
from django.db import connection, transaction

from synaptiq.conversations.models import Conversation
from synaptiq.kit import clock
from synaptiq.sites.models import Site

VIEW, OPEN, TALK = "view", "open", "talk"
LONGEST_PAGE = 500
_UNKNOWN_PAGE = "/"
# Of all advisory locks of figures, with the account's key beside it.
LOCK = 0x414E4C58


@dataclass(frozen=True)
class Seen:
    """Something that a visitor did: saw a page (`view`), opened the chat (`open`), or began to talk
    (`talk`). `hash` is of `hash_of`; `conversation` the public id that their browser gave, or the
    one that they began. `page`, `device`, `language` belong to a view."""

    kind: str
    site_key: str
    at: datetime
    hash: bytes
    conversation: str = ""
    page: str = _UNKNOWN_PAGE
    device: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class _Day:
    account: int
    site: int
    key: bytes
    visitor: int | None
    day: date


@lru_cache(maxsize=2_000)
def is_bot(user_agent: str) -> bool:
    """Whether it is on the kept list of crawlers and tools, or says nothing at all."""
    return not user_agent.strip() or is_crawler(user_agent[:1_000])


def hash_of(site_key: str, network: str, user_agent: str, at: datetime) -> bytes:
    """Who that is today, and for as long as today lasts."""
    about = f"{site_key}\n{network}\n{user_agent}".encode("utf-8", "replace")
    return hashlib.blake2b(about, digest_size=16, key=_salt_of(at.astimezone(UTC).date())).digest()


def key_of(visitor: int) -> bytes:
    """The key of a visitor who wrote."""
    return hashlib.blake2b(f"visitor {visitor}".encode(), digest_size=16).digest()


def write(seen: Sequence[Seen]) -> int:
    """Write a batch, in one transaction; returns how many page views were kept. What belongs to no
    site (any more) is left out."""
    with transaction.atomic(), connection.cursor() as cursor:
        sites = {
            key: (pk, account, ZoneInfo(zone))
            for key, pk, account, zone in Site.across_accounts.filter(
                key__in={one.site_key for one in seen}
            ).values_list("key", "pk", "account", "account__timezone")
        }
        here = sorted(
            (one for one in seen if one.site_key in sites), key=lambda one: (one.at, one.kind)
        )
        _stand_beside(cursor, sites.values())
        visitors = _visitors(here, sites)
        _lock(cursor, visitors.values())
        for one in here:
            if one.kind == TALK and (visitor := visitors.get((one.site_key, one.conversation))):
                _know(cursor, sites[one.site_key][1], one, visitor)
        known = _known_today(here, sites)

        def whose(one: Seen) -> tuple[bytes, int | None]:
            account = sites[one.site_key][1]
            visitor = visitors.get((one.site_key, one.conversation)) or known.get(
                (account, one.hash)
            )
            return (key_of(visitor), visitor) if visitor else (one.hash, None)

        views = [one for one in here if one.kind == VIEW]
        _write_views(cursor, [(one, *sites[one.site_key][:2], whose(one)[0]) for one in views])
        first: dict[_Day, Seen] = {}
        for one in views:
            site, account, zone = sites[one.site_key]
            key, visitor = whose(one)
            day = one.at.astimezone(zone).date()
            first.setdefault(_Day(account, site, key, visitor, day), one)
        _write_days(cursor, first)
        touched = {(sites[one.site_key][1], whose(one)[0]) for one in here}
        for one in here:
            if one.kind == OPEN:
                key = whose(one)[0]
                cursor.execute(_OPENED, [one.at, one.at, sites[one.site_key][1], key])
        _link_days(cursor, touched)
    return len(views)


def forget_old_salts() -> None:
    """Throw away all salts but today's, and whom hashes of other days were."""
    today = clock.now().astimezone(UTC).date()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM analytics_salt WHERE day < %s", [today])
        cursor.execute("DELETE FROM analytics_knowntoday WHERE day < %s", [today])


# ── Who it is ───────────────────────────────────────────────────────────────────────────────────

_salts: dict[date, bytes] = {}


def _salt_of(day: date) -> bytes:
    """All processes have the same one; none has yesterday's."""
    if day not in _salts:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO analytics_salt (day, salt) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                [day, secrets.token_bytes(32)],
            )
            cursor.execute("SELECT salt FROM analytics_salt WHERE day = %s", [day])
            (salt,) = cursor.fetchone()
        _salts.clear()
        _salts[day] = bytes(salt)
    return _salts[day]


_Sites = Mapping[str, tuple[int, int, ZoneInfo]]


def _visitors(seen: Iterable[Seen], sites: _Sites) -> dict[tuple[str, str], int]:
    """(site's key, conversation) → its visitor, where that site has such a conversation."""
    rows = Conversation.across_accounts.filter(
        public_id__in={one.conversation for one in seen if one.conversation}, is_test=False,
    ).values_list("public_id", "site", "visitor")  # fmt: skip
    keys = {pk: key for key, (pk, _, _) in sites.items()}
    return {
        (keys[site], conversation): visitor for conversation, site, visitor in rows if site in keys
    }


def _known_today(seen: Iterable[Seen], sites: _Sites) -> dict[tuple[int, bytes], int]:
    wanted = {(sites[one.site_key][1], one.hash) for one in seen}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, key, visitor_id FROM analytics_knowntoday "
            "WHERE (account_id, key) IN (SELECT * FROM unnest(%s::bigint[], %s::bytea[]))",
            [[account for account, _ in wanted], [key for _, key in wanted]],
        )
        return {(account, bytes(key)): visitor for account, key, visitor in cursor.fetchall()}


def _know(cursor: Any, account: int, one: Seen, visitor: int) -> None:
    """From now on this hash is that visitor, and what it did today was theirs."""
    day = one.at.astimezone(UTC).date()
    cursor.execute(
        "INSERT INTO analytics_knowntoday (account_id, key, visitor_id, day) "
        "VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING", [account, one.hash, visitor, day],
    )  # fmt: skip
    cursor.execute(
        "SELECT visitor_id FROM analytics_knowntoday WHERE account_id = %s AND key = %s",
        [account, one.hash],
    )
    if cursor.fetchone() != (visitor,):
        # Somebody else with the same browser at the same address was first.
        return
    key = key_of(visitor)
    cursor.execute(
        "UPDATE analytics_visit SET key = %s WHERE account_id = %s AND at >= %s AND key = %s",
        [key, account, datetime.combine(day, datetime.min.time(), UTC), one.hash],
    )
    cursor.execute(_MERGE, {"account": account, "hash": one.hash, "key": key, "visitor": visitor})


# ── Writing ─────────────────────────────────────────────────────────────────────────────────────


def _lock(cursor: Any, visitors: Iterable[int]) -> None:
    """Two batches that hold the same visitor come one after the other: each day must know the one
    before it."""
    cursor.execute(
        "SELECT pg_advisory_xact_lock(%s, v) FROM unnest(%s::int[]) v",
        [LOCK + 1, sorted({visitor % 2**31 for visitor in visitors})],
    )


def _stand_beside(cursor: Any, sites: Iterable[tuple[int, int, ZoneInfo]]) -> None:
    """No days are written while an account's are reckoned anew; and it is noted in which zone they
    are, the first time."""
    zones = sorted({(account, zone.key) for _, account, zone in sites})
    accounts = [account for account, _ in zones]
    cursor.execute(
        "SELECT pg_advisory_xact_lock_shared(%s, a) FROM unnest(%s::int[]) a", [LOCK, accounts]
    )
    cursor.execute(
        "INSERT INTO analytics_settings (account_id, zone) "
        "SELECT * FROM unnest(%s::bigint[], %s::text[]) ON CONFLICT (account_id) DO UPDATE "
        "SET zone = excluded.zone WHERE analytics_settings.zone = ''",
        [accounts, [zone for _, zone in zones]],
    )


def _write_views(cursor: Any, views: Sequence[tuple[Seen, int, int, bytes]]) -> None:
    cursor.execute(
        "INSERT INTO analytics_visit (account_id, site_id, at, key, page, device, language) "
        "SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::bytea[], "
        "%s::text[], %s::text[], %s::text[])",
        [
            [account for _, _, account, _ in views], [site for _, site, _, _ in views],
            [one.at for one, *_ in views], [key for *_, key in views],
            [one.page for one, *_ in views], [one.device for one, *_ in views],
            [one.language for one, *_ in views],
        ],
    )  # fmt: skip


def _write_days(cursor: Any, first: Mapping[_Day, Seen]) -> None:
    # In one order, so that no two batches wait for each other in a circle.
    days = sorted(first.items(), key=lambda one: (one[0].account, one[0].key, one[0].day))
    cursor.execute(
        _DAYS,
        [
            [day.account for day, _ in days], [day.site for day, _ in days],
            [day.key for day, _ in days], [day.day for day, _ in days],
            [one.at for _, one in days], [one.page for _, one in days],
            [one.device for _, one in days], [one.language for _, one in days],
            [day.visitor for day, _ in days],
        ],
    )  # fmt: skip


def _link_days(cursor: Any, keys: Iterable[tuple[int, bytes]]) -> None:
    every = sorted(keys)
    cursor.execute(_LINK, [[account for account, _ in every], [key for _, key in every]])


_DAYS = """
INSERT INTO analytics_visitorday AS d
  (account_id, site_id, key, day, first_at, page, device, language, visitor_id)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::date[], %s::timestamptz[],
  %s::text[], %s::text[], %s::text[], %s::bigint[])
ON CONFLICT (account_id, key, day) DO UPDATE SET
  page = excluded.page, device = excluded.device, language = excluded.language,
  first_at = excluded.first_at
  WHERE excluded.first_at < d.first_at
"""
_OPENED = """
UPDATE analytics_visitorday SET opened_at = least(coalesce(opened_at, %s), %s)
WHERE account_id = %s AND key = %s
"""
# The days of a hash become the visitor's; where the visitor had that day already, the two are one.
_MERGE = """
WITH old AS (
  DELETE FROM analytics_visitorday WHERE account_id = %(account)s AND key = %(hash)s RETURNING *
)
INSERT INTO analytics_visitorday AS d
  (account_id, site_id, key, day, first_at, opened_at, page, device, language, visitor_id)
SELECT account_id, site_id, %(key)s, day, first_at, opened_at, page, device, language, %(visitor)s
FROM old
ON CONFLICT (account_id, key, day) DO UPDATE SET
  page = CASE WHEN excluded.first_at < d.first_at THEN excluded.page ELSE d.page END,
  device = CASE WHEN excluded.first_at < d.first_at THEN excluded.device ELSE d.device END,
  language = CASE WHEN excluded.first_at < d.first_at THEN excluded.language ELSE d.language END,
  first_at = least(d.first_at, excluded.first_at),
  opened_at = least(d.opened_at, excluded.opened_at)
"""
# Each day of these visitors knows the day before, and says of them what the first one said. Also a
# hash may have two: a UTC day is part of two local ones.
_LINK = """
UPDATE analytics_visitorday d
SET previous = o.previous, device = o.device, language = o.language, opened_at = o.opened_at
FROM (
  SELECT id, lag(day) OVER w AS previous, first_value(device) OVER w AS device,
    first_value(language) OVER w AS language,
    min(opened_at) OVER (PARTITION BY account_id, key) AS opened_at
  FROM analytics_visitorday
  WHERE (account_id, key) IN (SELECT * FROM unnest(%s::bigint[], %s::bytea[]))
  WINDOW w AS (PARTITION BY account_id, key ORDER BY day)
) o
WHERE d.id = o.id AND (d.previous, d.device, d.language, d.opened_at)
  IS DISTINCT FROM (o.previous, o.device, o.language, o.opened_at)
"""
