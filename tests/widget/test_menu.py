"""Who the visitor is, by the page's word or their own: identify, transcript, ending, deleting."""

from __future__ import annotations

import time
from datetime import timedelta

import jwt
import pytest
from django.db.models import F
from playwright.sync_api import Browser, expect

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account
from synaptiq.conversations.models import Conversation, Event
from synaptiq.leads.models import Lead
from synaptiq.sites import identity
from synaptiq.sites.models import Visitor as Row
from tests.conftest import make_member
from tests.widget.pages import Stranger, Visitor

pytestmark = pytest.mark.usefixtures("agent")


def token(secret: str, sub: str = "user-7", **claims: object) -> str:
    claims = {"sub": sub, "exp": int(time.time()) + 600, "email": "jane@acme.example", **claims}
    return jwt.encode(claims, secret, algorithm="HS256")


def identify(visitor: Visitor, signed: str) -> str:
    """By the page; which event came of it."""
    came: str = visitor.page.evaluate(
        "(token) => new Promise((done) => { for (const name of ['identified', 'identify_failed']) "
        "Synaptiq.on(name, () => done(name)); Synaptiq.identify(token) })",
        signed,
    )
    return came


@pytest.fixture
def secret(stranger: Stranger, account: Account) -> str:
    owner = actors.of_member(make_member(account, "admin"))
    return identity.make_secret(owner, stranger.site.public_id)[1]


def test_who_is_identified_finds_the_chat_on_another_device(
    stranger: Stranger, chromium: Browser, secret: str
) -> None:
    desk = stranger.open(chromium)
    desk.open_chat(remember=True)
    assert identify(desk, token(secret)) == "identified"
    desk.say("We are 40 people")
    desk.expect_said("We are 40 people")
    expect(desk.said).to_have_count(3)
    phone = stranger.open(chromium)
    phone.open_chat(remember=True)
    phone.expect_said("We are 40 people", times=0)
    assert identify(phone, token(secret)) == "identified"
    phone.expect_said("We are 40 people")
    assert Row.objects.filter(external_id="user-7").count() == 1
    assert Lead.objects.get().external_id == "user-7"


@pytest.mark.parametrize("forged", ["other secret", "none", "expired"])
def test_a_forged_word_reveals_nothing_and_changes_nothing(
    stranger: Stranger, chromium: Browser, secret: str, forged: str
) -> None:
    desk = stranger.open(chromium)
    desk.open_chat(remember=True)
    assert identify(desk, token(secret)) == "identified"
    desk.say("My secret plan")
    desk.expect_said("My secret plan")
    expect(desk.said).to_have_count(3)
    attacker = stranger.open(chromium)
    attacker.open_chat(remember=True)
    attacker.say("Good day")
    expect(attacker.said).to_have_count(3)
    claims = {"sub": "user-7", "email": "evil@attacker.example", "exp": int(time.time()) + 600}
    wrong = {
        "other secret": token("another secret of thirty-two bytes!", email="evil@attacker.example"),
        "none": jwt.encode(claims, None, algorithm="none"),
        "expired": token(secret, exp=int(time.time()) - 600),
    }[forged]
    assert identify(attacker, wrong) == "identify_failed"
    attacker.expect_said("My secret plan", times=0)
    attacker.expect_said("Good day")
    attacker.say("And more")
    attacker.expect_said("And more")
    assert Conversation.objects.count() == 2
    assert not Lead.objects.filter(email="evil@attacker.example").exists()


def test_after_a_sign_out_the_next_person_begins_anew(
    stranger: Stranger, chromium: Browser, secret: str
) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=True)
    assert identify(visitor, token(secret)) == "identified"
    visitor.say("My secret plan")
    visitor.expect_said("My secret plan")
    expect(visitor.widget.locator(".me.waits")).to_have_count(0)
    visitor.page.evaluate("Synaptiq.reset()")
    visitor.expect_said("My secret plan", times=0)
    visitor.page.reload()
    visitor.open_chat()
    assert identify(visitor, token(secret, "user-8", email="bob@acme.example")) == "identified"
    visitor.expect_said("My secret plan", times=0)


