"""Programs that the tests of supervised processes run, each a process of its own.

`python -m tests.kit.process_cases ROLE FOLDER`; a role writes its pid into FOLDER when it is ready.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from synaptiq.kit.processes import Supervisor, exit_with_parent

ROOT = Path(__file__).parents[2]


def launch(role: str, folder: Path, **options: object) -> subprocess.Popen[bytes]:
    """Start a role from a test; its `SOURCE` is found as the test found it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(ROOT)])}
    return subprocess.Popen(command(role, folder), env=environment, **options)  # type: ignore[call-overload,no-any-return]


def command(role: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "tests.kit.process_cases", role, str(folder)]


def note(folder: Path, name: str) -> None:
    (folder / f"{name}.new").write_text(str(os.getpid()), "utf-8")
    (folder / f"{name}.new").rename(folder / name)


def say(message: str) -> None:
    sys.stdout.write(f"{message}\n")
    sys.stdout.flush()


def supervisor(folder: Path) -> None:
    """Runs two children, until told to stop."""
    with Supervisor(say=say, grace=5) as running:
        running.start("one", command("child", folder / "one"))
        running.start("two", command("child", folder / "two"))
        note(folder, "supervisor")
        running.wait()


def stubborn_supervisor(folder: Path) -> None:
    """Runs one child that ignores SIGTERM, with a short grace."""
    with Supervisor(grace=0.2) as running:
        running.start("stubborn", command("stubborn", folder))
        running.wait(lambda: (folder / "stubborn").exists())
        note(folder, "supervisor")
        running.wait()


def server_supervisor(folder: Path) -> None:
    """Runs one child that serves through a worker, as Granian does."""
    with Supervisor(say=say, grace=5) as running:
        running.start("server", command("server", folder))
        note(folder, "supervisor")
        running.wait()


def child(folder: Path) -> None:
    exit_with_parent(grace=1)
    note(folder, "child")
    threading.Event().wait()


def stubborn(folder: Path) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    exit_with_parent(grace=0.2)
    note(folder, "stubborn")
    threading.Event().wait()


def stuck_supervisor(folder: Path) -> None:
    """Runs one child that SIGTERM freezes."""
    with Supervisor(grace=0.2) as running:
        running.start("stuck", command("stuck", folder))
        running.wait()


def stuck(folder: Path) -> None:
    """On SIGTERM it sleeps without giving the interpreter's lock away: no other thread goes on."""
    sleep = ctypes.PyDLL(None).sleep
    signal.signal(signal.SIGTERM, lambda *_: sleep(600))
    exit_with_parent(grace=0.2)
    note(folder, "stuck")
    threading.Event().wait()


def server(folder: Path) -> None:
    """A main process and a forked worker that both hold a port, as with Granian."""
    exit_with_parent(grace=1)
    listening = socket.create_server(("127.0.0.1", 0))
    worker = os.fork()
    if worker == 0:
        if (folder / "careful").exists():
            exit_with_parent(grace=1)
        note(folder, "worker")
        threading.Event().wait()
    (folder / "port").write_text(str(listening.getsockname()[1]), "utf-8")
    note(folder, "server")
    threading.Event().wait()


def granian_supervisor(folder: Path) -> None:
    """Runs a real Granian on the port that stands in a file."""
    with Supervisor(say=say, grace=10) as running:
        running.start("web", command("granian", folder))
        note(folder, "supervisor")
        running.wait()


def granian(folder: Path) -> None:
    from granian.constants import Interfaces
    from granian.server import Server as Granian

    exit_with_parent(grace=5)
    port = int((folder / "port").read_text("utf-8"))
    app = "tests.kit.served:app"
    note(folder, "granian")
    Granian(app, port=port, interface=Interfaces.ASGI, log_enabled=False).serve()


ROLES = {
    "granian-supervisor": granian_supervisor,
    "granian": granian,
    "supervisor": supervisor,
    "stubborn-supervisor": stubborn_supervisor,
    "server-supervisor": server_supervisor,
    "child": child,
    "stubborn": stubborn,
    "stuck-supervisor": stuck_supervisor,
    "stuck": stuck,
    "server": server,
}

if __name__ == "__main__":
    ROLES[sys.argv[1]](Path(sys.argv[2]))
