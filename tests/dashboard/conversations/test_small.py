"""A conversation in small windows: as screens on a phone, and where the page itself scrolls since
the window is low (a laptop at 200 %, a phone on its side)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from synaptiq.accounts.models import Account, Member
from synaptiq.agent.models import Fact
from synaptiq.conversations import handover, log
from synaptiq.conversations.models import Conversation
from tests.conftest import make_member
from tests.conversations.making import make_conversation
from tests.dashboard import browser

LIST = "/admin/conversations"


@pytest.fixture
def sam(committed_db: str, account: Account) -> Member:
    return make_member(account, "agent", email="sam@acme.example", name="Sam Okafor")


@pytest.fixture
def held(sam: Member) -> Conversation:
    said = [("visitor", f"We are 20 people, line {n}") for n in range(80)]
    return make_conversation(*said)


def know(held: Conversation, criterion: str, value: object) -> None:
    Fact.objects.create(
        visitor=held.visitor, conversation=held, criterion=criterion, value=value,
        message_seq=60, source="stated", quote="20 people",
    )  # fmt: skip


def say(held: Conversation, text: str) -> None:
    from django.db import transaction

    with transaction.atomic():
        log.append(handover.hold_by_key(held.pk), [log.message("visitor", text)])


def assert_at_top(page: Page) -> None:
    """The head and the tabs stand where they belong: the page itself has not moved."""
    assert page.evaluate("[scrollY, document.documentElement.scrollHeight - innerHeight]") == [0, 0]
    expect(page.get_by_role("heading", name="Visitor")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("link", name="Transcript")).to_be_in_viewport(ratio=0.9)


def test_on_a_phone_the_head_stays_and_one_step_leads_back(
    url: str, chromium: Browser, sam: Member, held: Conversation
) -> None:
    know(held, "team_size", 20)
    with browser.signed_in(chromium, url, sam, viewport=browser.PHONE) as page:
        page.goto(f"{url}{LIST}/{held.public_id}#about")
        expect(page.locator("#about")).to_be_visible()
        assert_at_top(page)
        page.get_by_role("link", name="Transcript").click()
        page.locator(".evidence").click()
        fact = page.locator("#why-team_size")
        expect(fact).to_be_in_viewport()
        assert_at_top(page)
        # What is known changes: the part that is read stays the one that is shown.
        know(held, "use_case", "Support")
        page.evaluate("document.dispatchEvent(new CustomEvent('live', {detail: {type: 'again'}}))")
        expect(page.locator("#why-use_case")).to_contain_text("Support")
        expect(fact).to_be_in_viewport()
        fact.get_by_role("link", name="in this message").click()
        expect(page.locator("#m60")).to_be_in_viewport()
        assert_at_top(page)
        page.go_back()
        expect(page.locator(".evidence")).to_be_visible()
        page.go_back()
        expect(page.locator("#about")).to_be_visible()


def test_in_a_low_window_it_opens_at_its_end_and_tells_what_is_new(
    url: str, chromium: Browser, sam: Member, held: Conversation
) -> None:
    turns = "#entries .turn"
    with browser.signed_in(chromium, url, sam, viewport=browser.ZOOMED) as page:
        with page.expect_response("**/admin/live?*"):
            page.goto(f"{url}{LIST}/{held.public_id}")
        expect(page.locator(turns)).to_have_count(60)
        expect(page.locator(turns).last).to_be_in_viewport()
        expect(page.locator("#reply-text")).to_be_in_viewport()
        # At its end it stays there.
        say(held, "One more")
        expect(page.locator(turns).last).to_contain_text("One more")
        expect(page.locator(turns).last).to_be_in_viewport()
        # Further up it tells; nothing that is read moves, and what was before comes.
        page.locator(turns).nth(30).scroll_into_view_if_needed()
        read = page.locator(turns).nth(30)
        before = read.bounding_box()
        say(held, "And another")
        expect(page.locator("#to-news")).to_have_text("1 new below")
        expect(page.locator("#to-news")).to_be_in_viewport(ratio=1)
        assert read.bounding_box() == before
        browser.assert_sound(page, "news in a low window")
        page.evaluate("scrollTo(0, 0)")
        expect(page.locator(turns)).to_have_count(82)
        expect(page.locator(turns).first).not_to_be_in_viewport()
        page.locator("#to-news").click()
        expect(page.locator(turns).last).to_be_in_viewport()
        expect(page.locator("#to-news")).to_be_hidden()
