"""Figures, read: `report` answers everything of one spec from one snapshot.

Each source is one statement that counts all buckets of the range and of the period before at once,
by `width_bucket` over edges that `periods` gives. Leads, conversations and answers are counted raw;
unique visitors by their days, each of which knows the visitor's day before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from synaptiq.accounts.tenancy import current_account_id
from synaptiq.agent.models import AgentVersion
from synaptiq.analytics import funnels, sources
from synaptiq.analytics.metrics import SEGMENTS, Tally
from synaptiq.analytics.models import KEPT_MONTHS, Annotation, PageGroup, Settings
from synaptiq.analytics.report import (
    Breakdown,
    Class,
    Page,
    Report,
    Responses,
    Segment,
    Slot,
    percent,
    series_of,
)
from synaptiq.analytics.sources import Groups
from synaptiq.analytics.spec import MOST_VALUES, NONE, OTHER, FigureSpec
from synaptiq.kit import clock
from synaptiq.kit.errors import NotFound
from synaptiq.sites.models import Site

Rows = list[tuple[Any, ...]]
Ask = Callable[[str, Mapping[str, Any]], Rows]

# What a report has beside its series.
PARTS = ("funnel", "responses", "pages")
TOP_PAGES = 10
# Sorts and hashes of a report stay in memory; a server's default of 4 MB sends them to the disk.
_MEMORY = "64MB"
# Where classes of response times begin, in milliseconds; the last is open.
CLASSES = (0, 500, 1_000, 2_000, 3_000, 5_000, 10_000, 30_000)
_BROKEN_FROM = {"talk": sources.TALK, "lead": sources.LEAD, "day": sources.DAY}


def report(
    spec: FigureSpec, *, ask: Ask | None = None, as_of: datetime | None = None,
    with_totals: bool = True, parts: Collection[str] = PARTS,
) -> Report:  # fmt: skip
    """The figures of the current account. `ask` reads within a snapshot that the caller holds; else
    one is taken here. `as_of` is now unless the caller knows better.

    What stands beside the series costs as much as they do, each part of it: `parts` are those that
    are wanted, `with_totals=False` none. What is not there is None or empty.
    """
    as_of, parts = as_of or clock.now(), parts if with_totals else ()
    if ask is not None:
        return _report(spec, ask, as_of, parts)
    with snapshot() as own:
        return _report(spec, own, as_of, parts)


@contextmanager
def snapshot() -> Iterator[Ask]:
    """One view of all data for several statements, over Django's connection; within a transaction
    of the caller it is that one's."""
    if connection.in_atomic_block:
        yield _ask
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(f"SET LOCAL work_mem = '{_MEMORY}'")
        yield _ask


def _ask(sql: str, params: Mapping[str, Any]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(params))
        return list(cursor.fetchall())


@dataclass
class _Counting:
    """What one report asks with."""

    spec: FigureSpec
    ask: Ask
    groups: Groups
    params: dict[str, Any]
    labels: dict[str, dict[str, Segment]] = field(default_factory=dict)

    def rows(self, sql: str) -> Rows:
        return self.ask(sql, self.params)


def _report(spec: FigureSpec, ask: Ask, as_of: datetime, parts: Collection[str]) -> Report:
    counting = counting_of(spec, ask)
    over = spec.range
    totals = _tallies(counting, broken=False).get("", {})
    origins, deleted, erased = _origins(counting)
    return Report(
        spec=spec, range=over, as_of=as_of,
        series=series_of(totals, over, frozenset(spec.filters)),
        breakdown=_breakdown(counting) if spec.breakdown else None,
        funnel=funnels.funnel(counting, origins) if "funnel" in parts else None,
        responses=_responses(counting) if "responses" in parts else None,
        pages=_pages(counting) if "pages" in parts else (),
        origins=origins, deleted=deleted, erased=erased, hashed_percent=_hashed(counting),
    )  # fmt: skip


