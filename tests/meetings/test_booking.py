"""From a time that is kept to a meeting that is booked; and that nobody gets another's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict
from synaptiq.leads.models import Lead, LeadEvent
from synaptiq.meetings import actions, queries
from synaptiq.meetings.actions import HELD_FOR, SlotTaken
from synaptiq.meetings.models import Calendar, Meeting
from synaptiq.meetings.queries import NoCalendar
from tests.meetings.making import (
    NINE,
    SUNDAY,
    TEN,
    book,
    booked,
    make_calendar,
    make_visitor_with_lead,
    reserve,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.freeze(SUNDAY):
        yield


@pytest.fixture
def priya(member: Callable[..., Member]) -> Member:
    made = member("agent", name="Priya Raman")
    make_calendar(made)
    return made


def offered(conversation: Any) -> list[Any]:
    found = queries.offering(conversation)
    return found.starts if found else []


def test_what_is_reserved_is_offered_to_nobody_else_for_five_minutes(priya: Member) -> None:
    one, two = make_visitor_with_lead(), make_visitor_with_lead()
    kept = reserve(one)
    assert kept.expires_at == SUNDAY + timedelta(minutes=5)
    assert NINE in offered(one)
    assert NINE not in offered(two)
    with pytest.raises(SlotTaken):
        reserve(two)
    with clock.freeze(SUNDAY + HELD_FOR):
        assert NINE in offered(two)
        assert reserve(two).conversation == two
    assert not Meeting.objects.filter(conversation=one).exists()


def test_a_visitor_keeps_one_time_at_once(priya: Member) -> None:
    one, two = make_visitor_with_lead(), make_visitor_with_lead()
    reserve(one)
    reserve(one, TEN)
    assert NINE in offered(two)
    assert TEN not in offered(two)
    assert Meeting.objects.filter(conversation=one).count() == 1


def test_a_refused_wish_leaves_what_was_kept(priya: Member) -> None:
    one, two = make_visitor_with_lead(), make_visitor_with_lead()
    reserve(one)
    reserve(two, TEN)
    with pytest.raises(SlotTaken):
        reserve(two)
    assert TEN not in offered(one)


@pytest.mark.parametrize("minutes", [-720, 5, 12 * 60, 60 * 24 * 60])
def test_only_what_is_offered_can_be_had(priya: Member, minutes: int) -> None:
    start = NINE + timedelta(minutes=minutes)
    with pytest.raises(SlotTaken):
        reserve(make_visitor_with_lead(), start)
    assert book(make_visitor_with_lead(), start) is None


def test_without_a_calendar_nothing_can_be_had(member: Callable[..., Member]) -> None:
    make_calendar(member("agent"), is_on=False)
    make_calendar(member("viewer"))
    with pytest.raises(NoCalendar):
        reserve(make_visitor_with_lead())
    assert book(make_visitor_with_lead()) is None


def test_a_closed_conversation_reserves_nothing(priya: Member) -> None:
    conversation = make_visitor_with_lead()
    with clock.freeze(SUNDAY + timedelta(minutes=31)), pytest.raises(Conflict):
        reserve(conversation)


def test_what_was_reserved_is_booked(priya: Member) -> None:
    conversation = make_visitor_with_lead()
    kept = reserve(conversation)
    found = book(conversation)
    assert found
    assert found.meeting.pk == kept.pk
    assert (found.meeting.state, found.meeting.expires_at) == ("booked", None)
    assert (found.meeting.lead_id, found.meeting.member) == (conversation.lead_id, priya)


def test_a_booking_moves_the_lead_on(priya: Member) -> None:
    conversation = make_visitor_with_lead(status="qualified")
    booked(conversation)
    lead = Lead.objects.get(pk=conversation.lead_id)
    assert (lead.status, lead.meeting_booked_at) == ("meeting_booked", SUNDAY)
    assert lead.last_activity_at == SUNDAY
    assert LeadEvent.objects.get(lead=lead).changes["status"] == ["qualified", "meeting_booked"]


@pytest.mark.parametrize(("status", "locked"), [("won", False), ("nurture", True)])
def test_a_booking_overrides_nobody(priya: Member, status: str, locked: bool) -> None:
    conversation = make_visitor_with_lead(status=status, status_locked=locked)
    booked(conversation)
    lead = Lead.objects.get(pk=conversation.lead_id)
    assert (lead.status, lead.meeting_booked_at) == (status, SUNDAY)


def test_booking_twice_is_once(priya: Member) -> None:
    conversation = make_visitor_with_lead()
    first, again = book(conversation), book(conversation)
    assert first
    assert again
    assert again.again
    assert again.meeting == first.meeting
    assert Meeting.objects.count() == 1


def test_another_time_moves_the_meeting(priya: Member) -> None:
    conversation = make_visitor_with_lead()
    first = booked(conversation)
    reserve(conversation, TEN)
    moved = book(conversation, TEN)
    assert moved
    assert moved.moved
    assert (moved.meeting.pk, moved.meeting.starts_at) == (first.pk, TEN)
    assert moved.meeting.sequence == 1
    assert list(Meeting.objects.values_list("state", flat=True)) == ["booked"]


def test_a_reservation_that_is_over_is_still_good_while_nobody_took_it(priya: Member) -> None:
    conversation = make_visitor_with_lead()
    reserve(conversation)
    with clock.freeze(SUNDAY + timedelta(minutes=29)):
        assert book(conversation)


def test_a_reservation_that_is_over_and_was_taken_is_gone(priya: Member) -> None:
    one, two = make_visitor_with_lead(), make_visitor_with_lead()
    reserve(one)
    with clock.freeze(SUNDAY + timedelta(minutes=6)):
        assert book(two)
        assert book(one) is None
        assert NINE not in offered(one)


def test_buffers_stand_between_two_meetings(member: Callable[..., Member]) -> None:
    make_calendar(member("agent"), buffer_before=10, buffer_after=10)
    booked()
    assert book(make_visitor_with_lead(), NINE + timedelta(minutes=30)) is None
    assert book(make_visitor_with_lead(), TEN)


def test_the_database_refuses_what_overlaps_whoever_writes_it(priya: Member) -> None:
    meeting = booked()
    twin = Meeting.objects.get(pk=meeting.pk)
    twin.pk, twin.public_id = None, "mtg_twin1"
    with pytest.raises(IntegrityError, match="meeting_once_at_a_time"), transaction.atomic():
        twin.save(force_insert=True)
    Meeting.objects.filter(pk=meeting.pk).update(state="cancelled")
    twin.save(force_insert=True)


def test_two_members_have_their_own_time(member: Callable[..., Member]) -> None:
    one, two = make_calendar(member("agent")), make_calendar(member("admin"))
    assert booked().member == one.member
    # Whoever has fewer meetings is next.
    assert booked().member == two.member
    assert book(make_visitor_with_lead()) is None


def test_the_leads_own_member_comes_first(member: Callable[..., Member]) -> None:
    make_calendar(member("agent"))
    mine = make_calendar(member("admin"))
    assert booked(make_visitor_with_lead(assigned_to=mine.member)).member == mine.member


def test_whoever_has_no_free_time_is_passed_over(member: Callable[..., Member]) -> None:
    make_calendar(member("agent"), hours={})
    other = make_calendar(member("admin"))
    assert booked().member == other.member


def test_a_test_takes_nobodys_time(priya: Member) -> None:
    trial = make_visitor_with_lead()
    trial.is_test = True
    trial.save()
    meeting = booked(trial)
    assert meeting.is_test
    assert NINE in offered(make_visitor_with_lead())
    assert queries.listing("upcoming", None).rows == []
    assert Lead.objects.get(pk=trial.lead_id).status == "new"


def test_what_nobody_confirmed_is_forgotten(priya: Member) -> None:
    reserve(make_visitor_with_lead())
    assert actions.forget_expired() == 0
    with clock.freeze(SUNDAY + HELD_FOR):
        assert actions.forget_expired() == 1


def test_a_zone_that_is_no_more_keeps_no_chat_from_answering(priya: Member) -> None:
    Calendar.objects.update(timezone="Mars/Olympus")
    assert NINE + timedelta(hours=1) in offered(make_visitor_with_lead())


@pytest.mark.parametrize("act", [book, reserve])
def test_of_many_who_want_one_time_at_once_one_gets_it(
    committed_db: str, account: Account, member: Callable[..., Member], act: Any
) -> None:
    make_calendar(member("agent"))
    conversations = [make_visitor_with_lead() for _ in range(6)]
    together = threading.Barrier(len(conversations))

    def one(conversation: Any) -> bool:
        try:
            with acting_for(account.pk):
                together.wait()
                return act(conversation) is not None
        except SlotTaken:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(len(conversations)) as threads:
        got = list(threads.map(one, conversations))
    assert sorted(got) == [False] * 5 + [True]
    assert Meeting.objects.count() == 1


def test_without_the_calendars_lock_the_constraint_alone_decides(
    committed_db: str, account: Account, member: Callable[..., Member],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Each looks at the calendar before any has written."""
    make_calendar(member("agent"))
    conversations = [make_visitor_with_lead() for _ in range(2)]
    together = threading.Barrier(2)

    def unlocked(calendar: Calendar) -> Calendar:
        together.wait()
        return calendar

    monkeypatch.setattr("synaptiq.meetings.actions.booking.hold_calendar", unlocked)

    def one(conversation: Any) -> bool:
        try:
            with acting_for(account.pk):
                return book(conversation) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        got = list(threads.map(one, conversations))
    assert sorted(got) == [False, True]
