"""What a member does in a conversation: speaking, handing over, noting, marking,
closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.agent import actions as agent
from synaptiq.conversations import actions, presence, queries
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.conversations import one
from synaptiq.dashboard.conversations.shown import called
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.meetings import actions as meetings


@require_POST
@needs(Permission.CONVERSE, "conversation.taken_over")
def take_over(request: SignedIn, public_id: str) -> HttpResponse:
    """Speak with the visitor oneself."""
    return _moved(request, public_id, _and_settle(actions.take_over))


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
    meetings.mark_conversation(request.actor, public_id, **marks)
    if _is_alive(request):
        return _fresh(request, public_id)
    return HttpResponseRedirect(reverse("conversations:conversation", args=[public_id]))


@require_POST
@needs(Permission.CONVERSE, "conversation.taken_over")
def claim(request: SignedIn, public_id: str) -> HttpResponse:
    """Take a visitor who waits for a person, unless somebody was quicker."""
    return _moved(request, public_id, _and_settle(actions.claim))


@require_POST
@needs(Permission.CONVERSE, "conversation.replied")
def reply(request: SignedIn, public_id: str) -> HttpResponse:
    """Write to the visitor. Where a colleague has meanwhile, their writer is asked first."""
    given = request.POST
    seen = None if "anyway" in given else one.number(given["seen"]) if given.get("seen") else None
    name = _name(given.get("reply_id"))

    def act(actor: Actor, conversation_id: str, text: str) -> Any:
        done = actions.reply(actor, conversation_id, text, reply_id=name, seen=seen)
        agent.settle_waiting(actor, conversation_id)
        return done

    return _written(request, public_id, "reply", act)


@require_POST
@needs(Permission.CONVERSE, "conversation.times_offered")
def offer_times(request: SignedIn, public_id: str) -> HttpResponse:
    """Put a card of free times into the conversation."""
    return _moved(request, public_id, agent.offer_times)


@require_POST
@needs(Permission.CONVERSE, "conversation.noted")
def note(request: SignedIn, public_id: str) -> HttpResponse:
    """Write what only the team sees."""
    name = _name(request.POST.get("note_id"))

    def act(actor: Actor, conversation_id: str, text: str) -> Any:
        return actions.add_note(actor, conversation_id, text, note_id=name)

    return _written(request, public_id, "note", act)


@require_POST
@needs(Permission.CONVERSE, "conversation.replied")
def types(request: SignedIn, public_id: str) -> HttpResponse:
    """The member types a reply."""
    actions.type_reply(request.actor, public_id)
    return HttpResponse(status=204)


@require_POST
@needs(Permission.READ, "conversation.looked_at")
def look(request: SignedIn, public_id: str) -> HttpResponse:
    """The member has the conversation before them, or, with `left`, no more."""
    if "left" in request.POST:
        presence.leave(request.actor, public_id)
    else:
        presence.look(request.actor, public_id, seq=one.number(request.POST.get("seq")))
    return HttpResponse(status=204)


def _name(given: str | None) -> UUID | None:
    """What a page calls a reply or a note, so that one that is sent twice is kept once."""
    try:
        return UUID(given or "")
    except ValueError:
        return None


def _and_settle(take_over: Callable[[Actor, str], Any]) -> Callable[[Actor, str], Any]:
    """And what the visitor picked a moment before, which no turn will book any more."""

    def act(actor: Actor, conversation_id: str) -> None:
        take_over(actor, conversation_id)
        agent.settle_waiting(actor, conversation_id)

    return act


def _moved(request: SignedIn, public_id: str, act: Callable[[Actor, str], Any]) -> HttpResponse:
    try:
        act(request.actor, public_id)
    except Conflict as conflict:
        # Somebody else was quicker: the page shows what is so now.
        if _is_alive(request):
            return _told(request, public_id, conflict.detail)
        messages.warning(request, conflict.detail)
    return _fresh(request, public_id)


def _written(
    request: SignedIn, public_id: str, form: str, act: Callable[[Actor, str, Any], Any]
) -> HttpResponse:
    text = request.POST.get("text", "")
    try:
        act(request.actor, public_id, text)
    except (Invalid, Conflict) as refused:
        error = next(iter(refused.fields.values())) if isinstance(refused, Invalid) else ""
        said = f"This {error}" if error else refused.detail
        overtaken = refused if isinstance(refused, actions.Overtaken) else None
        status = 409 if overtaken else 422
        # As it is now: the refusal may have closed it.
        found = queries.get(public_id)
        if _is_alive(request):
            context = one.news_of(request, found)
            context |= {"wrong": form, "error": said, "overtaken": overtaken}
            return render(request, one.NEWS, context, status=status)
        return one.page(
            request, found, wrong=form, text=text, error=said, overtaken=overtaken, status=status
        )
    return _fresh(request, public_id)


def _is_alive(request: SignedIn) -> bool:
    """Whether a page asks that goes on as it is, and wants to know what is new."""
    return bool(request.htmx) and "after" in request.POST


def _told(request: SignedIn, public_id: str, said: str) -> HttpResponse:
    context = one.news_of(request, queries.get(public_id))
    response = render(request, one.NEWS, context, status=409)
    return trigger_client_event(response, "toast", {"text": said, "level": "warning"})


def _fresh(request: SignedIn, public_id: str) -> HttpResponse:
    if _is_alive(request):
        return render(request, one.NEWS, one.news_of(request, queries.get(public_id)))
    address = reverse("conversations:conversation", args=[public_id])
    return HttpResponseRedirect(f"{address}#end")
