"""`synaptiq demo` as a process: it starts, starts again, ends what it started, survives kills."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from synaptiq.kit import embedded
from synaptiq.kit.processes import free_port
from synaptiq.terminal import sample
from tests import processes
from tests.processes import Process
from tests.terminal import homes
from tests.terminal.commands import (
    demo_environment,
    descendants,
    pid_of,
    run,
    run_in,
    runs,
    signal_to,
)
from tests.waiting import wait_until

ADDRESS = re.compile(r"http://localhost:(\d+)/admin/leads")


@pytest.fixture(scope="module")
def shelf() -> Iterator[Path]:
    """A folder that any user can reach, as `homes.filled` needs it."""
    with tempfile.TemporaryDirectory(prefix="synaptiq-homes-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture(scope="session")
def filled() -> Iterator[Path]:
    with homes.filled() as home:
        yield home


@pytest.fixture
def home(shelf: Path, filled: Path) -> Iterator[Path]:
    """A home of its own, as it is at a second start; its server is gone afterwards."""
    with _copy(filled, shelf / "home") as folder:
        yield folder


@pytest.fixture
def other(shelf: Path, filled: Path) -> Iterator[Path]:
    with _copy(filled, shelf / "other") as folder:
        yield folder


@contextmanager
def _copy(filled: Path, folder: Path) -> Iterator[Path]:
    # With its owner, which is not this process's user where that is root.
    subprocess.run(["cp", "-Rp", str(filled), str(folder)], check=True)
    try:
        yield folder
    finally:
        embedded.destroy(folder)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def demo(home: Path, port: int) -> Iterator[Process]:
    """A demo that has said where it is."""
    log = home.parent / f"demo-{len(list(home.parent.glob('demo-*.log')))}.log"
    arguments = processes.command("demo", "--port", str(port))
    process = Process(arguments, demo_environment(home), log)
    try:
        wait_until(lambda: started(process), 90, "the demo to start")
        yield process
    finally:
        process.end()


def started(process: Process) -> int:
    """The port, once it is printed."""
    assert process.exit_code is None, process.output()
    found = ADDRESS.search(process.output())
    return int(found[1]) if found and "Sign in" in process.output() else 0


def some_port() -> int:
    return free_port(30_000 + os.getpid() % 20_000, "localhost")


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def sign_in(port: int) -> str:
    """The leads page, as somebody who signs in with what the demo prints."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    address = f"http://localhost:{port}/admin/leads"
    with browser.open(address, timeout=30) as answer:
        form, where = answer.read().decode(), answer.url
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token, form
    fields = {
        "csrfmiddlewaretoken": token[1], "login": sample.OWNER, "password": sample.PASSWORD,
        "next": "/admin/leads",
    }  # fmt: skip
    request = urllib.request.Request(where, urlencode(fields).encode(), {"Referer": where})
    with browser.open(request, timeout=30) as answer:
        return str(answer.read().decode())


def test_it_fills_once_and_starts_again_with_the_same_data(filled: Path, home: Path) -> None:
    assert re.search(r"Sample account · \d+\.\d s", homes.said(filled))
    assert sample.PASSWORD in homes.said(filled)
    variables = demo_environment(home)
    done = run_in(variables, "export", "leads", "--output", "-", "--ids", "lead_8f3a2b")
    assert '"jane@acme.com"' in done.stdout
    assert '"alex@yourteam.com"' in done.stdout
    assert done.stdout.endswith(',"50-200","$10k-$50k",,\n')
    again = run_in(variables, "demo", "--no-serve")
    assert again.returncode == 0, again.stderr
    listed = run_in(variables, "accounts", "list", "--json")
    assert listed.stdout.count("acct_") == 1
    assert f'"members": {len(sample.PEOPLE)}' in listed.stdout


def test_it_refuses_a_database_that_is_not_its_own(committed_db: str) -> None:
    done = run(committed_db, "demo")
    assert done.returncode == 2
    assert "Unset DATABASE_URL" in done.stderr


def test_two_homes_at_once_and_ctrl_c_ends_all_that_one_started(home: Path, other: Path) -> None:
    wanted = some_port()
    with socket.create_server(("127.0.0.1", wanted)), demo(home, wanted) as one:
        port = started(one)
        assert port > wanted, "a taken port means the next free one"
        with demo(other, wanted) as two:
            assert started(two) > port
            assert "Acme" in sign_in(port)
            create = ("accounts", "create", "--name", "Globex", "--owner", "eve@globex.example")
            link = run_in(demo_environment(home), *create).stdout
            assert link.startswith(f"http://localhost:{port}/"), "where this demo is reached"
            below = descendants(one.pid)
            assert one.stop(signal.SIGINT) == 0
            assert not [pid for pid in below if runs(pid)]
            assert not is_listening(port)
            status = embedded.status(home)
            assert status
            assert not status["running"]
            assert "Acme" in sign_in(started(two))
            assert two.stop(signal.SIGINT) == 0


def test_whatever_is_killed_another_takes_its_place_and_the_next_start_works(
    home: Path, tmp_path: Path
) -> None:
    with demo(home, some_port()) as process:
        port = started(process)
        for victim in ("web", "worker"):
            below = descendants(process.pid)
            signal_to(pid_of(process.pid, victim), signal.SIGKILL)
            wait_until(
                lambda victim=victim, below=below: (
                    f"{victim} ended" in process.output()
                    and any(pid not in below for pid in descendants(process.pid))
                ),
                what="another one in its place",
            )
        wait_until(lambda: processes.answers(f"http://127.0.0.1:{port}"), what="an answer")
        before = embedded.status(home)
        assert before
        signal_to(before["pid"], signal.SIGKILL)
        wait_until(
            lambda: (
                (now := embedded.status(home)) and now["running"] and now["pid"] != before["pid"]
            ),
            what="another server",
        )
        wait_until(lambda: processes.answers(f"http://127.0.0.1:{port}"), what="an answer")
        assert "Acme" in sign_in(port)
        assert "The embedded database was ended from outside." in process.output()
        below = descendants(process.pid)
        process.kill()
        wait_until(lambda: not [pid for pid in below if runs(pid)], what="its children to end")
        assert not is_listening(port)
    # The next one is started by a make, which is killed too, and can tell its child nothing.
    words = " ".join(processes.command("demo", "--port", str(port)))
    variables = {**demo_environment(home), "MAKELEVEL": "1"}
    process = Process(["sh", "-c", f"{words} & wait"], variables, tmp_path / "log")
    try:
        wait_until(lambda: started(process), 90, "the demo to start")
        assert started(process) == port
        assert "Acme" in sign_in(port)
        below = descendants(process.pid)
        process.kill()
        wait_until(lambda: not [pid for pid in below if runs(pid)], what="the demo to end")
        assert not is_listening(port)
    finally:
        process.end()
    after = embedded.status(home)
    assert after
    assert not after["running"]
