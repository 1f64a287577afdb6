"""Offer times, beside Send: a card of free times goes into the conversation."""

from __future__ import annotations

from collections.abc import Callable

from synaptiq.accounts.models import Account, Member
from synaptiq.agent.core import words
from synaptiq.conversations.models import Conversation, Event
from tests.conversations.making import make_conversation
from tests.dashboard.clients import HTMX, client_of
from tests.meetings.making import make_calendar

Members = Callable[..., Member]


def address(conversation: Conversation) -> str:
    return f"/admin/conversations/{conversation.public_id}"


def test_times_are_offered_by_a_page_that_goes_on_and_by_a_form(
    account: Account, member: Members
) -> None:
    agent = member("agent", name="Priya Raman")
    make_calendar(agent, days_ahead=14)
    conversation, client = make_conversation(("visitor", "Hello")), client_of(agent)
    page = client.get(address(conversation)).text
    assert f'action="{address(conversation)}/offer-times"' in page
    assert "Offer times</button>" in page
    news = client.post(f"{address(conversation)}/offer-times", {"after": "1", "notes": ""}, **HTMX)
    assert words.OFFERED in news.text
    answer = client.post(f"{address(conversation)}/offer-times")
    assert answer["Location"] == f"{address(conversation)}#end"
    offered = Event.objects.filter(conversation=conversation, sender="agent")
    assert [one.data["slots"]["name"] for one in offered] == ["Priya", "Priya"]


def test_without_a_calendar_it_is_said_why_there_are_none(
    account: Account, member: Members
) -> None:
    conversation, client = make_conversation(("visitor", "Hello")), client_of(member("agent"))
    told = client.post(f"{address(conversation)}/offer-times", {"after": "1", "notes": ""}, **HTMX)
    assert told.status_code == 409
    assert "Nobody here has a calendar" in told["HX-Trigger"]
    page = client.post(f"{address(conversation)}/offer-times", follow=True)
    assert "Nobody here has a calendar" in page.text
    assert Conversation.objects.get().state == "ai"


def test_who_only_reads_offers_nothing(account: Account, member: Members) -> None:
    conversation, client = make_conversation(("visitor", "Hello")), client_of(member("viewer"))
    assert "Offer times" not in client.get(address(conversation)).text
    assert client.post(f"{address(conversation)}/offer-times").status_code == 403
