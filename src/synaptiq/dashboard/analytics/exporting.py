"""Export Report: the figures of the page as CSV, or as a PDF to send on."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from synaptiq.accounts.roles import Permission
from synaptiq.analytics import queries, wording
from synaptiq.analytics.filters import ANALYTICS_FILTERS
from synaptiq.analytics.metrics import IN_CSV, SEGMENTS
from synaptiq.analytics.spec import FigureSpec, spec_of
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import filtering
from synaptiq.dashboard.exports.choosing import is_token
from synaptiq.dashboard.exports.dialog import check_asking
from synaptiq.dashboard.exports.views import waiting
from synaptiq.dashboard.requests import SignedIn, language_of
from synaptiq.exports import actions
from synaptiq.exports.formats import formats_of
from synaptiq.kit import clock
from synaptiq.kit.errors import Invalid

DATASET = "analytics"
PAPERS = (("a4", "A4"), ("letter", "Letter"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
def export(request: SignedIn) -> HttpResponse:
    """The dialog, as a page too; posted, the request for the file, and then the waiting for it."""
    if request.method != "POST":
        request.actor.check(Permission.EXPORT)
        return _form(request, request.GET)
    check_asking(request, DATASET)
    given = request.POST
    try:
        asked = _request(given)
        made = actions.request(request.actor, asked, idempotency_key=_key(given, asked))
    except Invalid as invalid:
        return _form(request, given, refused=invalid.detail)
    if request.htmx:
        return waiting(request, made)
    return HttpResponseRedirect(reverse("exports:run", args=[made.public_id]))


def _request(given: QueryDict) -> dict[str, Any]:
    """As `exports.actions.request` takes it. Raises Invalid where a filter cannot be read."""
    filters = filtering.read(ANALYTICS_FILTERS, QueryDict(given.get("filter", "")))
    if filters.errors:
        raise Invalid(filters.errors, code="invalid_filter")
    return {
        "dataset": DATASET, "format": given.get("format", ""), "scope": "filter",
        "filter": filters.declared.to_json(filters.values),
        "options": {"paper": given.get("paper", "a4"), "top_leads": "top_leads" in given},
    }  # fmt: skip


def _token(given: QueryDict) -> str:
    """That of a form that was sent; of one that is opened a new one, whatever a link says."""
    sent = given.get("token", "") if "filter" in given and "format" in given else ""
    return sent if is_token(sent) else secrets.token_urlsafe(18)


def _key(given: QueryDict, asked: dict[str, Any]) -> str | None:
    """A double click makes one run; another choice in the same dialog another."""
    token = given.get("token", "")
    if not is_token(token):
        return None
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    return f"dialog:{token}:{digest[:32]}"


def _form(request: SignedIn, given: QueryDict, *, refused: str = "") -> HttpResponse:
    query = given.get("filter", "")
    filters = filtering.read(ANALYTICS_FILTERS, QueryDict(query))
    kind = ("form" if refused else "dialog") if request.htmx else "page"
    spec: FigureSpec | None = None
    if not filters.errors:
        try:
            spec = spec_of(request.actor.account, filters.values, clock.now())
        except Invalid as invalid:
            refused = refused or invalid.detail
    context: dict[str, Any] = {
        "refused": refused or "; ".join(filters.errors.values()), "query": query,
        "token": _token(given),
        "format": given.get("format", formats_of(DATASET)[0]),
        "paper": given.get("paper", "a4"), "papers": PAPERS,
        "top_leads": "top_leads" in given or "sent" not in given,
        "back": f"{reverse('analytics:page')}?{query}".rstrip("?"), "in_page": kind == "page",
    }  # fmt: skip
    if spec is not None:
        context |= {
            "range": wording.days(spec.first, spec.last, language_of(request)),
            "granularity": spec.granularity,
            "periods": len(spec.range.buckets),
            "columns": len(IN_CSV) + 1 + bool(spec.breakdown),
            "notes": len(queries.annotations_of(spec.first, spec.last)),
            "breakdown": SEGMENTS.get(spec.breakdown or "", ""),
            "sentence": queries.segments_said(spec.filters),
        }
    status = 422 if context["refused"] else 200
    return render(request, f"dashboard/analytics/export_{kind}.html", context, status=status)
