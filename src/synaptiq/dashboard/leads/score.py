"""Why this score: the points of each criterion, and the words that they rest on.

The same section stands on a lead's page and on a conversation's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synaptiq.agent import states
from synaptiq.agent.core.criteria import Criterion
from synaptiq.agent.core.phrasing import shown
from synaptiq.agent.core.score import Contribution
from synaptiq.agent.models import SOURCES, Fact
from synaptiq.agent.states import Standing
from synaptiq.conversations.models import Conversation
from synaptiq.dashboard.components.tones import OUTCOMES
from synaptiq.leads.models import Lead


@dataclass(frozen=True)
class Place:
    """Where something was said: the conversation's public id, and the place in its log."""

    conversation: str
    seq: int


def of_lead(lead: Lead) -> dict[str, Any]:
    """What the section shows: `held`, the lead's score, and `why`, None where no conversation
    with a check stands behind it."""
    return _context(states.standing_of_lead(lead), lead.score)


def of_conversation(conversation: Conversation) -> dict[str, Any]:
    """The same of a conversation; `why` is None while neither check nor fact is there."""
    now = states.standing(conversation) if conversation.visitor_message_count else None
    if now and conversation.qualification is None and not now.facts:
        now = None
    return _context(now, conversation.score)


def evidence(context: Mapping[str, Any], conversation: str) -> dict[int, list[tuple[str, str]]]:
    """What was quoted of this conversation's messages, by their place in its log: (words,
    criterion). `context` is what `of_conversation` gave."""
    found: dict[int, list[tuple[str, str]]] = {}
    for part in context["why"]["parts"] if context["why"] else ():
        place = part["place"]
        if place is not None and place.conversation == conversation and part["quote"]:
            found.setdefault(place.seq, []).append((part["quote"], part["key"]))
    return found


def _context(now: Standing | None, held: int | None) -> dict[str, Any]:
    if now is None:
        return {"why": None, "held": held}
    rows = Fact.objects.select_related("conversation").in_bulk([fact.seq for fact in now.facts])
    places = {pk: Place(row.conversation.public_id, row.message_seq) for pk, row in rows.items()}
    return {
        "held": held,
        "why": {
            "score": now.score.score,
            "outcome": now.score.outcome,
            "means": OUTCOMES[now.score.outcome][2],
            "reason": (now.score.reason or "").removesuffix("."),
            "parts": [
                _part(one, now.profile.criterion(one.criterion), places)
                | {"is_refused": one.criterion in now.refused}
                for one in now.score.contributions
            ],
            "coverage": now.score.coverage,
            "conversation": now.conversation,
            # Two leads became one, or somebody else set it: the facts come to something else.
            "differs": held is not None and held != now.score.score,
        },
    }


def _part(
    one: Contribution, criterion: Criterion | None, places: Mapping[int, Place]
) -> dict[str, Any]:
    fact = one.fact
    value = shown(criterion, fact.value) if fact and criterion else ""
    quote = fact.quote if fact else ""
    return {
        "key": one.criterion,
        "label": one.label,
        "points": one.points,
        "possible": one.possible,
        "value": value,
        "quote": quote,
        "says_more": quote.casefold() != value.casefold(),
        "source": SOURCES[fact.source] if fact else "",
        "place": places.get(fact.seq) if fact else None,
    }
