"""/admin/analytics: figures of a range of days, over time, as a funnel, by segment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.analytics import charts, periods, queries, wording
from synaptiq.analytics.filters import ANALYTICS_FILTERS
from synaptiq.analytics.metrics import FUNNEL_DEFINITION, IN_CSV, SEGMENTS, VERSION
from synaptiq.analytics.spec import FigureSpec, spec_of
from synaptiq.dashboard import charting
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.analytics.shown import Shown
from synaptiq.dashboard.components import filtering
from synaptiq.dashboard.components.filtering import Filtering
from synaptiq.dashboard.requests import SignedIn, language_of
from synaptiq.kit import clock
from synaptiq.kit.errors import Invalid

# What an address holds beside its filters: whether the period before stands beside.
COMPARE = "compare"
# A year by day; a page with more would take long to make and to read.
MOST_PERIODS = 400


@dataclass(frozen=True)
class Preset:
    """A range that is named; `query` is the address that has it."""

    label: str
    query: str
    is_on: bool


@require_safe
@needs(Permission.READ)
def analytics(request: SignedIn) -> HttpResponse:
    """The page; 422 where a part of its address cannot be read."""
    filters = filtering.read(ANALYTICS_FILTERS, request.GET, carried=[COMPARE])
    if not filtering.is_tidy(request.GET):
        return HttpResponseRedirect(f"{reverse('analytics:page')}?{filters.address}".rstrip("?"))
    context: dict[str, Any] = {"filters": filters, "wrong": dict(filters.errors)}
    spec = None if filters.errors else _spec(request, filters, context["wrong"])
    if spec is not None:
        asked, spec = spec, readable(spec)
        context["coarser"] = spec.granularity if spec != asked else ""
        notes = queries.annotations_of(spec.first, spec.last)
        report = queries.report(_without_breakdown(spec))
        marks = charts.marks_of(report, [one.day for one in notes])
        shown = Shown(report, language_of(request), marks, compare=compares(request))
        context |= {
            "shown": shown, "report": report, "notes": list(enumerate(notes, 1)), "spec": spec,
            "funnel_definition": FUNNEL_DEFINITION, "version": VERSION,
            "may_edit": request.actor.can(Permission.EDIT),
            "may_export": request.actor.can(Permission.EXPORT),
            "bundle": f"{settings.STATIC_URL}{charting.name()}",
        }  # fmt: skip
    context |= _controls(request, filters, spec)
    status = 422 if context["wrong"] else 200
    return render(request, "dashboard/analytics/page.html", context, status=status)


@require_safe
@needs(Permission.READ)
def breakdown(request: SignedIn) -> HttpResponse:
    """The table of a segment's values, asked for by itself: it takes longer than the page."""
    filters = filtering.read(ANALYTICS_FILTERS, request.GET, carried=[COMPARE])
    spec = None if filters.errors else _spec(request, filters, {})
    if spec is None or spec.breakdown is None:
        return HttpResponse(status=204)
    report = queries.report(spec, with_totals=False)
    assert report.breakdown is not None
    rows = [
        (
            segment,
            [
                wording.said(metric, report.breakdown.series[segment][metric.key].total)
                for metric in IN_CSV
            ],
        )
        for segment in report.breakdown.segments
    ]
    context = {"label": SEGMENTS[spec.breakdown], "rows": rows, "metrics": IN_CSV}
    return render(request, "dashboard/analytics/breakdown.html", context)


@require_safe
@needs(Permission.READ)
def days(request: SignedIn) -> HttpResponse:
    """Visitors and openings day by day: what the figures count that is in no list."""
    filters = filtering.read(ANALYTICS_FILTERS, request.GET, carried=[COMPARE])
    wrong = dict(filters.errors)
    spec = None if wrong else _spec(request, filters, wrong)
    context: dict[str, Any] = {"filters": filters, "wrong": wrong}
    if spec is not None:
        daily = FigureSpec(spec.first, spec.last, "day", spec.timezone, spec.goal, spec.filters)
        report = queries.report(daily, with_totals=False)
        series = report.series["unique_visitors"]
        context |= {
            "range": wording.days(spec.first, spec.last, language_of(request)),
            "total": wording.said(series.metric, series.total),
            "missing": series.missing,
            "rows": [
                (bucket.label, wording.said(series.metric, value))
                for bucket, value in zip(report.range.buckets, series.values, strict=True)
            ][::-1],
            "hashed": report.hashed_percent,
            "back": f"{reverse('analytics:page')}?{filters.address}".rstrip("?"),
        }  # fmt: skip
    status = 422 if wrong else 200
    return render(request, "dashboard/analytics/days.html", context, status=status)


