"""The embedded server in bad times: whatever is killed, the next start needs no repair."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from synaptiq.kit import embedded
from synaptiq.kit.embedded import cluster, place, postmaster, processes
from tests.kit.embedded_user import User
from tests.waiting import wait_until


@pytest.fixture
def home(open_folder: Path) -> Path:
    return open_folder / "home"


@pytest.fixture
def bystander(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A living process of the very account that runs the server, but no server."""
    with embedded.start(home) as server:
        owner = server.data.stat().st_uid
    process = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, user=owner)
    yield process
    assert process.poll() is None
    process.communicate()


def write(url: str, number: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def numbers(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT n FROM kept ORDER BY n")]


def kill_server(home: Path) -> int:
    """SIGKILL to the postmaster; its pid, once the process is gone."""
    status = embedded.status(home)
    assert status
    pid = int(status["pid"])
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: processes.look(pid) is None, what="the postmaster's end")
    return pid


def pid_file(home: Path) -> Path:
    found = place.find(home.resolve())
    assert found
    return found.data / "postmaster.pid"


def test_the_next_start_attaches_to_the_server_of_a_killed_process(home: Path) -> None:
    with User(home) as user:
        pid = user.started()["pid"]
        user.kill()
    with embedded.start(home) as server:
        assert server.pid == pid
    status = embedded.status(home)
    assert status
    assert not status["running"]


def test_a_killed_postmaster_loses_nothing_that_was_committed(home: Path) -> None:
    with embedded.start(home) as server:
        write(server.urls.owner, 1)
        killed = kill_server(home)
        assert pid_file(home).exists()
        with embedded.start(home) as again:
            assert again.pid != killed
            assert numbers(again.urls.owner) == [1]


def test_everything_killed_at_once_loses_nothing_that_was_committed(home: Path) -> None:
    with User(home) as user:
        started = user.started()
        write(started["url"], 1)
        kill_server(home)
        user.kill()
    with embedded.start(home) as server:
        assert numbers(server.urls.superuser.replace("/synaptiq?", "/postgres?")) == [1]


def test_a_stale_pid_file_with_the_number_of_another_living_process(
    home: Path, bystander: subprocess.Popen[bytes]
) -> None:
    with embedded.start(home) as server:
        write(server.urls.owner, 1)
        kill_server(home)
    lines = pid_file(home).read_text().splitlines()
    pid_file(home).write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")
    status = embedded.status(home)
    assert status
    assert not status["running"]
    with embedded.start(home) as server:
        assert server.pid != bystander.pid
        assert numbers(server.urls.owner) == [1]


def test_a_stale_socket_lock_with_the_number_of_another_living_process(
    home: Path, bystander: subprocess.Popen[bytes]
) -> None:
    with embedded.start(home):
        running = postmaster.find(pid_file(home).parent)
        assert running
        lock = running.socket_folder / ".s.PGSQL.5432.lock"
        kill_server(home)
    lines = lock.read_text().splitlines()
    lock.write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")
    with embedded.start(home) as server:
        assert server.pid != bystander.pid


@pytest.mark.parametrize("content", ["", "nonsense\n", "-1\n"])
def test_a_pid_file_cut_short_is_no_obstacle(home: Path, content: str) -> None:
    with embedded.start(home) as server:
        write(server.urls.owner, 1)
        kill_server(home)
    pid_file(home).write_text(content)
    with embedded.start(home) as server:
        assert numbers(server.urls.owner) == [1]


def test_a_zombie_is_no_running_server(home: Path) -> None:
    # A postmaster started straight from here: nobody but this process can reap it.
    with embedded.start(home) as server:
        where = place.find(home.resolve())
        assert where
        argv = processes.look(server.pid)
        assert argv
        command = Path(f"/proc/{server.pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    account = where.account
    child = subprocess.Popen(
        command, user=account.uid, group=account.gid, extra_groups=[], umask=0o077, cwd="/"
    )
    try:
        wait_until(lambda: (r := postmaster.find(where.data)) and r.state == "ready")
        os.kill(child.pid, signal.SIGKILL)
        wait_until(lambda: b") Z " in Path(f"/proc/{child.pid}/stat").read_bytes())
        assert postmaster.find(where.data) is None
        with embedded.start(home) as server:
            assert server.pid != child.pid
    finally:
        child.wait()


def test_a_backend_that_outlives_its_postmaster_is_ended_first(home: Path) -> None:
    with embedded.start(home) as server:
        with psycopg.connect(server.urls.superuser) as connection:
            backend = connection.info.backend_pid
            # Stopped, it cannot notice that its postmaster is gone, as one in a long loop.
            os.kill(backend, signal.SIGSTOP)
            kill_server(home)
            assert processes.look(backend) is not None
            with embedded.start(home) as again:
                assert processes.look(backend) is None
                assert again.pid != server.pid
        assert connection.closed


@pytest.mark.parametrize("moment", ["Making", "Starting"])
def test_a_first_start_killed_at_any_step_is_finished_by_the_next(home: Path, moment: str) -> None:
    with User(home) as user:
        user.heard(moment)
        user.kill()
    with embedded.start(home) as server:
        write(server.urls.owner, 1)
        assert numbers(server.urls.owner) == [1]


def test_roles_that_a_killed_process_is_still_making_are_waited_for(home: Path) -> None:
    with embedded.start(home) as server:
        (server.data.parent / "prepared").unlink()
        # As the server of a killed process does: at work on roles for nobody.
        with psycopg.connect(server.urls.superuser) as left_behind:
            left_behind.execute(cluster._TURN)
            found: list[embedded.Server] = []
            starter = threading.Thread(target=lambda: found.append(embedded.start(home)))
            starter.start()
            waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            wait_until(lambda: left_behind.execute(waiting).fetchone(), what="the other's turn")
            assert not found
        starter.join()
        found[0].release()


def test_starters_killed_one_after_the_other_leave_one_server(home: Path) -> None:
    with embedded.start(home):
        pass
    for _ in range(3):
        with User(home) as user:
            # What the one before started may be there by now.
            user.heard("Starting", or_started=True)
            user.kill()
    with embedded.start(home) as server:
        write(server.urls.owner, 1)
        found = [p for p in processes.working_in(server.data) if " -D " in p.command]
        assert [p.pid for p in found] == [server.pid]


def test_a_start_waits_for_a_server_that_is_stopping(home: Path) -> None:
    said: list[str] = []
    with embedded.start(home) as server:
        with psycopg.connect(server.urls.superuser):
            # A "smart" shutdown waits for this connection.
            os.kill(server.pid, signal.SIGTERM)
            data = server.data
            wait_until(lambda: (r := postmaster.find(data)) and r.state == "stopping")
            found: list[embedded.Server] = []
            starter = threading.Thread(
                target=lambda: found.append(embedded.start(home, say=said.append))
            )
            starter.start()
            wait_until(lambda: "Waiting for the database, which is stopping" in said)
        starter.join()
        assert found[0].pid != server.pid
        found[0].release()
