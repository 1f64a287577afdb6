"""Taking conversations out: the dialog of the list, and the small one of a conversation."""

from __future__ import annotations

import secrets

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.conversations import queries
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.conversations.shown import called
from synaptiq.dashboard.exports import dialog as dialogs
from synaptiq.dashboard.exports.choosing import is_token
from synaptiq.dashboard.exports.dialog import Dialog
from synaptiq.dashboard.exports.views import waiting
from synaptiq.dashboard.requests import SignedIn
from synaptiq.exports import actions
from synaptiq.kit.errors import Invalid

CONVERSATIONS = Dialog(
    dataset="conversations",
    area="conversations",
    title="Export conversations",
    section="Conversations",
    everything="all conversations, without test conversations and spam",
)
# What a single conversation is taken out as: the formats that hold what was said.
FORMATS = {"json": "JSON", "txt": "TXT"}


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
def dialog(request: SignedIn) -> HttpResponse:
    """The dialog of the list, as a page too; posted, the request for the file."""
    return dialogs.answer(request, CONVERSATIONS)


@require_safe
@needs(Permission.EXPORT)
def preview(request: SignedIn) -> HttpResponse:
    """What the file would hold, for the choice as it is now."""
    return dialogs.preview(request, CONVERSATIONS)


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
def transcript(request: SignedIn, public_id: str) -> HttpResponse:
    """The dialog of one conversation, as a page too; posted, the request for its file."""
    if request.method != "POST":
        request.actor.check(Permission.EXPORT)
        return _form(request, public_id)
    dialogs.check_asking(request, CONVERSATIONS.dataset)
    queries.get(public_id)
    token, format = request.POST.get("token", ""), request.POST.get("format", "")
    given = {
        "dataset": CONVERSATIONS.dataset, "format": format, "scope": "selection",
        "ids": [public_id], "options": {"headings": "headings" in request.POST},
    }  # fmt: skip
    key = f"transcript:{token}:{format}:{'headings' in request.POST}"
    try:
        if format not in FORMATS:
            raise Invalid({"format": f"Choose one of {', '.join(FORMATS.values())}."})
        export = actions.request(
            request.actor, given, idempotency_key=key if is_token(token) else None
        )
    except Invalid as invalid:
        return _form(request, public_id, refused=invalid.detail)
    if request.htmx:
        return waiting(request, export)
    return HttpResponseRedirect(reverse("exports:run", args=[export.public_id]))


def _form(request: SignedIn, public_id: str, *, refused: str = "") -> HttpResponse:
    found = queries.get(public_id)
    context = {
        "conversation": found,
        "who": called(found),
        "formats": list(FORMATS.items()),
        "format": next(iter(FORMATS)),
        "token": secrets.token_urlsafe(18),
        "refused": refused,
    }
    kind = ("form" if refused else "dialog") if request.htmx else "page"
    template = f"dashboard/conversations/transcript_{kind}.html"
    return render(request, template, context, status=422 if refused else 200)
