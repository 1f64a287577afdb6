"""From a click on Download in a browser to the bytes on disk, for 100 rows, while a million are
exported beside it."""

from __future__ import annotations

import math
from time import perf_counter, sleep

from playwright.sync_api import Page, expect

from bench import processes
from bench.place import FEW, Place, Target, request
from synaptiq.accounts.tenancy import acting_for
from synaptiq.exports.models import Export
from synaptiq.exports.states import UNFINISHED
from tests.dashboard import browser

CLICKS = 20


def measure(place: Place) -> list[Target]:
    with processes.worker(), processes.web() as (_, address), browser.chromium() as chromium:
        with browser.signed_in(chromium, address, place.few) as page:
            _click(page, address)  # the first one warms templates and files
            taken = []
            for _ in range(CLICKS):
                _keep_busy(place)
                taken.append(_click(page, address))
        with acting_for(place.many.account_id):
            Export.objects.filter(state="requested").update(state="cancelled")
    taken.sort()
    p95 = taken[math.ceil(0.95 * CLICKS) - 1]
    print(f"{CLICKS} clicks: median {taken[CLICKS // 2]:.2f} s, p95 {p95:.2f} s, {taken[-1]:.2f} s")
    return [Target(f"click to file of {FEW} rows beside a large export, p95", p95, 1, "s")]


def _keep_busy(place: Place) -> None:
    """Have a large export under way, that has just begun to write, and another one waiting."""
    with acting_for(place.many.account_id):
        while Export.objects.filter(state__in=UNFINISHED).count() < 2:
            request(place.many, by_job=True)
        while not Export.objects.filter(state="running", rows_written__gt=0).exists():
            sleep(0.05)


def _click(page: Page, address: str) -> float:
    page.goto(f"{address}/admin/leads")
    page.get_by_role("button", name="Export", exact=True).click()
    dialog = page.get_by_role("dialog", name="Export leads")
    expect(dialog.get_by_text(f"{FEW} rows, about")).to_be_visible()
    button = dialog.get_by_role("button", name="Download", exact=True)
    began = perf_counter()
    with page.expect_download() as downloading:
        button.click()
    path = downloading.value.path()
    seconds = perf_counter() - began
    assert path.read_bytes().count(b"\n") == FEW + 1
    return seconds