def counting_of(spec: FigureSpec, ask: Ask) -> _Counting:
    """What a statement of this spec is asked with."""
    account = current_account_id()
    own = {"account": account}
    found = ask(
        "SELECT name, pages FROM analytics_pagegroup WHERE account_id = %(account)s "
        "ORDER BY position, id", own,
    )  # fmt: skip
    groups = Groups(tuple((name, tuple(pages)) for name, pages in found))
    labels: dict[str, dict[str, Segment]] = {}
    if "site" in spec.segments:
        rows = ask("SELECT id, public_id, name FROM sites_site WHERE account_id = %(account)s", own)
        labels["site"] = {str(pk): Segment(public_id, name) for pk, public_id, name in rows}
    if "agent_version" in spec.segments:
        rows = ask(
            "SELECT public_id, number FROM agent_agentversion WHERE account_id = %(account)s", own
        )
        labels["agent_version"] = {p: Segment(p, f"Version {number}") for p, number in rows}
    filters: dict[str, Sequence[str]] = dict(spec.filters)
    if "site" in filters:
        keys = {segment.value: pk for pk, segment in labels["site"].items()}
        filters["site"] = [keys[value] for value in filters["site"] if value in keys]
    params = sources.params(spec, account, groups, filters)
    return _Counting(spec, ask, groups, params, labels)


# ── What is counted of each segment and bucket ──────────────────────────────────────────────────

Counted = dict[str, dict[Slot, Tally]]


def _tallies(counting: _Counting, *, broken: bool) -> Counted:
    """Segment → slot → what was counted; without a breakdown the one segment is ""."""
    k = counting.params["k"]
    found: dict[str, dict[Slot, dict[str, Any]]] = {}

    def put(segment: str, slot: Slot, **values: Any) -> None:
        tally = found.setdefault(segment, {}).setdefault(slot, {})
        for name, value in values.items():
            tally[name] = tally.get(name, 0) + value

    def add(segment: str, bucket: int, **values: Any) -> None:
        """Of what adds up."""
        put(segment, bucket, **values)
        put(segment, "range" if bucket > k else "before", **values)

    def slot(bucket: int | None, is_now: bool | None) -> Slot:
        return bucket if bucket is not None else ("range" if is_now else "before")

    for segment, bucket, conversations, engagement in counting.rows(_talks(counting, broken)):
        add(segment, bucket, conversations=conversations, engagement=int(engagement))
    for segment, bucket, leads, converted in counting.rows(_leads(counting, broken)):
        add(segment, bucket, leads=leads, converted=converted)
    for segment, bucket, qualified in counting.rows(_qualified(counting, broken)):
        add(segment, bucket, qualified=qualified)
    for segment, bucket, is_now, turns, median in counting.rows(_turns(counting, broken)):
        response = Fraction(round(median * 2), 2)
        put(segment, slot(bucket, is_now), turns=turns)
        found[segment][slot(bucket, is_now)]["response"] = response
    if sql := _visitors(counting, broken):
        for segment, bucket, is_now, visitors in counting.rows(sql):
            put(segment, slot(bucket, is_now), visitors=visitors)
    return {
        segment: {slot: Tally(**tally) for slot, tally in slots.items()}
        for segment, slots in found.items()
    }


def _talks(counting: _Counting, broken: bool) -> str:
    picked = sources.chosen(counting.spec, sources.TALK, counting.groups, broken=broken)
    return f"""
    SELECT {picked.segment}, width_bucket(c.started_at, %(edges)s::timestamptz[]), count(*),
      sum({sources.SCORE})
    FROM conversations_conversation c {picked.joins}
    WHERE c.account_id = %(account)s AND NOT c.is_test AND NOT c.is_spam
      AND c.started_at >= %(start)s AND c.started_at < %(end)s {picked.where} GROUP BY 1, 2"""


def _leads(counting: _Counting, broken: bool) -> str:
    spec = counting.spec
    picked = sources.chosen(spec, sources.LEAD, counting.groups, broken=broken)
    converted = sources.CONVERTED.format(goal=sources.GOAL_COLUMNS[spec.goal])
    return f"""
    SELECT {picked.segment}, width_bucket(l.created_at, %(edges)s::timestamptz[]), count(*),
      count(*) FILTER (WHERE {converted})
    FROM {sources.LEADS} {picked.joins}
    WHERE l.created_at >= %(start)s AND l.created_at < %(end)s {picked.where} GROUP BY 1, 2"""


def _qualified(counting: _Counting, broken: bool) -> str:
    picked = sources.chosen(counting.spec, sources.LEAD, counting.groups, broken=broken)
    return f"""
    SELECT {picked.segment}, width_bucket(l.first_qualified_at, %(edges)s::timestamptz[]), count(*)
    FROM {sources.LEADS} {picked.joins}
    WHERE l.first_qualified_at >= %(start)s AND l.first_qualified_at < %(end)s {picked.where}
    GROUP BY 1, 2"""


