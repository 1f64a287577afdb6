"""A browser for the tests of a file, and one `web` process for all that a test process runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests import database, processes
from tests.dashboard import browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Not for longer than a file: Playwright runs an event loop in the thread of the tests, and
    what is asynchronous cannot run beside it. Each test opens contexts of its own."""
    with browser.chromium() as started:
        yield started


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
    """A `web` on this test's own database."""
    return web_process


@pytest.fixture
def url(web: processes.Web) -> str:
    return web.url
