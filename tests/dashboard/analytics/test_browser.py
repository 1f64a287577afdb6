"""The page of figures in a real browser: charts under the strict policy, nothing that moves, the
report by mouse."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from synaptiq.accounts.models import Account, Member
from synaptiq.kit import clock
from tests import processes
from tests.conftest import make_member
from tests.dashboard import browser
from tests.dashboard.analytics.making import NOW, make_world

PATH = "/admin/analytics?dates=2026-02-13..2026-03-14"
_WATCH = """
window.shifts = [];
new PerformanceObserver((list) => { for (const one of list.getEntries()) shifts.push(one.value) })
  .observe({type: 'layout-shift', buffered: true});
"""


@pytest.fixture
def owner(committed_db: str, account: Account) -> Member:
    made = make_member(account, "owner", email="morgan@acme.example", name="Morgan Ellis")
    account.timezone = "UTC"
    account.save()
    with clock.freeze(NOW):
        make_world(made)
    return made


def drawn(page: Page) -> None:
    for figure in page.locator("[data-chart]").all():
        figure.scroll_into_view_if_needed()
        expect(figure).to_have_attribute("data-drawn", "")


def test_charts_are_drawn_under_the_policy_and_nothing_moves(
    url: str, chromium: Browser, owner: Member
) -> None:
    with browser.signed_in(chromium, url, owner) as page:
        said: list[str] = []
        page.on("console", lambda line: said.append(line.text))
        page.add_init_script(_WATCH)
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(url + PATH)
        drawn(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        expect(page.locator(".chart-place svg")).to_have_count(7)
        assert said == []
        assert page.evaluate("shifts") == []
        # A value that is pointed at.
        box = page.locator("#total_leads .chart-place svg").bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] * 0.55, box["y"] + box["height"] / 2)
        expect(page.locator("#vg-tooltip-element")).to_contain_text("Period")
        browser.assert_sound_everywhere(page, "drawn")


def test_without_script_every_figure_is_there(url: str, chromium: Browser, owner: Member) -> None:
    with browser.signed_in(chromium, url, owner, java_script_enabled=False) as page:
        page.goto(url + PATH)
        expect(page.get_by_role("region", name="Every figure").get_by_role("row")).to_have_count(31)
        page.get_by_role("button", name="Export Report").click()
        expect(page.get_by_role("heading", name="Export Report")).to_be_visible()


def test_the_report_by_mouse(
    committed_db: str, web: processes.Web, chromium: Browser, owner: Member
) -> None:
    with processes.worker(committed_db), browser.signed_in(chromium, web.url, owner) as page:
        page.goto(web.url + PATH)
        page.get_by_role("button", name="Export Report").click()
        dialog = page.get_by_role("dialog", name="Export Report")
        expect(dialog).to_contain_text("30 periods, 8 columns")
        browser.assert_sound_everywhere(page, "the dialog")
        for format, start in (("PDF", b"%PDF-"), ("CSV", b"\xef\xbb\xbfdate,")):
            dialog.get_by_role("radio", name=format).check()
            with page.expect_download() as downloading:
                dialog.get_by_role("button", name="Download", exact=True).click()
            content = Path(downloading.value.path()).read_bytes()
            assert content.startswith(start)
            if format == "PDF":
                text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
                assert "Analytics report" in text
                assert "13 Feb – 14 Mar 2026" in text
            page.keyboard.press("Escape")
            expect(dialog).to_have_count(0)
            page.get_by_role("button", name="Export Report").click()
