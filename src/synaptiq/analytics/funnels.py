"""The funnel: of the visitors whose first visit lies in the range, who reached which stage, and how
long it took."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from synaptiq.analytics import sources
from synaptiq.analytics.metrics import OF_VISITS, SEGMENTS, STAGES
from synaptiq.analytics.report import Funnel, Stage, percent

if TYPE_CHECKING:
    from synaptiq.analytics.queries import _Counting

# Stage → the moment of it in `_PEOPLE`.
_AT = {
    "visitors": "first_at", "opened": "opened_at", "conversation": "talk_at", "lead": "lead_at",
    "qualified": "qualified_at", "booked": "booked_at", "held": "held_at", "won": "won_at",
}  # fmt: skip
# Those who came by no page.
_BESIDE = ("import", "api", "manual")


def funnel(counting: _Counting, origins: Mapping[str, int]) -> Funnel:
    """`origins` are the range's leads by origin."""
    beside = {origin: origins[origin] for origin in _BESIDE if origins.get(origin)}
    away = frozenset(counting.spec.filters) - OF_VISITS
    if away:
        named = " and no ".join(SEGMENTS[key].lower() for key in SEGMENTS if key in away)
        return Funnel((), f"Visits have no {named}.", beside)
    ((*found,),) = counting.rows(_sql(counting))
    stages: list[Stage] = []
    names = list(STAGES)
    for i, key in enumerate(names):
        label, definition = STAGES[key]
        count = found[i]
        before = stages[-1].count if stages else 0
        median, timed = (None, 0) if not i else found[len(names) + 2 * (i - 1) :][:2]
        stages.append(
            Stage(
                key, label, definition, count,
                share=percent(count, stages[0].count if stages else count),
                drop=percent(before - count, before) if stages else None,
                seconds=None if median is None else _seconds(median), timed=timed,
            )
        )  # fmt: skip
    return Funnel(tuple(stages), "", beside)


def _seconds(microseconds: Any) -> int:
    """Whole seconds, halves up; the median of an even number may end in half a microsecond."""
    return int(round(microseconds * 2) + 1_000_000) // 2_000_000


def _sql(counting: _Counting) -> str:
    picked = sources.chosen(counting.spec, sources.DAY, counting.groups)
    moments = list(_AT.values())
    reached = ", ".join(
        f"count(*) FILTER (WHERE coalesce({', '.join(moments[i:])}) IS NOT NULL)"
        for i in range(len(moments))
    )
    times = ", ".join(
        f"percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM {after} - {before}) "
        f"* 1000000) FILTER (WHERE {after} >= {before}), "
        f"count(*) FILTER (WHERE {after} >= {before})"
        for before, after in pairwise(moments)
    )
    return f"""
    WITH cohort AS MATERIALIZED (
      SELECT d.key, d.visitor_id, d.first_at, d.opened_at FROM analytics_visitorday d {picked.joins}
      WHERE d.account_id = %(account)s AND d.day >= %(first)s AND d.day <= %(last)s
        AND d.previous IS NULL {picked.where}
    ), talks AS (
      SELECT c.visitor_id, min(c.started_at) AS talk_at, min(l.created_at) AS lead_at,
        min(l.first_qualified_at) AS qualified_at, min(l.meeting_booked_at) AS booked_at,
        min(l.meeting_held_at) AS held_at, min(l.won_at) AS won_at
      FROM cohort o JOIN conversations_conversation c ON c.visitor_id = o.visitor_id
        {sources.ERASED}
        LEFT JOIN {sources.LEADS} ON l.id = coalesce(c.lead_id, e.lead_number)
      WHERE NOT c.is_test AND NOT c.is_spam GROUP BY 1
    )
    SELECT {reached}, {times} FROM (
      SELECT c.first_at, c.opened_at, t.talk_at, t.lead_at,
        t.qualified_at, t.booked_at, t.held_at, t.won_at
      FROM cohort c LEFT JOIN talks t ON t.visitor_id = c.visitor_id
    ) q"""
