"""Running `synaptiq …` in tests, as a process of its own as operators do."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests import forking, processes


def run(
    url: str | None, *arguments: str, timeout: float = 120, **variables: str
) -> subprocess.CompletedProcess[str]:
    """A command on the database at `url` (None: DATABASE_URL is not set), until it ends."""
    return _text(forking.run(arguments, processes.environment(url, **variables), timeout))


def run_bytes(url: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The same, with standard output as bytes."""
    return forking.run(arguments, processes.environment(url), 120)


def run_in(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command with exactly these variables."""
    return _text(forking.run(arguments, environment, 120))


def _text(done: subprocess.CompletedProcess[bytes]) -> subprocess.CompletedProcess[str]:
    said = (part.decode().replace("\r\n", "\n") for part in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, *said)


def demo_environment(home: Path) -> dict[str, str]:
    """Variables of a demo in a home of its own, as of somebody who has set nothing."""
    made = processes.environment(None, SYNAPTIQ_HOME=str(home))
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS", "EMAIL_URL", "PUBLIC_URL", "SYNAPTIQ_EMBEDDED"):
        made.pop(name, None)
    return made


def children(pid: int) -> list[int]:
    """The processes that a process started and that still run."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    except OSError:
        return []
    return [int(child) for child in found]


def descendants(pid: int) -> list[int]:
    return [d for child in children(pid) for d in (child, *descendants(child))]


def runs(pid: int) -> bool:
    """Whether a process is there, and not only its exit status."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def pid_of(pid: int, word: str) -> int:
    """The child of a process whose command line holds a word."""
    return next(child for child in children(pid) if word in command_of(child).split())


def signal_to(pid: int, number: int) -> None:
    os.kill(pid, number)
