"""Times that a person offers, and what a visitor picks while a person has the conversation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.agent import actions as agent
from synaptiq.agent.core import words
from synaptiq.conversations import actions as conversations
from synaptiq.conversations.models import Conversation, Event, Turn
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Denied, NotFound
from synaptiq.leads.models import Lead
from synaptiq.meetings import queries, values, wording
from synaptiq.meetings.models import Calendar, Meeting
from tests.agent.talking import answered, opened, say, talk
from tests.conftest import make_account, make_member
from tests.meetings.making import (
    BERLIN,
    NINE,
    SUNDAY,
    TEN,
    book,
    booked,
    make_calendar,
    make_visitor_with_lead,
)


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.freeze(SUNDAY):
        yield


@pytest.fixture
def priya(account: Account, member: Callable[..., Member]) -> Member:
    made = member("agent", name="Priya Raman", email="priya@acme.example")
    make_calendar(made)
    return made


def taken(conversation: Conversation, by: Member) -> Conversation:
    conversations.take_over(actors.of_member(by), conversation.public_id)
    return Conversation.objects.get(pk=conversation.pk)


def pick(conversation: Conversation, start: datetime = NINE) -> bool:
    """The visitor confirms a time on the card."""
    slot = {"starts_at": values.said(start), "zone": BERLIN}
    say(conversation, wording.start(start, BERLIN), slot=slot)
    return agent.settle_pick(conversation.public_id, last(conversation).seq)


def send_form(conversation: Conversation, **form: str) -> int:
    say(conversation, "\n".join(form.values()), form=form)
    return last(conversation).seq


def spoken(conversation: Conversation) -> list[tuple[str, str]]:
    rows = Event.objects.filter(conversation=conversation).order_by("seq")
    return [(row.sender or row.type, row.content or "") for row in rows]


def last(conversation: Conversation) -> Event:
    return Event.objects.filter(conversation=conversation).latest("seq")


def test_a_person_offers_times_and_has_taken_over(priya: Member) -> None:
    conversation = answered(opened())
    agent.offer_times(actors.of_member(priya), conversation.public_id)
    made = last(conversation)
    assert (made.sender, made.member, made.content) == ("agent", priya, words.OFFERED)
    assert made.data == {
        "offers": "meeting", "slots": {"minutes": 30, "name": "Priya", "member": priya.public_id}
    }  # fmt: skip
    assert Conversation.objects.get(pk=conversation.pk).state == "human"
    actions = AuditEntry.objects.filter(action__startswith="conversation.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "conversation.taken_over", "conversation.times_offered"
    ]  # fmt: skip


def test_the_times_are_the_members_own_whoever_has_the_lead(
    priya: Member, member: Callable[..., Member]
) -> None:
    omar = member("agent", name="Omar Haddad", email="omar@acme.example")
    make_calendar(omar)
    conversation = make_visitor_with_lead(assigned_to=priya)
    for whose in (omar, priya):
        agent.offer_times(actors.of_member(whose), conversation.public_id)
        assert last(conversation).data["slots"]["member"] == whose.public_id
        # What the card then lists is of the same.
        found = queries.offering(Conversation.objects.get(pk=conversation.pk))
        assert found
        assert found.calendar.member == whose


def test_who_has_no_calendar_offers_those_that_there_are(
    priya: Member, member: Callable[..., Member]
) -> None:
    conversation = make_visitor_with_lead()
    agent.offer_times(actors.of_member(member("admin")), conversation.public_id)
    assert last(conversation).data["slots"]["member"] == priya.public_id
    Calendar.objects.update(is_on=False)
    with pytest.raises(Conflict, match="Nobody here has a calendar"):
        agent.offer_times(actors.of_member(priya), conversation.public_id)


def test_offering_needs_the_right_an_open_conversation_and_ones_own_account(
    priya: Member, member: Callable[..., Member]
) -> None:
    conversation = make_visitor_with_lead()
    with pytest.raises(Denied):
        agent.offer_times(actors.of_member(member("viewer")), conversation.public_id)
    stranger = actors.of_member(make_member(make_account("Other"), "owner"))
    with pytest.raises(NotFound):
        agent.offer_times(stranger, conversation.public_id)
    conversations.close(actors.of_member(priya), conversation.public_id)
    with pytest.raises(Conflict, match="closed"):
        agent.offer_times(actors.of_member(priya), conversation.public_id)


def test_what_is_picked_is_booked_and_the_agent_stays_silent(priya: Member) -> None:
    conversation = taken(make_visitor_with_lead(), priya)
    agent.offer_times(actors.of_member(priya), conversation.public_id)
    assert pick(conversation)
    meeting = Meeting.objects.get()
    assert (meeting.state, meeting.starts_at, meeting.member) == ("booked", NINE, priya)
    assert spoken(conversation)[-2:] == [("meeting_booked", ""), ("system", words.BOOKED)]
    now = Conversation.objects.get(pk=conversation.pk)
    assert (now.state, now.meeting_booked) == ("human", True)
    assert Lead.objects.get().status == "meeting_booked"
    # The same message again.
    seq = Event.objects.filter(sender="visitor").latest("seq").seq
    assert not agent.settle_pick(conversation.public_id, seq)
    assert Meeting.objects.count() == 1


def test_a_card_that_the_agent_offered_before_stays_usable(priya: Member) -> None:
    conversation = taken(talk(answered(opened()), "Can I book a demo?"), priya)
    assert pick(conversation)
    assert last(conversation).content == words.BOOK_CONTACT


def test_whose_email_is_not_known_is_asked_for_it_also_while_the_person_goes_on(
    priya: Member,
) -> None:
    conversation = taken(answered(opened()), priya)
    pick(conversation)
    asked = last(conversation)
    assert (asked.sender, asked.content) == ("system", words.BOOK_CONTACT)
    assert asked.data["form"] == {"fields": ["name", "email"]}
    conversations.reply(actors.of_member(priya), conversation.public_id, "Great, see you then.")
    seq = send_form(conversation, name="Jane Smith", email="jane@visitor.example")
    assert agent.settle_pick(conversation.public_id, seq)
    assert last(conversation).content == words.BOOKED
    lead = Lead.objects.get()
    assert (lead.name, lead.email) == ("Jane Smith", "jane@visitor.example")
    assert Meeting.objects.get().lead == lead
    assert "lead_captured" in [kind for kind, _ in spoken(conversation)]


def test_an_email_that_is_none_is_asked_for_again(priya: Member) -> None:
    conversation = taken(answered(opened()), priya)
    pick(conversation)
    assert agent.settle_pick(conversation.public_id, send_form(conversation, email="jane at home"))
    assert last(conversation).content.startswith(words.INVALID_EMAIL)
    assert last(conversation).data["form"]


def test_of_two_who_want_one_time_the_second_gets_others(priya: Member) -> None:
    conversation = taken(make_visitor_with_lead(), priya)
    booked(make_visitor_with_lead(email="bob@visitor.example"))
    assert pick(conversation)
    told = last(conversation)
    assert (told.sender, told.content) == ("system", words.TAKEN)
    assert told.data["slots"]["member"] == priya.public_id
    assert pick(conversation, TEN)
    assert Meeting.objects.filter(state="booked").count() == 2


def test_another_time_moves_the_meeting(priya: Member) -> None:
    conversation = make_visitor_with_lead()
    book(conversation)
    conversation = taken(conversation, priya)
    agent.offer_times(actors.of_member(priya), conversation.public_id)
    assert last(conversation).content == words.OFFERED_MOVE
    pick(conversation, TEN)
    assert Meeting.objects.get().starts_at == TEN
    assert last(conversation).content == words.MOVED


@pytest.mark.parametrize("form", [{"email": "jane@visitor.example"}, {"name": "Jane"}])
def test_a_form_for_which_no_time_waits_is_the_persons_to_read(
    priya: Member, form: dict[str, Any]
) -> None:
    conversation = taken(answered(opened()), priya)
    assert not agent.settle_pick(conversation.public_id, send_form(conversation, **form))
    assert not Lead.objects.exists()


def test_where_the_agent_speaks_its_turn_books(priya: Member) -> None:
    conversation = answered(opened())
    assert not pick(conversation)
    assert not Meeting.objects.exists()
    assert not agent.settle_pick("conv_unknown", 1)


def test_given_back_the_agent_does_not_take_up_what_was_booked(priya: Member) -> None:
    conversation = taken(make_visitor_with_lead(), priya)
    pick(conversation)
    conversations.give_back(actors.of_member(priya), conversation.public_id)
    assert not Turn.objects.filter(state="pending").exists()
    talk(Conversation.objects.get(pk=conversation.pk), "Thank you")
    assert words.BOOKED_BEFORE not in [text for _, text in spoken(conversation)]


def test_what_was_picked_long_ago_is_idle(priya: Member) -> None:
    conversation = taken(make_visitor_with_lead(), priya)
    with clock.freeze(SUNDAY + timedelta(hours=2)), pytest.raises(Conflict):
        agent.offer_times(actors.of_member(priya), conversation.public_id)


def test_a_time_picked_just_before_a_person_took_over_is_booked(priya: Member) -> None:
    conversation = make_visitor_with_lead()
    slot = {"starts_at": values.said(NINE), "zone": BERLIN}
    say(conversation, wording.start(NINE, BERLIN), slot=slot)
    # The turn that would have booked it is superseded.
    conversation = taken(conversation, priya)
    actor = actors.of_member(priya)
    assert not Meeting.objects.exists()
    assert agent.settle_waiting(actor, conversation.public_id)
    assert Meeting.objects.get().starts_at == NINE
    # Once: neither a second look nor a second member does it again.
    assert not agent.settle_waiting(actor, conversation.public_id)
    assert Meeting.objects.count() == 1


def test_what_the_agent_has_booked_is_not_booked_again(priya: Member) -> None:
    conversation = make_visitor_with_lead()
    slot = {"starts_at": values.said(NINE), "zone": BERLIN}
    say(conversation, wording.start(NINE, BERLIN), slot=slot)
    conversation = taken(answered(conversation), priya)
    assert Meeting.objects.count() == 1
    assert not agent.settle_waiting(actors.of_member(priya), conversation.public_id)
    assert Meeting.objects.get().sequence == 0
