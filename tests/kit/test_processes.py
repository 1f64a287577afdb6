"""Children never outlive their supervisor, and the supervisor ends nobody else's."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from synaptiq.kit.embedded import processes as system
from synaptiq.kit.processes import Supervisor, free_port
from synaptiq.kit.processes import supervisor as supervision
from tests.kit import process_cases
from tests.waiting import wait_until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """A process of the same user that is nobody's business."""
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE) as process:
        yield process
        assert process.poll() is None


def pid_in(file: Path, other_than: int = 0) -> int:
    """The pid that a process has noted in a file, once it has."""

    def noted() -> int:
        return int(file.read_text("utf-8")) if file.exists() else 0

    return wait_until(lambda: (pid := noted()) != other_than and pid, what=f"a pid in {file}") or 0


def gone(*pids: int) -> bool:
    return not any(system.look(pid) for pid in pids)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_children_and_only_them(
    folder: Path, bystander: subprocess.Popen[bytes], number: signal.Signals
) -> None:
    with process_cases.launch("supervisor", folder) as main:
        pids = pid_in(folder / "one" / "child"), pid_in(folder / "two" / "child")
        main.send_signal(number)
        assert main.wait(30) == 0
    assert gone(*pids)


def test_sigkill_of_the_supervisor_ends_all_children(
    folder: Path, bystander: subprocess.Popen[bytes]
) -> None:
    with process_cases.launch("supervisor", folder) as main:
        pids = pid_in(folder / "one" / "child"), pid_in(folder / "two" / "child")
        main.kill()
    wait_until(lambda: gone(*pids), what="the children's end")


def test_a_child_that_ignores_sigterm_is_killed_after_the_grace(folder: Path) -> None:
    with process_cases.launch("stubborn-supervisor", folder) as main:
        pid_in(folder / "supervisor")
        stubborn = pid_in(folder / "stubborn")
        main.terminate()
        assert main.wait(30) == 0
    assert gone(stubborn)


def test_a_child_that_ignores_sigterm_ends_with_a_killed_supervisor_too(folder: Path) -> None:
    with process_cases.launch("stubborn-supervisor", folder) as main:
        stubborn = pid_in(folder / "stubborn")
        main.kill()
    wait_until(lambda: gone(stubborn), what="the stubborn child's end")


def test_a_child_whose_interpreter_is_locked_ends_with_a_killed_supervisor_too(
    folder: Path,
) -> None:
    with process_cases.launch("stuck-supervisor", folder) as main:
        stuck = pid_in(folder / "stuck")
        main.kill()
    wait_until(lambda: gone(stuck), what="the stuck child's end")


def test_a_killed_child_is_restarted_and_it_is_said(folder: Path) -> None:
    with process_cases.launch("supervisor", folder, stdout=subprocess.PIPE) as main:
        one, two = pid_in(folder / "one" / "child"), pid_in(folder / "two" / "child")
        os.kill(one, signal.SIGKILL)
        again = pid_in(folder / "one" / "child", other_than=one)
        assert not gone(again, two)
        assert pid_in(folder / "two" / "child") == two
        main.terminate()
        said = main.communicate()[0].decode()
    assert said == "one ended (signal SIGKILL); starting it again in 0.5 s\n"
    assert gone(again, two)


def test_a_killed_servers_worker_gives_the_port_back_before_the_restart(folder: Path) -> None:
    with process_cases.launch("server-supervisor", folder) as main:
        server, worker = pid_in(folder / "server"), pid_in(folder / "worker")
        os.kill(server, signal.SIGKILL)
        pid_in(folder / "server", other_than=server)
        assert gone(worker)
        main.terminate()
        assert main.wait(30) == 0


@pytest.mark.parametrize("victims", ["supervisor", "server", "both"])
def test_a_careful_worker_ends_by_itself_whoever_above_it_is_killed(
    folder: Path, victims: str
) -> None:
    (folder / "careful").touch()
    role = "server" if victims == "server" else "server-supervisor"
    with process_cases.launch(role, folder) as main:
        server, worker = pid_in(folder / "server"), pid_in(folder / "worker")
        main.kill()
        if victims == "both":
            os.kill(server, signal.SIGKILL)
    wait_until(lambda: gone(server, worker), what="the worker's end")
    port = int((folder / "port").read_text("utf-8"))
    # A process counts as gone with its first thread; its last one closes the port.
    wait_until(lambda: free_port(port, "127.0.0.1") == port, what="the port")


def test_without_a_supervisor_a_process_lives_on_its_own(folder: Path) -> None:
    with process_cases.launch("child", folder) as child:
        assert pid_in(folder / "child") == child.pid
        child.terminate()
        assert child.wait(30) == -signal.SIGTERM


def test_a_descriptor_that_is_not_the_supervisors_pipe_counts_for_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNAPTIQ_PARENT_FD", "0:12345")
    with process_cases.launch("child", folder, stdin=subprocess.DEVNULL) as child:
        assert pid_in(folder / "child") == child.pid
        child.terminate()
        assert child.wait(30) == -signal.SIGTERM


def test_a_child_that_dies_at_once_is_restarted_with_growing_pauses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervision, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(supervision, "_LONGEST_PAUSE", 0.04)
    said: list[str] = []
    with Supervisor(say=said.append) as running:
        running.start("brief", [sys.executable, "-c", "raise SystemExit(3)"])
        assert running.wait(lambda: len(said) == 4, every=0.01)
        assert running.pids() == {}
    pauses = ["0.01", "0.02", "0.04", "0.04"]
    assert said == [f"brief ended (exit status 3); starting it again in {p} s" for p in pauses]


def test_stop_from_another_thread_ends_the_wait() -> None:
    with Supervisor() as running:
        pid = running.start("idle", ["sleep", "600"])
        assert running.pids() == {"idle": pid}
        stopper = threading.Thread(target=running.stop)
        stopper.start()
        assert running.wait() is False
        stopper.join()
    assert gone(pid)


def test_a_program_that_is_not_there_is_an_error_at_the_first_start() -> None:
    with Supervisor() as running, pytest.raises(FileNotFoundError):
        running.start("missing", ["/no/such/program"])


def test_afterwards_signals_do_what_they_did_before() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with Supervisor():
        assert signal.getsignal(signal.SIGTERM) != before[1]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_taken_port_means_the_next_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port(port, "127.0.0.1") > port
    assert free_port(port, "127.0.0.1") == port


def test_a_port_whose_server_would_share_it_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as taken:
        port = taken.getsockname()[1]
        assert free_port(port, "127.0.0.1") != port


def test_a_port_taken_on_every_address_is_taken_on_one() -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port(port, "127.0.0.1") != port
        assert free_port(port, "localhost") != port


def test_a_host_of_another_machine_is_an_error() -> None:
    with pytest.raises(OSError, match="no address of this machine"):
        free_port(8000, "192.0.2.1")
