"""A visitor talks, on a page of somebody else's under a strict policy."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, expect

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account
from synaptiq.agent.models import Fact
from synaptiq.conversations import actions as conversations
from synaptiq.conversations.models import Conversation, Event
from synaptiq.leads.models import Lead
from synaptiq.sites.models import Site, Visitor
from tests.conftest import make_member
from tests.conversations.making import make_site
from tests.dashboard.browser import PHONE
from tests.widget import pages
from tests.widget.pages import Stranger

pytestmark = pytest.mark.usefixtures("agent")


def messages() -> list[tuple[str, str]]:
    said = Event.objects.filter(type="message").order_by("conversation_id", "seq")
    return [(event.sender or "", event.content or "") for event in said]


def test_a_visitor_becomes_a_lead(stranger: Stranger, chromium: Browser) -> None:
    visitor = stranger.open(chromium, "/pricing?utm=1#plans")
    expect(visitor.launcher).to_have_accessible_name("Chat with Synaptiq, AI assistant")
    visitor.open_chat(remember=True)
    visitor.say("We are 40 people")
    visitor.expect_said("We are 40 people")
    visitor.button("$20k–$50k").click()
    visitor.expect_said("$20k–$50k")
    expect(visitor.widget.locator(".chip", has_text="$20k–$50k")).to_have_count(0)
    visitor.say("We need it within a month, and I decide")
    form = visitor.widget.locator("form.card")
    expect(form).to_be_visible()
    form.get_by_label("Your email").fill("jane@")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert")).to_contain_text("no email address")
    expect(form.get_by_label("Your email")).to_be_focused()
    form.get_by_label("Your name").fill("Jane Smith")
    form.get_by_label("Your email").fill("jane@acme.example")
    form.get_by_role("button", name="Send").click()
    expect(form).to_have_count(0)
    visitor.expect_said("Email: jane@acme.example")
    expect(visitor.said.last).not_to_contain_text("Email: jane@")
    lead = Lead.objects.get()
    assert (lead.name, lead.email) == ("Jane Smith", "jane@acme.example")
    made = Conversation.objects.get()
    assert made.page_url == f"{stranger.url}/pricing?utm=1"
    assert Fact.objects.get(criterion="budget").source == "button"
    assert made.last_sender == "ai"
    assert visitor.errors == []


def test_until_the_visitor_says_yes_nothing_is_kept(stranger: Stranger, chromium: Browser) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat()
    expect(visitor.widget.get_by_role("heading", name="May we remember this chat?")).to_be_visible()
    expect(visitor.widget.locator("textarea")).to_be_hidden()
    visitor.button("Only this once").click()
    visitor.say("Hi there")
    expect(visitor.said).to_have_count(3)
    assert visitor.stored() == {}
    assert visitor.page.context.cookies() == []
    visitor.page.reload()
    visitor.open_chat()
    expect(visitor.widget.get_by_role("heading", name="May we remember this chat?")).to_be_visible()
    visitor.expect_said("Hi there", times=0)
    assert visitor.errors == []


def test_who_said_yes_finds_the_chat_again_and_in_a_second_tab(
    stranger: Stranger, chromium: Browser
) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=True)
    visitor.say("Hi there")
    visitor.expect_said("Hi there")
    expect(visitor.said).to_have_count(3)
    visitor.page.reload()
    visitor.open_chat()
    visitor.expect_said("Hi there")
    second = stranger.open(chromium, context=visitor.page.context)
    second.open_chat()
    second.expect_said("Hi there")
    second.say("We are 12 people")
    visitor.expect_said("We are 12 people")
    visitor.say("for three months")
    second.expect_said("for three months")
    assert Conversation.objects.count() == 1
    assert Visitor.objects.count() == 1
    (stored,) = visitor.stored().items()
    assert stored[0] == f"synaptiq:{stranger.site.key}"
    assert json.loads(stored[1])["conversation"] == Conversation.objects.get().public_id


def test_two_tabs_that_begin_at_once_are_one_visitor(stranger: Stranger, chromium: Browser) -> None:
    first = stranger.open(chromium)
    first.open_chat(remember=True)
    second = stranger.open(chromium, context=first.page.context)
    second.open_chat()
    for tab, words in ((first, "One"), (second, "Two")):
        tab.widget.locator("textarea").fill(words)
    press = "(it) => it.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}))"
    for tab in (first, second):
        tab.widget.locator("textarea").evaluate(press)
    for tab in (first, second):
        tab.expect_said("One")
        tab.expect_said("Two")
    assert Visitor.objects.count() == 1
    assert Conversation.objects.count() == 1


def test_what_is_written_without_a_connection_is_sent_later_and_once(
    stranger: Stranger, chromium: Browser
) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=True)
    visitor.say("Hi there")
    expect(visitor.said).to_have_count(3)
    visitor.page.context.set_offline(True)
    visitor.say("We are 12 people")
    visitor.say("and we hurry")
    waiting = visitor.widget.locator(".me.waits")
    expect(waiting).to_have_count(2)
    expect(waiting.first).to_contain_text("Waits for the connection")
    expect(visitor.widget.get_by_text("No connection. What you write waits here")).to_be_visible()
    visitor.widget.locator(".me.waits", has_text="hurry").get_by_role(
        "button", name="Take back"
    ).click()
    visitor.page.context.set_offline(False)
    expect(waiting).to_have_count(0)
    visitor.expect_said("We are 12 people")
    expect(visitor.widget.get_by_text("No connection.")).to_be_hidden()
    expect(visitor.said).to_have_count(5)
    assert [text for sender, text in messages() if sender == "visitor"] == [
        "Hi there", "We are 12 people",
    ]  # fmt: skip


def test_what_waits_outlives_a_reload(stranger: Stranger, chromium: Browser) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=True)
    visitor.say("Hi there")
    expect(visitor.said).to_have_count(3)
    visitor.page.route("**/messages", lambda route: route.abort())
    visitor.say("We are 12 people")
    expect(visitor.widget.locator(".me.waits")).to_have_count(1)
    visitor.page.unroute("**/messages")
    visitor.page.reload()
    visitor.open_chat()
    visitor.expect_said("We are 12 people")
    expect(visitor.widget.locator(".me.waits")).to_have_count(0)
    expect(visitor.said).to_have_count(5)
    said = [text for sender, text in messages() if sender == "visitor"]
    assert said == ["Hi there", "We are 12 people"]


def test_an_answer_that_is_lost_on_the_way_doubles_nothing(
    stranger: Stranger, chromium: Browser
) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=True)
    lost = []

    def lose(route: object) -> None:
        if lost:
            route.fallback()  # type: ignore[attr-defined]
            return
        lost.append(route.fetch())  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    visitor.page.route("**/messages", lose)
    visitor.say("Hi there")
    visitor.expect_said("Hi there")
    expect(visitor.said).to_have_count(3)
    assert lost
    assert [text for sender, text in messages() if sender == "visitor"] == ["Hi there"]
    assert Visitor.objects.count() == 1


def test_a_person_takes_over_and_gives_back(
    stranger: Stranger, chromium: Browser, account: Account
) -> None:
    visitor = stranger.open(chromium, viewport=PHONE)
    visitor.open_chat(remember=True)
    visitor.say("Hi there")
    expect(visitor.said).to_have_count(3)
    visitor.button("More").click()
    visitor.button("Talk to a person").click()
    expect(visitor.widget.get_by_text("A colleague was asked to join.")).to_be_visible()
    expect(visitor.widget.locator(".who small")).to_have_text("Waiting for a colleague")
    actor = actors.of_member(make_member(account, "agent", name="Alex Doe"))
    made = Conversation.objects.get()
    conversations.reply(actor, made.public_id, "Alex here. How can I help?")
    visitor.expect_said("Alex here.")
    expect(visitor.widget.locator(".turn.person .by b")).to_have_text("Alex")
    expect(visitor.widget.get_by_text("Alex joined. Synaptiq is silent meanwhile.")).to_be_visible()
    expect(visitor.widget.locator(".who small")).to_contain_text("Alex from")
    expect(visitor.widget.locator("[role=status].vh")).to_contain_text("Alex here.")
    conversations.give_back(actor, made.public_id)
    expect(visitor.widget.get_by_text("Synaptiq answers again.")).to_be_visible()
    conversations.close(actor, made.public_id)
    expect(visitor.widget.get_by_text("This chat has ended.")).to_be_visible()
    visitor.say("One more thing")
    visitor.expect_said("One more thing")
    visitor.expect_said("Alex here.", times=0)
    assert Conversation.objects.count() == 2


def test_whoever_closed_the_panel_sees_that_something_came(
    stranger: Stranger, chromium: Browser, account: Account
) -> None:
    visitor = stranger.open(chromium)
    visitor.page.clock.install()
    visitor.open_chat(remember=True)
    visitor.say("Hi there")
    expect(visitor.said).to_have_count(3)
    visitor.button("Close the chat").click()
    expect(visitor.panel).to_be_hidden()
    expect(visitor.launcher).to_be_focused()
    actor = actors.of_member(make_member(account, "agent"))
    conversations.reply(actor, Conversation.objects.get().public_id, "Alex here.")
    visitor.page.clock.run_for(31_000)
    expect(visitor.widget.locator(".badge")).to_have_text("1")
    expect(visitor.launcher).to_have_accessible_name(re.compile("1 unread message$"))
    visitor.launcher.click()
    visitor.expect_said("Alex here.")


def test_two_sites_in_one_browser_stay_apart(
    stranger: Stranger, url: str, chromium: Browser, site: Site
) -> None:
    other_site = make_site("other.example", consent=False, origins=[])
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=True)
    visitor.say("Hi there")
    expect(visitor.said).to_have_count(3)
    with pages.served(url, other_site) as other:
        elsewhere = other.open(chromium, context=visitor.page.context)
        elsewhere.open_chat()
        expect(elsewhere.widget.locator("textarea")).to_be_focused()
        elsewhere.expect_said("Hi there", times=0)
        elsewhere.say("Good morning")
        elsewhere.expect_said("Good morning")
        expect(elsewhere.said).to_have_count(3)
        visitor.expect_said("Good morning", times=0)
    assert Conversation.objects.count() == 2
    assert {found.site_id for found in Conversation.objects.all()} == {site.pk, other_site.pk}
