"""Agent > Preview: a test conversation in the real widget, with what each turn was made of."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from synaptiq.accounts.models import Account
from synaptiq.conversations.models import Conversation, Turn
from synaptiq.leads.models import Lead
from tests import processes
from tests.agent.talking import answered, opened
from tests.conftest import make_member
from tests.conversations.making import make_site
from tests.dashboard import browser


def test_a_member_talks_with_the_agent_and_sees_how_it_thinks(
    committed_db: str, url: str, account: Account, chromium: Browser
) -> None:
    make_site(origins=[url])
    member = make_member(account, "agent")
    with (
        processes.worker(committed_db, queues="chat"),
        browser.signed_in(chromium, url, member) as page,
    ):
        page.goto(f"{url}/admin/agent/preview")
        browser.assert_sound(page, "before it is begun")
        page.get_by_role("button", name="Start a test conversation").click()
        inside = page.frame_locator("iframe")
        widget = inside.locator("synaptiq-widget")
        expect(widget.locator("textarea")).to_be_visible()
        widget.locator("textarea").fill("We are 40 people, and I decide. How much does it cost?")
        widget.locator("textarea").press("Enter")
        rays = page.locator(".rays > li")
        expect(rays).to_have_count(1)
        expect(rays).to_contain_text("Team size: 40")
        expect(rays).to_contain_text("Said that it does not know")
        widget.locator("textarea").fill("My email is jane@acme.example")
        widget.locator("textarea").press("Enter")
        expect(rays).to_have_count(2)
        expect(rays.last).to_contain_text("Email: jane@acme.example")
        for width in (1440, 800, 360):
            # Neither lies over the other, at whatever width.
            page.set_viewport_size({"width": width, "height": 900})
            frame, beside = (
                page.locator("iframe").bounding_box(),
                page.locator("#rays").bounding_box(),
            )
            assert frame
            assert beside
            apart = frame["x"] >= beside["x"] + beside["width"] or (
                beside["y"] >= frame["y"] + frame["height"]
            )
            assert apart, width
            browser.assert_sound(page, f"after two turns, {width} px")
        page.set_viewport_size(browser.WIDE)
        page.reload()
        expect(rays).to_have_count(2)
        expect(widget.locator(".say", has_text="We are 40 people")).to_be_visible()
        page.get_by_role("button", name="Begin anew").click()
        expect(rays).to_have_count(0)
        expect(widget.locator("textarea")).to_be_visible()
        expect(widget.locator(".say", has_text="We are 40 people")).to_have_count(0)
        kept = page.evaluate("Object.keys(localStorage).filter((name) => name.includes('pk_'))")
        assert kept == []
    made = Conversation.objects.get()
    assert made.is_test
    # It is nobody's figure: neither conversation nor lead is in a list that did not ask for tests.
    assert Lead.objects.get().is_test
    assert all(turn.trace for turn in Turn.objects.filter(state="done"))


def test_where_no_site_allows_the_dashboard_the_page_says_so(
    url: str, account: Account, chromium: Browser
) -> None:
    make_site(origins=["https://acme.example"])
    member = make_member(account, "agent")
    with browser.signed_in(chromium, url, member) as page:
        page.goto(f"{url}/admin/agent/preview")
        expect(page.get_by_role("heading", name="No site allows this page")).to_be_visible()
        browser.assert_sound(page, "without a site")


def test_of_real_conversations_no_trace_is_kept(account: Account) -> None:
    answered(opened("We are 40 people"))
    assert Turn.objects.get().trace == []
