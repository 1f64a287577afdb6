"""What a turn books, within the transaction that commits it, and what the agent says of it.

Only here it shows whether the time is still free. Whoever comes too late is offered others at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from synaptiq.agent.core import words
from synaptiq.agent.core.turn import Offer, Pick
from synaptiq.conversations import log
from synaptiq.conversations.log import Entry
from synaptiq.conversations.models import Conversation
from synaptiq.kit.errors import Invalid
from synaptiq.leads.models import Lead
from synaptiq.meetings import actions as meetings
from synaptiq.meetings import queries, telling, values
from synaptiq.meetings.actions import BookedTooOften, HourIsFull, MovedTooOften
from synaptiq.meetings.queries import Offering


@dataclass(frozen=True)
class Outcome:
    """What the log gets, what changes of the conversation, and whether a person is needed."""

    entries: list[Entry]
    changed: Mapping[str, Any] = field(default_factory=dict)
    handoff: bool = False


def offer_of(found: Offering) -> Offer:
    """An offering as the core takes it."""
    return Offer(
        found.calendar.minutes, found.name, found.calendar.member.public_id,
        moves=found.moves is not None,
    )  # fmt: skip


def book(held: Conversation, lead: Lead | None, pick: Pick) -> Outcome:
    """Book what was picked for the lead, both of which are held."""
    if lead is None or not lead.email:
        # The address could not be kept, or the lead was deleted.
        return Outcome([log.message("ai", words.MEETING_YES)], handoff=True)
    held.lead = lead
    # As it is after what this turn has judged.
    lead.refresh_from_db()
    try:
        booked = meetings.book(held, lead, values.slot(pick.starts_at, pick.zone))
    except Invalid:
        booked = None
    except HourIsFull:
        return Outcome([log.message("ai", words.NO_TIMES)], handoff=True)
    except (BookedTooOften, MovedTooOften):
        return Outcome([log.message("ai", words.TOO_OFTEN)], handoff=True)
    if booked is None:
        return _too_late(held)
    said = words.MOVED if booked.moved else words.BOOKED
    entries = [log.message("ai", said, meeting=telling.card(booked.meeting))]
    if booked.again:
        entries = [log.message("ai", words.BOOKED_BEFORE, meeting=telling.card(booked.meeting))]
        return Outcome(entries)
    type = "meeting_rescheduled" if booked.moved else "meeting_booked"
    entries.insert(0, telling.entry(type, booked.meeting, by="visitor"))
    return Outcome(entries, {"meeting_booked": queries.is_booked(held.pk)})


def _too_late(held: Conversation) -> Outcome:
    found = queries.offering(held)
    if found is None:
        return Outcome([log.message("ai", words.TAKEN_ALL)], handoff=True)
    return Outcome([log.message("ai", words.TAKEN, **offer_of(found).shown())])
