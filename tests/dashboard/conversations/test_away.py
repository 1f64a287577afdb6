"""A page whose connection is gone says so, whoever notices first, and goes on by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from synaptiq.accounts.models import Account, Member
from synaptiq.conversations.models import Conversation
from tests.conftest import make_member
from tests.conversations.making import make_conversation
from tests.dashboard import browser

LIST = "/admin/conversations"
A_WHILE = 11_000


@pytest.fixture
def sam(committed_db: str, account: Account) -> Member:
    return make_member(account, "agent", email="sam@acme.example", name="Sam Okafor")


@pytest.fixture
def held(sam: Member) -> Conversation:
    return make_conversation(("visitor", "Hello"))


def away(page: Page) -> Locator:
    return page.locator(".away", has_text="No connection. What you see may be old")


def open_talk(page: Page, url: str, held: Conversation) -> None:
    page.clock.install()
    with page.expect_response("**/admin/live?*"):
        page.goto(f"{url}{LIST}/{held.public_id}")


def test_without_a_network_it_says_so_until_there_is_one(
    url: str, chromium: Browser, sam: Member, held: Conversation
) -> None:
    with browser.signed_in(chromium, url, sam, expects_failures=True) as page:
        open_talk(page, url, held)
        page.context.set_offline(True)
        page.wait_for_function("!navigator.onLine")
        expect(away(page)).to_have_count(0)
        page.clock.run_for(A_WHILE)
        expect(away(page)).to_have_count(1)
        expect(page.locator("body[data-away]")).to_have_count(1)
        browser.assert_sound_everywhere(page, "no connection")
        page.context.set_offline(False)
        page.wait_for_function("navigator.onLine")
        page.clock.run_for(1_000)
        expect(away(page)).to_have_count(0, timeout=30_000)
        expect(page.locator("body[data-away]")).to_have_count(0)


def test_what_is_asked_for_and_not_answered_tells_it_too(
    url: str, chromium: Browser, sam: Member, held: Conversation
) -> None:
    with browser.signed_in(chromium, url, sam, expects_failures=True) as page:
        open_talk(page, url, held)
        # The stream is there, or seems to be: a connection can be gone without a word.
        page.route("**/admin/conversations/**", lambda route: route.fulfill(status=502))
        again = "document.dispatchEvent(new CustomEvent('live', {detail: {type: 'again'}}))"
        with page.expect_response("**/news?*"):
            page.evaluate(again)
            page.clock.run_for(1_000)
        expect(away(page)).to_have_count(0)
        page.clock.run_for(A_WHILE)
        expect(away(page)).to_have_count(1)
        button = away(page).get_by_role("button", name="Try now")
        with page.expect_response("**/news?*"):
            button.click()
            page.clock.run_for(1_000)
        expect(button).not_to_have_attribute("aria-busy", "true")
        page.unroute("**/admin/conversations/**")
        button.click()
        page.clock.run_for(1_000)
        expect(away(page)).to_have_count(0)
