"""A browser and a `web` process on the test's own database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from synaptiq.accounts.models import Account
from tests import processes
from tests.dashboard import browser


@pytest.fixture
def chromium(committed_db: str) -> Iterator[Browser]:
    with browser.chromium() as started:
        yield started


@pytest.fixture
def web(committed_db: str, account: Account) -> Iterator[processes.Web]:
    with processes.web(committed_db) as started:
        yield started
