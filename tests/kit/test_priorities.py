"""A niced process has the server's process for it niced too, and no other."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from synaptiq.kit import priorities
from synaptiq.kit.database import own_connection


@pytest.fixture
def connection(committed_db: str) -> Iterator[Any]:
    with own_connection() as connection:
        if not connection.info.host.startswith("/"):
            pytest.skip("the tests' server is not behind a unix socket of this machine")
        yield connection


GROUP = Path("/proc/self/autogroup")


def of_session(pid: int) -> int:
    return int(Path(f"/proc/{pid}/autogroup").read_text().split()[-1])


def niceness(pid: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, pid)


def test_the_servers_process_stands_back_as_we_do(
    connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = niceness(0)
    assert niceness(connection.info.backend_pid) <= max(usual, 0)
    real = os.getpriority
    monkeypatch.setattr(os, "getpriority", lambda which, who: 7 if who == 0 else real(which, who))
    with own_connection() as own:
        assert real(os.PRIO_PROCESS, own.info.backend_pid) == 7
        assert own.execute("SELECT 1").fetchone() == (1,)
        if GROUP.exists():
            assert of_session(own.info.backend_pid) == 7


def test_whoever_stands_back_for_nobody_changes_nothing(connection: Any) -> None:
    before = niceness(connection.info.backend_pid)
    priorities.stand_back(connection, 0)
    assert niceness(connection.info.backend_pid) == before


def test_a_number_that_is_no_process_of_this_server_is_left_alone(connection: Any) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        before = niceness(other.pid)
        info = SimpleNamespace(backend_pid=other.pid, host=connection.info.host)
        strange: Any = SimpleNamespace(info=info, fileno=connection.fileno)
        priorities.stand_back(strange, 7)
        assert niceness(other.pid) == before
        other.communicate(b"\n")


def test_a_server_elsewhere_is_left_alone(connection: Any) -> None:
    before = niceness(connection.info.backend_pid)
    info = SimpleNamespace(backend_pid=connection.info.backend_pid, host="db.example.com")
    strange: Any = SimpleNamespace(info=info, fileno=connection.fileno)
    priorities.stand_back(strange, 7)
    assert niceness(connection.info.backend_pid) == before


@pytest.mark.skipif(not GROUP.exists(), reason="this system does not group processes by session")
@pytest.mark.parametrize("leads", [True, False])
def test_a_session_stands_back_with_its_leader_alone(leads: bool) -> None:
    lines = (
        "import os", "os.setsid()", "if not LEADS and (child := os.fork()): os.waitpid(child, 0)",
        "else: from synaptiq.kit import priorities; priorities.lower(7); "
        "print(open('/proc/self/autogroup').read().split()[-1], os.getpriority(0, 0))",
    )  # fmt: skip
    program = "\n".join(lines).replace("LEADS", str(leads))
    before = niceness(0)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["7" if leads else "0", str(before + 7)], done.stderr
