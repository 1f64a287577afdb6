"""Times while a person has the conversation: the person offers them, and what the visitor picks is
booked, though the agent is silent.

The agent says nothing else then. What is said of it (that it is booked, that it was taken, where
the invitation shall go) nobody has written: it stands in the log as the system's.
"""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from synaptiq.accounts import audit
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent import queries, states
from synaptiq.agent.actions.answering import Answers, Calendars
from synaptiq.agent.actions.applying import apply
from synaptiq.agent.actions.booking import offer_of
from synaptiq.agent.core import turn, words
from synaptiq.agent.core.state import AI, PERSON, SYSTEM, VISITOR, Said
from synaptiq.conversations import closing, handover, log
from synaptiq.conversations.log import Entry
from synaptiq.conversations.models import Conversation
from synaptiq.kit.errors import Conflict, Denied
from synaptiq.meetings import queries as meetings


def offer_times(actor: Actor, conversation_id: str) -> Conversation:
    """Put a card of free times into the conversation; whoever does so has taken over. They are the
    member's own where they have a calendar, else those that the agent would offer. Raises Conflict
    where nobody has any."""
    with audit.denials(actor, "conversation.times_offered", target=conversation_id[:80]):
        actor.check(Permission.CONVERSE)
        if actor.member is None:
            raise Denied("Only a member talks with visitors.")
        with acting_for(actor.account.pk), transaction.atomic():
            held = handover.hold(conversation_id)
            closing.close_if_idle(held)
            if held.state != "closed":
                found = meetings.offering(held, first=actor.member)
                if found is None:
                    raise meetings.NoCalendar
                entries = []
                if held.state != "human":
                    entries.append(handover.go(held, "take_over", "person", member=actor.member))
                    audit.record(actor, "conversation.taken_over", target=held.public_id)
                said = words.OFFERED_MOVE if found.moves else words.OFFERED
                card = offer_of(found).shown()
                entries.append(log.message("agent", said, member=actor.member, **card))
                log.append(held, entries)
                audit.record(actor, "conversation.times_offered", target=held.public_id)
                return held
    # Behind the transaction, which has closed it.
    raise Conflict(handover.CLOSED)


def settle_pick(conversation_id: str, seq: int) -> bool:
    """Book the time that a visitor's message picked, or that waited for the email which it brought,
    where a person has the conversation; whether anything came of it. May come twice."""
    found = Conversation.across_accounts.filter(public_id=conversation_id).first()
    if found is None:
        return False
    with acting_for(found.account_id), transaction.atomic():
        held = handover.hold_by_key(found.pk)
        if held.state != "human":
            # The agent has it again, and answers what was not answered.
            return False
        seen = states.read(held)
        said = next((one for one in seen.state.log if one.seq == seq), None)
        if said is None or _is_settled(seen.state.log, seq):
            return False
        # As the agent reads it: what the system has asked is its own question, and what the person
        # says beside it is no answer to that.
        own = tuple(_as_agents(one) for one in seen.state.log if one.sender != PERSON)
        seen = replace(seen, state=replace(seen.state, log=own))
        version = queries.pinned_version(held)
        step = turn.step(
            queries.profile_of(version), seen.state, [said], Answers(), Calendars(held)
        )
        if not step.books and not any("books" in reply.data for reply in step.messages):
            return False
        answer = apply(held, version, seen, step)
        entries = [_as_systems(entry) for entry in answer.entries]
        log.append(held, entries, answer.changed)
    return True


def settle_waiting(actor: Actor, conversation_id: str) -> bool:
    """Settle what the visitor picked a moment before a person took over: the turn that would have
    booked it is no more. Whether anything came of it."""
    with acting_for(actor.account.pk):
        found = Conversation.objects.filter(public_id=conversation_id, state="human").first()
        if found is None:
            return False
        said = states.read(found).state.log if found.visitor_message_count else ()
    picked = [one for one in said if one.sender == VISITOR and one.data.keys() & {"slot", "form"}]
    answered = max((one.seq for one in said if one.sender in (AI, SYSTEM)), default=0)
    if not picked or picked[-1].seq < answered:
        return False
    return settle_pick(conversation_id, picked[-1].seq)


def _is_settled(said: tuple[Said, ...], seq: int) -> bool:
    return any(one.seq > seq and one.sender == SYSTEM for one in said)


# What would promise to ask a person, where one is there.
_BESIDE = {
    words.TAKEN_ALL: words.TAKEN_ALL_BESIDE, words.TOO_OFTEN: words.NOT_BOOKED_BESIDE,
    words.NO_TIMES: words.NOT_BOOKED_BESIDE, words.MEETING_YES: words.NO_ADDRESS_BESIDE,
}  # fmt: skip


def _as_systems(entry: Entry) -> Entry:
    if entry.sender != AI:
        return entry
    content = entry.content or ""
    return replace(entry, sender=SYSTEM, content=_BESIDE.get(content, content))


def _as_agents(said: Said) -> Said:
    return replace(said, sender=AI) if said.sender == SYSTEM else said
