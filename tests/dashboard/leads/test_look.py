"""The lists of leads and exports in windows of any width, measured in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member
from synaptiq.exports import actions, pipeline
from synaptiq.exports.models import Export
from synaptiq.exports.states import State
from tests import processes
from tests.dashboard import browser
from tests.dashboard.clients import make_leads

# Common windows, and both sides of every width at which a column leaves.
WIDTHS = (
    1440, 1431, 1430, 1366, 1331, 1330, 1280, 1181, 1180, 1081, 1080,
    1041, 1040, 1024, 900, 841, 840, 768, 761,
)  # fmt: skip
LONG = "a.rather.long.address.of.somebody@subsidiary-of-acme.example"


@pytest.fixture
def alex(account: Account, member: Callable[..., Member]) -> Member:
    alex = member("export", name="Alexandra Moreno-Villanueva", email="alex@yourteam.com")
    make_leads(
        3, status="meeting_booked", score=100, tags=["enterprise", "newsletter", "webinar"],
        company="Northwind Logistics and Sons", assigned_to=alex,
    )  # fmt: skip
    return alex


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).first.bounding_box()
    assert found, selector
    return {"x": found["x"], "width": found["width"], "height": found["height"]}


def assert_fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    beside = page.evaluate(
        "(t => t.scrollWidth - t.clientWidth)(document.querySelector('.table-scroll'))"
    )
    assert beside <= 0, f"at {width} px the table is {beside} px too wide"
    first = box(page, "tbody th")
    assert first["width"] >= 200, f"at {width} px the first column has {first['width']} px"


def test_every_window_shows_the_names_and_needs_no_scrolling(
    chromium: Browser, web: processes.Web, alex: Member
) -> None:
    export = actions.request(
        actors.of_member(alex), {"dataset": "leads", "scope": "filter"}, in_this_process=True
    )
    pipeline.run(export)
    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(web.url + "/admin/leads")
        for width in WIDTHS:
            assert_fits(page, width)
            assert page.get_by_role("columnheader", name="Status").is_visible()
        page.set_viewport_size(browser.WIDE)
        expect(page.get_by_role("columnheader", name="Created")).to_be_visible()
        page.goto(web.url + "/admin/exports")
        for width in WIDTHS:
            assert_fits(page, width)
            button = box(page, ".menu-cell .btn")
            assert button["x"] + button["width"] <= width, f"Download is cut at {width} px"


def test_columns_stay_where_they_are_while_a_run_goes_on(
    chromium: Browser, web: processes.Web, alex: Member
) -> None:
    export = actions.request(actors.of_member(alex), {"dataset": "leads", "scope": "filter"})
    with browser.signed_in(chromium, web.url, alex) as page:

        def columns() -> list[list[float]]:
            page.goto(web.url + "/admin/exports")
            found: list[list[float]] = page.evaluate(
                "[...document.querySelectorAll('thead th')].map(e => e.getBoundingClientRect())"
                ".map(b => [b.x, b.width])"
            )
            found.append([box(page, "tbody tr")["height"]])
            return found

        before = columns()
        rows = {"rows_total": 12_345_678, "rows_written": 1_234_567}
        Export.objects.filter(pk=export.pk).update(state=State.RUNNING, **rows)
        assert columns() == before
        expect(page.get_by_text("1,234,567 of 12,345,678")).to_be_visible()
        page.set_viewport_size(browser.PHONE)
        expect(page.get_by_text("1,234,567 of 12,345,678")).to_be_visible()
        browser.assert_sound(page, "a run on a phone")


def test_a_phone_keeps_the_filters_in_view_and_cuts_no_address(
    chromium: Browser, web: processes.Web, alex: Member
) -> None:
    make_leads(1, name="Somebody", email=LONG)
    with browser.signed_in(chromium, web.url, alex, viewport=browser.PHONE) as page:
        page.goto(
            web.url + "/admin/leads?text=somebody&score=0..100&created=2020-01-01..2040-01-01"
        )
        button = page.get_by_role("button", name="Filter", exact=True).bounding_box()
        assert button
        assert button["x"] + button["width"] <= browser.PHONE["width"]
        page.goto(web.url + "/admin/leads?text=somebody")
        cut = page.evaluate(
            "[...document.querySelectorAll('tbody th .cut')]"
            ".filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)"
        )
        assert cut == []
        expect(page.get_by_text(LONG)).to_be_visible()
        browser.assert_sound(page, "a long address")


def test_what_is_at_work_says_so_and_moves_nothing(
    chromium: Browser, web: processes.Web, alex: Member
) -> None:
    asked: list[str] = []
    held: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route.request.url)
        held.append(route)

    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(web.url + "/admin/leads")
        page.get_by_role("button", name="Export", exact=True).click()
        dialog = page.get_by_role("dialog", name="Export leads")
        size = dialog.locator("#export-size")
        expect(size).to_contain_text("3 rows")
        before = dialog.bounding_box()
        page.route("**/export/preview*", hold)
        dialog.get_by_role("radio", name="JSON", exact=True).check(force=True)
        for part in (size, dialog.locator("#export-preview")):
            expect(part).to_have_attribute("aria-busy", "true")
            expect(part).to_have_css("opacity", "0.5")
        assert dialog.bounding_box() == before
        assert "format=json" in asked[0]
        assert "csrf" not in asked[0]
        held[-1].continue_()
        page.unroute("**/export/preview*")
        expect(size).not_to_have_attribute("aria-busy", "true")
        expect(dialog.locator("#export-preview")).to_have_css("opacity", "1")

        button = dialog.get_by_role("button", name="Download", exact=True)
        plain = button.bounding_box()
        page.route("**/admin/leads/export", hold)
        button.click()
        expect(button).to_be_disabled()
        button.hover(force=True)
        # The words of a disabled button on the ground of one, not on the accent's.
        expect(button).to_have_css("background-color", "rgb(238, 240, 243)")
        expect(button).to_have_css("color", "rgb(98, 106, 120)")
        line = "e => getComputedStyle(e, '::after').height"
        assert button.evaluate(line) == "2px"
        assert button.bounding_box() == plain
        held[-1].continue_()
        page.unroute("**/admin/leads/export")
        expect(dialog.get_by_role("progressbar")).to_be_visible()
        # What ends here ends where the body does, whatever stands before it.
        export = Export.objects.get()
        pipeline.run(export)
        expect(dialog.get_by_text("Your file is ready.")).to_be_visible()
        close = dialog.get_by_role("button", name="Close", exact=True).first
        expect(close).to_be_visible()
        edge = close.evaluate(
            "e => document.querySelector('.dialog-body dl').getBoundingClientRect().right"
            " - e.getBoundingClientRect().right"
        )
        assert abs(edge) < 1


def test_buttons_of_a_question_end_at_the_right(
    chromium: Browser, web: processes.Web, member: Callable[..., Member]
) -> None:
    owner = member("owner")
    [lead] = make_leads(1)
    with browser.signed_in(chromium, web.url, owner) as page:
        page.goto(f"{web.url}/admin/leads/{lead.public_id}")
        page.get_by_role("button", name="Actions").click()
        page.get_by_role("link", name="Delete").click()
        dialog = page.get_by_role("dialog", name="Delete this lead?")
        button = dialog.get_by_role("button", name="Delete").bounding_box()
        text = dialog.locator(".dialog-body p").bounding_box()
        assert button
        assert text
        assert abs(button["x"] + button["width"] - text["x"] - text["width"]) < 1