def _answers(picked: sources.Chosen, start: str, more: str = "") -> str:
    """Answers with their conversation from that moment on."""
    return f"""
      SELECT {picked.segment} AS seg, width_bucket(t.received_at, %(edges)s::timestamptz[]) AS b,
        {sources.MILLISECONDS} AS ms, t.conversation_id{more}
      FROM conversations_turn t JOIN conversations_conversation c ON c.id = t.conversation_id
      {picked.joins}
      WHERE t.account_id = %(account)s AND t.received_at >= %({start})s
        AND t.received_at < %(end)s AND t.first_output_at IS NOT NULL
        AND NOT c.is_test AND NOT c.is_spam {picked.where}"""


def _turns(counting: _Counting, broken: bool) -> str:
    picked = sources.chosen(counting.spec, sources.TALK, counting.groups, broken=broken)
    # To sort by a text that is always the same costs a third of it all.
    segment, sets = ("seg", "(seg, b), (seg, now)") if broken else ("''::text", "(b), (now)")
    return f"""
    SELECT {segment}, b, now, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)
    FROM (SELECT *, b > %(k)s AS now FROM ({_answers(picked, "start")}) t) t
    GROUP BY GROUPING SETS ({sets})"""


def _visitors(counting: _Counting, broken: bool) -> str:
    """None where a segment in force does not apply. With page groups it is views that are chosen,
    and so their visitors that are counted anew."""
    spec = counting.spec
    in_force = frozenset(spec.filters) | ({spec.breakdown or ""} if broken else frozenset())
    if in_force & {"agent_version", "tag"}:
        return ""
    if "page_group" in in_force:
        picked = sources.chosen(spec, sources.VIEW, counting.groups, broken=broken)
        return f"""
        SELECT seg, b, now, count(DISTINCT key) FROM (
          SELECT *, b > %(k)s AS now FROM (
            SELECT {picked.segment} AS seg, p.key,
              width_bucket(p.at, %(edges)s::timestamptz[]) AS b
            FROM analytics_visit p {picked.joins}
            WHERE p.account_id = %(account)s AND p.at >= %(start)s AND p.at < %(end)s {picked.where}
          ) p
        ) p GROUP BY GROUPING SETS ((seg, b), (seg, now))"""
    picked = sources.chosen(spec, sources.DAY, counting.groups, broken=broken)
    return f"""
    WITH days AS MATERIALIZED (
      SELECT seg, b, pb, count(*) AS n FROM (
        SELECT {picked.segment} AS seg, width_bucket(d.day, %(days)s::date[]) AS b,
          coalesce(width_bucket(d.previous, %(days)s::date[]), 0) AS pb
        FROM analytics_visitorday d {picked.joins}
        WHERE d.account_id = %(account)s AND d.day >= %(first_before)s AND d.day <= %(last)s
          {picked.where}
      ) d GROUP BY 1, 2, 3
    )
    SELECT seg, b, NULL::boolean, sum(n)::bigint FROM days WHERE pb < b GROUP BY 1, 2
    UNION ALL
    SELECT seg, NULL, b > %(k)s, sum(n)::bigint FROM days
      WHERE pb <= CASE WHEN b > %(k)s THEN %(k)s ELSE 0 END GROUP BY 1, 3"""


# ── Breakdown ───────────────────────────────────────────────────────────────────────────────────


def _breakdown(counting: _Counting) -> Breakdown:
    """The top values by conversations over the whole range; those without any after them."""
    spec = counting.spec
    assert spec.breakdown is not None
    counts: dict[str, int] = {}
    for value, n in counting.rows(_values(counting)):
        counts[value] = counts.get(value, 0) + n
    top = sorted(counts, key=lambda value: (-counts[value], value.encode()))[:MOST_VALUES]
    counting = replace(counting, params={**counting.params, "top": top})
    counted = _tallies(counting, broken=True)
    names = counting.labels.get(spec.breakdown, {})
    present = {*top, *counted}
    segments = {key: names.get(key, Segment(key, key)) for key in present}
    ordered = sorted(segments.items(), key=lambda one: (one[1].label.encode(), one[1].value))
    return Breakdown(
        spec.breakdown,
        tuple(segment for _, segment in ordered),
        {
            segment: series_of(counted.get(key, {}), spec.range, spec.segments)
            for key, segment in ordered
        },
    )


