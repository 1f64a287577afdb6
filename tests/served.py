"""A browser for the tests that follow each other, and one `web` process for all that a test process
runs. Loaded by `tests/conftest.py` for every folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests import database, processes
from tests.dashboard import browser
from tests.waiting import wait_until


class _Kept:
    """A browser that stays open from one file to the next."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._browser: Browser | None = None

    def get(self) -> Browser:
        if self._browser is None:
            self._browser = self._open.enter_context(browser.chromium())
        return self._browser

    def close(self) -> None:
        self._browser = None
        self._open.close()


_KEPT = _Kept()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Close the browser where the next file needs none: Playwright runs an event loop in the thread
    of the tests, and what is asynchronous cannot run beside it."""
    if nextitem is None or (
        nextitem.path != item.path and "chromium" not in getattr(nextitem, "fixturenames", ())
    ):
        _KEPT.close()


@pytest.fixture(scope="module")
def chromium() -> Browser:
    """Each test opens contexts of its own. Before anything of a single test, which would find other
    connections of Django beside a running loop."""
    return _KEPT.get()


@pytest.fixture(scope="session")
def web_process() -> Iterator[processes.Web]:
    """Serves the database that `committed_db` makes anew, under the same name, for each test that
    asks for `web`: what was in it, and the process's connections to it, are gone by then."""
    name = database.served_name()
    database.clone(name)
    with processes.web(database.url_of(name)) as started:
        yield started
    database.drop(name)


@pytest.fixture
def web(web_process: processes.Web, committed_db: str) -> processes.Web:
    """A `web` on this test's own database, with no connection to the one before."""
    wait_until(lambda: processes.is_ready(web_process.url), 30, "a web that is ready")
    return web_process


@pytest.fixture
def url(web: processes.Web) -> str:
    return web.url
