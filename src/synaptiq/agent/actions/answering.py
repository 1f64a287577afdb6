"""A turn of the agent, from the claim to the commit.

What the turn looks at is read first; then the pure core thinks, with no transaction open; then all
that follows is written in one: the messages, the facts, the lead, its score, the log's events. So a
worker that dies leaves nothing behind, and whoever does the turn again does it whole.
"""

from __future__ import annotations

from typing import Any

from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent import queries, searching, states
from synaptiq.agent.actions.applying import apply
from synaptiq.agent.actions.booking import offer_of
from synaptiq.agent.core import turn
from synaptiq.agent.core.turn import Answer, Offer
from synaptiq.conversations import turns
from synaptiq.conversations.models import Conversation
from synaptiq.conversations.turns import Claim, Result
from synaptiq.meetings import queries as meetings
from synaptiq.meetings import telling


class Answers:
    """The account's Q&A list, as the core asks it."""

    def search(self, text: str) -> Answer | None:
        """The best answer if it fits well enough, with its public id as the source."""
        found = searching.best(text, most=1)
        if not found or not found[0].is_enough:
            return None
        best = found[0]
        return Answer(text=best.answer.answer, source=best.answer.public_id, score=best.score)


class Calendars:
    """The members' calendars, as the core asks them. Asked only where it matters."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def offer(self) -> Offer | None:
        """What is offered in this conversation now."""
        found = meetings.offering(self._conversation)
        return offer_of(found) if found else None

    def meeting(self) -> dict[str, Any] | None:
        """The meeting that the visitor has before them, as a message shows it."""
        of = self._conversation
        found = meetings.upcoming_of(of, of.lead_id)
        return telling.card(found) if found else None


def answer_turn(turn_pk: int) -> Result | None:
    """Answer what a visitor wrote; None where there is nothing to answer any more."""
    claim = turns.claim(turn_pk)
    return answer_claim(claim) if claim else None


def answer_claim(claim: Claim) -> Result | None:
    """Answer a turn that was claimed; None after its last attempt. What was written while the agent
    thought is taken in, and thought of anew."""
    if not turns.may_try(claim):
        return None
    with acting_for(claim.conversation.account_id):
        while (result := _answer(claim)) is Result.AGAIN:
            claim.conversation.refresh_from_db()
    return result


def _answer(claim: Claim) -> Result:
    version = queries.pinned_version(claim.conversation)
    seen = states.read(claim.conversation)
    log = seen.state.log
    found = turn.step(
        queries.profile_of(version), seen.state, states.unanswered(log), Answers(),
        Calendars(claim.conversation),
    )  # fmt: skip
    last = max((message.seq for message in log), default=0)
    result = turns.commit(claim, last, lambda held: apply(held, version, seen, found))
    if result is Result.DONE and claim.conversation.is_test:
        turns.keep_trace(claim, found.trace)
    return result
