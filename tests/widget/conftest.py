"""A stranger's pages, and a worker whose agent answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from synaptiq.accounts.models import Account
from synaptiq.sites.models import Site
from tests import processes
from tests.conversations.making import make_site
from tests.widget import pages
from tests.widget.pages import Stranger


@pytest.fixture
def site(committed_db: str, account: Account) -> Site:
    return make_site(consent=True)


@pytest.fixture
def stranger(url: str, site: Site) -> Iterator[Stranger]:
    with pages.served(url, site) as started:
        yield started


@pytest.fixture
def agent(committed_db: str) -> Iterator[processes.Process]:
    """Answers what visitors write."""
    with processes.worker(committed_db, queues="chat") as worker:
        yield worker
