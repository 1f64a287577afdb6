"""What the page of figures shows: tiles, charts, a table of every figure, the funnel. Each number
that counts rows leads to them, in the filters of their own list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from synaptiq.analytics import charts, wording
from synaptiq.analytics.charts import Inks, Mark
from synaptiq.analytics.metrics import IN_CSV, METRICS, Metric
from synaptiq.analytics.report import Report, percent
from synaptiq.analytics.wording import Moved
from synaptiq.kit.languages import Language

# By name, so that a page's chart follows its theme.
INKS = Inks(
    now="var(--accent)", before="var(--line-2)", text="var(--ink-2)", ink="var(--ink)",
    line="var(--line)", ground="var(--paper)", maturing="var(--paper-3)", font="inherit",
)  # fmt: skip
HEIGHT = 132
# Segment → the filter of that list which chooses the same rows.
_OF_LEADS: Mapping[str, str] = {"tag": "tags"}
_OF_CONVERSATIONS: Mapping[str, str] = {
    "tag": "lead_tags", "site": "site", "agent_version": "agent_version",
}  # fmt: skip
# Metric → the range that chooses the leads it counts, and what else they have.
_LEADS: Mapping[str, tuple[str, dict[str, str]]] = {
    "total_leads": ("created", {}),
    "qualified_leads": ("first_qualified", {}),
    "conversion_rate": ("created", {"goal": "yes"}),
}


@dataclass(frozen=True)
class Tile:
    """A headline figure. `note` stands in the place of the change where there is none."""

    metric: Metric
    value: str
    moved: Moved | None
    note: str
    opens: str
    spark: str
    spark_before: str


@dataclass(frozen=True)
class Figure:
    """A chart; `spec` None where no period has a value, which `missing` explains."""

    tile: Tile
    spec: dict[str, Any] | None
    alt: str
    missing: str


@dataclass(frozen=True)
class Cell:
    text: str
    opens: str
    maturing: bool = False


@dataclass(frozen=True)
class Line:
    """A period of the table; `is_over`: it is whole."""

    label: date
    name: str
    is_over: bool
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Step:
    """A stage of the funnel, in words."""

    label: str
    definition: str
    count: int
    came: str
    came_share: int
    dropped: str
    dropped_share: str
    seconds: str
    timed: int
    of_first: str


class Shown:
    """A report as the page has it."""

    def __init__(self, report: Report, language: Language, marks: Sequence[Mark], *, compare: bool):
        self.report, self.compare = report, compare
        self._language, self._marks = language, marks

    @property
    def range(self) -> str:
        return wording.days(self.report.range.first, self.report.range.last, self._language)

    @property
    def before(self) -> str:
        earlier = self.report.range.before
        return wording.days(earlier[0].first, earlier[-1].last, self._language)

    @property
    def tiles(self) -> list[Tile]:
        return [self._tile(metric) for metric in METRICS]

    @property
    def figures(self) -> list[Figure]:
        return [self._figure(metric) for metric in IN_CSV]

    @property
    def columns(self) -> Sequence[Metric]:
        return METRICS

    @property
    def lines(self) -> list[Line]:
        """The latest period first."""
        report = self.report
        found = [
            Line(
                bucket.label, charts.named(bucket.label, self._granularity),
                bucket.is_over(report.as_of),
                [
                    Cell(
                        wording.said(metric, report.series[metric.key].values[place]),
                        self._opens(metric, bucket.first, bucket.last)
                        if report.series[metric.key].values[place] else "",
                        maturing=metric.key == charts.MATURING and report.maturing[place],
                    )
                    for metric in METRICS
                ],
            )
            for place, bucket in enumerate(report.range.buckets)
        ]  # fmt: skip
        return found[::-1]

    @property
    def young(self) -> int:
        """In how many periods the conversion rate can still rise."""
        return sum(self.report.maturing)

    @property
    def steps(self) -> list[Step]:
        funnel = self.report.funnel
        if funnel is None:
            return []
        found: list[Step] = []
        before = 0
        for stage in funnel.stages:
            is_first = not found
            came = None if is_first else percent(stage.count, before)
            found.append(
                Step(
                    stage.label,
                    stage.definition,
                    stage.count,
                    came="" if came is None else f"{came} %",
                    came_share=100 if is_first and stage.count else round(came or 0),
                    dropped="" if is_first else f"{before - stage.count:,}",
                    dropped_share="" if stage.drop is None else f"{stage.drop} %",
                    seconds=wording.NONE if is_first else wording.between(stage.seconds),
                    timed=stage.timed,
                    of_first=wording.NONE if stage.share is None else f"{stage.share} %",
                )
            )
            before = stage.count
        return found

    @property
    def beside(self) -> str:
        """Leads that came by no visit, in a sentence; "" where there are none."""
        funnel = self.report.funnel
        if funnel is None or not funnel.beside:
            return ""
        parts = [f"{n:,} {wording.ORIGINS[origin]}" for origin, n in funnel.beside.items()]
        return f"Beside the funnel stand leads that came by no visit: {', '.join(parts)}."

    @property
    def gone(self) -> str:
        """What of the leads has no page any more."""
        gone = {"deleted": self.report.deleted, "erased": self.report.erased}
        parts = [f"{n:,} {word}" for word, n in gone.items() if n]
        return " and ".join(parts)

    @property
    def classes(self) -> list[tuple[str, int, int]]:
        """Classes of response time: in words, how many answers, and how long a bar."""
        responses = self.report.responses
        if responses is None or not responses.turns:
            return []
        most = max(one.count for one in responses.classes)
        return [
            (_span(one.low, one.high), one.count, round(100 * one.count / most))
            for one in responses.classes
        ]

    @property
    def _granularity(self) -> Any:
        return self.report.spec.granularity

    def _tile(self, metric: Metric) -> Tile:
        report, series = self.report, self.report.series[metric.key]
        change = wording.moved(series) if self.compare else None
        note = wording.note(report, metric)
        if not note and self.compare and change is None:
            is_first = series.total_before is None and series.total is not None
            note = "nothing before" if is_first else "no change"
        return Tile(
            metric, wording.said(metric, series.total), change, note,
            self._opens(metric, report.range.first, report.range.last) if series.total else "",
            _spark(series.values, series.before if self.compare else ()),
            _spark(series.before, series.values) if self.compare else "",
        )  # fmt: skip

    def _figure(self, metric: Metric) -> Figure:
        series = self.report.series[metric.key]
        spec = charts.of_metric(
            self.report, metric.key, self._marks, compare=self.compare, inks=INKS, hover=True,
            width="container", height=HEIGHT,
        )  # fmt: skip
        alt = f"{charts.described(self.report, metric.key)} The table holds every figure."
        return Figure(self._tile(metric), spec, alt, series.missing)

    def _opens(self, metric: Metric, first: date, last: date) -> str:
        """The list that holds what is counted; "" where none can be chosen so."""
        span = f"{first:%Y-%m-%d}..{last:%Y-%m-%d}"
        if metric.opens == "leads":
            name, more = _LEADS[metric.key]
            return self._list("leads:list", _OF_LEADS, {name: span, **more})
        if metric.opens == "conversations":
            # A median is of answers: these are the conversations that hold them.
            by = "answered" if metric.rolls == "median" else "started"
            return self._list("conversations:list", _OF_CONVERSATIONS, {by: span})
        return self._days(span)

    def _list(self, name: str, known: Mapping[str, str], given: dict[str, str]) -> str:
        filters = self.report.spec.filters
        if not filters.keys() <= known.keys() or any("(none)" in v for v in filters.values()):
            return ""
        pairs = [(known[key], value) for key, values in filters.items() for value in values]
        return f"{reverse(name)}?{urlencode([*given.items(), *pairs])}"

    def _days(self, span: str = "") -> str:
        over = self.report.range
        span = span or f"{over.first:%Y-%m-%d}..{over.last:%Y-%m-%d}"
        pairs = [(key, v) for key, values in self.report.spec.filters.items() for v in values]
        return f"{reverse('analytics:days')}?{urlencode([('dates', span), *pairs])}"


def _span(low: int, high: int | None) -> str:
    def seconds(ms: int) -> str:
        return f"{ms / 1000:g} s"

    if high is None:
        return f"{seconds(low)} and more"
    return f"under {seconds(high)}" if not low else f"{seconds(low)} to {seconds(high)}"


def _spark(values: Sequence[Any], beside: Sequence[Any] = ()) -> str:
    """Points of a small line 96 × 28, on one scale with what stands beside it; gaps are left
    out."""
    every = [float(v) for v in (*values, *beside) if v is not None]
    if len(values) < 2 or not every:
        return ""
    low, high = min(every), max(every)
    room = (high - low) or 1
    step = 96 / (len(values) - 1)
    return " ".join(
        f"{place * step:.1f},{26 - 24 * (float(value) - low) / room:.1f}"
        for place, value in enumerate(values)
        if value is not None
    )
