"""The dialog that gives a conversation's lead to a member."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from synaptiq.accounts.roles import Permission
from synaptiq.conversations import assigning, queries
from synaptiq.conversations.models import Conversation
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.requests import SignedIn, go_to
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.leads import queries as leads
from synaptiq.leads.actions import Edited


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "conversation.assigned")
def assign(request: SignedIn, public_id: str) -> HttpResponse:
    """Whose the lead is to be; of a conversation without one, why it has none."""
    found = queries.get(public_id)
    if request.method != "POST":
        return _form(request, found)
    to, was = (request.POST.get(name) or None for name in ("to", "was"))
    try:
        assigning.assign(request.actor, public_id, to, was=was)
    except Edited:
        found = queries.get(public_id)
        now = found.lead.assigned_to if found.lead else None
        who = now.user.called if now else "nobody"
        return _form(request, found, to=to, error=f"Meanwhile somebody gave it to {who}.")
    except Invalid as invalid:
        error = next(iter(invalid.fields.values()))
        return _form(request, found, to=to, error=f"This member {error}")
    except Conflict as conflict:
        return _form(request, queries.get(public_id), error=conflict.detail)
    if request.htmx:
        done = HttpResponse()
        trigger_client_event(done, "close-dialog", {})
        return trigger_client_event(done, "live", {"type": "again"})
    return go_to(request, reverse("conversations:conversation", args=[public_id]))


def _form(
    request: SignedIn, found: Conversation, *, to: str | None = None, error: str = ""
) -> HttpResponse:
    now = found.lead.assigned_to if found.lead else None
    people = sorted(leads.assignable().select_related("user"), key=lambda one: one.user.called)
    may_speak = request.actor.can(Permission.CONVERSE) and found.state != "closed"
    context: dict[str, Any] = {
        "conversation": found,
        "now": now,
        "chosen": to or (now.public_id if now else ""),
        "people": people,
        "me": request.actor.member,
        "error": error,
        "no_lead": "" if found.lead else assigning.NO_LEAD,
        "may_take_over": may_speak and found.member != request.actor.member,
        "action": reverse("conversations:assign", args=[found.public_id]),
    }
    kind = ("form" if error else "dialog") if request.htmx else "page"
    template = f"dashboard/conversations/assign_{kind}.html"
    return render(request, template, context, status=422 if error else 200)