def readable(spec: FigureSpec) -> FigureSpec:
    """With as many periods as a page can show: by week or month where there would be more."""
    for granularity in (spec.granularity, "week", "month"):
        spec = replace(spec, granularity=granularity)
        if len(spec.range.buckets) <= MOST_PERIODS:
            break
    return spec


def compares(request: HttpRequest) -> bool:
    return request.GET.get(COMPARE) != "no"


def _spec(request: SignedIn, filters: Filtering, wrong: dict[str, str]) -> FigureSpec | None:
    try:
        return spec_of(request.actor.account, filters.values, clock.now())
    except Invalid as invalid:
        wrong |= invalid.by_field()
        return None


def _without_breakdown(spec: FigureSpec) -> FigureSpec:
    """The page's own figures: those of a breakdown come by themselves."""
    return FigureSpec(
        spec.first, spec.last, spec.granularity, spec.timezone, spec.goal, spec.filters
    )


def _controls(request: SignedIn, filters: Filtering, spec: FigureSpec | None) -> dict[str, Any]:
    """The bar above: ranges, granularity, segments."""
    pairs = [(key, text) for key, texts in filters.texts.items() for text in texts]

    def address(**changed: str | None) -> str:
        """This address with parts of it exchanged; None takes one away."""
        kept = [(k, v) for k, v in [*pairs, *filters.carried] if k not in changed]
        return urlencode([*kept, *((k, v) for k, v in changed.items() if v is not None)])

    granularity = spec.granularity if spec else "day"
    segments = [
        {
            "key": key, "label": label, "values": queries.segment_values(key),
            "on": filters.texts.get(key, []),
        }
        for key, label in SEGMENTS.items()
    ]  # fmt: skip
    return {
        "presets": list(_presets(request.actor.account.timezone, spec, address)),
        "granularities": [
            (label, address(granularity=key), key == granularity)
            for key, label in periods.GRANULARITIES.items()
        ],
        "compares": compares(request),
        "compare_address": address(compare="no" if compares(request) else None),
        "segments": segments,
        "chips": [
            (queries.segments_said({key: values}), address(**{key: None}))
            for key, values in (spec.filters if spec else {}).items()
        ],
        "breakdowns": [
            (label, address(breakdown=key), spec is not None and spec.breakdown == key)
            for key, label in SEGMENTS.items()
        ],
        "no_breakdown": address(breakdown=None),
        "here": filters.address,
        "carried": [
            pair for pair in [*pairs, *filters.carried] if pair[0] not in ("dates", *SEGMENTS)
        ],
        "segments_kept": [pair for pair in pairs if pair[0] in SEGMENTS],
    }  # fmt: skip


def _presets(timezone: str, spec: FigureSpec | None, address: Any) -> Iterator[Preset]:
    now = clock.now()
    last = periods.last_complete_days(now, timezone, 1)[1]
    today = now.astimezone(ZoneInfo(timezone)).date()
    first_of_month = today.replace(day=1)
    end_of_last = first_of_month - timedelta(days=1)
    ranges: Mapping[str, tuple[date, date]] = {
        "Last 7 days": periods.last_complete_days(now, timezone, 7),
        "Last 30 days": periods.last_complete_days(now, timezone, 30),
        "Last 90 days": periods.last_complete_days(now, timezone, 90),
        "Last 365 days": periods.last_complete_days(now, timezone, 365),
        "This month": (first_of_month, max(first_of_month, last)),
        "Last month": (end_of_last.replace(day=1), end_of_last),
    }
    for label, (begin, end) in ranges.items():
        is_on = spec is not None and (spec.first, spec.last) == (begin, end)
        yield Preset(label, address(dates=f"{begin:%Y-%m-%d}..{end:%Y-%m-%d}"), is_on)
