"""Agent > Preview: a test conversation in the real widget, and how each answer came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.agent import queries
from synaptiq.agent.core.phrasing import shown
from synaptiq.agent.core.profile import Criterion, Profile
from synaptiq.agent.models import SOURCES, Answer, Fact
from synaptiq.conversations.models import MESSAGE, Conversation, Event, Turn
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.agent import frame
from synaptiq.dashboard.components import tones
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit.errors import Conflict, NotFound
from synaptiq.sites.models import Visitor
from synaptiq.sites.previewing import site_of_preview, start_preview

# Of the session: visitor's public id and token. The token is nobody else's.
_SESSION = "agent_preview"
# What the agent did, and why that came first.
ACTS: Mapping[str, tuple[str, str]] = {
    "human": ("Called a person", "The visitor asked for one, which comes before everything else."),
    "safety": ("Declined", "The message is not something an agent should answer."),
    "confirm": ("Asked to confirm", "It only guessed something, and checks before that counts."),
    "answer": ("Answered", "What was asked stands in the list of answers."),
    "unknown": ("Said that it does not know", "Nothing in the list of answers fits well enough."),
    "no_times": ("Said that it cannot book", "A meeting was asked for, and no calendar has time."),
    "bot": ("Said that it is an AI", "The visitor asked."),
    "why": ("Said why it asks", "The visitor asked."),
    "objection": ("Answered a doubt", "The visitor has doubts. The open question follows."),
    "slots": ("Offered free times", "A meeting is due or was asked for, and a calendar has time."),
    "book": ("Booked a meeting", "The visitor picked a time, and it was free."),
    "book_no": ("Booked nothing", "There is no email address for the invitation."),
    "meeting": ("Offered a meeting", "The visitor is qualified, and none was offered before."),
    "meeting_yes": ("Called a person", "The visitor wants to meet, and no calendar has time."),
    "meeting_no": ("Dropped the meeting", "The visitor does not want one."),
    "meeting_stands": (
        "Showed the meeting",
        "The visitor would cancel it, or no other time is free.",
    ),
    "farewell": ("Said goodbye", "The visitor has a meeting and takes their leave."),
    "no_more": ("Stopped asking", "The visitor wants no more questions."),
    "question": ("Asked a question", "Of all that is not known yet, this tells the most."),
    "close": ("Stopped asking", "No further answer would change the result."),
}


@dataclass(frozen=True)
class Ray:
    """One turn: what was said, what was learned of it (label, value, words, how), what the agent
    did and why, and where the score stood then. `asks` is the question that goes with it."""

    said: list[str]
    facts: list[tuple[str, str, str, str]]
    did: str
    why: str
    asks: str | None
    source: Answer | None
    score: int | None
    best: int | None
    outcome: tuple[str, str] | None


@require_safe
@csp_update({"frame-src": [SELF]})
@needs(Permission.CONVERSE)
def preview(request: SignedIn) -> HttpResponse:
    """The page with the widget in a frame, once a conversation is begun."""
    visitor = _visitor(request)
    context = {"site": site_of_preview(), "started": visitor, **_turns(visitor)}
    return frame.show(request, "preview", context)


@require_safe
@csp_replace({"frame-ancestors": [SELF]})
@xframe_options_sameorigin
@needs(Permission.CONVERSE)
def widget(request: SignedIn) -> HttpResponse:
    """A page with nothing but the widget, which so has a place of its own in the page around it."""
    visitor = _visitor(request)
    if visitor is None:
        raise NotFound("No test conversation was begun here.")
    context = {
        "started": visitor, "token": request.session[_SESSION][1],
        "conversation": _turns(visitor)["conversation"],
    }  # fmt: skip
    return render(request, "dashboard/agent/preview_widget.html", context)


@require_POST
@needs(Permission.CONVERSE, "agent.previewed")
def start(request: SignedIn) -> HttpResponse:
    """Begin anew, as somebody whom the agent does not know."""
    try:
        visitor, token = start_preview(request.actor)
    except Conflict:
        # The page says what to do.
        return redirect("agent:preview")
    request.session[_SESSION] = [visitor.public_id, token]
    return redirect("agent:preview")


@require_safe
@needs(Permission.CONVERSE)
def turns(request: SignedIn) -> HttpResponse:
    """The turns so far: what the page fetches anew when something was said."""
    return render(request, "dashboard/agent/preview_turns.html", _turns(_visitor(request)))


def _visitor(request: SignedIn) -> Visitor | None:
    """Whom this session tries the agent out as; None of another account too."""
    public_id = request.session.get(_SESSION, [None])[0]
    known = Visitor.objects.filter(public_id=public_id, is_test=True).select_related("site")
    return known.first() if public_id else None


def _turns(visitor: Visitor | None) -> dict[str, Any]:
    made = Conversation.objects.filter(visitor=visitor).order_by("-pk").first() if visitor else None
    if made is None:
        return {"conversation": None, "rays": []}
    profile = queries.profile_of(queries.pinned_version(made))
    said = list(
        Event.objects.filter(conversation=made, type=MESSAGE).order_by("seq")
        .values_list("seq", "sender", "content", "data")
    )  # fmt: skip
    facts = list(Fact.objects.filter(conversation=made).order_by("pk"))
    rays = []
    for turn in Turn.objects.filter(conversation=made, state="done").order_by("pk"):
        own = [one for one in said if one[1] == "visitor" and one[3].get("turn") == turn.public_id]
        learned = [fact for fact in facts if fact.message_seq in {seq for seq, *_ in own}]
        if own:
            texts, picked = [text or "" for _, _, text, _ in own], [data for *_, data in own]
            rays.append(_ray(profile, turn, texts, picked, learned))
    return {"conversation": made, "rays": rays}


def _ray(
    profile: Profile, turn: Turn, said: list[str], picked: list[Any], facts: list[Fact]
) -> Ray:
    stages: dict[str, Any] = {stage["stage"]: stage for stage in turn.trace}
    decided, scored = stages.get("decide", {}), stages.get("score", {})
    criteria = {one.key: one for one in profile.criteria}
    did, why = ACTS.get(decided.get("act", ""), ("Answered", ""))
    asks = decided.get("asks")
    if asks == "contact" and any("slot" in reply for reply in picked):
        did, why = "Asked", "To book the time that was picked it needs a way to be reached."
    if asks:
        asks = criteria[asks].label if asks in criteria else "How to be reached"
    source = decided.get("source")
    return Ray(
        said, [_learned(criteria, fact) for fact in facts], did, why, asks,
        Answer.objects.filter(public_id=source).first() if source else None,
        scored.get("score"), scored.get("best"),
        tones.outcome(scored["outcome"]) if "outcome" in scored else None,
    )  # fmt: skip


def _learned(criteria: Mapping[str, Criterion], fact: Fact) -> tuple[str, str, str, str]:
    known = criteria.get(fact.criterion)
    label = known.label if known else fact.criterion.rpartition(".")[2].capitalize()
    if fact.status == "refused":
        return label, "Would rather not say", fact.quote, SOURCES[fact.source]
    value = shown(known, fact.value) if known else str(fact.value)
    return label, value, fact.quote, SOURCES[fact.source]
