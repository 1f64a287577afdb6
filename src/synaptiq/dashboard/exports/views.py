"""Runs: the list, one of them, waiting for it, ending it, and its file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.errors import toasted
from synaptiq.dashboard.exports.shown import Run
from synaptiq.dashboard.requests import SignedIn
from synaptiq.exports import actions, files, queries
from synaptiq.exports.models import Export
from synaptiq.exports.states import UNFINISHED
from synaptiq.kit import ranges
from synaptiq.kit.errors import Conflict
from synaptiq.kit.paging import page

PAGE_SIZE = 50
# A small export is ready in a tenth of a second; a large one is not worth asking for so often.
POLL_MS = (120, 120, 150, 150, 200, 300, 500)
SLOW_POLL_MS = 1000


@require_safe
@needs()
def listing(request: SignedIn) -> HttpResponse:
    """The account's runs, newest first."""
    _may_see(request)
    found = page(
        queries.runs(), by="requested_at", newest_first=True, size=PAGE_SIZE,
        cursor=request.GET.get("cursor") or None,
    )  # fmt: skip
    context = {"page": found, "runs": [_shown(request, export) for export in found.rows]}
    return render(request, "dashboard/exports/list.html", context)


@require_safe
@needs()
def row(request: SignedIn, public_id: str) -> HttpResponse:
    """One row of the list, which asks for itself while its run goes on."""
    _may_see(request)
    context = {"run": _shown(request, queries.get(public_id)), "step": _step(request.GET) + 1}
    return render(request, "dashboard/exports/row.html", context)


@require_safe
@needs()
def run(request: SignedIn, public_id: str) -> HttpResponse:
    """Everything about one run."""
    _may_see(request)
    context = {"run": _shown(request, queries.get(public_id)), "poll_ms": SLOW_POLL_MS}
    return render(request, "dashboard/exports/run.html", context)


@require_safe
@needs()
def progress(request: SignedIn, public_id: str) -> HttpResponse:
    """How far a run is, for whoever waits in a dialog, or (`page`) on the run's own page."""
    _may_see(request)
    export = queries.get(public_id)
    if export.state in UNFINISHED:
        return render(
            request, "dashboard/exports/progress.html", _wait(request, export, request.GET)
        )
    if "page" in request.GET:
        return HttpResponse(headers={"HX-Refresh": "true"})
    response = waiting(request, export)
    # The rest of the dialog changes as well, not only the figures that asked. By `closest`, since
    # the dialog may have been closed meanwhile, and another one opened.
    response["HX-Retarget"] = "closest .export-wait"
    response["HX-Reswap"] = "outerHTML"
    return response


def waiting(request: SignedIn, export: Export) -> HttpResponse:
    """What takes the place of a dialog's form once the run is requested: progress, the file."""
    return render(request, "dashboard/exports/waiting.html", _wait(request, export, QueryDict()))


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
def cancel(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask first, then end an unfinished run."""
    if request.method != "POST":
        request.actor.check(Permission.EXPORT)
        kind = "dialog" if request.htmx else "page"
        context = {"run": _shown(request, queries.get(public_id))}
        return render(request, f"dashboard/exports/cancel_{kind}.html", context)
    try:
        export = actions.cancel(request.actor, public_id)
    except Conflict as conflict:
        # It was ready first, most likely: show what became of it.
        if not request.htmx:
            messages.warning(request, conflict.detail)
            return HttpResponseRedirect(reverse("exports:run", args=[public_id]))
        return toasted(waiting(request, queries.get(public_id)), conflict.detail, "warning")
    if request.htmx:
        return waiting(request, export)
    messages.success(request, "The export was cancelled.")
    return HttpResponseRedirect(reverse("exports:list"))


@require_safe
@needs()
def file(request: SignedIn, public_id: str) -> HttpResponseBase:
    """The file of a ready run or the part asked for; 410 with the reason once it is gone."""
    asked = ranges.Asked.by(request)
    export = actions.download(request.actor, public_id, asked)
    return ranges.respond(
        files.open_file(export.file_key), asked, size=export.file_size, etag=export.sha256,
        media_type=queries.media_type(export), file_name=export.file_name,
    )  # fmt: skip


def _may_see(request: SignedIn) -> None:
    if not request.actor.can(Permission.DOWNLOAD):
        request.actor.check(Permission.EXPORT)


def _shown(request: SignedIn, export: Export) -> Run:
    return Run(export, request.actor)


def _wait(request: SignedIn, export: Export, asked: QueryDict) -> dict[str, Any]:
    step = _step(asked)
    poll_ms = POLL_MS[step] if step < len(POLL_MS) else SLOW_POLL_MS
    return {
        "run": _shown(request, export), "poll_ms": poll_ms, "step": step + 1,
        "on_page": "page" in asked,
    }  # fmt: skip


def _step(asked: QueryDict) -> int:
    text = asked.get("step", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