def _values(counting: _Counting) -> str:
    """Every value of the breakdown in the range with its conversations; the same value may come
    several times."""
    spec, groups = counting.spec, counting.groups
    talk = sources.chosen(spec, sources.TALK, groups, broken=True, raw=True)
    lead = sources.chosen(spec, sources.LEAD, groups, broken=True, raw=True)
    parts = [
        f"""SELECT {talk.segment} AS v, count(*) AS n FROM conversations_conversation c {talk.joins}
        WHERE c.account_id = %(account)s AND NOT c.is_test AND NOT c.is_spam
          AND c.started_at >= %(middle)s AND c.started_at < %(end)s {talk.where} GROUP BY 1""",
        f"""SELECT {lead.segment}, 0 FROM {sources.LEADS} {lead.joins}
        WHERE (l.created_at >= %(middle)s AND l.created_at < %(end)s
          OR l.first_qualified_at >= %(middle)s AND l.first_qualified_at < %(end)s)
          {lead.where} GROUP BY 1""",
    ]
    if not spec.segments & {"agent_version", "tag"}:
        if "page_group" in spec.segments:
            view = sources.chosen(spec, sources.VIEW, groups, broken=True, raw=True)
            parts.append(
                f"""SELECT {view.segment}, 0 FROM analytics_visit p {view.joins}
                WHERE p.account_id = %(account)s AND p.at >= %(middle)s AND p.at < %(end)s
                {view.where} GROUP BY 1"""
            )
        else:
            day = sources.chosen(spec, sources.DAY, groups, broken=True, raw=True)
            parts.append(
                f"""SELECT {day.segment}, 0 FROM analytics_visitorday d {day.joins}
                WHERE d.account_id = %(account)s AND d.day >= %(first)s AND d.day <= %(last)s
                {day.where} GROUP BY 1"""
            )
    return f"SELECT v, n FROM ({' UNION ALL '.join(parts)}) q WHERE v IS NOT NULL"


# ── What stands beside the series ───────────────────────────────────────────────────────────────


def _origins(counting: _Counting) -> tuple[dict[str, int], int, int]:
    """The range's leads by origin, and how many of them are deleted and erased."""
    picked = sources.chosen(counting.spec, sources.LEAD, counting.groups)
    rows = counting.rows(
        f"""
    SELECT l.origin, count(*), count(*) FILTER (WHERE l.deleted_at IS NOT NULL),
      count(*) FILTER (WHERE l.is_erased)
    FROM {sources.LEADS} {picked.joins}
    WHERE l.created_at >= %(middle)s AND l.created_at < %(end)s {picked.where}
    GROUP BY 1 ORDER BY 1"""
    )
    return (
        {origin: n for origin, n, _, _ in rows}, sum(row[2] for row in rows),
        sum(row[3] for row in rows),
    )  # fmt: skip


def _responses(counting: _Counting) -> Responses:
    picked = sources.chosen(counting.spec, sources.TALK, counting.groups)
    answers = _answers(picked, "middle")
    counting = replace(counting, params={**counting.params, "classes": list(CLASSES)})
    rows = counting.rows(
        f"""
    SELECT width_bucket(ms, %(classes)s::bigint[]), count(*), NULL, NULL, NULL
    FROM ({answers}) t GROUP BY 1
    UNION ALL
    SELECT NULL, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY ms),
      percentile_disc(0.9) WITHIN GROUP (ORDER BY ms), count(DISTINCT conversation_id)
    FROM ({answers}) t"""
    )
    counts = {place: n for place, n, *_ in rows if place is not None}
    _, turns, median, ninetieth, conversations = next(row for row in rows if row[0] is None)
    return Responses(
        classes=tuple(
            Class(low, high, counts.get(place, 0))
            for place, (low, high) in enumerate(zip(CLASSES, (*CLASSES[1:], None), strict=True), 1)
        ),
        median=None if median is None else int(median * 2 + 1) // 2,
        ninetieth=None if ninetieth is None else int(ninetieth),
        turns=turns,
        conversations=conversations,
    )


