"""A real Chromium for tests of pages, on a real `web` process, with accessibility checked by axe.

    with browser.chromium() as chromium, browser.signed_in(chromium, web.url, member) as page:
        page.goto(web.url + "/admin/leads")
        browser.assert_accessible(page)

Playwright's synchronous interface runs an event loop in the test's thread, where Django refuses
to touch the database; `chromium` lifts that for as long as it is open.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from synaptiq.accounts.models import Member
from tools import browser as installed

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
ZOOMED: ViewportSize = {"width": 720, "height": 450}  # 1440 × 900 at 200 %
_UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that `make test` found or installed."""
    path = installed.find()
    assert path, "no Chromium: `make test` installs one, or name one by SYNAPTIQ_CHROMIUM"
    before = os.environ.get(_UNSAFE)
    os.environ[_UNSAFE] = "true"
    try:
        with sync_playwright() as playwright:
            # As root, in a container, Chromium's own sandbox and /dev/shm are not to be had.
            started = playwright.chromium.launch(
                executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
            try:
                yield started
            finally:
                started.close()
                # Beside a running loop Django keeps connections of their own, unseen outside.
                connections.close_all()
    finally:
        if before is None:
            del os.environ[_UNSAFE]


@contextmanager
def signed_in(
    browser: Browser,
    url: str,
    member: Member,
    *,
    viewport: ViewportSize = WIDE,
    expects_failures: bool = False,
    **context: Any,
) -> Iterator[Page]:
    """A page in a browser context of its own where this member is signed in.

    What the page writes to its console as an error, or throws, fails the test at the end; what htmx
    and the network write of requests that fail is let pass with `expects_failures`.
    """
    client = Client()
    client.force_login(member.user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    opened = browser.new_context(viewport=viewport, reduced_motion="reduce", **context)
    opened.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])
    errors: list[str] = []
    page = opened.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    try:
        yield page
    finally:
        opened.close()
    # A refused request is written to the console too; such a test looks at the answer itself.
    errors = [error for error in errors if "status of 4" not in error]
    if expects_failures:
        told = ("htmx:", "Response Status Error", "Failed to load resource")
        errors = [error for error in errors if not error.startswith(told)]
    assert not errors, errors


def assert_sound(page: Page, where: str = "") -> None:
    """Accessible, and no wider than its window."""
    assert_accessible(page, where)
    assert_fits(page, where)


def assert_sound_everywhere(page: Page, where: str = "") -> None:
    """Sound as it is now in a wide window in light and on a phone in dark, and no wider than its
    window at 200 %, where it stands as on a phone. Leaves its window as it was, in light."""
    before = page.viewport_size
    assert before
    for theme, viewport in (("light", WIDE), ("dark", PHONE)):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size(viewport)
        assert_sound(page, f"{where}, {theme}, {viewport['width']} px")
    page.set_viewport_size(ZOOMED)
    assert_fits(page, f"{where}, zoomed")
    page.set_viewport_size(before)
    page.emulate_media(color_scheme="light")


def assert_fits(page: Page, where: str = "") -> None:
    """No wider than its window."""
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0, f"{where} is {wider} px wider than its window"


def assert_accessible(page: Page, where: str = "", busy: int = 0) -> None:
    """No finding of axe in the page as it is now; what is being looked at is waited for, since it
    is dimmed until the answer is there. `busy`: so many things are to be seen busy."""
    expect(page.locator('[aria-busy="true"]')).to_have_count(busy)
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    # What it found alone: all that it looked at is a megabyte.
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations.map("
        "({id, help, nodes}) => `${id}: ${help}: ${nodes.map(n => n.html.slice(0, 200)).join('; ')}"
        "`))"
    )
    assert not found, "\n".join([where, *found])
