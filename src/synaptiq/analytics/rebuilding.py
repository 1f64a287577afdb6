"""Visitors' days, reckoned anew where an account's zone has changed, and page views forgotten after
their time.

The old days stand until the new ones replace them, in one transaction. Days whose page views are
gone stay as they were: nothing is left that could say on which day of another zone they were.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F

from synaptiq.accounts.models import Account
from synaptiq.analytics.models import KEPT_MONTHS, Settings, Visit
from synaptiq.analytics.visits import LOCK
from synaptiq.kit import clock
from synaptiq.kit.localtime import day_start

_PIECE = 50_000
_DAY = timedelta(days=1)


def rebuild_changed() -> int:
    """Reckon the days of all accounts whose zone is another now; returns of how many."""
    changed = Settings.across_accounts.exclude(zone="").exclude(zone=F("account__timezone"))
    accounts = list(changed.values_list("account", flat=True))
    for account in accounts:
        rebuild(account)
    return len(accounts)


def rebuild(account_id: int) -> None:
    """Reckon an account's days anew, in the zone that it has now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, account_id])
        zone = Account.objects.get(pk=account_id).timezone
        cursor.execute(
            "SELECT min(at), max(at) FROM analytics_visit WHERE account_id = %s", [account_id]
        )
        first, last = cursor.fetchone()
        if first is not None:
            days, edges = _edges(first, last, zone)
            given = {"account": account_id, "days": days, "edges": edges, "since": first}
            cursor.execute(_REBUILD, given)
            cursor.execute(_DROP, given)
        cursor.execute(_LINK, [account_id])
        Settings.across_accounts.filter(account=account_id).update(zone=zone)


def forget_views() -> int:
    """Delete page views that are older than their account keeps them; returns how many."""
    kept = dict(Settings.across_accounts.values_list("account", "kept_months"))
    gone = 0
    for account in Account.objects.values_list("pk", flat=True):
        before = months_before(clock.now(), kept.get(account, KEPT_MONTHS))
        while True:
            old = Visit.across_accounts.filter(account=account, at__lt=before)
            pks = old.order_by("at").values_list("pk", flat=True)[:_PIECE]
            deleted, _ = Visit.across_accounts.filter(pk__in=list(pks)).delete()
            gone += deleted
            if deleted < _PIECE:
                break
    return gone


def months_before(at: datetime, months: int) -> datetime:
    """The same moment so many months earlier, on the last day of a shorter month."""
    month = at.year * 12 + at.month - 1 - months
    year, month = divmod(month, 12)
    for day in range(at.day, 27, -1):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return at.replace(year=year, month=month + 1)


def _edges(first: datetime, last: datetime, zone: str) -> tuple[list[object], list[datetime]]:
    day, end = (at.astimezone(ZoneInfo(zone)).date() for at in (first, last))
    days: list[object] = []
    edges = []
    while day <= end:
        days.append(day)
        edges.append(day_start(day, zone))
        day += _DAY
    return days, edges


# What is the visitor's, and not the day's, each of their days has.
_REBUILD = """
WITH who AS (
  SELECT DISTINCT ON (key) key, visitor_id, opened_at, device, language
  FROM analytics_visitorday WHERE account_id = %(account)s ORDER BY key, day
), new AS (
  SELECT key, site_id, (%(days)s::date[])[width_bucket(at, %(edges)s::timestamptz[])] AS day,
    min(at) AS first_at, (array_agg(page ORDER BY at))[1] AS page
  FROM analytics_visit WHERE account_id = %(account)s GROUP BY 1, 2, 3
)
INSERT INTO analytics_visitorday AS d
  (account_id, site_id, key, day, first_at, page, opened_at, device, language, visitor_id)
SELECT %(account)s, n.site_id, n.key, n.day, n.first_at, n.page, w.opened_at, w.device, w.language,
  w.visitor_id
FROM new n JOIN who w USING (key)
ON CONFLICT (account_id, key, day) DO UPDATE
  SET first_at = excluded.first_at, page = excluded.page WHERE d.first_at >= %(since)s
"""
# A row whose first page view lies on another day now.
_DROP = """
DELETE FROM analytics_visitorday WHERE account_id = %(account)s AND first_at >= %(since)s
  AND day <> (%(days)s::date[])[width_bucket(first_at, %(edges)s::timestamptz[])]
"""
_LINK = """
UPDATE analytics_visitorday d SET previous = o.previous
FROM (
  SELECT id, lag(day) OVER (PARTITION BY key ORDER BY day) AS previous
  FROM analytics_visitorday WHERE account_id = %s
) o
WHERE d.id = o.id AND d.previous IS DISTINCT FROM o.previous
"""
