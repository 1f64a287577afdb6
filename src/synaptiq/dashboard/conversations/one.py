"""One conversation: its transcript, what happened in it, and what a member can do.

The page and what it asks for while it is open (`news`, `earlier`) are made of the same pieces.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.agent import queries as agent
from synaptiq.conversations import actions, closing, handover, presence, queries
from synaptiq.conversations.filters import CONVERSATION_FILTERS
from synaptiq.conversations.models import Conversation
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import filtering
from synaptiq.dashboard.conversations import inbox, shown, thread
from synaptiq.dashboard.conversations.thread import Reader
from synaptiq.dashboard.leads import score
from synaptiq.dashboard.requests import SignedIn, language_of

NEWS = "dashboard/conversations/news.html"
# Of what addresses say; more digits no log has.
_LONGEST_NUMBER = 9


@require_safe
@needs(Permission.READ)
def conversation(request: SignedIn, public_id: str) -> HttpResponse:
    """A conversation with all that is known of it. Who opens it has read it: that is written on
    GET, since it is theirs alone and the same however often."""
    found = queries.get(public_id)
    if not filtering.is_tidy(request.GET):
        tidy = filtering.read(CONVERSATION_FILTERS, inbox.asked(request)).query
        return HttpResponseRedirect(f"{request.path}?{tidy}".rstrip("?"))
    if request.method == "GET" and request.actor.member is not None:
        presence.read(request.actor.member, found, found.last_seq)
    return page(request, found)


@require_safe
@needs(Permission.READ)
def news(request: SignedIn, public_id: str) -> HttpResponse:
    """What a page that is open needs to be as if it was loaded now: entries behind `after` and the
    first `notes`, and whatever else may have changed."""
    found = queries.get(public_id)
    return render(request, NEWS, news_of(request, found))


def news_of(request: SignedIn, found: Conversation) -> dict[str, Any]:
    """The same for a request that says `after` and `notes`, in its address or its form."""
    given = request.POST if request.method == "POST" else request.GET
    why = score.of_conversation(found)
    reader = _reader(request, found, why)
    after, notes = (number(given.get(name)) for name in ("after", "notes"))
    part = thread.news(found, reader, after=after, notes=notes)
    return _context(request, found, why, part)


@require_safe
@needs(Permission.READ)
def earlier(request: SignedIn, public_id: str) -> HttpResponse:
    """Entries ahead of the seq `before`."""
    found = queries.get(public_id)
    reader = _reader(request, found, score.of_conversation(found))
    part = thread.earlier(found, reader, number(request.GET.get("before")))
    context = {"conversation": found, "part": part, "row": shown.Row(found)}
    return render(request, "dashboard/conversations/earlier.html", context)


def page(
    request: SignedIn, found: Conversation, *, wrong: str = "", text: str = "", error: str = "",
    status: int = 0, **more: Any,
) -> HttpResponse:  # fmt: skip
    """Its page, or for a page that has the list already what stands beside that; `wrong` names the
    form (reply, note) whose `text` was refused with `error`."""
    why = score.of_conversation(found)
    reader = _reader(request, found, why)
    part = thread.end(found, reader, since=number(request.GET.get("from")))
    context = _context(request, found, why, part)
    context |= inbox.ways(request) | {"wrong": wrong, "text": text, "error": error, **more}
    status = status or (422 if error else 200)
    if request.htmx:
        return render(request, "dashboard/conversations/one.html", context, status=status)
    context |= inbox.pane(request, found.public_id)
    return render(request, "dashboard/conversations/conversation.html", context, status=status)


def number(given: str | None) -> int:
    """A number of an address; 0 for what is none."""
    is_one = given and given.isascii() and given.isdecimal() and len(given) <= _LONGEST_NUMBER
    return int(given) if given and is_one else 0


def _reader(request: SignedIn, found: Conversation, why: dict[str, Any]) -> Reader:
    evidence = score.evidence(why, found.public_id)
    return Reader(request.actor.account.timezone, language_of(request), evidence)


def _context(
    request: SignedIn, found: Conversation, why: dict[str, Any], part: thread.Part
) -> dict[str, Any]:
    actor = request.actor
    is_open = found.state != "closed"
    may_speak = actor.can(Permission.CONVERSE) and actor.member is not None
    is_mine = found.state == "human" and found.member == actor.member
    since = found.waiting_since if found.state == "pending_human" else None
    return {
        "conversation": found,
        "row": shown.Row(found),
        "part": part,
        "address": reverse("conversations:conversation", args=[found.public_id]),
        "events": shown.happened(found, queries.happened(found)),
        **why,
        "version": agent.pinned_version(found) if found.agent_version else None,
        "may_export": actor.can(Permission.EXPORT),
        "may_note": may_speak,
        "may_speak": may_speak and is_open,
        "may_take_over": not is_mine and (found.state == "human" or _can(found, "take_over")),
        "may_give_back": _can(found, "give_back"),
        "is_mine": is_mine,
        "is_online": bool(presence.online([found.pk])),
        "others": presence.lookers(found, actor.member),
        "waits_until": since + closing.CLAIM_WITHIN if since else None,
        "longest": actions.LONGEST_REPLY,
        "reply_hint": _reply_hint(found, is_mine=is_mine),
        "may_correct": actor.can(Permission.EDIT),
        "reply_id": uuid4(),
        "note_id": uuid4(),
    }


def _reply_hint(found: Conversation, *, is_mine: bool) -> str:
    """Who reads a reply, and what sending it does: a colleague keeps what they have."""
    if is_mine:
        return "The visitor reads this."
    if found.state == "human":
        who = found.member.user.called if found.member else "a colleague"
        return f"The visitor reads this; {who} keeps the conversation."
    return "The visitor reads this. Sending takes over from the agent."


def _can(found: Conversation, way: str) -> bool:
    return handover.can_go(found, way)
