"""What a member does in a conversation: speaking, handing over, noting, marking,
closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.conversations import actions, queries
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.conversations import one
from synaptiq.dashboard.conversations.shown import called
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit.errors import Conflict, Invalid


@require_POST
@needs(Permission.CONVERSE, "conversation.taken_over")
def take_over(request: SignedIn, public_id: str) -> HttpResponse:
    """Speak with the visitor oneself."""
    return _moved(request, public_id, actions.take_over)


@require_POST
@needs(Permission.CONVERSE, "conversation.given_back")
def give_back(request: SignedIn, public_id: str) -> HttpResponse:
    """Let the agent go on."""
    return _moved(request, public_id, actions.give_back)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONVERSE, "conversation.closed")
def close(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask first, then end it: nothing opens it again."""
    if request.method != "POST":
        found = queries.get(public_id)
        template = f"dashboard/conversations/close_{'dialog' if request.htmx else 'page'}.html"
        return render(request, template, {"conversation": found, "who": called(found)})
    return _moved(request, public_id, actions.close)


@require_POST
@needs(Permission.CONVERSE, "conversation.marked")
def mark(request: SignedIn, public_id: str) -> HttpResponse:
    """Say that it is, or is not, a test or spam."""
    said = {name: request.POST.get(name) for name in ("test", "spam")}
    marks = {name: value == "yes" for name, value in said.items() if value in ("yes", "no")}
    actions.mark(request.actor, public_id, **marks)
    return HttpResponseRedirect(reverse("conversations:conversation", args=[public_id]))


@require_POST
@needs(Permission.CONVERSE, "conversation.replied")
def reply(request: SignedIn, public_id: str) -> HttpResponse:
    """Write to the visitor."""
    return _written(request, public_id, "reply", actions.reply)


@require_POST
@needs(Permission.CONVERSE, "conversation.noted")
def note(request: SignedIn, public_id: str) -> HttpResponse:
    """Write what only the team sees."""
    return _written(request, public_id, "note", actions.add_note)


def _moved(request: SignedIn, public_id: str, act: Callable[[Actor, str], Any]) -> HttpResponse:
    try:
        act(request.actor, public_id)
    except Conflict as conflict:
        # Somebody else was quicker: the page shows what is so now.
        messages.warning(request, conflict.detail)
    return _back(public_id)


def _written(
    request: SignedIn, public_id: str, form: str, act: Callable[[Actor, str, Any], Any]
) -> HttpResponse:
    text = request.POST.get("text", "")
    try:
        act(request.actor, public_id, text)
    except (Invalid, Conflict) as refused:
        error = next(iter(refused.fields.values())) if isinstance(refused, Invalid) else ""
        said = f"This {error}" if error else refused.detail
        # As it is now: the refusal may have closed it.
        found = queries.get(public_id)
        return one.page(request, found, wrong=form, text=text, error=said)
    return _back(public_id)


def _back(public_id: str) -> HttpResponse:
    address = reverse("conversations:conversation", args=[public_id])
    return HttpResponseRedirect(f"{address}#end")
