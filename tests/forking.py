"""Commands of the product by a fork instead of a new Python: a third of the processor time.

A start imports a thousand modules, two thirds of them of others. A server for each test process
(`forkserver.py`) has those in memory and forks for each command, which is a process like any other:
its own variables, folder, standard streams, session and exit code.

Not for what reads how it was started: what is imported again by `spawn`, or looks at the command
line. Where a variable is given that Python itself reads when it starts, a new Python is started.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from tests import forkserver

CHECKOUT = Path(__file__).resolve().parents[1]
PATH = os.pathsep.join([str(CHECKOUT / "src"), str(CHECKOUT)])
MAIN = "synaptiq.terminal.start"
_OF_PYTHON = ("PYTHON", "LANG", "LC_", "TZ", "LD_", "MALLOC_", "OPENSSL_")


class Forked:
    """A running command, with what `subprocess.Popen` offers of itself."""

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str],
        descriptors: Mapping[int, int], *, program: str = MAIN, new_session: bool = False,
    ) -> None:  # fmt: skip
        """`descriptors`: those that it gets, by the number that each has there. `program`: the
        module to run, in the place of `synaptiq`."""
        status, theirs = os.pipe()
        asked = {
            "program": program, "arguments": list(arguments), "environment": dict(environment),
            "folder": os.getcwd(), "as": list(descriptors), "new_session": new_session,
        }  # fmt: skip
        body = json.dumps(asked).encode()
        given = [theirs, *descriptors.values()]
        control, lock = _server()
        with lock:
            socket.send_fds(control, [forkserver.HEAD.pack(len(body), len(given))], given)
            control.sendall(body)
        os.close(theirs)
        self._status = os.fdopen(status, "rb", buffering=0)
        self._code: int | None = None
        # It says so itself, once it has its session, descriptors, folder and variables.
        (self.pid,) = struct.unpack("!i", self._status.read(4))

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code. Raises subprocess.TimeoutExpired where it still runs then."""
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("synaptiq", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _look(self, timeout: float | None) -> int | None:
        if self._code is None:
            with selectors.DefaultSelector() as chosen:
                chosen.register(self._status, selectors.EVENT_READ)
                if not chosen.select(timeout):
                    return None
            (self._code,) = struct.unpack("!i", self._status.read(4))
            self._status.close()
        return self._code


def run(
    arguments: Sequence[str], environment: Mapping[str, str], timeout: float
) -> subprocess.CompletedProcess[bytes]:
    """`synaptiq` with these arguments and variables, until it ends. Nothing is on its standard
    input. Raises subprocess.TimeoutExpired after so many seconds, when it was killed."""
    if not may_fork(environment):
        return subprocess.run(
            [sys.executable, "-m", MAIN, *arguments], env=environment,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout,
        )  # fmt: skip
    output, errors = os.pipe(), os.pipe()
    with open(os.devnull, "rb") as nothing:
        forked = Forked(arguments, environment, {0: nothing.fileno(), 1: output[1], 2: errors[1]})
    os.close(output[1])
    os.close(errors[1])
    deadline = time.monotonic() + timeout
    try:
        said = _read_all((output[0], errors[0]), deadline)
        code = forked.wait(max(deadline - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        forked.send_signal(9)
        forked.wait()
        raise
    finally:
        os.close(output[0])
        os.close(errors[0])
    return subprocess.CompletedProcess(["synaptiq", *arguments], code, *said)


def _read_all(pipes: tuple[int, int], deadline: float) -> tuple[bytes, bytes]:
    """What comes from each until its end."""
    read: dict[int, list[bytes]] = {pipe: [] for pipe in pipes}
    with selectors.DefaultSelector() as chosen:
        for pipe in pipes:
            chosen.register(pipe, selectors.EVENT_READ)
        while chosen.get_map():
            ready = chosen.select(max(deadline - time.monotonic(), 0))
            if not ready and time.monotonic() >= deadline:
                raise subprocess.TimeoutExpired("synaptiq", 0)
            for key, _ in ready:
                if part := os.read(key.fd, 1 << 16):
                    read[key.fd].append(part)
                else:
                    chosen.unregister(key.fd)
    first, second = (b"".join(read[pipe]) for pipe in pipes)
    return first, second


def may_fork(environment: Mapping[str, str]) -> bool:
    """Whether Python would start with these variables as the server did."""
    return _of_python(environment) == _of_python(_own_environment())


def _of_python(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_OF_PYTHON)}


def _own_environment() -> dict[str, str]:
    """Of the server: only what its children have in common."""
    return {**_of_python(os.environ), "PYTHONPATH": PATH, "PYTHONUNBUFFERED": "1"}


@cache
def _server() -> tuple[socket.socket, threading.Lock]:
    ours, theirs = socket.socketpair()
    with theirs:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.forkserver", str(theirs.fileno())],
            env={"PATH": os.environ["PATH"], **_own_environment()}, cwd=CHECKOUT,
            stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], start_new_session=True,
        )  # fmt: skip
    atexit.register(_end, ours, server)
    return ours, threading.Lock()


def _end(control: socket.socket, server: subprocess.Popen[bytes]) -> None:
    control.close()
    server.wait()
