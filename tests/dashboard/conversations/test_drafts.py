"""What is typed into a conversation and not sent yet."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, expect

from synaptiq.accounts.models import Account, Member
from synaptiq.conversations.models import Conversation, Event
from tests.conftest import make_member
from tests.conversations.making import make_conversation
from tests.dashboard import browser

LIST = "/admin/conversations"


@pytest.fixture
def sam(committed_db: str, account: Account) -> Member:
    return make_member(account, "agent", email="sam@acme.example", name="Sam Okafor")


@pytest.fixture
def held(sam: Member) -> Conversation:
    return make_conversation(("visitor", "Hello"))


def test_a_draft_is_shown_to_nobody_else(
    url: str, chromium: Browser, sam: Member, held: Conversation
) -> None:
    alex = make_member(sam.account, "agent", email="alex@acme.example", name="Alex Moreau")
    client = Client()
    client.force_login(alex.user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    drafts = "Object.keys(sessionStorage).filter(name => name.startsWith('draft')).length"
    with browser.signed_in(chromium, url, sam) as page:
        page.goto(f"{url}{LIST}/{held.public_id}")
        page.fill("#reply-text", "Private draft")
        page.reload()
        expect(page.locator("#reply-text")).to_have_value("Private draft")
        assert page.evaluate(drafts) == 1
        # In another tab Alex signs in; this one is loaded anew.
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}]
        )
        page.reload()
        expect(page.locator("body")).to_have_attribute("data-member", alex.public_id)
        expect(page.locator("#said")).to_be_attached()
        expect(page.locator("#talk-bar")).to_be_visible()
        expect(page.locator("#reply-text")).to_have_value("")
        assert page.evaluate(drafts) == 0


def test_what_is_too_long_is_counted_and_not_cut(
    url: str, chromium: Browser, sam: Member, held: Conversation
) -> None:
    with browser.signed_in(chromium, url, sam) as page:
        page.goto(f"{url}{LIST}/{held.public_id}")
        left = page.locator("#reply-left")
        page.fill("#reply-text", "x" * 3_599)
        expect(left).to_be_empty()
        # An emoji is one, a line's end too, and blanks around it none.
        page.fill("#reply-text", " " + "x" * 3_000 + "\n" + "😀" * 998 + " ")
        expect(left).to_have_text("1 character left")
        page.fill("#reply-text", "y" * 5_003)
        expect(left).to_have_text("1,003 characters too many")
        browser.assert_sound_everywhere(page, "too long")
        page.locator("#reply-text").press("Enter")
        said = "This holds 5,003 characters; at most 4,000 may."
        expect(page.locator("#reply-error")).to_contain_text(said)
        expect(page.locator("#reply-text")).to_have_value("y" * 5_003)
        assert not Event.objects.filter(sender="agent").exists()
        page.fill("#reply-text", "y" * 4_000)
        expect(left).to_have_text("0 characters left")
        page.locator("#reply-text").press("Enter")
        expect(page.locator("#entries .agent .text")).to_have_text("y" * 4_000)
        expect(left).to_be_empty()
