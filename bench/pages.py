"""Every page in Chromium: bytes as they are and as sent, first paint cold and warm, what moves.

The pages are those of tests/dashboard/every_page.py: one of everything, and lists that fill their
pages. Cold is a browser without anything in its cache, as on somebody's first day.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from bench import processes
from bench.place import Place, Target
from tests.dashboard import browser, every_page

TIMES = 5
MOST_MS = 300


@dataclass(frozen=True)
class Weighed:
    """Bytes with all that the page loads; milliseconds are medians."""

    address: str
    whole: int
    sent: int
    cold: float
    warm: float
    shifts: float


def measure(place: Place) -> list[Target]:
    made = every_page.fill()
    addresses = list(every_page.addresses(made))
    with processes.web() as (_, url), browser.chromium() as chromium:
        pages = _weigh_all(chromium, url, made.members["owner"], addresses)
    print(f"{'page':<58}{'whole':>9}{'sent':>8}{'cold':>8}{'warm':>8}  moved")
    for page in pages:
        shown = page.address if len(page.address) < 58 else page.address[:54] + "…"
        print(
            f"{shown:<58}{page.whole / 1000:>6.0f} kB{page.sent / 1000:>5.0f} kB"
            f"{page.cold:>5.0f} ms{page.warm:>5.0f} ms  {page.shifts:g}"
        )
    return [
        Target("heaviest page with all it loads", max(p.sent for p in pages) / 1000,
               every_page.MOST_BYTES / 1000, "kB"),
        Target("first paint, cold, slowest page", max(p.cold for p in pages), MOST_MS, "ms"),
        Target("first paint, warm, slowest page", max(p.warm for p in pages), MOST_MS, "ms"),
        Target("what moves while a page loads (CLS), most", max(p.shifts for p in pages),
               every_page.MOST_SHIFTS, ""),
    ]  # fmt: skip


def _weigh_all(chromium: Browser, url: str, member: Any, addresses: list[str]) -> list[Weighed]:
    with browser.signed_in(chromium, url, member) as page:
        network = page.context.new_cdp_session(page)
        # The first one warms templates and the process.
        for address in addresses:
            page.goto(url + address)
        return [_weigh(page, network, url, address) for address in addresses]


def _weigh(page: Page, network: CDPSession, url: str, address: str) -> Weighed:
    cold, warm = [], []
    for _ in range(TIMES):
        network.send("Network.clearBrowserCache")
        cold.append(_opened(page, url + address))
    for _ in range(TIMES):
        warm.append(_opened(page, url + address))
    return Weighed(
        address, warm[0]["whole"], warm[0]["sent"], median(one["paint"] for one in cold),
        median(one["paint"] for one in warm), max(one["shifts"] for one in [*cold, *warm]),
    )  # fmt: skip


def _opened(page: Page, address: str) -> dict[str, float]:
    page.goto(address)
    return every_page.read(page)
