"""Every page in a browser: light on the wire, nothing that moves while it loads, nothing beside
the window at its narrowest and its widest."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from synaptiq.accounts.models import Account
from tests import processes
from tests.dashboard import browser, every_page

SIZES = (browser.PHONE, {"width": 2560, "height": 1440})


def faults(page: Page, where: str) -> list[str]:
    """What is wrong with the page that was just opened, at 1440 px first."""
    read = every_page.read(page)
    found = []
    if read["sent"] >= every_page.MOST_BYTES:
        found.append(f"{where}: {read['sent']:,} bytes with all it loads")
    if read["shifts"] >= every_page.MOST_SHIFTS:
        found.append(f"{where}: things move while it loads ({read['shifts']})")
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider > 0:
            found.append(f"{where}: {wider} px wider than a window of {size['width']} px")
    page.set_viewport_size(browser.WIDE)
    return found


def test_every_page_is_light_still_and_as_wide_as_its_window(
    chromium: Browser, web: processes.Web, account: Account
) -> None:
    made = every_page.fill()
    addresses = list(every_page.addresses(made))
    assert len(addresses) > 40
    found: list[str] = []
    with browser.signed_in(chromium, web.url, made.members["owner"]) as page:
        for address in addresses:
            page.goto(web.url + address)
            found += faults(page, address)
        # A page that is too heavy, moves and does not fit is noticed.
        page.route("**/heavy", lambda route: route.fulfill(body=HEAVY, content_type="text/html"))
        page.goto(web.url + "/heavy")
        assert len(faults(page, "heavy")) == 3
    assert not found, "\n".join(found)


HEAVY = f"""<!doctype html><title>Heavy</title>
<p id="late"></p><p style="width:400px">Moves</p><!--{"x" * every_page.MOST_BYTES}-->
<script>const next = requestAnimationFrame;
next(() => next(() => {{ late.style.height = "300px"; }}));</script>"""
