"""The export dialog of leads: choosing, a preview, the request. A page too, without script."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from synaptiq.accounts import audit
from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import filtering
from synaptiq.dashboard.exports import choosing
from synaptiq.dashboard.exports.choosing import Chosen
from synaptiq.dashboard.exports.views import waiting
from synaptiq.dashboard.leads import selection
from synaptiq.dashboard.requests import SignedIn
from synaptiq.exports import actions
from synaptiq.kit.errors import Invalid
from synaptiq.leads.filters import LEAD_FILTERS

DATASET = "leads"
MOVED = "What is selected has changed since this was opened. Look at the rows, then download them."


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
def dialog(request: SignedIn) -> HttpResponse:
    """The dialog, as a page too; posted, the request for the file, and then the waiting for it."""
    if request.method != "POST":
        request.actor.check(Permission.EXPORT)
        chosen = choosing.read(DATASET, request.GET, _ticked(request))
        return _form(request, chosen, "dialog" if request.htmx else "page")
    # Before the form is read: who may not export learns nothing about it, and is in the audit log.
    with audit.denials(request.actor, "export.requested", dataset=DATASET):
        request.actor.check(Permission.EXPORT)
    chosen = choosing.read(DATASET, request.POST, _ticked(request))
    if chosen.moved:
        return _refused(request, chosen, MOVED)
    try:
        export = actions.request(
            request.actor, chosen.request(), idempotency_key=chosen.idempotency_key()
        )
    except Invalid as invalid:
        return _refused(request, chosen, invalid.detail)
    if request.htmx:
        return waiting(request, export)
    return HttpResponseRedirect(reverse("exports:run", args=[export.public_id]))


@require_safe
@needs(Permission.EXPORT)
def preview(request: SignedIn) -> HttpResponse:
    """What the file would hold, for the choice as it is now."""
    chosen = choosing.read(DATASET, request.GET, _ticked(request))
    context = {"shown": choosing.show(request.actor.account, chosen), "chosen": chosen}
    return render(request, "dashboard/exports/preview_parts.html", context)


def _ticked(request: SignedIn) -> Sequence[str]:
    """The single leads that are ticked beside the dialog's filter; all that match are no choice."""
    params = request.POST if request.method == "POST" else request.GET
    filters = filtering.read(LEAD_FILTERS, QueryDict(params.get("filter", "")))
    return selection.of(request, filters).ids


def _refused(request: SignedIn, chosen: Chosen, why: str) -> HttpResponse:
    return _form(request, chosen, "form" if request.htmx else "page", refused=why)


def _form(request: SignedIn, chosen: Chosen, kind: str, *, refused: str = "") -> HttpResponse:
    context = choosing.form(request.actor.account, chosen) | {
        "refused": refused,
        "title": "Export leads",
        "ask": reverse("leads:export"),
        "look": reverse("leads:export_preview"),
        "back": f"{reverse('leads:list')}?{chosen.filters.query}".rstrip("?"),
        "in_page": kind == "page",
    }
    status = 422 if refused or (context["shown"].error and kind == "page") else 200
    return render(request, f"dashboard/exports/choose_{kind}.html", context, status=status)
