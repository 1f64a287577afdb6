"""Figures as people read them: a metric's value, its change, and a time between two stages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from synaptiq.analytics.metrics import Metric, Value
from synaptiq.analytics.report import Report, Series
from synaptiq.kit.languages import Language

NONE = "–"
# How leads came that came by no visit.
ORIGINS = {"import": "imported", "api": "by API", "manual": "by hand"}
# What follows a value, by the metric's unit.
_UNITS = {"percent": " %", "ms": " ms"}
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@dataclass(frozen=True)
class Moved:
    """A change against the period before: `words` such as "22.7 %", "0.12 pt", "new"; `way` "up",
    "down" or ""; `tone` good, bad or ""; `was` the value before."""

    words: str
    way: str
    tone: str
    was: str


def unit(metric: Metric) -> str:
    """What follows a value of it, blank and all; "" for nothing."""
    return _UNITS.get(metric.unit, "")


def said(metric: Metric, value: Value) -> str:
    """`1,284`, `12.93 %`, `1,158 ms`; a dash for nothing."""
    if value is None:
        return NONE
    return f"{value:,.{metric.places}f}{unit(metric)}"


def moved(series: Series) -> Moved | None:
    """How it moved; None where it did not, or there is nothing to compare with. What is a rate or a
    score already moves by points of its own."""
    metric, now, then = series.metric, series.total, series.total_before
    if now is None or then is None or now == then:
        return None
    change = series.change
    tone = "" if change.is_good is None else "good" if change.is_good else "bad"
    way = "up" if now > then else "down"
    was = said(metric, then)
    if change.is_new:
        return Moved("new", "up", tone, was)
    if metric.rolls in ("sum", "distinct"):
        assert change.percent is not None
        return Moved(f"{abs(change.percent):,} %", way, tone, was)
    difference = abs(Decimal(now) - Decimal(then))
    unit = " pt" if metric.unit == "percent" else _UNITS.get(metric.unit, "")
    return Moved(f"{difference:,.{metric.places}f}{unit}", way, tone, was)


def between(seconds: int | None) -> str:
    """`24 s`, `4 min 12 s`, `2 h 5 min`, `5 d 3 h`; a dash for nothing."""
    if seconds is None:
        return NONE
    for size, name, smaller, of in (
        (_DAY, "d", _HOUR, "h"), (_HOUR, "h", _MINUTE, "min"), (_MINUTE, "min", 1, "s"),
    ):  # fmt: skip
        if seconds >= size:
            rest = seconds % size // smaller
            return f"{seconds // size} {name} {rest} {of}" if rest else f"{seconds // size} {name}"
    return f"{seconds} s"


def days(first: date, last: date, language: Language) -> str:
    """`15 Dec 2025 – 15 Mar 2026`; one day alone as itself, a year that both have once."""
    if first == last:
        return first.strftime(language.day_of_year)
    whole = language.day if first.year == last.year else language.day_of_year
    return f"{first.strftime(whole)} – {last.strftime(language.day_of_year)}"


def note(report: Report, metric: Metric) -> str:
    """What is to be known of a headline figure, beside its change; "" for nothing."""
    series = report.series[metric.key]
    if series.missing:
        return series.missing
    if metric.key == "total_leads":
        came = [f"{n:,} {ORIGINS[one]}" for one in ORIGINS if (n := report.origins.get(one))]
        return f"of which {', '.join(came)}" if came else ""
    if metric.rolls == "ratio" and metric.unit == "percent" and (young := sum(report.maturing)):
        return f"{young} of {len(report.range.buckets)} {report.spec.granularity}s maturing"
    if metric.rolls == "median" and report.responses and series.total is not None:
        turns, talks = report.responses.turns, report.responses.conversations
        return f"{turns:,} answers in {talks:,} conversations"
    if metric.rolls == "distinct" and report.hashed_percent:
        return f"{report.hashed_percent} % unique per day only"
    return ""
