"""Working the list in a real browser: ticks over pages, acts, undo, keys; nothing moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from synaptiq.accounts.models import Account, Member
from synaptiq.leads.models import CustomProperty, Lead
from tests import processes
from tests.dashboard import browser
from tests.dashboard.clients import make_leads


@pytest.fixture
def alex(account: Account, member: Callable[..., Member]) -> Member:
    CustomProperty.objects.create(slug="seats", label="Seats", type="number", position=1)
    make_leads(60, status="new", custom={"seats": 20}, company="Northwind Logistics and Sons")
    return member("agent", "export", email="alex@yourteam.com", name="Alex")


def shifts(page: Page) -> float:
    """The sum of layout shifts since the page began, other than those after a key or a click."""
    return float(
        page.evaluate(
            "() => new Promise(done => { let sum = 0; new PerformanceObserver(list => {"
            " for (const e of list.getEntries()) if (!e.hadRecentInput) sum += e.value;"
            " }).observe({ type: 'layout-shift', buffered: true });"
            " requestAnimationFrame(() => requestAnimationFrame(() => done(sum))); })"
        )
    )


def _sound_in_both_themes(page: Page, where: str) -> None:
    # In one window: another would make things move.
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        browser.assert_sound(page, f"{where}, {theme}")


def test_all_that_match_are_ticked_changed_and_brought_back(
    chromium: Browser, web: processes.Web, alex: Member
) -> None:
    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(web.url + "/admin/leads?status=new")
        page.get_by_label("Select all on this page").check()
        expect(page.get_by_text("50 selected")).to_be_visible()
        _sound_in_both_themes(page, "ticked")
        page.get_by_role("button", name="Select all 60 that match").click()
        expect(page.get_by_text("All 60 that match")).to_be_visible()
        page.get_by_role("link", name="Next").click()
        expect(page.locator("[data-pick]:checked")).to_have_count(10)
        page.get_by_role("link", name="Status", exact=True).click()
        dialog = page.get_by_role("dialog", name="Set status")
        expect(dialog).to_contain_text("This changes 60 leads: all that match (status is new).")
        _sound_in_both_themes(page, "the question")
        dialog.get_by_label("Status").select_option("Won")
        dialog.get_by_role("button", name="Set status").click()
        expect(page.get_by_text("Status set to won: 60 leads.")).to_be_visible()
        expect(page.get_by_role("heading", name="No leads match")).to_be_visible()
        _sound_in_both_themes(page, "done")
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Undone: Status set to won: 60 leads.")).to_be_visible()
        expect(page.locator("td .badge", has_text="New").first).to_be_visible()
        assert shifts(page) == 0
    assert Lead.objects.filter(status="new").count() == 60


def test_the_dialog_says_what_is_wrong_and_keeps_what_was_typed(
    chromium: Browser, web: processes.Web, alex: Member
) -> None:
    with browser.signed_in(chromium, web.url, alex, viewport=browser.PHONE) as page:
        page.goto(web.url + "/admin/leads")
        page.locator("[data-pick]").first.check()
        expect(page.get_by_text("1 selected")).to_be_visible()
        browser.assert_sound(page, "ticked on a phone")
        acts = page.locator(".acts")
        assert acts.evaluate("one => one.scrollWidth - one.clientWidth") <= 0, "one is cut"
        tag = page.get_by_role("link", name="Tag", exact=True)
        tag.click()
        page.locator("#change-value").fill(" , ")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("Give at least one tag")
        browser.assert_sound(page, "a wrong tag")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(tag).to_be_focused()


def test_columns_are_chosen_and_filters_saved_from_the_menus(
    chromium: Browser, web: processes.Web, alex: Member
) -> None:
    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(web.url + "/admin/leads?status=new")
        page.get_by_role("button", name="View", exact=True).click()
        page.get_by_role("link", name="Columns and density").click()
        dialog = page.get_by_role("dialog", name="Columns and density")
        dialog.get_by_label("Seats").check()
        dialog.get_by_label("Source page").check()
        browser.assert_sound(page, "columns")
        dialog.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("columnheader", name="Seats")).to_be_attached()
        browser.assert_sound(page, "chosen columns")
        page.get_by_role("button", name="Saved", exact=True).click()
        page.get_by_role("link", name="Save this filter").click()
        dialog = page.get_by_role("dialog", name="Save this filter")
        dialog.get_by_role("button", name="Save", exact=True).click()
        expect(dialog.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
        dialog.get_by_label("Name").fill("Everybody new")
        browser.assert_sound(page, "saving a filter")
        dialog.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("“Everybody new” is saved.")).to_be_visible()
        page.goto(web.url + "/admin/leads")
        page.get_by_role("button", name="Saved", exact=True).click()
        page.get_by_role("link", name="Everybody new").click()
        expect(page.get_by_text("Status is new")).to_be_visible()


def test_a_list_beside_a_job_is_brought_anew_at_its_end(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    make_leads(600, status="new")
    signed_in = browser.signed_in(chromium, web.url, alex)
    with processes.worker(committed_db), signed_in as page:
        page.goto(web.url + "/admin/leads?status=new")
        page.get_by_label("Select all on this page").check()
        page.get_by_role("button", name="Select all 660 that match").click()
        page.get_by_role("link", name="Status", exact=True).click()
        dialog = page.get_by_role("dialog", name="Set status")
        dialog.get_by_label("Status").select_option("Won")
        dialog.get_by_role("button", name="Set status").click()
        expect(page.get_by_text("Status set to won: 660 leads.")).to_be_visible(timeout=20_000)
        expect(page.get_by_role("heading", name="No leads match")).to_be_visible()
        expect(page.locator("h1 + .count")).to_have_text("0 match")


def test_an_act_that_is_pressed_while_a_tick_is_on_its_way_waits_for_it(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    held: list[Route] = []
    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(web.url + "/admin/leads?status=new")
        page.get_by_label("Select all on this page").check()
        offer = page.get_by_role("button", name="Select all 60 that match")
        expect(offer).to_be_visible()
        page.route("**/admin/leads/selection*", lambda route: held.append(route))
        with page.expect_request("**/admin/leads/selection*"):
            offer.click()
        page.get_by_role("link", name="Status", exact=True).click()
        held[0].continue_()
        dialog = page.get_by_role("dialog", name="Set status")
        expect(dialog).to_contain_text("60")
        expect(page.get_by_text("All 60 that match are selected")).to_be_visible()


def test_a_dialog_that_takes_long_shows_its_shape_and_can_be_called_back(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    held: list[Route] = []
    with browser.signed_in(chromium, web.url, alex, expects_failures=True) as page:
        page.goto(web.url + "/admin/leads")
        opener = page.get_by_role("link", name="New lead")
        page.route("**/admin/leads/new*", lambda route: held.append(route))
        shape = page.get_by_role("dialog", name="Loading")

        opener.click()
        expect(shape).to_be_visible()
        # It, and what was pressed.
        browser.assert_accessible(page, "a dialog on its way", busy=2)
        held[-1].continue_()
        dialog = page.get_by_role("dialog", name="New lead")
        expect(dialog).to_be_visible()
        expect(shape).to_have_count(0)
        page.keyboard.press("Escape")
        expect(opener).to_be_focused()

        opener.click()
        expect(shape).to_be_visible()
        with page.expect_event("requestfailed"):
            page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(opener).to_be_focused()
        expect(opener).not_to_have_attribute("aria-busy", "true")

        opener.click()
        expect(shape).to_be_visible()
        held[-1].abort("internetdisconnected")
        expect(page.get_by_text("No connection to the server.")).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(opener).to_be_focused()
