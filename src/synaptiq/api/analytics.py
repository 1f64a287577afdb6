"""Figures by API key: the columns of the CSV, and what each of them means."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ninja import Router

from synaptiq.accounts.actors import Scope
from synaptiq.accounts.roles import Permission
from synaptiq.analytics import metrics, queries
from synaptiq.analytics.filters import ANALYTICS_FILTERS
from synaptiq.analytics.metrics import Value
from synaptiq.analytics.report import Row
from synaptiq.analytics.spec import spec_of
from synaptiq.api import schemas
from synaptiq.api.authentication import check_reading
from synaptiq.api.leads.reading import hint
from synaptiq.api.parsing import check_query
from synaptiq.api.requests import READ, Request
from synaptiq.exports import redaction
from synaptiq.exports.columns import REDACTED
from synaptiq.kit import clock

router = Router(tags=["Analytics"])

# As a range they are one filter; an address has a name for each end.
_ENDS = {
    "from": "The first day, as 2026-03-01. Without both ends: the last 30 complete days.",
    "to": "The last day, included.",
}
_PARAMETERS: list[dict[str, Any]] = [
    {"in": "query", "name": name, "description": says, "schema": {"type": "string"}}
    for name, says in {
        **_ENDS,
        **{
            one.key: f"{one.label}. {hint(one.kind)}"
            for one in ANALYTICS_FILTERS.filters
            if one.key != "dates"
        },
    }.items()
]


@router.api_operation(
    READ,
    "/analytics",
    response=schemas.Figures,
    summary="Get figures",
    exclude_unset=True,
    openapi_extra={"parameters": _PARAMETERS},
)
def get_analytics(request: Request) -> dict[str, Any]:
    """The columns of the CSV export for a range of days, all in one snapshot: an object for each
    day, week or month, and, with a breakdown, for each segment. Needs the scope analytics:read."""
    check_query(request)
    check_reading(request.auth, Scope.ANALYTICS_READ, Permission.READ, "analytics")
    account = request.auth.account
    given = {key: texts for key, texts in request.GET.lists() if key not in _ENDS}
    ends = [",".join(request.GET.getlist(name)) for name in _ENDS]
    if any(ends):
        given["dates"] = ["..".join(ends)]
    spec = spec_of(account, ANALYTICS_FILTERS.from_text(given), clock.now())
    report = queries.report(spec, with_totals=False)
    hidden = redaction.restricted_fields("analytics")
    return {
        "data": [
            _row(row, row.bucket.is_maturing(report.as_of), hidden)
            for row in report.rows(metrics.IN_CSV)
        ],
        "as_of": report.as_of,
        "timezone": spec.timezone,
        "range": {"from": report.range.first, "to": report.range.last},
        "granularity": spec.granularity,
        "breakdown": spec.breakdown,
        "conversion_goal": spec.goal,
        "definitions_version": metrics.VERSION,
    }


@router.api_operation(
    READ, "/analytics/definitions", response=schemas.Definitions, summary="Get definitions"
)
def get_definitions(request: Request) -> schemas.Definitions:
    """What each figure means, word for word as in the documentation. Needs the scope
    analytics:read."""
    check_query(request)
    check_reading(request.auth, Scope.ANALYTICS_READ, Permission.READ, "analytics")
    return schemas.Definitions(
        version=metrics.VERSION,
        metrics=[
            schemas.Definition(
                key=one.key, label=one.label, unit=one.unit, decimals=one.places,
                rolls_up_by=one.rolls, definition=one.definition,
                segments=[key for key in metrics.SEGMENTS if key in one.segments],
            )
            for one in metrics.METRICS
        ],
        funnel=schemas.FunnelDefinition(
            definition=metrics.FUNNEL_DEFINITION,
            stages=[
                schemas.StageDefinition(key=key, label=label, definition=definition)
                for key, (label, definition) in metrics.STAGES.items()
            ],
        ),
    )  # fmt: skip


def _row(row: Row, is_maturing: bool, hidden: frozenset[str]) -> dict[str, Any]:
    of_segment: dict[str, Any] = {}
    if row.segment:
        of_segment = {"segment": row.segment.label, "segment_value": row.segment.value}
    values: dict[str, Any] = {
        metric.key: REDACTED if metric.key in hidden else _number(value)
        for metric, value in zip(metrics.IN_CSV, row.values, strict=True)
    }
    return {**of_segment, "date": row.bucket.label, **values, "maturing": is_maturing}


def _number(value: Value) -> int | float | None:
    return float(value) if isinstance(value, Decimal) else value
