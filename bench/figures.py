"""Figures at size: two accounts of 10 M page views, 3.6 M visitors' days, 300 k conversations, 1 M
answers and 200 k leads over two years each (`--figures 0.1` for a tenth), two clients at once.

What is measured is the whole report that a page shows, in one snapshot: tiles, the period before,
all series, the funnel with its medians, response times, pages.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from statistics import quantiles
from time import perf_counter
from typing import Any

from django.db import connection, connections

from bench.place import Place, Target
from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import acting_for
from synaptiq.analytics import queries
from synaptiq.analytics.spec import FigureSpec
from synaptiq.sites.models import Site

LAST = date(2026, 10, 31)
ROUNDS = 12
# Days → the most that a report may take, in milliseconds.
LIMITS = {30: 300, 90: 300, 365: 500}
FILTER = {"device": ("phone",)}


def measure(place: Place, *, part: float, plans: bool = False) -> list[Target]:
    accounts = [place.some.account, place.few.account]
    print(f"\nFigures: filling {len(accounts)} accounts, {part:g} of the whole size …", flush=True)
    began = perf_counter()
    for account in accounts:
        _fill(account, part)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"  {perf_counter() - began:.0f} s")
    targets = []
    for days, limit in LIMITS.items():
        for granularity in ("day", "week", "month"):
            for name, filters in (("", {}), (" by site and device", FILTER)):
                what = f"figures, {days} days by {granularity}{name}, p95"
                spec = _spec(days, granularity, filters)
                targets.append(Target(what, _p95(accounts, spec), limit, "ms"))
                print(f"  {what}: {targets[-1].figure:.0f} ms", flush=True)
    spec = _spec(90, "week", {}, breakdown="language")
    targets.append(Target("figures, breakdown of 90 days, p95", _p95(accounts, spec), 300, "ms"))
    if plans:
        _print_plans(accounts[0], _spec(90, "day", {}))
    return targets


def _spec(days: int, granularity: str, filters: Any, breakdown: str | None = None) -> FigureSpec:
    first = LAST - timedelta(days=days - 1)
    return FigureSpec(
        first, LAST, granularity, "America/New_York", "meeting_booked", filters, breakdown
    )


def _p95(accounts: list[Account], spec: FigureSpec) -> float:
    """Two clients at once, an account each."""

    def ask(account: Account) -> list[float]:
        took = []
        try:
            with acting_for(account.pk):
                filters = dict(spec.filters)
                if filters:
                    filters["site"] = tuple(Site.objects.values_list("public_id", flat=True))
                own = FigureSpec(
                    spec.first, spec.last, spec.granularity, spec.timezone, spec.goal, filters,
                    spec.breakdown,
                )  # fmt: skip
                for _ in range(ROUNDS):
                    began = perf_counter()
                    queries.report(own, with_totals=spec.breakdown is None)
                    took.append((perf_counter() - began) * 1000)
        finally:
            connections.close_all()
        return took[2:]

    with ThreadPoolExecutor(len(accounts)) as clients:
        took = [one for some in clients.map(ask, accounts) for one in some]
    return quantiles(took, n=20)[-1]


def _print_plans(account: Account, spec: FigureSpec) -> None:
    def explain(sql: str, params: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            began = perf_counter()
            cursor.execute(sql, params)
            rows = cursor.fetchall()
            took = (perf_counter() - began) * 1000
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
            print(f"\n{took:.0f} ms\n{sql}")
            print("\n".join(row[0] for row in cursor.fetchall()))
        return rows

    with acting_for(account.pk):
        queries.report(spec, ask=explain)


def _fill(account: Account, part: float) -> None:
    with acting_for(account.pk):
        site = Site.objects.first() or Site.objects.create(name="Big", origins=[])
    given = {
        "account": account.pk, "site": site.pk, "start": datetime(2024, 11, 1, tzinfo=UTC),
        "days": int(3_600_000 * part), "talks": int(300_000 * part),
        "turns": int(1_000_000 * part), "leads": int(200_000 * part),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, given)


# Spread over 730 days; of 12 visitors one is known and comes again each 9 days.
_AT = "%(start)s + (({n}::bigint * 7919) %% {most}) * interval '730 days' / {most}"
_STATEMENTS = (
    f"""
    INSERT INTO sites_visitor (account_id, site_id, public_id, token_sha256, first_seen_at)
    SELECT %(account)s, %(site)s, 'vis_' || %(account)s || '_' || n,
      sha256((%(account)s || ' ' || n)::bytea), {_AT.format(n="n", most="%(talks)s")}
    FROM generate_series(1, %(talks)s) n
    """,
    f"""
    INSERT INTO analytics_visitorday (account_id, site_id, key, day, previous, first_at, opened_at,
      page, device, language)
    SELECT %(account)s, %(site)s, decode(md5(%(account)s || ' ' || n), 'hex'), at::date, NULL, at,
      CASE WHEN n %% 11 = 0 THEN at + interval '20 s' END, '/p' || n %% 40,
      (ARRAY['desktop', 'phone', 'tablet'])[1 + n %% 3], 'l' || n %% 25
    FROM (SELECT n, {_AT.format(n="n", most="%(days)s")} AS at
      FROM generate_series(1, %(days)s) n) d
    """,
    """
    UPDATE analytics_visitorday d SET visitor_id = v.id
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM sites_visitor
      WHERE account_id = %(account)s) v
    WHERE d.account_id = %(account)s
      AND d.key = decode(md5(%(account)s || ' ' || v.n * 12), 'hex')
    """,
    """
    INSERT INTO analytics_visit (account_id, site_id, at, key, page, device, language)
    SELECT account_id, site_id, first_at + v * interval '70 s', key, page, device, language
    FROM analytics_visitorday, generate_series(0, 2) v
    WHERE account_id = %(account)s ORDER BY first_at
    """,
    f"""
    INSERT INTO leads_lead (account_id, public_id, email, status, status_locked, tags, custom,
      origin, is_test, is_spam, created_at, updated_at, last_activity_at, source_url,
      first_qualified_at, meeting_booked_at)
    SELECT %(account)s, 'lead_b' || %(account)s || '_' || n, n || '@big.example', 'new', false,
      ARRAY['t' || n %% 30], '{{}}', 'conversation', false, false, at, at, at,
      'https://big.example/p' || n %% 40, CASE WHEN n %% 3 = 0 THEN at + interval '1 h' END,
      CASE WHEN n %% 7 = 0 THEN at + interval '9 days' END
    FROM (SELECT n, {_AT.format(n="n", most="%(leads)s")} AS at
      FROM generate_series(1, %(leads)s) n) l
    """,
    """
    INSERT INTO conversations_conversation (account_id, public_id, site_id, visitor_id, state,
      epoch, agent_version, agent_name, last_seq, last_sender, message_count,
      visitor_message_count, created_at, updated_at, started_at, last_message_at, last_event_at,
      ended_at, closed_at, closed_by, meeting_booked, with_person, is_test, is_spam, asked,
      answered, volunteered, scheduler_opened, slot_picked, active_seconds, device, language,
      page_url, lead_id)
    SELECT %(account)s, 'conv_b' || %(account)s || '_' || n, %(site)s, id, 'closed', 0, 'agv_1',
      'Big', 2, 'ai', 4, 1 + n %% 9, at, at, at, at, at, at, at, 'idle', false, false, false,
      false, 3, n %% 4, n %% 6, n %% 5 = 0, false, n %% 400,
      (ARRAY['desktop', 'phone', 'tablet'])[1 + n %% 3], 'en', 'https://big.example/p' || n %% 40,
      lead
    FROM (
      SELECT v.id, v.first_seen_at AS at, v.n, l.id AS lead
      FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM sites_visitor
        WHERE account_id = %(account)s) v
      LEFT JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM leads_lead
        WHERE account_id = %(account)s AND public_id LIKE 'lead\\_b%%') l ON l.n = v.n
    ) c
    """,
    """
    INSERT INTO conversations_turn (account_id, public_id, conversation_id, state, epoch, attempt,
      received_at, due_at, first_output_at, agent_version, reason)
    SELECT %(account)s, 'turn_b' || c.id || '_' || t, c.id, 'done', 0, 1,
      c.started_at + t * interval '1 min', c.started_at,
      c.started_at + t * interval '1 min' + (300 + (c.id * 37 + t * 911) %% 5000)
        * interval '1 ms', '', ''
    FROM conversations_conversation c, generate_series(1, %(turns)s / %(talks)s) t
    WHERE c.account_id = %(account)s
    """,
)