def _pages(counting: _Counting) -> tuple[Page, ...]:
    """The pages with the most views in the range. None where a segment does not apply to them."""
    if frozenset(counting.spec.filters) & {"agent_version", "tag"}:
        return ()
    view = sources.chosen(counting.spec, sources.VIEW, counting.groups)
    talk = sources.chosen(counting.spec, sources.TALK, counting.groups)
    rows = counting.rows(
        f"""
    WITH top AS MATERIALIZED (
      SELECT page, sum(n)::bigint AS views, count(*) AS visitors FROM (
        SELECT p.page, p.key, count(*) AS n FROM analytics_visit p {view.joins}
        WHERE p.account_id = %(account)s AND p.at >= %(middle)s AND p.at < %(end)s
          AND p.page <> '' {view.where} GROUP BY 1, 2
      ) p GROUP BY 1 ORDER BY 2 DESC, page COLLATE "C" LIMIT {TOP_PAGES}
    ), began AS (
      SELECT synaptiq_path(c.page_url) AS page, count(*) AS n
      FROM conversations_conversation c {talk.joins}
      WHERE c.account_id = %(account)s AND NOT c.is_test AND NOT c.is_spam
        AND c.started_at >= %(middle)s AND c.started_at < %(end)s {talk.where} GROUP BY 1
    )
    SELECT page, views, visitors, coalesce(n, 0) FROM top LEFT JOIN began USING (page)
    ORDER BY views DESC, page COLLATE "C" """
    )
    return tuple(Page(*row) for row in rows)


def _hashed(counting: _Counting) -> Any:
    """The share of the range's visitors who are known for one day only, in percent."""
    if counting.spec.filters.keys() - sources.DAY.keys():
        return None
    picked = sources.chosen(counting.spec, sources.DAY, counting.groups)
    ((hashed, every),) = counting.rows(
        f"""
    SELECT count(*) FILTER (WHERE d.visitor_id IS NULL), count(*)
    FROM analytics_visitorday d {picked.joins}
    WHERE d.account_id = %(account)s AND d.day >= %(first)s AND d.day <= %(last)s
      AND (d.previous IS NULL OR d.previous < %(first)s) {picked.where}"""
    )
    return percent(hashed, every)


def groups() -> list[PageGroup]:
    """The account's page groups, in the order in which a page is tried."""
    return list(PageGroup.objects.order_by("position", "id"))


def annotations_of(first: date, last: date) -> list[Annotation]:
    """Those of these days, both included, with their authors; in the order of charts' numbers."""
    rows = Annotation.objects.select_related("member__user").filter(day__range=(first, last))
    return list(rows.order_by("day", "created_at", "public_id"))


def annotation(public_id: str) -> Annotation:
    """Raises NotFound."""
    found = Annotation.objects.select_related("member__user").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such annotation; it may have been deleted.")
    return found


def kept_months() -> int:
    """For how many months the account's page views are kept."""
    return Settings.objects.values_list("kept_months", flat=True).first() or KEPT_MONTHS


def is_rebuilding() -> bool:
    """Whether visitors' days are still those of the zone that the account had before."""
    return Settings.objects.exclude(zone="").exclude(zone=F("account__timezone")).exists()


def segments_said(filters: Mapping[str, Sequence[str]]) -> str:
    """What is filtered by, as people call it: "Site is Shop or Blog; device is Phone"; "" for
    nothing."""
    parts = []
    for key, values in filters.items():
        names = {one.value: one.label for one in segment_values(key)}
        parts.append(f"{SEGMENTS[key].lower()} is {' or '.join(names.get(v, v) for v in values)}")
    said = "; ".join(parts)
    return said[:1].upper() + said[1:]


def segment_values(key: str) -> list[Segment]:
    """What a segment can be filtered by, for a form: sites, versions, groups, devices."""
    if key == "site":
        return [Segment(s.public_id, s.name) for s in Site.objects.order_by("id")]
    if key == "agent_version":
        rows = AgentVersion.objects.order_by("-number").values_list("public_id", "number")
        return [Segment(public_id, f"Version {number}") for public_id, number in rows]
    if key == "page_group":
        return [Segment(one.name, one.name) for one in groups()]
    if key == "device":
        return [Segment(name, name.capitalize()) for name in ("desktop", "phone", "tablet")]
    return []


__all__ = [
    "NONE", "OTHER", "Ask", "annotations_of", "groups", "is_rebuilding", "kept_months", "report",
    "segment_values", "segments_said", "snapshot",
]  # fmt: skip
