"""A metric over time as a Vega-Lite specification: the same one for the page, which draws it in the
browser, and for the report, which has it drawn as SVG.

Buckets stand at 0, 1, 2 … on the x axis, so a value's place is exact and no time zone is asked
again. People's words stay out: annotations are numbers here, whose texts stand beside the chart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any, Literal, cast

from synaptiq.analytics import wording
from synaptiq.analytics.metrics import Value
from synaptiq.analytics.report import Report

# The one that the bundled Vega-Lite understands.
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
Granularity = Literal["day", "week", "month"]

# The metric that can still rise in its last periods.
MATURING = "conversion_rate"
# Of a bucket's width that its two bars take together.
_BARS = 0.76
# So many annotations side by side have room for their numbers.
_MARKS_ACROSS = 12
# Buckets from which a line has no points: they would be a thicker line.
_MOST_POINTS = 62


@dataclass(frozen=True)
class Bucket:
    """A period: its first day, the metric's value in it, and that of the period before which it is
    compared with. None where there is no value (no denominator). `maturing`: its leads are young.
    """

    start: date
    value: float | None
    before: float | None = None
    maturing: bool = False


@dataclass(frozen=True)
class Mark:
    """An annotation: its number, and the index of the bucket that its day is in."""

    number: int
    bucket: int


@dataclass(frozen=True)
class Inks:
    """Colours of a chart, as CSS has them: `now` the metric, `before` what it is compared with."""

    now: str = "#0f766e"
    before: str = "#c3c9d2"
    text: str = "#565d6b"
    ink: str = "#16181d"
    line: str = "#e3e6eb"
    ground: str = "#ffffff"
    maturing: str = "#f1f3f6"
    font: str = "Noto Sans"


def chart(
    buckets: Sequence[Bucket], granularity: Granularity, *, kind: Literal["bar", "line"],
    title: str, format: str = ",.0f", unit: str = "", marks: Sequence[Mark] = (),
    inks: Inks | None = None, width: int | Literal["container"] = 330, height: int = 110,
    hover: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """`kind`: bars for what adds up, a line for what does not. `format`: d3's, of the value
    axis, where `unit` follows each value. `hover`: with a layer that the browser's tooltips
    need. Sizes are in pixels."""
    inks = inks or Inks()
    count = len(buckets)
    rows = [
        {
            "x": place, "day": named(bucket.start, granularity), "value": bucket.value,
            "before": bucket.before, "young": bucket.maturing,
        }
        for place, bucket in enumerate(buckets)
    ]  # fmt: skip
    layers = [
        *_young(rows, inks),
        *_marks(sorted(marks, key=lambda one: (one.bucket, one.number)), count, inks),
    ]
    # A layer without any value would have a scale without an end.
    there = {name for name in ("value", "before") if any(row[name] is not None for row in rows)}
    layers += _bars(inks, there) if kind == "bar" else _lines(rows, inks, there)
    if hover:
        layers.append(_hover(format))
    return {
        "$schema": SCHEMA,
        "description": title,
        "width": width, "height": height, "background": None, "padding": 0,
        "autosize": {"type": "fit", "contains": "padding"},
        "data": {"values": rows},
        "encoding": {
            "x": {
                "type": "quantitative",
                "scale": {"domain": [-0.5, max(count, 1) - 0.5], "nice": False, "zero": False},
                "axis": _days(buckets, granularity),
            },
            "y": {
                "type": "quantitative",
                "scale": {"zero": kind == "bar", "nice": 3, **_room(buckets)},
                "axis": {"tickCount": 3, "tickMinStep": _step(format), "title": None,
                         "domain": False, "ticks": False, "labelPadding": 8,
                         "labelExpr": f"format(datum.value, '{_short(format)}') + '{unit}'"},
            },
        },
        "layer": layers,
        "config": {
            "font": inks.font, "view": {"stroke": None},
            "axis": {
                "labelColor": inks.text, "labelFontSize": 9, "gridColor": inks.line,
                "domainColor": inks.line, "tickColor": inks.line, "labelFont": inks.font,
            },
        },
    }  # fmt: skip


def of_metric(
    report: Report, key: str, marks: Sequence[Mark] = (), *, compare: bool = True,
    inks: Inks | None = None, hover: bool = False,
    width: int | Literal["container"] = 330, height: int = 110,
) -> dict[str, Any] | None:  # fmt: skip
    """A metric of a report over its range; None where no bucket has a value."""
    series, granularity = report.series[key], report.spec.granularity
    if all(value is None for value in series.values):
        return None
    young = report.maturing if key == MATURING else (False,) * len(series.values)
    buckets = [
        Bucket(bucket.label, _number(now), _number(then) if compare else None, is_young)
        for bucket, now, then, is_young in zip(
            report.range.buckets, series.values, series.before, young, strict=True
        )
    ]
    metric = series.metric
    return chart(
        buckets, cast(Granularity, granularity), kind="bar" if metric.rolls == "sum" else "line",
        title=metric.label, format=f",.{metric.places}f", unit=wording.unit(metric),
        marks=marks, inks=inks, hover=hover, width=width, height=height,
    )  # fmt: skip


def described(report: Report, key: str) -> str:
    """What a chart shows, in a sentence: its ends and its highest."""
    series, granularity = report.series[key], cast(Granularity, report.spec.granularity)
    pairs = [
        (named(bucket.label, granularity), value)
        for bucket, value in zip(report.range.buckets, series.values, strict=True)
        if value is not None
    ]
    if not pairs:
        return f"{series.metric.label}: no value in this range."
    (first, begin), (last, end) = pairs[0], pairs[-1]
    top, most = max(pairs, key=lambda pair: pair[1])
    start, stop, high = (wording.said(series.metric, one) for one in (begin, end, most))
    return (
        f"{series.metric.label} by {granularity}, {first} to {last}: from {start} to {stop}, the "
        f"highest {high} at {top}."
    )


def marks_of(report: Report, days: Sequence[date]) -> list[Mark]:
    """Annotations of these days, in the order in which they are numbered, in their buckets."""
    places = [
        next(
            (i for i, one in enumerate(report.range.buckets) if one.first <= day <= one.last), None
        )
        for day in days
    ]
    return [Mark(n, place) for n, place in enumerate(places, 1) if place is not None]


def _number(value: Value) -> float | None:
    return None if value is None else float(value)


def named(day: date, granularity: Granularity) -> str:
    """A bucket as people call it: "15 Dec 2025", "Dec 2025"."""
    return f"{day:%b %Y}" if granularity == "month" else f"{day.day} {day:%b %Y}"


def _days(buckets: Sequence[Bucket], granularity: Granularity) -> dict[str, Any]:
    """The x axis: at most seven names, from the first on, evenly apart."""
    every = max(1, ceil(len(buckets) / 6))
    places = list(range(0, len(buckets), every))
    years = len({bucket.start.year for bucket in buckets}) > 1
    call: Callable[[date], str] = (
        (lambda d: f"{d:%b %Y}" if years else f"{d:%b}")
        if granularity == "month"
        else (lambda d: f"{d.day} {d:%b}")
    )
    names = [call(buckets[place].start) for place in places]
    return {
        "values": places, "title": None, "grid": False, "ticks": False, "labelPadding": 6,
        "labelFlush": False,
        "labelExpr": f"{names}[indexof({places}, datum.value)]",
    }  # fmt: skip


def _room(buckets: Sequence[Bucket]) -> dict[str, Any]:
    """A domain where the values give none: nothing at all, or one and the same."""
    values = [v for b in buckets for v in (b.value, b.before) if v is not None]
    if not values or (low := min(values)) == max(values):
        top = low if values and low > 0 else 1
        return {"domain": [0, top]}
    return {}


def _short(format: str) -> str:
    """Without zeros at its end that say nothing."""
    return format.replace("f", "~f")


def _step(format: str) -> float:
    """The smallest step that numbers of this format show: names of the axis are not to repeat."""
    decimals = re.search(r"\.(\d+)", format)
    return float(10 ** -int(decimals[1])) if decimals else 1


def _young(rows: Sequence[dict[str, Any]], inks: Inks) -> list[dict[str, Any]]:
    """A ground under the buckets whose leads are young; they are the last ones."""
    first = next((row["x"] for row in rows if row["young"]), None)
    if first is None:
        return []
    return [
        {
            "data": {"values": [{"from": first - 0.5, "to": len(rows) - 0.5}]},
            "mark": {"type": "rect", "color": inks.maturing, "tooltip": None},
            "encoding": {
                "x": {"field": "from", "type": "quantitative"}, "x2": {"field": "to"},
                "y": {"value": 0}, "y2": {"value": "height"},
            },
        }
    ]  # fmt: skip


def _marks(marks: Sequence[Mark], count: int, inks: Inks) -> list[dict[str, Any]]:
    """A dotted line where something was noted, with its number above; those that are too near each
    other for two numbers share a line, "3–5". They come in the order of their days."""
    if not marks:
        return []
    rows: list[dict[str, Any]] = []
    first, last, place = marks[0].number, marks[0].number, marks[0].bucket
    for mark in marks:
        if (mark.bucket - place) * _MARKS_ACROSS >= count:
            rows.append(_mark(place, first, last))
            first, place = mark.number, mark.bucket
        last = mark.number
    rows.append(_mark(place, first, last))
    x = {"field": "x", "type": "quantitative"}
    return [
        {
            "data": {"values": rows},
            "mark": {"type": "rule", "color": inks.text, "strokeDash": [1, 3], "strokeWidth": 1},
            "encoding": {"x": x, "y": {"value": 0}, "y2": {"value": "height"}},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "text", "fontSize": 8, "fontWeight": 600, "color": inks.ink,
                     "baseline": "bottom", "dy": -2, "clip": False},
            "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "text"}},
        },
    ]  # fmt: skip


def _mark(place: int, first: int, last: int) -> dict[str, Any]:
    return {"x": place, "text": str(first) if first == last else f"{first}–{last}"}


def _bars(inks: Inks, there: Container[str]) -> list[dict[str, Any]]:
    half = _BARS / 2
    return [
        {
            "transform": [{"calculate": f"datum.x {a}", "as": "from"},
                          {"calculate": f"datum.x {b}", "as": "to"},
                          {"filter": f"isValid(datum.{field})"}],
            "mark": {"type": "bar", "color": color},
            "encoding": {
                "x": {"field": "from", "type": "quantitative"}, "x2": {"field": "to"},
                "y": {"field": field, "type": "quantitative"}, "y2": {"datum": 0},
            },
        }
        for field, color, a, b in (
            ("before", inks.before, f"- {half}", "- 0.02"),
            ("value", inks.now, "+ 0.02", f"+ {half}"),
        )
        if field in there
    ]  # fmt: skip


def _lines(
    rows: Sequence[dict[str, Any]], inks: Inks, there: Container[str]
) -> list[dict[str, Any]]:
    x = {"field": "x", "type": "quantitative"}
    now = {"x": x, "y": {"field": "value", "type": "quantitative"}}
    layers: list[dict[str, Any]] = []
    if "before" in there:
        layers.append({
            "mark": {"type": "line", "color": inks.text, "strokeWidth": 1, "strokeDash": [1, 2]},
            "encoding": {"x": x, "y": {"field": "before", "type": "quantitative"}},
        })  # fmt: skip
    if "value" not in there:
        return layers
    line = {"type": "line", "color": inks.now, "strokeWidth": 1.5}
    layers.append({"mark": line, "encoding": now})
    if len(rows) > _MOST_POINTS:
        # A value between two that are missing would not be seen at all.
        if alone := _alone(rows):
            layers.append(_points(inks.now, 3, now, f"indexof({alone}, datum.x) >= 0"))
        return layers
    layers.append(_points(inks.now, 10, now, "isValid(datum.value)"))
    if any(row["young"] and row["value"] is not None for row in rows):
        layers.append(_points(inks.ground, 4, now, "isValid(datum.value) && datum.young"))
    return layers


def _alone(rows: Sequence[dict[str, Any]]) -> list[int]:
    """The places of values with none beside them, through which no line goes."""
    there = {row["x"] for row in rows if row["value"] is not None}
    return [x for x in sorted(there) if x - 1 not in there and x + 1 not in there]


def _points(color: str, size: float, encoding: dict[str, Any], which: str) -> dict[str, Any]:
    return {
        "transform": [{"filter": which}],
        "mark": {"type": "point", "filled": True, "size": size, "color": color, "opacity": 1},
        "encoding": encoding,
    }


def _hover(format: str) -> dict[str, Any]:
    return {
        "transform": [{"calculate": "datum.x - 0.5", "as": "from"},
                      {"calculate": "datum.x + 0.5", "as": "to"}],
        "mark": {"type": "rect", "opacity": 0, "tooltip": True},
        "encoding": {
            "x": {"field": "from", "type": "quantitative"}, "x2": {"field": "to"},
            "y": {"value": 0}, "y2": {"value": "height"},
            "tooltip": [
                {"field": "day", "title": "Period"},
                {"field": "value", "title": "Now", "format": format, "type": "quantitative"},
                {"field": "before", "title": "Before", "format": format, "type": "quantitative"},
            ],
        },
    }  # fmt: skip
