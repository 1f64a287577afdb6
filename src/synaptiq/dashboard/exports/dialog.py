"""The export dialog of a dataset's list: choosing, a preview, the request. A page too, without
script. Each list says with a `Dialog` what is its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from synaptiq.accounts import audit
from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.exports import choosing
from synaptiq.dashboard.exports.choosing import Chosen
from synaptiq.dashboard.exports.views import waiting
from synaptiq.dashboard.requests import SignedIn
from synaptiq.exports import actions
from synaptiq.kit.errors import Invalid

MOVED = "What is selected has changed since this was opened. Look at the rows, then download them."


@dataclass(frozen=True)
class Dialog:
    """`area` is the name space of the list's addresses, which has `list`, `export` and
    `export_preview`; `section` what the list is called, `everything` what no filter chooses."""

    dataset: str
    area: str
    title: str
    section: str
    everything: str


def answer(request: SignedIn, of: Dialog, ticked: Sequence[str] = ()) -> HttpResponse:
    """The dialog; posted, the request for the file, and then the waiting for it. `ticked` are the
    ids of a selection that the server keeps."""
    if request.method != "POST":
        request.actor.check(Permission.EXPORT)
        chosen = choosing.read(of.dataset, request.GET, ticked)
        return _form(request, of, chosen, "dialog" if request.htmx else "page")
    check_asking(request, of.dataset)
    chosen = choosing.read(of.dataset, request.POST, ticked)
    if chosen.moved:
        return _refused(request, of, chosen, MOVED)
    try:
        export = actions.request(
            request.actor, chosen.request(), idempotency_key=chosen.idempotency_key()
        )
    except Invalid as invalid:
        return _refused(request, of, chosen, invalid.detail)
    if request.htmx:
        return waiting(request, export)
    return HttpResponseRedirect(reverse("exports:run", args=[export.public_id]))


def preview(request: SignedIn, of: Dialog, ticked: Sequence[str] = ()) -> HttpResponse:
    """What the file would hold, for the choice as it is now."""
    chosen = choosing.read(of.dataset, request.GET, ticked)
    context = {"shown": choosing.show(request.actor.account, chosen), "chosen": chosen}
    return render(request, "dashboard/exports/preview_parts.html", context)


def check_asking(request: SignedIn, dataset: str) -> None:
    """Before a form is read: who may not export learns nothing of it, and is in the audit log."""
    with audit.denials(request.actor, "export.requested", dataset=dataset):
        request.actor.check(Permission.EXPORT)


def _refused(request: SignedIn, of: Dialog, chosen: Chosen, why: str) -> HttpResponse:
    return _form(request, of, chosen, "form" if request.htmx else "page", refused=why)


def _form(
    request: SignedIn, of: Dialog, chosen: Chosen, kind: str, *, refused: str = ""
) -> HttpResponse:
    context = choosing.form(request.actor.account, chosen) | {
        "refused": refused,
        "title": of.title,
        "section": of.section,
        "everything": of.everything,
        "ask": reverse(f"{of.area}:export"),
        "look": reverse(f"{of.area}:export_preview"),
        "back": f"{reverse(f'{of.area}:list')}?{chosen.filters.query}".rstrip("?"),
        "in_page": kind == "page",
    }
    status = 422 if refused or (context["shown"].error and kind == "page") else 200
    return render(request, f"dashboard/exports/choose_{kind}.html", context, status=status)
