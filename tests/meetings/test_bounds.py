"""How much one visitor may book and move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member
from synaptiq.conversations import log
from synaptiq.conversations.models import Conversation
from synaptiq.kit import clock
from synaptiq.kit.errors import TooMany
from synaptiq.meetings import actions, telling
from synaptiq.meetings.actions import BookedTooOften, MovedTooOften, bounds
from synaptiq.meetings.models import Meeting
from synaptiq.meetings.values import Slot
from tests.conversations.making import make_conversation
from tests.meetings.making import (
    BERLIN,
    NINE,
    SUNDAY,
    TEN,
    book,
    booked,
    make_calendar,
    make_visitor_with_lead,
    reserve,
)

HALF = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def priya(member: Callable[..., Member]) -> Iterator[Member]:
    with clock.freeze(SUNDAY):
        made = member("agent", name="Priya Raman")
        make_calendar(made)
        yield made


def book_and_cancel(conversation: Conversation, account: Account, n: int) -> None:
    meeting = booked(conversation, NINE + n * HALF)
    actions.cancel_for_visitor(account, meeting.public_id)


def test_a_visitor_holds_one_time_and_not_two() -> None:
    conversation = make_visitor_with_lead()
    reserve(conversation)
    kept = reserve(conversation, TEN)
    assert list(Meeting.objects.all()) == [kept]


def test_from_one_address_not_every_time_is_kept(account: Account) -> None:
    def keep(n: int, address: str | None) -> Meeting:
        visitor = make_visitor_with_lead(email=f"{n}@visitor.example")
        slot = Slot(NINE + n * HALF, BERLIN)
        return actions.reserve(account.pk, visitor.pk, slot, address=address)

    for n in range(bounds.MOST_KEPT):
        keep(n, "203.0.113.7")
    with pytest.raises(TooMany) as refused:
        keep(10, "203.0.113.7")
    assert 0 < refused.value.retry_after <= 301
    assert keep(11, "198.51.100.1").network == "198.51.100.1"
    # Whose address is not known is not counted with others of whom that is so.
    assert keep(12, None).network == ""
    with clock.freeze(SUNDAY + actions.HELD_FOR):
        assert keep(13, "203.0.113.7")


def test_what_is_booked_forgets_whence_it_came(account: Account) -> None:
    conversation = make_visitor_with_lead()
    slot = Slot(NINE, BERLIN)
    actions.reserve(account.pk, conversation.pk, slot, address="203.0.113.7")
    assert booked(conversation).network == ""


def test_cancelled_ones_count_among_what_a_visitor_books_within_a_day(account: Account) -> None:
    conversation = make_visitor_with_lead()
    for n in range(3):
        book_and_cancel(conversation, account, n)
    with pytest.raises(BookedTooOften):
        book(conversation, NINE + 5 * HALF)
    with clock.freeze(SUNDAY + timedelta(hours=24, seconds=1)):
        assert booked(conversation, NINE + timedelta(days=2))


def test_how_many_is_a_setting(account: Account, settings: LazySettings) -> None:
    settings.BOOKINGS_A_DAY = 1
    conversation = make_visitor_with_lead()
    book_and_cancel(conversation, account, 0)
    with pytest.raises(BookedTooOften):
        book(conversation, TEN)


def test_another_conversation_and_another_visitor_with_that_email_count_together(
    account: Account,
) -> None:
    for n in range(3):
        book_and_cancel(make_visitor_with_lead(), account, n)
    with pytest.raises(BookedTooOften):
        book(make_visitor_with_lead(), NINE + 5 * HALF)
    assert booked(make_visitor_with_lead(email="bob@visitor.example"), NINE + 5 * HALF)


def test_made_up_visitors_do_not_get_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_AN_HOUR", 2)
    for n in range(2):
        booked(make_visitor_with_lead(email=f"{n}@visitor.example"), NINE + n * HALF)
    other = make_visitor_with_lead(email="other@visitor.example")
    with pytest.raises(BookedTooOften):
        book(other, NINE + 3 * HALF)
    with clock.freeze(SUNDAY + timedelta(hours=1, seconds=1)):
        assert booked(other, NINE + 3 * HALF)


def test_a_test_conversation_is_bounded_by_nothing(settings: LazySettings) -> None:
    settings.BOOKINGS_A_DAY = 1
    for n in range(3):
        conversation = make_visitor_with_lead()
        Conversation.objects.filter(pk=conversation.pk).update(is_test=True)
        booked(conversation, NINE + n * HALF)
    assert Meeting.objects.count() == 3


def test_a_visitor_moves_a_meeting_five_times_a_day(account: Account) -> None:
    meeting = booked()
    slots = [Slot(NINE + timedelta(days=1) + n * HALF, BERLIN) for n in range(1, 8)]
    for slot in slots[: bounds.MOST_MOVES]:
        actions.move_for_visitor(account, meeting.public_id, slot)
    with pytest.raises(MovedTooOften):
        actions.move_for_visitor(account, meeting.public_id, slots[5])
    with pytest.raises(MovedTooOften):
        book(meeting.conversation, slots[5].starts_at)
    assert Meeting.objects.get().sequence == bounds.MOST_MOVES
    with clock.freeze(SUNDAY + timedelta(hours=24, seconds=1)):
        far = Slot(NINE + timedelta(days=3), BERLIN)
        actions.move_for_visitor(account, meeting.public_id, far)


def test_what_members_move_does_not_count(account: Account, priya: Member) -> None:
    meeting = booked()
    for n in range(1, 7):
        actions.move(actors.of_member(priya), meeting.public_id, NINE + n * HALF)
    slot = Slot(NINE + 8 * HALF, BERLIN)
    assert actions.move_for_visitor(account, meeting.public_id, slot).sequence == 7


def test_moves_of_another_meeting_do_not_count(account: Account) -> None:
    meeting = booked()
    moved = telling.entry("meeting_rescheduled", meeting, by="visitor")
    moved.data["meeting"]["id"] = "mtg_other"  # type: ignore[index]
    log.append(meeting.conversation, [moved] * 9)
    slot = Slot(TEN, BERLIN)
    assert actions.move_for_visitor(account, meeting.public_id, slot).sequence == 1


def test_who_books_nothing_is_not_counted() -> None:
    make_conversation(("visitor", "Hello"))
    assert booked(make_visitor_with_lead())
