"""A turn of the agent, from the claim to the commit.

What the turn looks at is read first; then the pure core thinks, with no transaction open; then all
that follows is written in one: the messages, the facts, the lead, its score, the log's events. So a
worker that dies leaves nothing behind, and whoever does the turn again does it whole.
"""

from __future__ import annotations

from synaptiq.agent import queries, searching, states
from synaptiq.agent.actions.applying import apply
from synaptiq.agent.core import turn
from synaptiq.agent.core.turn import Answer
from synaptiq.conversations import turns
from synaptiq.conversations.models import Conversation
from synaptiq.conversations.turns import Claim, Result


class Answers:
    """The account's Q&A list, as the core asks it."""

    def search(self, text: str) -> Answer | None:
        """The best answer if it fits well enough, with its public id as the source."""
        found = searching.best(text, most=1)
        if not found or not found[0].is_enough:
            return None
        best = found[0]
        return Answer(text=best.answer.answer, source=best.answer.public_id, score=best.score)


def answer_turn(turn_pk: int) -> Result | None:
    """Answer what a visitor wrote; None where there is nothing to answer any more.

    What was written while the agent thought is taken in, and thought of anew.
    """
    claim = turns.claim(turn_pk)
    if claim is None:
        return None
    while True:
        result = _answer(claim)
        if result is not Result.AGAIN:
            return result


def _answer(claim: Claim) -> Result:
    conversation = Conversation.objects.select_related("visitor").get(pk=claim.conversation.pk)
    version = queries.pinned_version(conversation)
    state = states.of(conversation)
    new = states.unanswered(state.log)
    seen = max((message.seq for message in state.log), default=0)
    found = turn.step(queries.profile_of(version), state, new, Answers())
    return turns.commit(claim, seen, lambda held: apply(held, version, state, found))
