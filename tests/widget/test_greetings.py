"""When a greeting comes, when it does not, and that the team can see why."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from synaptiq.conversations.models import Event
from synaptiq.sites.models import Greeting, GreetingCount
from tests.dashboard.browser import PHONE, WIDE, assert_accessible
from tests.waiting import wait_until
from tests.widget.pages import Stranger, Visitor


@pytest.fixture
def greeting(stranger: Stranger) -> Greeting:
    made: Greeting = Greeting.objects.create(
        site=stranger.site, text="Questions on prices?", quick_replies=["What does it cost?"],
        pages=["/pricing*"], delay_seconds=3, frequency="once", position=1,
    )  # fmt: skip
    return made


def outcomes() -> dict[str, int]:
    return dict(GreetingCount.objects.values_list("outcome", "count"))


def told(**wanted: int) -> None:
    wait_until(lambda: outcomes() == wanted, 10, f"{wanted}; there is {outcomes()}")


def opened(
    stranger: Stranger, chromium: Browser, path: str, viewport: ViewportSize = WIDE
) -> Visitor:
    """With a clock that the test turns."""
    context = chromium.new_context(reduced_motion="reduce", viewport=viewport)
    context.clock.install()
    visitor = stranger.open(chromium, path, context=context)
    expect(visitor.launcher).to_be_visible()
    return visitor


@pytest.mark.usefixtures("agent")
def test_it_comes_on_its_page_after_its_delay_and_begins_the_log(
    stranger: Stranger, chromium: Browser, greeting: Greeting
) -> None:
    visitor = opened(stranger, chromium, "/pricing/teams")
    hello = visitor.widget.locator(".hello")
    visitor.page.clock.run_for(2_900)
    expect(hello).to_have_count(0)
    visitor.page.clock.run_for(200)
    expect(hello).to_contain_text("Questions on prices?")
    expect(visitor.launcher).to_have_accessible_name(
        "Chat with Synaptiq, AI assistant. 1 unread message"
    )
    assert_accessible(visitor.page, "the greeting")
    told(shown=1)
    visitor.button("What does it cost?").click()
    expect(hello).to_have_count(0)
    visitor.button("Only this once").click()
    visitor.expect_said("Questions on prices?")
    visitor.expect_said("What does it cost?")
    visitor.page.clock.run_for(1_000)
    expect(visitor.said).to_have_count(3)
    told(shown=1, opened=1, answered=1)
    first, second = Event.objects.filter(type="message").order_by("seq")[:2]
    assert (first.sender, first.content) == ("ai", "Questions on prices?")
    assert (second.sender, second.data["reply"]) == ("visitor", "What does it cost?")
    assert visitor.errors == []


def test_on_another_page_it_does_not_until_the_page_changes(
    stranger: Stranger, chromium: Browser, greeting: Greeting
) -> None:
    visitor = opened(stranger, chromium, "/features")
    visitor.page.clock.run_for(5_000)
    expect(visitor.widget.locator(".hello")).to_have_count(0)
    told(other_page=1)
    visitor.page.evaluate("history.pushState(null, '', '/pricing')")
    visitor.page.clock.run_for(5_000)
    expect(visitor.widget.locator(".hello")).to_be_visible()
    told(other_page=1, shown=1)


def test_one_that_was_dismissed_does_not_come_back(
    stranger: Stranger, chromium: Browser, greeting: Greeting
) -> None:
    Greeting.objects.update(frequency="always")
    visitor = opened(stranger, chromium, "/pricing")
    visitor.open_chat(remember=True)
    visitor.button("Close the chat").click()
    told(chat_open=1)
    visitor.page.reload()
    visitor.page.clock.run_for(5_000)
    visitor.button("Dismiss this message").click()
    expect(visitor.widget.locator(".hello")).to_have_count(0)
    expect(visitor.launcher).to_be_focused()
    told(chat_open=1, shown=1, dismissed=1)
    visitor.page.reload()
    expect(visitor.launcher).to_be_visible()
    visitor.page.clock.run_for(5_000)
    told(chat_open=1, shown=1, dismissed=1, dismissed_before=1)
    expect(visitor.widget.locator(".hello")).to_have_count(0)


def test_who_leaves_before_is_counted_as_that(
    stranger: Stranger, chromium: Browser, greeting: Greeting
) -> None:
    visitor = opened(stranger, chromium, "/pricing")
    visitor.page.clock.run_for(1_000)
    visitor.page.goto(stranger.url + "/features")
    told(left_before_delay=1, other_page=1)


def test_once_a_visitor_is_once_where_it_may_be_remembered(
    stranger: Stranger, chromium: Browser, greeting: Greeting
) -> None:
    stranger.site.consent = False
    stranger.site.save()
    visitor = opened(stranger, chromium, "/pricing", viewport=PHONE)
    visitor.page.clock.run_for(5_000)
    expect(visitor.widget.locator(".hello")).to_be_in_viewport(ratio=1)
    visitor.page.reload()
    expect(visitor.launcher).to_be_visible()
    visitor.page.clock.run_for(5_000)
    told(shown=1, shown_before=1)
    expect(visitor.widget.locator(".hello")).to_have_count(0)


def test_once_a_visit_is_once_on_all_its_pages(
    stranger: Stranger, chromium: Browser, greeting: Greeting
) -> None:
    stranger.site.consent = False
    stranger.site.save()
    Greeting.objects.update(frequency="session")
    visitor = opened(stranger, chromium, "/pricing")
    visitor.page.clock.run_for(5_000)
    expect(visitor.widget.locator(".hello")).to_be_visible()
    visitor.page.goto(stranger.url + "/pricing/teams")
    expect(visitor.launcher).to_be_visible()
    told(shown=1, shown_before=1)
    visitor.page.clock.run_for(5_000)
    expect(visitor.widget.locator(".hello")).to_have_count(0)
    # Another visit is another session of the browser.
    visitor.page.evaluate("sessionStorage.clear()")
    visitor.page.reload()
    expect(visitor.launcher).to_be_visible()
    visitor.page.clock.run_for(5_000)
    expect(visitor.widget.locator(".hello")).to_be_visible()


def test_one_that_waited_comes_when_the_page_comes_back_as_it_was(
    stranger: Stranger, chromium: Browser, greeting: Greeting
) -> None:
    visitor = opened(stranger, chromium, "/pricing")
    visitor.page.clock.run_for(1_000)
    # As a browser does that keeps the page while another is seen.
    visitor.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    visitor.page.clock.run_for(5_000)
    expect(visitor.widget.locator(".hello")).to_have_count(0)
    visitor.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    visitor.page.clock.run_for(5_000)
    expect(visitor.widget.locator(".hello")).to_be_visible()
    # It stays where it is seen already.
    visitor.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(visitor.widget.locator(".hello")).to_be_visible()
