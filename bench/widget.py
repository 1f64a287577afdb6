"""The widget on a stranger's page: bytes on the wire, what it takes of a slow processor until its
button stands there, how soon the chat opens, what it keeps after 200 messages, and what it moves.

The reference is the same page without the snippet, in turns in the same run.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from bench import processes
from bench.place import Place, Target
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import log
from synaptiq.sites.models import Site
from tests.conversations.making import make_conversation, make_visitor
from tests.dashboard import browser
from tests.widget import pages

TIMES, SLOWED, MESSAGES = 9, 4, 200
SETTLED_MS = 1_000
MOST_BYTES, MOST_MS, MOST_OPEN_MS, MOST_MB = 15_000, 100, 300, 6
_WATCH = """
window.shifts = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) shifts += one.value })
  .observe({type: 'layout-shift', buffered: true});
"""
_OPEN = """() => new Promise((done) => {
  const root = document.querySelector('synaptiq-widget').shadowRoot, began = performance.now();
  const look = () => root.querySelector('dialog[open]') ? done(performance.now() - began)
    : requestAnimationFrame(look);
  root.querySelector('.launch').click(); look();
})"""


@dataclass
class _Opened:
    """A page that was opened: milliseconds of its main thread, bytes by address."""

    page: Page
    session: CDPSession
    busy: float
    sent: dict[str, float]


def measure(place: Place) -> list[Target]:
    with acting_for(place.few.account_id), processes.web() as (_, url):
        site = Site.objects.create(name="widget", consent=False)
        with pages.served(url, site) as stranger, browser.chromium() as chromium:
            stranger.paths["/without"] = (
                stranger.page().replace("<script", "<!--").replace("</script>", "-->")
            )
            return _measure(chromium, stranger, site)


def _measure(chromium: Browser, stranger: pages.Stranger, site: Site) -> list[Target]:
    without, with_it, opening, shifts, sent = [], [], [], [], 0.0
    for _ in range(TIMES):
        without.append(_open(chromium, stranger.url + "/without").busy)
        opened = _open(chromium, stranger.url + "/")
        with_it.append(opened.busy)
        opening.append(opened.page.evaluate(_OPEN))
        opened.page.wait_for_timeout(300)
        shifts.append(opened.page.evaluate("shifts"))
        sent = sum(n for address, n in opened.sent.items() if address.startswith(stranger.web))
        opened.page.context.close()
    busy = median(with_it) - median(without)
    kept = _kept(chromium, stranger, site)
    print(f"  the page alone {median(without):.0f} ms of main thread, with the button "
          f"{median(with_it):.0f} ms, at 1/{SLOWED} of the processor")  # fmt: skip
    return [
        Target("widget, button and chat on the wire", sent, MOST_BYTES, "B"),
        Target("main thread until the button stands, slowed 4 x", busy, MOST_MS, "ms"),
        Target("chat opened after a click, slowed 4 x", median(opening), MOST_OPEN_MS, "ms"),
        Target(f"heap of the page after {MESSAGES} messages, beyond before", kept, MOST_MB, "MB"),
        Target("what it moves of the page (CLS)", max(shifts), 0, ""),
    ]


def _open(chromium: Browser, address: str) -> _Opened:
    """A page in a browser with nothing in its cache, at a part of the processor."""
    page = chromium.new_context().new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    addresses: dict[str, str] = {}
    sent: dict[str, float] = {}

    def answered(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["response"]["url"]

    def finished(event: dict[str, Any]) -> None:
        url = addresses.get(event["requestId"], "")
        if url.endswith((".js", "/")):
            sent[url] = event["encodedDataLength"]

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    page.add_init_script(_WATCH)
    page.goto(address)
    # Nothing is asked of the page meanwhile: what drives the browser would put 300 kB of its own
    # script into it, and be measured.
    page.wait_for_timeout(SETTLED_MS)
    opened = _Opened(page, session, 1000 * _metric(session, "TaskDuration"), sent)
    if not address.endswith("/without"):
        assert page.locator("synaptiq-widget .launch").is_visible()
    return opened


def _kept(chromium: Browser, stranger: pages.Stranger, site: Site) -> float:
    """Megabytes of JavaScript's heap that a chat of so many messages takes."""
    visitor = make_visitor(site, token="vt_bench")
    made = make_conversation(("visitor", "Hi"), visitor=visitor)
    page = chromium.new_context().new_page()
    with closing(page):
        page.goto(stranger.url)
        page.evaluate(
            "([key, conversation]) => localStorage.setItem('synaptiq:' + key, JSON.stringify("
            "{token: 'vt_bench', conversation, until: 9e15}))", [site.key, made.public_id],
        )  # fmt: skip
        page.reload()
        page.locator("synaptiq-widget .launch").click()
        page.locator("synaptiq-widget .say").first.wait_for()
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = _heap(session)
        for number in range(MESSAGES):
            sender = ("ai", "visitor")[number % 2]
            log.append(
                made, [log.message(sender, f"Message {number}: a sentence as people say it.")]
            )
        page.locator("synaptiq-widget .say", has_text=f"Message {MESSAGES - 1}:").wait_for()
        return (_heap(session) - before) / 1e6


def _heap(session: CDPSession) -> float:
    session.send("HeapProfiler.collectGarbage")
    return _metric(session, "JSHeapUsedSize")


def _metric(session: CDPSession, name: str) -> float:
    given = session.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in given if one["name"] == name)
