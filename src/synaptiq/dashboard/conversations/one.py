"""One conversation: its transcript, what happened in it, and what a member can do."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.agent import queries as agent
from synaptiq.conversations import handover, queries
from synaptiq.conversations.models import Conversation
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.conversations import shown
from synaptiq.dashboard.leads import score
from synaptiq.dashboard.requests import SignedIn, language_of


@require_safe
@needs(Permission.READ)
def conversation(request: SignedIn, public_id: str) -> HttpResponse:
    """A conversation with all that is known of it."""
    return page(request, queries.get(public_id))


def page(
    request: SignedIn, found: Conversation, *, wrong: str = "", text: str = "", error: str = ""
) -> HttpResponse:
    """Its page; `wrong` names the form (reply, note) whose `text` was refused with `error`."""
    why = score.of_conversation(found)
    entries = shown.transcript(
        found, queries.log_of(found), queries.notes_of(found), request.actor.account.timezone,
        language_of(request), score.evidence(why, found.public_id),
    )  # fmt: skip
    is_open = found.state != "closed"
    may_speak = request.actor.can(Permission.CONVERSE) and request.actor.member is not None
    is_mine = found.state == "human" and found.member == request.actor.member
    context: dict[str, Any] = {
        "conversation": found,
        "row": shown.Row(found),
        "entries": entries,
        "events": shown.events_alone(entries),
        **why,
        "version": agent.pinned_version(found) if found.agent_version else None,
        "may_export": request.actor.can(Permission.EXPORT),
        "may_note": may_speak,
        "may_speak": may_speak and is_open,
        "may_take_over": not is_mine and (found.state == "human" or _can(found, "take_over")),
        "may_give_back": _can(found, "give_back"),
        "is_mine": is_mine,
        "reply_hint": _reply_hint(found, is_mine=is_mine),
        "wrong": wrong,
        "text": text,
        "error": error,
    }
    status = 422 if error else 200
    return render(request, "dashboard/conversations/conversation.html", context, status=status)


def _reply_hint(found: Conversation, *, is_mine: bool) -> str:
    """Who reads a reply, and from whom sending it takes over."""
    if is_mine:
        return "The visitor reads this."
    other = found.member.user.called if found.state == "human" and found.member else "the agent"
    return f"The visitor reads this. Sending takes over from {other}."


def _can(found: Conversation, way: str) -> bool:
    return handover.can_go(found, way)
