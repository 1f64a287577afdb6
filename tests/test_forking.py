"""A command by a fork is a process like one that was started: the same words, code and places."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests import forking, processes
from tests.forking import Forked
from tests.terminal.commands import run
from tests.waiting import wait_until


def started(url: str | None, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        processes.command(*arguments), env=processes.environment(url), stdin=subprocess.DEVNULL,
        capture_output=True, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code"),
    [("accounts list --json", 0), ("export leads --help", 0), ("export leads --nope", 2),
     ("export leads --account Globex --output -", 4), ("", 2)],
)  # fmt: skip
def test_it_says_what_a_new_python_says(committed_db: str, arguments: str, code: int) -> None:
    new = started(committed_db, *arguments.split())
    forked = forking.run(arguments.split(), processes.environment(committed_db), 120)
    assert (forked.returncode, forked.stdout, forked.stderr) == (code, new.stdout, new.stderr)


def test_it_has_the_folder_and_the_variables_that_it_is_given(
    committed_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(committed_db, "accounts", "create", "--name", "A", "--owner", "a@b.example")
    monkeypatch.chdir(tmp_path)
    done = run(committed_db, "export", "leads", "--output", "here.csv")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "here.csv").stat().st_size > 0
    assert "BIND_PORT" in run(committed_db, "web", BIND_PORT="http").stderr
    assert "BIND_PORT" not in run(committed_db, "accounts", "list").stderr


def test_it_is_a_process_that_can_be_ended(committed_db: str, tmp_path: Path) -> None:
    variables = processes.environment(committed_db)
    with open(tmp_path / "log", "wb") as log:
        worker = Forked(["worker"], variables, {1: log.fileno(), 2: log.fileno()}, new_session=True)
    assert os.getsid(worker.pid) == worker.pid
    assert worker.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(0)
    worker.send_signal(signal.SIGKILL)
    assert worker.wait(30) == worker.poll() == -signal.SIGKILL
    worker.send_signal(signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{worker.pid}").exists(), what="its end")


def test_one_that_takes_too_long_is_killed(committed_db: str) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        forking.run(["worker"], processes.environment(committed_db), 0)


def test_where_python_itself_is_told_something_a_new_one_starts(committed_db: str) -> None:
    told = processes.environment(committed_db, PYTHONVERBOSE="1")
    assert b"# cleanup" in forking.run(["--help"], told, 120).stderr
    assert b"# cleanup" not in forking.run(["--help"], processes.environment(None), 120).stderr
