"""How often an address may ask what is no message: the greeting, a person, an open stream, …

Messages are counted by the statement that accepts them (`accepting.py`), in the same table.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.db import connection

from synaptiq.kit import clock
from synaptiq.kit.errors import TooMany

# For each message that may be sent so many other requests: a widget asks once or twice beside it.
OTHERS_FOR_EACH = 5
# And so many that come with every page view, of whole offices behind one address.
PAGES_FOR_EACH = 20
# What the counters of these are called beside that of messages.
_OTHER, _PAGE = " other", " page"

# Account, site, network, moment twice.
COUNT_SQL = """
    INSERT INTO conversations_chatcounter AS k (account_id, site_id, address, minute, count)
    VALUES (%s, %s, %s, date_trunc('minute', {now}), 1)
    ON CONFLICT (site_id, address) DO UPDATE SET minute = excluded.minute,
      count = CASE WHEN k.minute = excluded.minute THEN k.count + 1 ELSE 1 END
    RETURNING count, 60 - floor(extract(second FROM {now}))::integer
"""


def network_of(address: str | None) -> str:
    """Whom the limit counts together: an IPv4 address, or the /64 that one IPv6 customer has."""
    if not address:
        return ""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        return str(ip_network(f"{found}/64", strict=False))
    return str(found)


def count(account_id: int, site_pk: int, address: str | None) -> None:
    """Count a request of this address to that site. Raises TooMany."""
    sql, params = counting(account_id, site_pk, address)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        check(cursor.fetchone())


def count_page(account_id: int, site_pk: int, address: str | None) -> None:
    """The same for what comes with a page view. Raises TooMany."""
    sql, params = counting(account_id, site_pk, address, _PAGE)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        check(cursor.fetchone(), PAGES_FOR_EACH)


def counting(
    account_id: int, site_pk: int, address: str | None, what: str = _OTHER
) -> tuple[str, list[Any]]:
    """The statement that counts, and its parameters; `check` takes what comes of it."""
    now, frozen = clock.database_clock()
    params = [account_id, site_pk, network_of(address) + what, *frozen, *frozen]
    return COUNT_SQL.replace("{now}", now), params


def check(row: Sequence[Any], for_each: int = OTHERS_FOR_EACH) -> None:
    """Raise TooMany where the count is beyond what may be."""
    used, reset = row
    limit = settings.CHAT_LIMIT * for_each
    if used > limit:
        raise too_many(limit, reset, "requests")


def too_many(limit: int, reset: int, what: str) -> TooMany:
    """The refusal of who comes too often."""
    return TooMany(
        f"More than {limit} {what} came from this address within a minute. "
        f"Try again in {reset} s.", limit=limit, retry_after=reset,
    )  # fmt: skip
