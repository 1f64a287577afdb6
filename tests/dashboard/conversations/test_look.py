"""A conversation's page in a real browser: what somebody writes stays within their message."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from synaptiq.accounts.models import Account, Member
from tests.conftest import make_member
from tests.conversations.making import make_conversation
from tests.dashboard import browser

MARKS = "\u0301\u0300\u0302" * 100


@pytest.fixture
def owner(committed_db: str, account: Account) -> Member:
    return make_member(account, "owner", email="morgan@acme.example", name="Morgan Ellis")


def _above(page: Page) -> bytes:
    """What is to be seen of the message above the marked one."""
    return page.locator(".turn").nth(2).screenshot(animations="disabled")


def test_stacked_marks_paint_over_no_other_message(
    url: str, chromium: Browser, owner: Member
) -> None:
    before = [("visitor", f"Line {number}") for number in range(4)]
    held = make_conversation(*before, ("visitor", f"a{MARKS} and more"), ("ai", "Hello"))
    with browser.signed_in(chromium, url, owner) as page:
        # What this test changes by hand would be made good.
        page.route("**/news?*", lambda route: route.fulfill(status=204))
        page.goto(f"{url}/admin/conversations/{held.public_id}")
        marked = page.locator(".turn .text").nth(4)
        kept = marked.text_content() or ""
        assert MARKS in kept
        shown = _above(page)
        box = marked.bounding_box()
        marked.evaluate("node => { node.textContent = 'a and more' }")
        assert _above(page) == shown
        # The lines are as high as any.
        plain_box = marked.bounding_box()
        assert box
        assert plain_box
        assert box["height"] == plain_box["height"]
        # What the style is for: without it the marks reach that far.
        marked.evaluate("(node, kept) => { node.textContent = kept }", kept)
        marked.evaluate("node => { node.style.overflow = 'visible' }")
        assert _above(page) != shown
