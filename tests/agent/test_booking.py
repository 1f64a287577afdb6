"""From an offer of times to a booked meeting, turn by turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from synaptiq.accounts.models import Account, Member
from synaptiq.agent.core import words
from synaptiq.agent.models import Answer, Fact
from synaptiq.conversations import handover, log
from synaptiq.conversations.models import Conversation, Event
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from synaptiq.meetings import actions, telling, values, wording
from synaptiq.meetings.models import Calendar, Meeting
from tests.agent.talking import answered, open_turn, opened, say, send_form, spoken, talk, types
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


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.freeze(SUNDAY):
        yield


@pytest.fixture
def priya(account: Account, member: Callable[..., Member]) -> Member:
    made = member("agent", name="Priya Raman")
    make_calendar(made)
    return made


def pick(conversation: Conversation, start: datetime = NINE, zone: str = BERLIN) -> Conversation:
    """The visitor confirms a time on the card."""
    slot = {"starts_at": values.said(start), "zone": zone}
    say(conversation, wording.start(start, zone), slot=slot)
    return answered(conversation)


def last(conversation: Conversation) -> tuple[str, dict[str, Any]]:
    row = Event.objects.filter(conversation=conversation, sender="ai").latest("seq")
    return row.content or "", row.data


def offers_times(conversation: Conversation) -> bool:
    _, data = last(conversation)
    return data.get("offers") == "meeting" and "slots" in data


def known(**fields: Any) -> Conversation:
    """Whose email is known already."""
    made = make_visitor_with_lead(**fields)
    open_turn(made)
    return answered(made)


def test_whoever_asks_gets_times_and_books_one(priya: Member) -> None:
    conversation = talk(answered(opened()), "Can I book a demo?")
    assert last(conversation) == (
        words.SLOTS,
        {"offers": "meeting",
         "slots": {"minutes": 30, "name": "Priya", "member": priya.public_id}},
    )  # fmt: skip
    reserve(conversation)
    conversation = pick(conversation)
    said, data = last(conversation)
    assert said == words.BOOK_CONTACT
    assert data["form"] == {"fields": ["name", "email"]}
    assert not conversation.meeting_booked
    conversation = send_form(conversation, name="Jane Smith", email="jane@visitor.example")
    meeting = Meeting.objects.get()
    said, data = last(conversation)
    assert said == words.BOOKED
    assert data["meeting"] == {
        "id": meeting.public_id, "state": "booked", "starts_at": "2026-03-16T08:00:00Z",
        "ends_at": "2026-03-16T08:30:00Z", "zone": BERLIN, "name": "Priya",
        "email": "jane@visitor.example",
    }  # fmt: skip
    assert (meeting.state, meeting.lead_id) == ("booked", conversation.lead_id)
    assert conversation.meeting_booked
    assert Lead.objects.get().status == "meeting_booked"
    assert types(conversation)[-2:] == ["lead_captured", "meeting_booked"]
    event = Event.objects.get(type="meeting_booked")
    assert {**event.data, "meeting": None} == {
        "starts_at": "2026-03-16T08:00:00Z", "zone": BERLIN, "member": "Priya", "meeting": None,
        "by": "visitor",
    }  # fmt: skip


def test_whose_email_is_known_is_not_asked_again(priya: Member) -> None:
    conversation = pick(known())
    assert last(conversation)[0] == words.BOOKED
    assert Meeting.objects.get().starts_at == NINE


def test_a_day_that_was_picked_is_no_answer_to_another_question(priya: Member) -> None:
    """The agent asks when they want to start."""
    conversation = known()
    with transaction.atomic():
        held = handover.hold_by_key(conversation.pk)
        log.append(held, [log.message("ai", "By when do you need it?", asks="timeline")])
    pick(conversation)
    assert Meeting.objects.get().starts_at == NINE
    assert not Fact.objects.filter(criterion="timeline").exists()


def test_a_qualified_visitor_is_offered_times(priya: Member) -> None:
    conversation = opened("We are 60 people")
    conversation = talk(answered(conversation), "our budget is 30k", "this month", "I'm the CEO")
    conversation = send_form(conversation, name="Jane", email="jane@visitor.example")
    texts = [text for _, text in spoken(conversation)]
    if not offers_times(conversation):
        conversation = talk(conversation, "I'm the CEO", "We want to sell more on our site")
    assert offers_times(conversation), texts
    assert last(conversation)[0].endswith(words.MEETING_SLOTS)
    conversation = talk(conversation, "yes")
    assert last(conversation)[0] == words.SLOTS_YES
    assert offers_times(conversation)


def test_without_free_times_it_is_as_before(
    account: Account, member: Callable[..., Member]
) -> None:
    make_calendar(member("agent"), hours={})
    conversation = talk(answered(opened()), "Can I book a demo?")
    said, data = last(conversation)
    assert said == words.NO_TIMES_FORM
    assert data["form"] == {"fields": ["name", "email"]}
    assert conversation.state == "pending_human"
    # Whose address is known is not asked for it again.
    assert last(talk(known(), "Can I book a demo?"))[0] == words.NO_TIMES


@pytest.mark.parametrize(
    ("text", "is_of_times"),
    [
        ("is Tuesday possible?", True), ("the second one", True), ("anything later?", True),
        ("next week, mornings", True), ("15:30 works", True), ("Friday?", True),
        ("Can I add users later?", False), ("We need support on Sundays, is that included?", False),
        ("What does it cost?", False),
    ],
)  # fmt: skip
def test_what_is_said_to_a_card_is_of_its_times_or_is_not(
    priya: Member, text: str, *, is_of_times: bool
) -> None:
    conversation = talk(answered(opened()), "let's schedule a call", text)
    said, data = last(conversation)
    assert (said == words.SLOTS_NAMED) is is_of_times
    assert (data.get("slots", {}).get("asked") == text) is is_of_times


@pytest.mark.parametrize("text", ["Thursday at 3", "tomorrow afternoon", "10:00"])
def test_a_time_in_words_leads_back_to_the_card(priya: Member, text: str) -> None:
    conversation = talk(answered(opened()), "let's schedule a call", text)
    assert last(conversation)[0] == words.SLOTS_NAMED
    assert offers_times(conversation)


def test_no_to_an_offer_is_taken(priya: Member) -> None:
    conversation = talk(answered(opened()), "let's schedule a call", "no thanks")
    assert not offers_times(conversation)


def test_whoever_is_too_late_is_offered_others(priya: Member) -> None:
    conversation = known()
    booked()
    conversation = pick(conversation)
    assert last(conversation)[0] == words.TAKEN
    assert offers_times(conversation)
    assert not conversation.meeting_booked
    assert "meeting_booked" not in types(conversation)
    assert last(pick(conversation, TEN))[0] == words.BOOKED


def test_where_nothing_is_left_a_person_is_asked(priya: Member) -> None:
    conversation = known()
    booked()
    Calendar.objects.update(hours={})
    conversation = pick(conversation)
    assert last(conversation)[0] == words.TAKEN_ALL
    assert conversation.state == "pending_human"


@pytest.mark.parametrize(
    ("start", "zone"), [("soon", BERLIN), ("2026-03-16T08:00:00Z", "Mars/Olympus"), (None, None)]
)
def test_what_is_no_slot_books_nothing(priya: Member, start: Any, zone: Any) -> None:
    """The API lets none in; the log may hold anything."""
    conversation = known()
    say(conversation, "some time", slot={"starts_at": start, "zone": zone})
    conversation = answered(conversation)
    assert not Meeting.objects.exists()


def test_a_reservation_waits_for_the_email_and_may_be_lost(priya: Member) -> None:
    conversation = talk(answered(opened()), "Can I book a demo?")
    reserve(conversation)
    conversation = pick(conversation)
    with clock.freeze(SUNDAY + timedelta(minutes=6)):
        booked()
        conversation = send_form(conversation, name="Jane", email="jane@visitor.example")
    assert last(conversation)[0] == words.TAKEN
    assert offers_times(conversation)


def test_a_wrong_email_is_asked_again_and_then_booked(priya: Member) -> None:
    conversation = pick(talk(answered(opened()), "Can I book a demo?"))
    conversation = send_form(conversation, name="Jane", email="jane@@visitor")
    said, data = last(conversation)
    assert words.INVALID_EMAIL in said
    assert data["books"] == {"starts_at": "2026-03-16T08:00:00Z", "zone": BERLIN}
    conversation = talk(conversation, "jane@visitor.example")
    assert last(conversation)[0] == words.BOOKED


def test_a_question_in_between_is_answered_and_the_booking_goes_on(priya: Member) -> None:
    Answer.objects.create(question="What does it cost?", answer="It costs $20 a seat.")
    conversation = pick(talk(answered(opened()), "Can I book a demo?"))
    conversation = talk(conversation, "What does it cost?")
    said, data = last(conversation)
    assert "It costs $20 a seat." in said
    assert "books" in data
    conversation = talk(conversation, "jane@visitor.example")
    assert last(conversation)[0] == words.BOOKED


def test_whoever_gives_no_email_gets_no_meeting(priya: Member) -> None:
    conversation = pick(talk(answered(opened()), "Can I book a demo?"))
    conversation = talk(conversation, "I'd rather not give you my email")
    assert last(conversation)[0] == words.BOOK_NO_EMAIL
    assert not Meeting.objects.filter(state="booked").exists()


def test_the_email_is_not_asked_for_ever(priya: Member) -> None:
    conversation = pick(talk(answered(opened()), "Can I book a demo?"))
    conversation = talk(conversation, "hm", "well", "let me think")
    assert words.BOOK_NO_EMAIL in [text for _, text in spoken(conversation)]


def test_picking_the_same_time_again_books_once(priya: Member) -> None:
    conversation = pick(pick(known()))
    assert last(conversation)[0] == words.BOOKED_BEFORE
    assert Meeting.objects.count() == 1
    assert types(conversation).count("meeting_booked") == 1


def test_another_time_moves_it(priya: Member) -> None:
    conversation = pick(known())
    conversation = talk(conversation, "I need to reschedule my meeting")
    assert last(conversation)[0] == words.SLOTS_MOVE
    reserve(conversation, TEN)
    conversation = pick(conversation, TEN)
    assert last(conversation)[0] == words.MOVED
    assert last(conversation)[1]["meeting"]["starts_at"] == "2026-03-16T09:00:00Z"
    assert types(conversation)[-1] == "meeting_rescheduled"
    assert conversation.meeting_booked
    assert Meeting.objects.get().starts_at == TEN


@pytest.mark.parametrize(
    "text",
    [
        "Cancel my meeting please",
        "please cancel it",
        "I can’t make it",
        "We need to call off the call",
    ],
)
def test_words_cancel_no_meeting_and_do_not_say_so(priya: Member, text: str) -> None:
    conversation = pick(known())
    with transaction.atomic():
        held = handover.hold_by_key(conversation.pk)
        log.append(held, [log.message("ai", "What budget do you have?", asks="budget")])
    conversation = talk(conversation, text)
    said, data = last(conversation)
    assert said == words.MEETING_STANDS
    assert data == {"meeting": telling.card(Meeting.objects.get())}
    assert Meeting.objects.get().state == "booked"
    assert not Fact.objects.filter(criterion="budget").exists()


@pytest.mark.parametrize(
    "text",
    ["Is it possible to move it to Wednesday at 10am?", "next week thursday 17:00",
     "something later?", "can I have another time"],
)  # fmt: skip
def test_another_time_in_words_leads_to_the_card(priya: Member, text: str) -> None:
    conversation = talk(pick(known()), text)
    assert last(conversation)[0] == words.SLOTS_MOVE
    assert offers_times(conversation)


@pytest.mark.parametrize("text", ["ok bye", "Thanks, that was all", "Great, see you Tuesday at 3"])
def test_whoever_has_a_meeting_and_goes_is_asked_nothing(priya: Member, text: str) -> None:
    conversation = talk(pick(known()), text)
    assert last(conversation) == (words.FAREWELL, {})


def test_without_a_meeting_there_is_nothing_to_cancel(priya: Member) -> None:
    conversation = talk(known(), "Cancel my meeting please")
    assert last(conversation)[0] != words.MEETING_STANDS


def test_where_nothing_else_is_free_the_meeting_is_shown(priya: Member) -> None:
    conversation = pick(known())
    Calendar.objects.update(hours={})
    assert last(talk(conversation, "can we move it?"))[0] == words.MEETING_STANDS


def test_whose_lead_was_deleted_is_given_to_a_person(priya: Member) -> None:
    conversation = known()
    Lead.objects.update(deleted_at=SUNDAY)
    conversation = pick(conversation)
    assert not Meeting.objects.filter(state="booked").exists()


def test_a_meeting_that_was_cancelled_can_be_booked_anew(priya: Member, account: Account) -> None:
    conversation = pick(known())
    actions.cancel_for_visitor(account, Meeting.objects.get().public_id)
    conversation = pick(Conversation.objects.get(pk=conversation.pk))
    assert last(conversation)[0] == words.BOOKED
    assert conversation.meeting_booked
    assert book(conversation)


def test_whoever_books_during_a_meeting_gets_another_one(priya: Member) -> None:
    pick(known())
    with clock.freeze(NINE + timedelta(minutes=10)):
        first = Meeting.objects.get()
        later = Conversation.objects.get(pk=first.conversation_id)
        assert book(later, NINE + timedelta(days=1))
    assert Meeting.objects.count() == 2
    assert Meeting.objects.get(pk=first.pk).starts_at == NINE
