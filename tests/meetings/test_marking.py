"""What becomes of a meeting whose conversation is said to be a test or spam."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core import mail

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member
from synaptiq.conversations.models import Conversation
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from synaptiq.meetings import actions, queries
from synaptiq.meetings.actions import SlotTaken, TimeTaken
from synaptiq.meetings.models import Meeting
from tests.dashboard.clients import HTMX, client_of
from tests.meetings.making import (
    SUNDAY,
    booked,
    make_calendar,
    make_visitor_with_lead,
    reserve,
    write_letters,
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


@pytest.mark.parametrize("mark", ["test", "spam"])
def test_it_is_out_of_the_way_and_comes_back_unmarked(priya: Member, mark: str) -> None:
    meeting = booked()
    actor, conversation = actors.of_member(priya), meeting.conversation.public_id
    actions.mark_conversation(actor, conversation, **{mark: True})
    assert queries.listing("upcoming", None).rows == []
    write_letters()
    assert mail.outbox == []
    other = make_visitor_with_lead(email="other@visitor.example")
    reserved = reserve(other)
    # Its time is another's now.
    with pytest.raises(TimeTaken):
        actions.mark_conversation(actor, conversation, **{mark: False})
    assert getattr(Conversation.objects.get(public_id=conversation), f"is_{mark}")
    Meeting.objects.filter(pk=reserved.pk).delete()
    actions.mark_conversation(actor, conversation, **{mark: False})
    assert [one.public_id for one in queries.listing("upcoming", None).rows] == [meeting.public_id]
    with pytest.raises(SlotTaken):
        reserve(other)


def test_a_cancelled_one_stays_as_it_was(priya: Member) -> None:
    meeting = booked()
    actor = actors.of_member(priya)
    actions.cancel(actor, meeting.public_id)
    actions.mark_conversation(actor, meeting.conversation.public_id, spam=True)
    assert not Meeting.objects.get().is_test


def test_whoever_deletes_a_lead_is_told_of_its_meetings(priya: Member) -> None:
    meeting = booked()
    lead = Lead.objects.get()
    client = client_of(priya)
    for given in ({}, HTMX):
        page = client.get(f"/admin/leads/{lead.public_id}/delete", **given).text
        assert "Its meeting with <bdi>Priya Raman</bdi>" in page
        assert f"/admin/meetings/{meeting.public_id}" in page
    actions.cancel(actors.of_member(priya), meeting.public_id)
    assert "Its meeting" not in client.get(f"/admin/leads/{lead.public_id}/delete").text
