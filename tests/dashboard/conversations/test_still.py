"""A conversation that is open while its reader may not write there any more, or it is gone: one
sentence says so, and what was typed stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from synaptiq.accounts.models import Account, Member
from synaptiq.conversations.models import Conversation, Event
from synaptiq.kit import clock
from tests.conftest import make_member
from tests.conversations.making import make_conversation
from tests.dashboard import browser
from tests.dashboard.clients import make_leads

LIST = "/admin/conversations"
KEPT = "What you typed was not sent; it stays here to be copied."


@pytest.fixture
def sam(committed_db: str, account: Account) -> Member:
    return make_member(account, "agent", email="sam@acme.example", name="Sam Okafor")


@pytest.fixture
def held(sam: Member) -> Conversation:
    (lead,) = make_leads(1)
    return make_conversation(("visitor", "Hello"), lead=lead)


def open_and_type(page: Page, url: str, held: Conversation) -> None:
    page.goto(f"{url}{LIST}/{held.public_id}")
    page.fill("#reply-text", "Half an answer")


def assert_still(page: Page, sentence: str) -> None:
    """It says why once, offers nothing, and keeps what was typed."""
    expect(page.locator("#still")).to_contain_text(sentence)
    expect(page.locator("#still")).to_contain_text(KEPT)
    expect(page.locator(".toast")).to_have_count(0)
    expect(page.locator("#reply-error")).to_have_count(0)
    expect(page.locator("#take-over")).to_be_hidden()
    expect(page.get_by_role("button", name="Send")).to_be_hidden()
    expect(page.locator("#reply-text")).to_have_value("Half an answer")
    expect(page.locator("#reply-text")).not_to_be_editable()
    assert not Event.objects.filter(sender="agent").exists()


def test_who_may_only_read_any_more_is_told_so_once(
    url: str, chromium: Browser, sam: Member, held: Conversation
) -> None:
    with browser.signed_in(chromium, url, sam) as page:
        open_and_type(page, url, held)
        sam.roles = ["viewer"]
        sam.save()
        page.locator("#reply-text").press("Enter")
        assert_still(page, "you may read here, and not write any more")
        browser.assert_sound_everywhere(page, "role lost")
        # Given back, it goes on.
        sam.roles = ["agent"]
        sam.save()
        page.evaluate("document.dispatchEvent(new CustomEvent('live', {detail: {type: 'again'}}))")
        expect(page.locator("#still")).to_be_hidden()
        page.locator("#reply-text").press("Enter")
        expect(page.locator("#entries .agent .text")).to_have_text("Half an answer")


def test_who_was_removed_is_told_so_once(
    url: str, chromium: Browser, sam: Member, held: Conversation
) -> None:
    with browser.signed_in(chromium, url, sam) as page:
        open_and_type(page, url, held)
        sam.removed_at = clock.now()
        sam.save()
        page.locator("#take-over").click()
        assert_still(page, "You are no longer a member of this account")


def test_a_conversation_that_is_gone_says_so_once(
    url: str, chromium: Browser, sam: Member, held: Conversation
) -> None:
    with browser.signed_in(chromium, url, sam) as page:
        open_and_type(page, url, held)
        assert held.lead
        held.lead.deleted_at = clock.now()
        held.lead.save()
        page.locator("#reply-text").press("Enter")
        assert_still(page, "This conversation is no longer there.")
        browser.assert_sound_everywhere(page, "gone")


def test_what_the_server_says_stands_in_the_form(
    url: str, chromium: Browser, sam: Member, held: Conversation
) -> None:
    with browser.signed_in(chromium, url, sam, expects_failures=True) as page:
        open_and_type(page, url, held)
        page.route("**/reply", lambda route: route.fulfill(status=503))
        page.locator("#reply-text").press("Enter")
        expect(page.locator("#reply-error")).to_contain_text("The server could not do it")
        told = '{"toast": {"text": "The service is starting.", "level": "error"}}'
        page.unroute("**/reply")
        page.route(
            "**/reply", lambda route: route.fulfill(status=503, headers={"HX-Trigger": told})
        )
        page.locator("#reply-text").press("Enter")
        expect(page.locator("#reply-error")).to_have_text(
            "Not sent. The service is starting. Your text is kept."
        )
        expect(page.locator(".toast")).to_have_count(0)
        expect(page.locator("#reply-text")).to_be_editable()
