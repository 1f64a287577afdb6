"""A turn of the agent, from the claim to the commit.

What the turn looks at is read first; then the pure core thinks, with no transaction open; then all
that follows is written in one: the messages, the facts, the lead, its score, the log's events. So a
worker that dies leaves nothing behind, and whoever does the turn again does it whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import current_account_id
from synaptiq.agent import queries, searching
from synaptiq.agent.actions.applying import WAYS, apply
from synaptiq.agent.core import turn
from synaptiq.agent.core.state import Contact, Said, State
from synaptiq.agent.core.turn import Answer
from synaptiq.agent.models import Fact
from synaptiq.conversations import turns
from synaptiq.conversations.models import MESSAGE, Conversation, Event
from synaptiq.conversations.turns import Claim, Result
from synaptiq.leads.models import Lead


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
    said = _said(conversation)
    new = [message for message in _unanswered(said) if message.sender == "visitor"]
    seen = max((message.seq for message in new), default=conversation.last_seq)
    version = queries.pinned_version(conversation)
    state = _state(conversation, said)
    found = turn.step(queries.profile_of(version), state, new, Answers())
    return turns.commit(claim, seen, lambda held: apply(held, version, state, found))


# ── What the turn looks at ──────────────────────────────────────────────────────────────────────


def _said(conversation: Conversation) -> list[Said]:
    rows = Event.objects.filter(conversation=conversation, type=MESSAGE).order_by("seq")
    return [
        Said(row.seq, row.sender or "", row.content or "", row.data)
        for row in rows.only("seq", "sender", "content", "data")
    ]


def _unanswered(said: Sequence[Said]) -> Sequence[Said]:
    """What came after the last word of the agent, or of a person."""
    for place in range(len(said) - 1, -1, -1):
        if said[place].sender in ("ai", "agent"):
            return said[place + 1 :]
    return said


def _state(conversation: Conversation, said: Sequence[Said]) -> State:
    account = Account.objects.get(pk=current_account_id())
    conversation.lead_id = conversation.lead_id or queries.lead_of_visitor(conversation)
    facts = queries.facts_of(conversation)
    received_at = (
        Event.objects.filter(conversation=conversation, type=MESSAGE, sender="visitor")
        .order_by("-seq")
        .values_list("at", flat=True)[0]
    )
    checked = conversation.qualification and (conversation.qualification, conversation.score)
    return State(
        today=received_at.astimezone(ZoneInfo(account.timezone)).date(),
        facts=queries.plain(facts),
        log=tuple(said),
        contact=_contact(conversation, facts),
        checked=checked or None,
        language=(conversation.language or "en").partition("-")[0].lower(),
    )


def _contact(conversation: Conversation, facts: Sequence[Fact]) -> Contact:
    """How the visitor can be reached: as the lead says, before there is one as they said."""
    ways: dict[str, str] = {}
    for fact in facts:
        field = fact.criterion.removeprefix(queries.CONTACT_PREFIX)
        if field in WAYS and field != fact.criterion:
            ways[field] = str(fact.value)
    if conversation.lead_id:
        lead = Lead.objects.alive().filter(pk=conversation.lead_id).first()
        if lead:
            ways |= {field: value for field in WAYS if (value := str(getattr(lead, field) or ""))}
    return Contact(**ways)
