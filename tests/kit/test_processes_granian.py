"""Granian under the supervisor: whichever process is killed, nothing is left holding the port."""

from __future__ import annotations

import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from synaptiq.kit.embedded import processes as system
from synaptiq.kit.processes import free_port
from tests.kit import process_cases
from tests.waiting import wait_until


class Web:
    """A supervised Granian that answers with its worker's pid."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port(20_000 + os.getpid() % 20_000, "127.0.0.1")
        (folder / "port").write_text(str(self.port), "utf-8")
        self.supervisor = process_cases.launch("granian-supervisor", folder)
        self.worker = self.answer()

    def answer(self, other_than: int = 0) -> int:
        """The pid of the worker that answers, once one does (and is another)."""

        def ask() -> int:
            try:
                url = f"http://127.0.0.1:{self.port}/"
                with urllib.request.urlopen(url, timeout=5) as response:
                    pid = int(response.read())
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                return 0
            return pid if pid != other_than else 0

        return wait_until(ask, what="an answer")

    def main(self) -> int:
        return int((self.folder / "granian").read_text("utf-8"))

    def is_gone(self) -> bool:
        pids = (self.supervisor.pid, self.main(), self.worker)
        return not any(system.look(pid) for pid in pids)

    def port_is_free(self) -> bool:
        return free_port(self.port, "127.0.0.1") == self.port


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    web = Web(tmp_path)
    yield web
    web.supervisor.terminate()
    web.supervisor.wait(30)
    wait_until(web.is_gone, what="the end of all")
    wait_until(web.port_is_free, what="the port")


def test_all_end_with_a_killed_supervisor(web: Web) -> None:
    web.supervisor.kill()
    web.supervisor.wait()
    wait_until(web.is_gone, what="the end of all")


def test_a_killed_main_process_is_replaced_on_the_same_port(web: Web) -> None:
    before = web.worker
    os.kill(web.main(), signal.SIGKILL)
    web.worker = web.answer(other_than=before)
    assert system.look(before) is None


def test_everything_killed_but_the_worker_leaves_nothing(web: Web) -> None:
    web.supervisor.kill()
    os.kill(web.main(), signal.SIGKILL)
    web.supervisor.wait()
    wait_until(web.is_gone, what="the worker's end")


def test_ctrl_c_ends_all(web: Web) -> None:
    web.supervisor.send_signal(signal.SIGINT)
    assert web.supervisor.wait(30) == 0
    assert web.is_gone()
