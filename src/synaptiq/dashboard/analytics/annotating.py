"""Notes about days: added beside the charts, corrected and taken away in a dialog, or a page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from synaptiq.accounts.roles import Permission
from synaptiq.analytics import actions, queries
from synaptiq.analytics.models import Annotation
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit.errors import Conflict, Invalid


@require_POST
@needs(Permission.EDIT, "annotation.added")
def add(request: SignedIn) -> HttpResponse:
    """Note something about a day, and go back to the figures."""
    given = {name: request.POST.get(name, "") for name in ("day", "text")}
    try:
        actions.add_annotation(request.actor, given["day"], given["text"])
    except (Invalid, Conflict) as refusal:
        return _form(request, None, given, refusal.by_field())
    messages.success(request, "Noted.")
    return _back(request)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "annotation.changed")
def change(request: SignedIn, public_id: str) -> HttpResponse:
    """Correct a note."""
    found = queries.annotation(public_id)
    if request.method != "POST":
        given = {"day": found.day.isoformat(), "text": found.text}
        return _form(request, found, given, {})
    given = {name: request.POST.get(name, "") for name in ("day", "text")}
    try:
        actions.change_annotation(request.actor, public_id, given["day"], given["text"])
    except Invalid as refusal:
        return _form(request, found, given, refusal.by_field())
    messages.success(request, "Saved.")
    return _back(request)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "annotation.deleted")
def delete(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask first, then take a note away."""
    found = queries.annotation(public_id)
    if request.method != "POST":
        kind = "dialog" if request.htmx else "page"
        context = {"note": found, "query": request.GET.get("query", "")}
        return render(request, f"dashboard/analytics/annotation_delete_{kind}.html", context)
    actions.delete_annotation(request.actor, public_id)
    messages.success(request, "Deleted.")
    return _back(request)


def _form(
    request: SignedIn, found: Annotation | None, given: dict[str, Any], wrong: dict[str, str]
) -> HttpResponse:
    kind = "dialog" if request.htmx else "page"
    params = request.POST if request.method == "POST" else request.GET
    context = {"note": found, "given": given, "wrong": wrong, "query": params.get("query", "")}
    status = 422 if wrong else 200
    return render(request, f"dashboard/analytics/annotation_{kind}.html", context, status=status)


def _back(request: SignedIn) -> HttpResponse:
    """To the figures as they were looked at. A query alone: it leads to no other page."""
    query = request.POST.get("query", "")
    return HttpResponseRedirect(f"{reverse('analytics:page')}?{query}".rstrip("?"))
