"""From an offer to a booked meeting, by the card in the chat."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, expect

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member
from synaptiq.agent import actions as agent
from synaptiq.conversations import actions as conversations
from synaptiq.conversations.models import Conversation
from synaptiq.meetings import actions as meetings
from synaptiq.meetings.models import Meeting
from tests.conftest import make_member
from tests.dashboard.browser import PHONE, assert_accessible
from tests.meetings.making import make_calendar
from tests.widget.pages import Stranger, Visitor

pytestmark = pytest.mark.usefixtures("agent")
# Every hour of the week, so that the day on which this runs does not matter.
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.fixture
def priya(account: Account) -> Member:
    made = make_member(account, "agent", name="Priya Raman")
    make_calendar(made, hours=ALWAYS)
    return made


def qualified(stranger: Stranger, chromium: Browser, email: str, **options: object) -> Visitor:
    """A visitor to whom times are offered."""
    visitor = stranger.open(chromium, timezone_id="America/New_York", **options)
    visitor.open_chat(remember=True)
    visitor.say("We are 40 people, our budget is $30,000 a year, within a month, and I decide")
    form = visitor.widget.locator("form.card", has=visitor.page.get_by_label("Your email"))
    form.get_by_label("Your email").fill(email)
    form.get_by_role("button", name="Send").click()
    visitor.expect_said("Email: " + email)
    return visitor


def card(visitor: Visitor) -> Locator:
    return visitor.widget.locator("form.card", has_text="30 minutes with Priya")


def pick(visitor: Visitor, number: int) -> None:
    """The time of that number on the second day that is offered."""
    card(visitor).locator(".picks").first.locator("label").nth(1).click()
    card(visitor).locator(".picks").nth(1).locator("label").nth(number).click()
    expect(card(visitor).get_by_text("Held for you until")).to_be_visible()


def test_a_visitor_books_a_meeting(stranger: Stranger, chromium: Browser, priya: Member) -> None:
    visitor = qualified(stranger, chromium, "jane@visitor.example", viewport=PHONE)
    expect(card(visitor).get_by_label("Times in")).to_have_value("America/New_York")
    assert_accessible(visitor.page, "the card of times")
    pick(visitor, 2)
    book = card(visitor).get_by_role("button", name=re.compile("^Book "))
    said = book.inner_text()
    book.click()
    booked = visitor.widget.get_by_role("region", name="Meeting: Booked")
    expect(booked).to_contain_text("jane@visitor.example")
    expect(booked).to_contain_text("America/New York")
    # The chat stands at its end, though the card of times has collapsed.
    expect(booked.get_by_role("link").last).to_be_in_viewport(ratio=1)
    expect(card(visitor)).to_have_count(0)
    made = Meeting.objects.get()
    assert made.state == "booked"
    assert said.split(", ")[-1][:4] in booked.inner_text()
    assert_accessible(visitor.page, "what is booked")
    conversation = Conversation.objects.get()
    assert conversation.meeting_booked
    assert conversation.slot_picked
    assert conversation.scheduler_opened
    links = booked.get_by_role("link").evaluate_all("(all) => all.map((one) => one.href)")
    assert [link.startswith(f"{stranger.web}/m/") for link in links] == [True, True]
    # Asked in words, the card comes again: of the two only the new one leads on.
    visitor.say("Cancel my meeting please")
    expect(visitor.widget.get_by_text("Your meeting still stands.").last).to_be_visible()
    expect(booked).to_have_count(2)
    expect(visitor.widget.get_by_role("link", name="Move or cancel")).to_have_count(1)
    expect(booked.last.get_by_role("link", name="Move or cancel")).to_be_visible()
    meetings.cancel(actors.of_member(priya), made.public_id)
    expect(visitor.widget.get_by_text("The meeting was cancelled.")).to_be_visible()
    expect(visitor.widget.get_by_role("link", name="Move or cancel")).to_have_count(0)
    expect(booked).to_have_count(0)
    assert visitor.errors == []


def test_of_two_on_one_time_one_gets_it_and_the_other_a_fresh_offer(
    stranger: Stranger, chromium: Browser, priya: Member
) -> None:
    first = qualified(stranger, chromium, "jane@visitor.example")
    second = qualified(stranger, chromium, "bob@visitor.example")
    expect(card(second).locator(".picks").nth(1)).to_be_visible()
    pick(first, 0)
    day = card(second).locator(".picks").first.locator("label").nth(1)
    day.click()
    card(second).locator(".picks").nth(1).locator("label").first.click()
    expect(card(second).get_by_text("Somebody else just took that time.")).to_be_visible()
    card(first).get_by_role("button", name=re.compile("^Book ")).click()
    expect(first.widget.get_by_role("region", name="Meeting: Booked")).to_be_visible()
    pick(second, 0)
    card(second).get_by_role("button", name=re.compile("^Book ")).click()
    expect(second.widget.get_by_role("region", name="Meeting: Booked")).to_be_visible()
    starts = Meeting.objects.filter(state="booked").values_list("starts_at", flat=True)
    assert len(set(starts)) == 2


def test_a_person_offers_times_and_the_visitor_books_one_of_them(
    stranger: Stranger, chromium: Browser, priya: Member
) -> None:
    visitor = stranger.open(chromium, timezone_id="America/New_York")
    visitor.open_chat(remember=True)
    visitor.say("Hello")
    expect(visitor.said).to_have_count(3)
    made, actor = Conversation.objects.get(), actors.of_member(priya)
    conversations.take_over(actor, made.public_id)
    conversations.reply(actor, made.public_id, "When does it suit you?")
    agent.offer_times(actor, made.public_id)
    pick(visitor, 1)
    card(visitor).get_by_role("button", name=re.compile("^Book ")).click()
    form = visitor.widget.locator("form.card", has=visitor.page.get_by_label("Your email"))
    assert_accessible(visitor.page, "where the invitation goes")
    conversations.reply(actor, made.public_id, "I look forward to it.")
    form.get_by_label("Your email").fill("jane@visitor.example")
    form.get_by_role("button", name="Send").click()
    booked = visitor.widget.get_by_role("region", name="Meeting: Booked")
    expect(booked).to_contain_text("jane@visitor.example")
    assert Meeting.objects.get().state == "booked"
    assert Conversation.objects.get().state == "human"
    assert visitor.errors == []


def test_a_time_in_words_is_held_and_waits_to_be_confirmed(
    stranger: Stranger, chromium: Browser, priya: Member
) -> None:
    visitor = stranger.open(chromium, timezone_id="America/New_York")
    visitor.open_chat(remember=True)
    visitor.say("Can we schedule a demo?")
    expect(card(visitor).locator(".picks").nth(1)).to_be_visible()
    visitor.say("the day after tomorrow at 10:30")
    book = card(visitor).get_by_role("button", name=re.compile("^Book .*30"))
    expect(book).to_be_enabled()
    expect(card(visitor).get_by_text("Held for you until")).to_be_visible()
    expect(visitor.widget.get_by_label("Write to Synaptiq")).to_be_focused()
    kept = Meeting.objects.get()
    assert kept.state == "reserved"
    assert kept.starts_at.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M") == "10:30"
    assert_accessible(visitor.page, "a time that is kept")
    assert visitor.errors == []
