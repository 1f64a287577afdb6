"""What goes wrong while a conversation is open, and what the page says of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member, User
from synaptiq.conversations import actions
from synaptiq.conversations.models import Conversation
from tests.conftest import make_member
from tests.conversations.making import make_conversation
from tests.dashboard import browser
from tests.dashboard.clients import client_of, make_leads
from tests.dashboard.conversations.test_inbox import add, said
from tests.dashboard.conversations.test_pages import LIST


@pytest.fixture
def priya(committed_db: str, account: Account) -> Member:
    return make_member(account, "agent", email="priya@acme.example", name="Priya Shah")


@pytest.fixture
def alex(priya: Member) -> Member:
    return make_member(priya.account, "agent", email="alex@acme.example", name="Alex Moreau")


@pytest.fixture
def talk(priya: Member) -> Conversation:
    (lead,) = make_leads(1, public_id="lead_8f3a2b", name="Jane Smith")
    return make_conversation(("visitor", "Hi"), lead=lead)


def open_talk(page: Page, url: str, made: Conversation) -> None:
    with page.expect_response("**/admin/live?*"):
        page.goto(f"{url}{LIST}/{made.public_id}")


def test_a_reply_beside_a_colleague_promises_nothing(
    talk: Conversation, priya: Member, alex: Member
) -> None:
    actions.take_over(actors.of_member(priya), talk.public_id)
    html = client_of(alex).get(f"{LIST}/{talk.public_id}").text
    assert "The visitor reads this; Priya Shah keeps the conversation." in html
    assert "Sending takes over" not in html


def test_who_is_taken_over_from_is_told(
    url: str, chromium: Browser, talk: Conversation, priya: Member, alex: Member
) -> None:
    with browser.signed_in(chromium, url, priya) as page:
        open_talk(page, url, talk)
        page.keyboard.press("t")
        expect(page.locator("#talk-bar")).to_contain_text("You are answering")
        actions.take_over(actors.of_member(alex), talk.public_id)
        said_so = page.get_by_text(
            "This conversation is not yours any more: Alex Moreau is answering"
        )
        expect(said_so).to_be_visible()
        # What one does oneself is no news.
        page.keyboard.press("t")
        expect(page.locator("#talk-bar")).to_contain_text("You are answering")
        page.keyboard.press("t")
        expect(page.locator("#talk-bar")).to_contain_text("has this conversation")
        expect(page.get_by_text("not yours any more")).to_have_count(1)


def test_without_a_connection_the_page_says_that_it_may_be_old(
    url: str, chromium: Browser, talk: Conversation, priya: Member
) -> None:
    with browser.signed_in(chromium, url, priya, expects_failures=True) as page:
        page.clock.install()
        page.route("**/admin/live?*", lambda route: route.abort())
        with page.expect_event("requestfailed"):
            page.goto(f"{url}{LIST}/{talk.public_id}")
        away = page.get_by_text("No connection. What you see may be old")
        expect(away).to_have_count(0)
        page.clock.run_for(11_000)
        expect(away).to_be_visible()
        page.unroute("**/admin/live?*")
        expect(away).to_have_count(0, timeout=30_000)


def test_in_a_low_window_the_page_is_the_thread(
    url: str, chromium: Browser, talk: Conversation, priya: Member
) -> None:
    add(talk, *[said("ai", f"Line {n}") for n in range(50)])
    with browser.signed_in(chromium, url, priya, viewport=browser.ZOOMED) as page:
        open_talk(page, url, talk)
        turns = page.locator("#entries .turn .text")
        expect(turns.last).to_be_in_viewport()
        page.evaluate("scrollTo(0, 300)")
        add(talk, said("visitor", "Below"))
        expect(page.locator("#to-news")).to_have_text("1 new below")
        page.locator("#to-news").click()
        expect(turns.last).to_have_text("Below")
        expect(turns.last).to_be_in_viewport()


def test_on_a_phone_the_parts_keep_their_head(
    url: str, chromium: Browser, talk: Conversation, priya: Member
) -> None:
    with browser.signed_in(chromium, url, priya, viewport=browser.PHONE) as page:
        open_talk(page, url, talk)
        page.get_by_role("link", name="About", exact=True).click()
        expect(page.locator("#about")).to_be_visible()
        expect(page.locator("#talk-head h1")).to_be_in_viewport()
        assert page.evaluate("scrollY") == 0


def test_what_is_read_out_is_neither_ones_own_nor_an_address(
    url: str, chromium: Browser, priya: Member, alex: Member
) -> None:
    (lead,) = make_leads(1, name=None, email="jane@acme.com")
    made = make_conversation(("visitor", "Hi"), lead=lead)
    called = f"Visitor {made.public_id.removeprefix('conv_')[:4]}"
    User.objects.filter(pk=alex.user_id).update(name="")
    with browser.signed_in(chromium, url, priya) as page:
        open_talk(page, url, made)
        spoken = page.locator("#said")
        for key, field, words in (("n", "#note-text", "A note"), ("r", "#reply-text", "A reply")):
            page.locator("#scroll").focus()
            page.keyboard.press(key)
            page.fill(field, words)
            page.keyboard.press("Enter")
            expect(page.locator("#entries .turn .text").last).to_have_text(words)
            expect(spoken).to_have_text("")
        # To eyes it is who it is by.
        expect(page.locator("#talk-head h1")).to_have_text("jane@acme.com")
        add(made, said("visitor", "Thanks"))
        expect(spoken).to_have_text(f"{called}: Thanks")
        actions.reply(actors.of_member(alex), made.public_id, "Me too")
        expect(spoken).to_have_text("Team: Me too")
