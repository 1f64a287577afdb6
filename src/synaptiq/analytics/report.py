"""What a report is: the contract between figures and whatever shows them.

Pages, files and PDFs read these; nothing of the database is in them. All are frozen. Values are
exact: whole numbers or Decimals, None where there is no denominator or a segment does not apply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from synaptiq.analytics.metrics import METRICS, Metric, Tally, Value, half_up, not_applying
from synaptiq.analytics.periods import Bucket, Range
from synaptiq.analytics.spec import FigureSpec

__all__ = [
    "Breakdown", "Change", "Class", "Funnel", "Page", "Report", "Responses", "Row", "Segment",
    "Series", "Stage",
]  # fmt: skip


@dataclass(frozen=True)
class Change:
    """How a value moved against the period before. `percent` is None where either is missing or the
    one before is 0; `is_new`: it was 0 and is not any more ("new", never infinity). `is_good`: None
    where nothing moved."""

    percent: Decimal | None
    is_new: bool
    is_good: bool | None


@dataclass(frozen=True)
class Series:
    """A metric over a range. `values` and `before` pair bucket by bucket; `total` and
    `total_before` are of the whole range, counted anew (a median of all, not of medians).

    `missing` says why there is no value where there might be one: a segment does not apply, or
    what the metric needs is not there.
    """

    metric: Metric
    values: tuple[Value, ...]
    before: tuple[Value, ...]
    total: Value
    total_before: Value
    missing: str

    @property
    def change(self) -> Change:
        now, then = self.total, self.total_before
        if now is None or then is None:
            return Change(None, False, None)
        up = self.metric.better == "up"
        if now == then:
            return Change(Decimal(0) if then else None, False, None)
        is_good = (now > then) == up
        if not then:
            return Change(None, True, is_good)
        moved = abs(Decimal(now) - Decimal(then)) * 100 / Decimal(then)
        percent = moved.quantize(Decimal("0.1"), rounding="ROUND_HALF_UP")
        return Change(percent if now > then else -percent, False, is_good)


@dataclass(frozen=True)
class Segment:
    """One value of a breakdown. `value` is what filters take (`(none)`, and `(other)`, which is for
    no filter), `label` what people read."""

    value: str
    label: str


@dataclass(frozen=True)
class Breakdown:
    """The series of each segment, in the order of their labels' bytes; by metric key."""

    key: str
    segments: tuple[Segment, ...]
    series: Mapping[Segment, Mapping[str, Series]]


@dataclass(frozen=True)
class Stage:
    """A stage of the funnel. `share` is its part of the first stage, `drop` how much of the stage
    before did not come here, both in percent; `seconds` the median from the stage before, over the
    `timed` who have both times in order."""

    key: str
    label: str
    definition: str
    count: int
    share: Decimal | None
    drop: Decimal | None
    seconds: int | None
    timed: int


@dataclass(frozen=True)
class Funnel:
    """`stages` are empty where a segment in force does not apply to visits; `missing` says so.
    `beside` counts leads of the range that came by no visit, by origin."""

    stages: tuple[Stage, ...]
    missing: str
    beside: Mapping[str, int]


@dataclass(frozen=True)
class Class:
    """Answers whose time lies in `[low, high)` milliseconds; `high` None is open."""

    low: int
    high: int | None
    count: int


@dataclass(frozen=True)
class Responses:
    """How long answers took in the range: classes, the median, the slowest of the quicker 90 %, and
    in how many conversations they were."""

    classes: tuple[Class, ...]
    median: int | None
    ninetieth: int | None
    turns: int
    conversations: int


@dataclass(frozen=True)
class Page:
    """A page of the range, by its path: views, visitors, conversations that began there."""

    path: str
    views: int
    visitors: int
    conversations: int


@dataclass(frozen=True)
class Row:
    """One record of the file: a bucket, of one segment where there is a breakdown."""

    bucket: Bucket
    segment: Segment | None
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Report:
    """All figures of one spec in one snapshot, taken at `as_of`.

    `tiles` and `series` are the same objects by metric key, in the order of `metrics.METRICS`.
    `origins` are the range's leads by origin, `erased` and `deleted` how many of them have no page
    any more. `hashed_percent` is the share of the range's visitors known for one day only.
    """

    spec: FigureSpec
    range: Range
    as_of: datetime
    series: Mapping[str, Series]
    breakdown: Breakdown | None
    funnel: Funnel | None
    responses: Responses | None
    pages: tuple[Page, ...]
    origins: Mapping[str, int]
    deleted: int
    erased: int
    hashed_percent: Decimal | None

    @property
    def maturing(self) -> tuple[bool, ...]:
        """For each bucket: whether its conversion rate can still rise."""
        return tuple(bucket.is_maturing(self.as_of) for bucket in self.range.buckets)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted in the range."""
        return (
            not any(
                self.series[key].total
                for key in ("total_leads", "qualified_leads", "conversations")
            )
            and not self.series["unique_visitors"].total
        )

    def rows(self, metrics: tuple[Metric, ...]) -> list[Row]:
        """The records of a file: by date, then segment."""
        found = []
        for i, bucket in enumerate(self.range.buckets):
            if self.breakdown is None:
                values = tuple(self.series[m.key].values[i] for m in metrics)
                found.append(Row(bucket, None, values))
                continue
            for segment in self.breakdown.segments:
                of = self.breakdown.series[segment]
                values = tuple(of[m.key].values[i] for m in metrics)
                found.append(Row(bucket, segment, values))
        return found


Slot = int | str


def series_of(
    tallies: Mapping[Slot, Tally], over: Range, segments: frozenset[str]
) -> dict[str, Series]:
    """Every metric's series of what was counted: by place among the buckets of `Range.edges` from 1
    on, and of "range" and "before" as wholes."""

    k, none = len(over.buckets), Tally()
    found: dict[str, Series] = {}
    for metric in METRICS:
        why = not_applying(metric, segments)

        def value(slot: Slot, metric: Metric = metric, why: str = why) -> Any:
            return None if why else metric.value(tallies.get(slot, none))

        total = value("range")
        if total is None and not why:
            why_missing = f"There was not {metric.needs} in this range."
        else:
            why_missing = why
        found[metric.key] = Series(
            metric,
            values=tuple(value(k + i) for i in range(1, k + 1)),
            before=tuple(value(i) for i in range(1, k + 1)),
            total=total, total_before=value("before"), missing=why_missing,
        )  # fmt: skip
    return found


def percent(part: int, whole: int, places: int = 1) -> Decimal | None:

    return half_up(Fraction(100 * part, whole), places) if whole else None
