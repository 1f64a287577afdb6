"""Notifications in a real browser: the bell by itself, reading by keyboard, nothing for axe."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from synaptiq.accounts import actions, queries
from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.notices import NoticeKind
from tests import processes
from tests.dashboard import browser
from tests.dashboard.clients import make_leads

PAGE = "/admin/notifications"
HALF_A_MINUTE = 31_000


def bell(page: Page, said: str = "") -> None:
    """Wait until the bell says so many."""
    name = f"Notifications, {said} unread" if said else "Notifications"
    expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()


def test_what_comes_is_counted_followed_and_marked(
    chromium: Browser, web: processes.Web, account: Account, member: Callable[..., Member]
) -> None:
    jane = member("agent", "export", email="jane@yourteam.com")
    lead = make_leads(1)[0]
    with browser.signed_in(chromium, web.url, jane, color_scheme="light") as page:
        page.clock.install()
        page.goto(web.url + PAGE)
        expect(page.get_by_role("heading", name="No notifications yet")).to_be_visible()
        bell(page)
        browser.assert_sound(page, "none yet")

        # It comes while the page is looked at; nothing but the bell changes.
        actions.notify(jane, NoticeKind.LEAD_ASSIGNED, "was assigned to you", lead.public_id)
        actions.notify(jane, NoticeKind.EXPORT_READY, "212 leads are ready as CSV", "exp_k5m2a7q3")
        page.clock.fast_forward(HALF_A_MINUTE)
        bell(page, "2")
        expect(page.get_by_role("heading", name="No notifications yet")).to_be_visible()
        page.locator("#bell").press("Enter")
        panel = page.get_by_role("group", name="Notifications", exact=True)
        expect(panel.get_by_role("listitem")).to_have_count(2)
        browser.assert_sound(page, "the bell's list")
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(browser.PHONE)
        browser.assert_sound(page, "the bell's list, dark and narrow")

        # An open list stays as it is, until it is closed.
        actions.notify(jane, NoticeKind.EXPORT_FAILED, "An export failed: It did.")
        page.clock.fast_forward(HALF_A_MINUTE)
        expect(panel.get_by_role("listitem")).to_have_count(2)
        page.keyboard.press("Escape")
        page.clock.fast_forward(HALF_A_MINUTE)
        bell(page, "3")

        page.emulate_media(color_scheme="light")
        page.set_viewport_size(browser.WIDE)
        page.locator("#bell").press("Enter")
        panel.get_by_role("link", name="Person 0 was assigned to you").click()
        page.wait_for_url(f"**/admin/leads/{lead.public_id}")
        bell(page, "2")

        page.goto(web.url + PAGE)
        row = page.get_by_role("listitem").filter(has_text="212 leads are ready as CSV").last
        browser.assert_sound(page, "the page")
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(browser.PHONE)
        browser.assert_sound(page, "the page, dark and narrow")
        row.get_by_role("button", name="Mark read").press("Enter")
        unread = row.get_by_role("button", name="Mark unread")
        expect(unread).to_be_focused()
        bell(page, "1")
        unread.press("Enter")
        bell(page, "2")

        # Where the row leaves the list, the focus stays near it.
        page.get_by_role("link", name="Unread 2").click()
        row.get_by_role("button", name="Mark read").click()
        expect(page.locator("#notice-list")).to_be_focused()
        bell(page, "1")
        browser.assert_sound(page, "the unread ones")
        page.locator(".head").get_by_role("button", name="Mark all read").click()
        expect(page.get_by_text("1 notification is marked read.")).to_be_visible()
        expect(page.get_by_role("heading", name="Nothing unread")).to_be_visible()
        bell(page)
        browser.assert_sound(page, "nothing unread")

        # Signed out elsewhere: the bell stops, and the page stays where it is.
        page.context.clear_cookies()
        page.clock.fast_forward(HALF_A_MINUTE)
        expect(page.get_by_role("heading", name="Nothing unread")).to_be_visible()
    assert queries.unread_notices(jane).count() == 0

    # All of it without script.
    for _ in range(2):
        actions.notify(jane, NoticeKind.LEAD_ASSIGNED, "was assigned to you", lead.public_id)
    with browser.signed_in(chromium, web.url, jane, java_script_enabled=False) as page:
        page.goto(f"{web.url}{PAGE}?show=unread")
        page.get_by_role("button", name="Mark read").first.click()
        expect(page.get_by_role("button", name="Mark read")).to_have_count(1)
        page.get_by_role("button", name="Notifications, 1 unread").click()
        page.get_by_role("group", name="Notifications").get_by_role("link").nth(1).click()
        page.wait_for_url(f"**/admin/leads/{lead.public_id}")
        bell(page)
        page.goto(f"{web.url}{PAGE}")
        page.get_by_role("link", name="Email settings").click()
        page.get_by_role("checkbox", name="Mentions").check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        expect(page.get_by_role("checkbox", name="Mentions")).to_be_checked()
