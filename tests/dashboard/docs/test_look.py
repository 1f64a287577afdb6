"""The documentation in a real browser: both themes, wide and on a phone, zoomed, without script."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from synaptiq.dashboard.docs.contents import entries
from synaptiq.dashboard.models import PageFeedback
from tests.dashboard import browser


def test_nothing_is_found_on_any_page(url: str, chromium: Browser) -> None:
    page = chromium.new_page(reduced_motion="reduce")
    for entry in entries():
        page.goto(url + entry.url)
        expect(page).to_have_title(f"{entry.title} · Synaptiq")
        browser.assert_sound_everywhere(page, entry.url)


def test_on_a_phone_the_contents_are_a_drawer(url: str, chromium: Browser) -> None:
    page = chromium.new_page(color_scheme="light", viewport=browser.PHONE)
    page.goto(url + "/docs/exporting-data")
    contents = page.get_by_role("navigation", name="Documentation")
    expect(contents).to_be_hidden()
    page.get_by_role("button", name="Contents", exact=True).click()
    expect(contents).to_be_visible()
    browser.assert_sound(page, "the open drawer")
    contents.get_by_role("link", name="Leads API").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Leads API")
    expect(contents).to_be_hidden()


def test_without_script_all_of_it_works(url: str, chromium: Browser) -> None:
    page = chromium.new_page(java_script_enabled=False, viewport=browser.WIDE)
    page.goto(url + "/docs")
    page.get_by_role("link", name="Next Embed the Widget on Your Site").click()
    page.get_by_role("link", name="Next Configure Your AI Agent").click()
    page.get_by_role("link", name="Next Test Your First Conversation").click()
    page.get_by_role("link", name="Next Understanding Your Dashboard Metrics").click()
    page.get_by_role("link", name="Next Managing Leads and Conversations").click()
    page.get_by_role("link", name="Next Using the Conversion Funnel").click()
    page.get_by_role("link", name="Next Exporting Data").click()
    page.get_by_role("navigation", name="On this page").get_by_role(
        "link", name="Lead CSV Format"
    ).click()
    expect(page).to_have_url(url + "/docs/exporting-data#lead-csv-format")
    page.get_by_role("group", name="Was this page helpful?").get_by_role(
        "button", name="Yes"
    ).click()
    expect(page.get_by_text("Thank you. Your answer was counted.")).to_be_visible()
    assert PageFeedback.objects.get().helpful == 1


def test_what_leads_on_ends_where_the_text_does(url: str, chromium: Browser) -> None:
    page = chromium.new_page(viewport=browser.WIDE)
    page.goto(url + "/docs/exporting-data")
    right = "e => Math.round(e.getBoundingClientRect().right)"
    edges = [page.locator(part).evaluate(right) for part in (".prose", ".helpful", ".docs-next")]
    assert len(set(edges)) == 1, edges
