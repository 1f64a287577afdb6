"""One conversation: its transcript, what happened in it, and what a member can do."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.conversations import handover, queries
from synaptiq.conversations.models import Conversation
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.conversations import shown
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
    entries = shown.transcript(
        found, queries.log_of(found), queries.notes_of(found), request.actor.account.timezone,
        language_of(request),
    )  # fmt: skip
    is_open = found.state != "closed"
    may_speak = request.actor.can(Permission.CONVERSE) and request.actor.member is not None
    is_mine = found.state == "human" and found.member == request.actor.member
    context: dict[str, Any] = {
        "conversation": found,
        "row": shown.Row(found),
        "entries": entries,
        "events": shown.events_alone(entries),
        "check": shown.check_said({"result": found.qualification, "score": found.score}),
        "may_export": request.actor.can(Permission.EXPORT),
        "may_note": may_speak,
        "may_speak": may_speak and is_open,
        "may_take_over": not is_mine and (found.state == "human" or _can(found, "take_over")),
        "may_give_back": _can(found, "give_back"),
        "is_mine": is_mine,
        "wrong": wrong,
        "text": text,
        "error": error,
    }
    status = 422 if error else 200
    return render(request, "dashboard/conversations/conversation.html", context, status=status)


def _can(found: Conversation, way: str) -> bool:
    return handover.can_go(found, way)
