"""Real `web` and `worker` processes for tests, on a database of the test's own.

    with processes.worker(committed_db) as worker, processes.web(committed_db) as web:
        httpx.get(web.url + "/healthz")
        worker.kill()

Use them with the fixture `committed_db` (a process sees only what is committed). They share the
test's SYNAPTIQ_HOME, so files that a worker stores can be read in the test. Every process is
ended by its own pid when the block ends (or by itself, should pytest be killed), and what it wrote
is then in `output()`; a test that fails shows it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
from django.conf import settings

from synaptiq.kit.processes import free_port
from synaptiq.kit.processes.child import PARENT_FD
from tests.forking import MAIN, PATH, Forked, may_fork
from tests.waiting import wait_until

# The same with short waits, for what a worker does after them.
IMPATIENT = "tests.worker.impatient"
START_SECONDS = 60.0
END_SECONDS = 40.0

# Nobody writes: what is started here sees the other end close when this process is gone.
_PIPE, _HELD = os.pipe()
_MARK = f"{_PIPE}:{os.fstat(_PIPE).st_ino}"


class Process:
    """One process and all it starts: a session of its own, with its output in a file."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        with open(log, "ab") as output:
            self._popen = self._start(arguments, {**environment, PARENT_FD: _MARK}, output)
        self.pid = self._popen.pid

    def _start(
        self, arguments: list[str], environment: dict[str, str], output: IO[bytes]
    ) -> subprocess.Popen[bytes] | Forked:
        return subprocess.Popen(
            arguments, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True, pass_fds=(_PIPE,),
        )  # fmt: skip

    def output(self) -> str:
        """What it wrote so far, standard output and standard error as they came."""
        return self.log.read_text("utf-8", "replace")

    @property
    def exit_code(self) -> int | None:
        """None while it runs, negative when a signal ended it."""
        return self._popen.poll()

    def kill(self) -> None:
        """SIGKILL to this one process, not to what it started; returns when it is gone."""
        self._popen.send_signal(signal.SIGKILL)
        self._popen.wait(END_SECONDS)

    def send(self, number: int = signal.SIGTERM) -> None:
        """Send it a signal, and do not wait."""
        self._popen.send_signal(number)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end, and its exit code once it has."""
        self.send(number)
        return self._popen.wait(END_SECONDS)

    def wait(self, timeout: float = END_SECONDS) -> int:
        """Its exit code, once it has ended by itself."""
        return self._popen.wait(timeout)

    def end(self) -> None:
        """End it and whatever is left of its session, by any means."""
        if self.exit_code is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.kill()
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


class Serving(Process):
    """A `synaptiq web` or `worker`, by a fork where that is the same (`forking.py`). Those of a
    demo or of a supervisor are started as new Pythons."""

    def _start(
        self, arguments: list[str], environment: dict[str, str], output: IO[bytes]
    ) -> subprocess.Popen[bytes] | Forked:
        python, option, program, *rest = arguments
        if [python, option] != command()[:2] or not may_fork(environment):
            return super()._start(arguments, environment, output)
        with open(os.devnull, "rb") as nothing:
            given = {0: nothing.fileno(), 1: output.fileno(), 2: output.fileno(), _PIPE: _PIPE}
            return Forked(rest, environment, given, program=program, new_session=True)


class Web(Serving):
    """A `synaptiq web`; `url` has no slash at its end."""

    url: str
    port: int


def command(*arguments: str, program: str = MAIN) -> list[str]:
    """The arguments of a `synaptiq …` process."""
    return [sys.executable, "-m", program, *arguments]


def environment(url: str | None, *, settings_module: str = "", **variables: str) -> dict[str, str]:
    """Variables for a process of the product on the database at `url` (None: none is set).

    `settings_module` names other settings of Django than the product's own.
    """
    made = {
        **os.environ,
        "PYTHONPATH": PATH,
        "DJANGO_SETTINGS_MODULE": settings_module or "synaptiq.project.settings",
        "SYNAPTIQ_HOME": str(settings.HOME),
        "PYTHONUNBUFFERED": "1",
        **variables,
    }
    made.pop("DATABASE_URL", None)
    made.pop(PARENT_FD, None)
    return {**made, "DATABASE_URL": url} if url else made


def is_ready(address: str) -> bool:
    """Whether a `web` says that it can serve."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=15):
            return True
    except OSError:
        return False


@contextmanager
def worker(
    url: str, *, queues: str = "short,long", settings_module: str = "", program: str = MAIN,
    **variables: str,
) -> Iterator[Process]:  # fmt: skip
    """A running `synaptiq worker`, registered and taking jobs: one process, unless both long and
    chat are among its queues. `program`: a module in its place."""
    before = _workers(url)
    arguments = command("worker", "--queues", queues, program=program)
    log = _log("worker")
    process = Serving(
        arguments, environment(url, settings_module=settings_module, **variables), log
    )
    with _ended(process):
        wanted = len(queues.split(","))
        wait_until(
            lambda: _alive(process) and len(_workers(url) - before) >= wanted, START_SECONDS,
            "a worker that works",
        )  # fmt: skip
        yield process


@contextmanager
def web(
    url: str, *, workers: int = 1, port: int | None = None, settings_module: str = "",
    program: str = MAIN, **variables: str,
) -> Iterator[Web]:  # fmt: skip
    """A running `synaptiq web` that answers, on a free port of 127.0.0.1. `program` as above."""
    port = port or free_port(20_000 + os.getpid() % 10_000, "127.0.0.1")
    address = f"http://127.0.0.1:{port}"
    arguments = command("web", "--host", "127.0.0.1", "--port", str(port), program=program)
    variables = {"PUBLIC_URL": address, **variables}
    process = Web(
        [*arguments, "--workers", str(workers)],
        environment(url, settings_module=settings_module, **variables), _log("web"),
    )  # fmt: skip
    process.url, process.port = address, port
    with _ended(process):
        wait_until(lambda: _alive(process) and answers(address), START_SECONDS, "an answer of web")
        yield process


def answers(address: str) -> bool:
    """Whether an HTTP server answers there, with whatever status."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextmanager
def _ended(process: Process) -> Iterator[None]:
    try:
        yield
    except BaseException:
        sys.stderr.write(f"\n--- {process.log.name} ---\n{process.output()}")
        raise
    finally:
        process.end()


def _alive(process: Process) -> bool:
    assert process.exit_code is None, f"ended with {process.exit_code}:\n{process.output()}"
    return True


def _workers(url: str) -> set[int]:
    """Each queue that a process works on is one worker of Procrastinate."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT id FROM procrastinate_workers").fetchall()
    return {int(row[0]) for row in rows}


def _log(name: str) -> Path:
    folder = Path(settings.HOME) / "processes"
    folder.mkdir(exist_ok=True)
    return folder / f"{name}-{len(list(folder.iterdir()))}.log"