def test_the_transcript_is_sent_to_whom_the_visitor_says(
    stranger: Stranger, chromium: Browser
) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=True)
    visitor.say("Hi there")
    expect(visitor.said).to_have_count(3)
    visitor.button("More").click()
    visitor.button("Send me the transcript").click()
    field = visitor.widget.get_by_label("Your email")
    expect(field).to_be_focused()
    field.fill("jane@")
    visitor.button("Send").last.click()
    expect(visitor.widget.locator(".ask [role=alert]")).not_to_be_empty()
    field.fill("jane@acme.example")
    field.press("Enter")
    expect(visitor.widget.get_by_text("is on its way to jane@acme.example")).to_be_visible()
    expect(visitor.widget.locator("textarea")).to_be_focused()


def test_what_is_deleted_is_gone_here_and_there(stranger: Stranger, chromium: Browser) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=True)
    visitor.say("Hi there")
    expect(visitor.said).to_have_count(3)
    visitor.button("More").click()
    visitor.button("Delete my data").click()
    visitor.button("Keep it").click()
    visitor.expect_said("Hi there")
    visitor.button("More").click()
    visitor.button("Delete my data").click()
    visitor.button("Delete it all").click()
    expect(visitor.widget.get_by_text("Your data is deleted.")).to_be_visible()
    visitor.expect_said("Hi there", times=0)
    assert not Event.objects.filter(content="Hi there").exists()
    visitor.say("Somebody new")
    visitor.expect_said("Somebody new")
    expect(visitor.widget.locator(".me.waits")).to_have_count(0)


def test_a_chat_that_the_visitor_ends_is_over(stranger: Stranger, chromium: Browser) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=True)
    visitor.say("Hi there")
    expect(visitor.said).to_have_count(3)
    visitor.button("More").click()
    visitor.button("End this chat").click()
    visitor.button("End it").click()
    expect(visitor.widget.get_by_text("This chat has ended.")).to_be_visible()
    assert Conversation.objects.get().closed_by == "visitor"


def test_who_no_longer_wants_to_be_remembered_is_not(stranger: Stranger, chromium: Browser) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=True)
    visitor.say("Hi there")
    expect(visitor.said).to_have_count(3)
    assert visitor.stored() != {}
    visitor.button("More").click()
    visitor.button("Forget it on this device").click()
    expect(visitor.widget.get_by_text("Nothing is kept on this device any more.")).to_be_visible()
    assert visitor.stored() == {}
    visitor.say("Still here")
    visitor.expect_said("Still here")
    assert visitor.stored() == {}


def test_what_one_person_has_not_sent_is_not_the_next_ones(
    stranger: Stranger, chromium: Browser, secret: str
) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=True)
    assert identify(visitor, token(secret)) == "identified"
    visitor.page.route("**/messages", lambda route: route.abort())
    visitor.say("My secret plan")
    expect(visitor.widget.locator(".me.waits")).to_have_count(1)
    visitor.page.unroute("**/messages")
    assert identify(visitor, token(secret, "user-8", email="bob@acme.example")) == "identified"
    visitor.expect_said("My secret plan", times=0)
    visitor.say("Good day")
    expect(visitor.said.filter(has_text="Good day")).to_be_visible()
    expect(visitor.widget.locator(".me.waits")).to_have_count(0)
    # Nor after the next page has read what was kept.
    assert "My secret plan" not in str(visitor.stored())
    assert not Event.objects.filter(content="My secret plan").exists()


def test_what_was_said_elsewhere_before_is_no_news_for_the_page(
    stranger: Stranger, chromium: Browser, secret: str
) -> None:
    desk = stranger.open(chromium)
    desk.open_chat(remember=True)
    assert identify(desk, token(secret)) == "identified"
    desk.say("We are 40 people")
    expect(desk.said).to_have_count(3)
    Event.objects.update(at=F("at") - timedelta(hours=1))
    phone = stranger.open(chromium)
    phone.page.evaluate("window.told = []; Synaptiq.on('message', (one) => told.push(one.text))")
    phone.open_chat(remember=True)
    assert identify(phone, token(secret)) == "identified"
    phone.expect_said("We are 40 people")
    phone.say("And more")
    expect(phone.said.filter(has_text="And more")).to_be_visible()
    assert phone.page.evaluate("told")[:1] == ["And more"]
