"""What every test can have: a database, an account, and a cast of members."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connections

from synaptiq.accounts import actors
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Member, User
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import embedded
from tests import database

pytest_plugins = ["tests.served"]

# How fast it makes its cases is the machine's matter, which may have others to serve.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


# A shell that starts something in the background has it ignore Ctrl-C, and so would all that is
# started here: those that are to end by it would run for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int | None:
    """One more than there are processors: each often waits for a browser, a server or a job."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    ours = getattr(os, "sched_getaffinity", None)
    return (len(ours(0)) if ours else os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    """Let each process begin to read the tests at another folder, so that what pytest makes of one
    is there already when the others come to it."""
    worker = getattr(config, "workerinput", None)
    if worker is None or config.args != ["tests"]:
        return
    inside = [path for path in Path("tests").iterdir() if path.is_dir()]
    folders = sorted(str(path) for path in inside if path.name != "__pycache__")
    folders += sorted(map(str, Path("tests").glob("test_*.py")))
    first = int(worker["workerid"][2:]) * len(folders) // worker["workercount"]
    config.args[:] = folders[first:] + folders[:first]


# Folders and files with tests that take longest, each up to half a minute.
LONG = (
    "tests/tools/test_bootstrap.py", "tests/terminal/", "tests/agent/test_killed.py",
    "tests/dashboard/settings/test_look.py", "tests/dashboard/leads/test_every_page.py",
    "tests/dashboard/docs/test_look.py", "tests/dashboard/agent/test_look.py",
    "tests/dashboard/test_design.py", "tests/kit/test_embedded", "tests/worker/",
    "tests/exports/", "tests/leads/imports/",
)  # fmt: skip
# After the longest of those with a browser come all others.
BROWSERS = LONG.index("tests/dashboard/test_design.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first, so that no process is left alone with one when the others have ended; and
    all that need a browser behind each other, so that few are started."""

    def place(item: pytest.Item) -> tuple[int, bool, Path]:
        has_browser = "chromium" in getattr(item, "fixturenames", ())
        number = next((n for n, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG))
        number = min(number, BROWSERS) if has_browser else number
        return number, not has_browser, item.path

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """Code and tests stay to the end of the run: no collection of garbage looks through them."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """This process's database: a clone of the template that the migrations built."""
    name = settings.DATABASES["default"]["NAME"]
    database.clone(name)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    database.drop(name)


@pytest.fixture
def committed_db(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[str]:
    """A database of this test alone, where commits are real; gives its address.

    For tests with other processes, browsers, or several connections. Not a flush between tests:
    that would be a TRUNCATE, and the audit log refuses it.
    """
    served = "web_process" in request.fixturenames
    name = database.served_name() if served else database.temporary_name()
    database.clone(name)
    with django_db_blocker.unblock():
        connections.close_all()
        wrapper = connections["default"]
        before = wrapper.settings_dict["NAME"]
        wrapper.settings_dict["NAME"] = name
        try:
            yield database.url_of(name)
        finally:
            connections.close_all()
            wrapper.settings_dict["NAME"] = before
            database.drop(name)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can reach, which pytest's own are not: what a root's server
    stores for a home in it lies in the home. Homes in it are destroyed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="synaptiq-test-"))
    folder.chmod(0o755)
    yield folder
    for record in folder.rglob("postgres.json"):
        embedded.destroy(record.parent)
    shutil.rmtree(folder)


def make_account(name: str = "Acme", **fields: Any) -> Account:
    return Account.objects.create(name=name, **fields)


def make_member(account: Account, *roles: str, email: str = "", name: str = "") -> Member:
    """A member with these roles; the person's email is made from them unless given."""
    email = email or f"{'-'.join(roles) or 'nobody'}@{account.public_id[5:13]}.example"
    user = User.objects.filter(email=email).first()
    user = user or User.objects.create_user(email, "correct horse battery", name=name)
    with acting_for(account.pk):
        return Member.objects.create(user=user, roles=list(roles))


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    """An account, and the current one; committed where the test uses `committed_db`."""
    committed = "committed_db" in request.fixturenames
    request.getfixturevalue("committed_db" if committed else "db")
    made = make_account()
    with acting_for(made.pk):
        yield made


@pytest.fixture
def member(account: Account) -> Callable[..., Member]:
    """`member("admin")`: a member of the account with these roles."""
    return lambda *roles, **fields: make_member(account, *roles, **fields)


@pytest.fixture
def actor(member: Callable[..., Member]) -> Callable[..., Actor]:
    """`actor("export")`: a signed-in member with these roles, as actions take it."""
    return lambda *roles, **fields: actors.of_member(member(*roles, **fields))
