"""A visitor's way to a meeting: a time is reserved for some minutes, then booked.

Who reserves or books holds the member's calendar, so that two who want the same time come one after
the other; that the second does not get it, the database decides (`meeting_once_at_a_time`). What is
locked, in this order: conversation, lead, calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from synaptiq.accounts import actors
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import closing, handover, limiting
from synaptiq.conversations.models import Conversation
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from synaptiq.meetings import calendars, queries, telling
from synaptiq.meetings.actions import bounds
from synaptiq.meetings.actions.writing import is_overlap, write
from synaptiq.meetings.models import Calendar, Meeting
from synaptiq.meetings.queries import NoCalendar
from synaptiq.meetings.values import Slot

HELD_FOR = timedelta(minutes=5)


class SlotTaken(Conflict):
    """Somebody else has that time, or it is not offered any more."""

    status, code, title = 409, "slot_taken", "This time is not free"

    def __init__(self) -> None:
        super().__init__("This time is not free any more. Choose another one.")


@dataclass(frozen=True)
class Booked:
    """What came of a visitor's choice. `moved`: they had a meeting, which now is at that time;
    `again`: it was at that time already."""

    meeting: Meeting
    moved: bool = False
    again: bool = False


def reserve(
    account_id: int, conversation_pk: int, slot: Slot, *, address: str | None = None
) -> Meeting:
    """Keep a time for a visitor for five minutes, instead of another one that they had kept. Raises
    SlotTaken, NoCalendar, TooMany (from `address` too many are kept), and Conflict where the
    conversation is closed."""
    network = limiting.network_of(address)
    with acting_for(account_id), transaction.atomic():
        held = handover.hold_by_key(conversation_pk)
        closing.close_if_idle(held)
        if held.state != "closed":
            return _reserve(held, slot, network)
    # Behind the transaction, which has closed it.
    raise Conflict(handover.CLOSED)


def _reserve(held: Conversation, slot: Slot, network: str) -> Meeting:
    found = queries.offering(held)
    if found is None:
        raise NoCalendar
    calendar = hold_calendar(found.calendar)
    _clear(held, calendar)
    now = clock.now()
    if not calendars.source_of(calendar).is_open(calendar, slot.starts_at, now):
        raise SlotTaken
    bounds.check_kept(network, now)
    made = Meeting(
        conversation=held, expires_at=now + HELD_FOR, zone=slot.zone, network=network,
        **_columns(held, calendar, slot.starts_at),
    )  # fmt: skip
    if not _insert(made):
        raise SlotTaken
    return made


def book(held: Conversation, lead: Lead, slot: Slot) -> Booked | None:
    """Book what a visitor chose, in the caller's transaction, which holds conversation and lead;
    None where somebody else was quicker. Whoever has a meeting already moves it. Raises
    BookedTooOften, MovedTooOften.

    The log's entry, and what it changes of the conversation, are the caller's to write.
    """
    before = queries.upcoming_of(held, lead.pk)
    if before and before.starts_at == slot.starts_at:
        return Booked(before, again=True)
    if before:
        bounds.check_moves(before)
        return _book_moved(held, before, slot)
    now = clock.now()
    bounds.check_bookings(held, lead, now)
    living = Meeting.objects.filter(member__removed_at=None)
    kept = living.filter(conversation=held, state="reserved").first()
    # Also where the five minutes are over: nobody else has it, or this row would be gone.
    if (
        kept
        and kept.starts_at == slot.starts_at > now
        and write(kept, lead=lead, zone=slot.zone, **_booked(now))
    ):
        made = kept
    else:
        found = queries.offering(held)
        if found is None:
            return None
        calendar = hold_calendar(found.calendar)
        _clear(held, calendar)
        if not calendars.source_of(calendar).is_open(calendar, slot.starts_at, now):
            return None
        made = Meeting(
            conversation=held, lead=lead, zone=slot.zone, **_booked(now),
            **_columns(held, calendar, slot.starts_at),
        )  # fmt: skip
        if not _insert(made):
            return None
    if not made.is_test:
        leads.book_lead(actors.of_system(held.account), lead, at=now)
        telling.defer(made)
    booked = queries.get(made.public_id)
    telling.tell_member(booked, "booked")
    return Booked(booked)


def _book_moved(held: Conversation, before: Meeting, slot: Slot) -> Booked | None:
    calendar = queries.own_calendar(before)
    if calendar is None:
        return None
    calendar = hold_calendar(calendar)
    # What was kept for them would stand in the way of the move.
    _clear(held, calendar)
    if not put(before, calendar, slot.starts_at, zone=slot.zone):
        return None
    moved = queries.get(before.public_id)
    telling.tell_member(moved, "moved")
    return Booked(moved, moved=True)


def put(meeting: Meeting, calendar: Calendar, starts_at: datetime, **changed: Any) -> bool:
    """Move a booked meeting within a calendar that is held, as its lead is; whether that time was
    free."""
    now = clock.now()
    if not calendars.source_of(calendar).is_open(calendar, starts_at, now):
        return False
    rules = calendars.rules_of(calendar)
    first, last = rules.blocked(starts_at)
    _clear_expired(calendar)
    try:
        with transaction.atomic():
            write(
                meeting, starts_at=starts_at, ends_at=rules.end(starts_at), blocked_from=first,
                blocked_until=last, place=calendar.place, note="", sequence=meeting.sequence + 1,
                **changed,
            )  # fmt: skip
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        return False
    if meeting.lead_id is not None and not meeting.is_test and meeting.lead:
        leads.touch_lead(meeting.lead)
    telling.defer(meeting)
    return True


def forget_expired() -> int:
    """Delete what nobody confirmed in time, of all accounts; returns how many. Until then whoever
    wants that time clears it."""
    over = Meeting.across_accounts.filter(state="reserved", expires_at__lte=clock.now())
    deleted, _ = over.delete()
    return deleted


def hold_calendar(calendar: Calendar) -> Calendar:
    """The calendar with its row locked until the transaction ends."""
    rows = Calendar.objects.select_for_update(of=("self",))
    return rows.select_related("member__user", "account").get(pk=calendar.pk)


def _clear(held: Conversation, calendar: Calendar) -> None:
    """Let go what this visitor had kept, and in this calendar what nobody confirmed in time."""
    Meeting.objects.filter(conversation=held, state="reserved").delete()
    _clear_expired(calendar)


def _clear_expired(calendar: Calendar) -> None:
    over = Meeting.objects.filter(
        member=calendar.member_id, state="reserved", expires_at__lte=clock.now()
    )
    over.delete()


def _columns(held: Conversation, calendar: Calendar, starts_at: datetime) -> Mapping[str, Any]:
    rules = calendars.rules_of(calendar)
    first, last = rules.blocked(starts_at)
    return {
        "member": calendar.member, "starts_at": starts_at, "ends_at": rules.end(starts_at),
        "blocked_from": first, "blocked_until": last, "place": calendar.place,
        "is_test": held.is_test,
    }  # fmt: skip


def _booked(now: datetime) -> Mapping[str, Any]:
    return {"state": "booked", "booked_at": now, "expires_at": None, "network": ""}


def _insert(made: Meeting) -> bool:
    """Whether the database took it."""
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        return False
    return True
