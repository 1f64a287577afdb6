"""Pages of a stranger, on an origin of their own, with the widget on them.

with pages.served(url, site) as stranger:
    page = stranger.open(chromium)
    page.open_chat()
    page.say("Hi")
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from synaptiq.sites.models import Site
from tests.dashboard.browser import WIDE

# What a page must allow, and nothing else: as docs/product/embed-the-widget.md says it.
POLICY = "default-src 'none'; script-src {url} 'nonce-own'; connect-src {url}"
_PAGE = (
    '<!doctype html><html lang="en"{html}><head><meta charset="utf-8"><title>A stranger</title>'
    '{head}<script async src="{url}/widget.js" data-site="{key}"{data}></script></head>'
    "<body>{body}<main><h1>Pricing</h1><p>A page of somebody else.</p></main></body></html>"
)


@dataclass
class Stranger:
    """A server of pages: `paths` are whole pages by their path; any other is the plain one."""

    url: str
    web: str
    site: Site
    paths: dict[str, str] = field(default_factory=dict)
    policy: str = POLICY

    def page(self, *, head: str = "", body: str = "", html: str = "", data: str = "") -> str:
        return _PAGE.format(
            url=self.web, key=self.site.key, head=head, body=body, html=html, data=data
        )

    def open(
        self, browser: Browser, path: str = "/", *, context: BrowserContext | None = None,
        **options: Any,
    ) -> Visitor:  # fmt: skip
        """A visitor on that page, in a browser context of its own unless one is given."""
        options = {"viewport": WIDE, "reduced_motion": "reduce", **options}
        page = (context or browser.new_context(**options)).new_page()
        visitor = Visitor(page)
        page.goto(self.url + path)
        return visitor


class Visitor:
    """A page with the widget, by what a visitor sees of it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self._heard(said.type, said.text))
        page.add_init_script(
            "addEventListener('securitypolicyviolation', (event) => "
            "console.error('refused by the policy: ' + event.violatedDirective + event.blockedURI))"
        )

    def _heard(self, type: str, text: str) -> None:
        if type == "error" and "status of 4" not in text and "net::ERR_INTERNET" not in text:
            self.errors.append(text)

    @property
    def widget(self) -> Locator:
        return self.page.locator("synaptiq-widget")

    @property
    def launcher(self) -> Locator:
        return self.widget.locator(".launch")

    @property
    def panel(self) -> Locator:
        return self.widget.locator("dialog")

    @property
    def said(self) -> Locator:
        """The bubbles, in order."""
        return self.widget.locator(".log .say:not(.dots)")

    def open_chat(self, remember: bool | None = None) -> None:
        # One that was open on the page before opens by itself.
        if not any('"open":true' in text for text in self.stored().values()):
            self.launcher.click()
        expect(self.panel).to_be_visible()
        # The greeting, which is the first of the log for whoever answers it.
        expect(self.said.first).to_be_visible()
        if remember is not None:
            self.button("Remember it" if remember else "Only this once").click()

    def button(self, name: str) -> Locator:
        return self.widget.get_by_role("button", name=name, exact=True)

    def say(self, text: str) -> None:
        self.widget.locator("textarea").fill(text)
        self.widget.locator("textarea").press("Enter")

    def expect_said(self, text: str, times: int = 1) -> None:
        """That so many bubbles have this text in them."""
        expect(self.said.filter(has_text=text)).to_have_count(times)

    def stored(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.page.evaluate(
            "(() => { try { return {...localStorage, ...sessionStorage, "
            "...(document.cookie && {cookie: document.cookie})} } catch { return {} } })()"
        )
        return found


@contextmanager
def served(web: str, site: Site) -> Iterator[Stranger]:
    """A stranger's server on another origin than the product's, which the site then allows."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = stranger.paths.get(self.path) or stranger.page()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", stranger.policy.format(url=web))
            self.end_headers()
            self.wfile.write(re.sub("<script>", "<script nonce=own>", body).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    # Another site than 127.0.0.1 for a browser, and no other machine.
    stranger = Stranger(f"http://localhost:{server.server_address[1]}", web, site)
    site.origins = [*site.origins, stranger.url]
    site.save()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield stranger
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
