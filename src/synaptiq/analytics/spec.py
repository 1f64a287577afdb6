"""What is asked: days, granularity, segments, in the zone and with the goal of the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from synaptiq.analytics import periods
from synaptiq.analytics.metrics import SEGMENTS
from synaptiq.analytics.periods import Range
from synaptiq.kit.errors import Invalid

NONE, OTHER = "(none)", "(other)"
MOST_VALUES = 20


class Settled(Protocol):
    """An account, or what was frozen of one."""

    @property
    def timezone(self) -> str: ...
    @property
    def conversion_goal(self) -> str: ...


@dataclass(frozen=True)
class FigureSpec:
    """`filters` are values by segment; sites and agent versions by public id, `(none)` for where it
    is missing. `goal` is one of `metrics.GOALS`."""

    first: date
    last: date
    granularity: str
    timezone: str
    goal: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    breakdown: str | None = None

    @property
    def range(self) -> Range:
        return periods.range_of(self.first, self.last, self.granularity, self.timezone)

    @property
    def segments(self) -> frozenset[str]:
        """Those that are in force."""
        return frozenset(self.filters) | ({self.breakdown} if self.breakdown else set())


def spec_of(settled: Settled, values: Mapping[str, Any], now: datetime) -> FigureSpec:
    """Of the values of `ANALYTICS_FILTERS`. Without days: the last 30 complete ones; with one end
    alone, 30 days from or to it. Raises Invalid."""
    first, last = _days(values.get("dates") or (None, None), settled.timezone, now)
    if (last - first).days >= periods.MOST_DAYS:
        raise Invalid({"dates": f"are more than {periods.MOST_DAYS:,} days; choose fewer."})
    return FigureSpec(
        first=first,
        last=last,
        granularity=values.get("granularity", ("day",))[0],
        timezone=settled.timezone,
        goal=settled.conversion_goal,
        filters={key: tuple(values[key]) for key in SEGMENTS if key in values},
        breakdown=values["breakdown"][0] if "breakdown" in values else None,
    )


def _days(
    given: tuple[date | None, date | None], timezone: str, now: datetime
) -> tuple[date, date]:
    first, last = given
    if first is not None:
        return first, last or first + timedelta(days=periods.DEFAULT_DAYS - 1)
    if last is not None:
        return last - timedelta(days=periods.DEFAULT_DAYS - 1), last
    return periods.last_complete_days(now, timezone)
