"""The running server of a data folder: found, started, stopped, and put right after a SIGKILL.

Separate from `cluster.py`, which makes what this runs. `postmaster.pid` alone proves nothing:
its process may be dead, a zombie, or another one that got the same number. So a server counts as
running only if a living process of that number works in the data folder.
"""

from __future__ import annotations

import os
import shlex
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from synaptiq.kit.embedded import account as accounts
from synaptiq.kit.embedded import processes
from synaptiq.kit.embedded.errors import EmbeddedError
from synaptiq.kit.embedded.place import Place

# Recovery after a crash replays at most max_wal_size, which takes a slow disk minutes.
START_SECONDS = 300
STOP_SECONDS = 30
_ORPHAN_SECONDS = 2
_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Running:
    """A living postmaster, as its `postmaster.pid` tells."""

    pid: int
    socket_folder: Path
    state: str


def find(data: Path) -> Running | None:
    """The living server of a data folder, whatever its state; None where there is none."""
    lines = _pid_lines(data)
    if lines is None:
        return None
    process = processes.look(int(lines[0]))
    if process is None or not _is_ours(process, data):
        return None
    folder = Path(lines[4]) if len(lines) > 4 else data.parent / "run"
    return Running(process.pid, folder, lines[7].strip() if len(lines) > 7 else "starting")


def find_ready(data: Path, say: Callable[[str], None]) -> Running | None:
    """The server of a data folder that takes connections; waits while it is starting or stopping.

    None where none is running, or none is any more. EmbeddedError where it never gets ready.
    """
    running = find(data)
    if running is None or running.state == "ready":
        return running
    say(f"Waiting for the database, which is {running.state}")
    for _ in _until(START_SECONDS):
        running = find(data)
        if running is None or running.state == "ready":
            return running
    raise EmbeddedError(
        f"The server in {data} has been {running.state} for {START_SECONDS} seconds. Look at its "
        f"log in {data.parent / 'log'}, or end the process {running.pid} and start again."
    )


def start(place: Place, programs: Path, folder: Path, say: Callable[[str], None]) -> Running:
    """Start the server of a place, its socket in `folder`, and return once it takes connections."""
    _end_orphans(place.data)
    faster = find_ready(place.data, say)
    if faster:
        return faster
    _release_numbers(place.data, folder)
    _rotate(place.log)
    begin = place.log.stat().st_size if place.log.exists() else 0
    settings = {
        "config_file": place.base / "postgresql.conf",
        "hba_file": place.base / "pg_hba.conf",
        "unix_socket_directories": folder,
    }
    options = " ".join(f"-c {name}={shlex.quote(str(path))}" for name, path in settings.items())
    argv: list[str | Path] = [
        programs / "pg_ctl",
        "start",
        "-D",
        place.data,
        "-l",
        place.log,
        "-o",
        options,
    ]
    argv += ["--wait", "--timeout", str(START_SECONDS)]
    accounts.run(place.account, argv, capture=False)
    # Looked at even where pg_ctl fails: it does when another process has been faster.
    running = find_ready(place.data, say)
    if running is None:
        raise EmbeddedError(_why(place, begin))
    return running


def stop(data: Path) -> bool:
    """Stop the server of a data folder, breaking its connections off; False if none is running."""
    running = find(data)
    if running is None:
        return False
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        _send(running.pid, number)
        for _ in _until(STOP_SECONDS):
            now = find(data)
            if now is None or now.pid != running.pid:
                return True
    raise EmbeddedError(f"The server process {running.pid} of {data} does not end.")


def _is_ours(process: processes.Process, data: Path) -> bool:
    try:
        owner = data.stat().st_uid
    except OSError:
        return False
    return process.uid == owner and _is_postgres(process) and processes.works_in(process, data)


def _is_postgres(process: processes.Process) -> bool:
    # Backends call themselves "postgres: …"; the postmaster keeps the path it was started by.
    if process.command.startswith("postgres:"):
        return True
    return process.command.split(" -D ")[0].rpartition("/")[2] == "postgres"


def _pid_lines(data: Path) -> list[str] | None:
    try:
        lines = (data / "postmaster.pid").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return lines if lines and lines[0].strip().isdigit() else None


def _end_orphans(data: Path) -> None:
    """End what a killed postmaster left behind: its children may still write to the data.

    Returns early where a server turns up after all, started by a process that is gone.
    """
    for number in (None, signal.SIGQUIT, signal.SIGKILL):
        orphans = [p for p in processes.working_in(data) if _is_ours(p, data)]
        if not orphans:
            return
        for process in orphans if number else []:
            _send(process.pid, number)
        for _ in _until(_ORPHAN_SECONDS):
            if find(data):
                return
            if not any(processes.look(process.pid) for process in orphans):
                break
    if any(_is_ours(p, data) for p in processes.working_in(data)):
        raise EmbeddedError(f"Processes of an earlier server still work in {data}; end them first.")


def _release_numbers(data: Path, folder: Path) -> None:
    """Let PostgreSQL start although the number in its lock files lives on in another process."""
    lock = folder / ".s.PGSQL.5432.lock"
    lock.unlink(missing_ok=True)
    lines = _pid_lines(data)
    if lines is None:
        # Cut short by a crash or a full disk; PostgreSQL would ask for it to be removed.
        (data / "postmaster.pid").unlink(missing_ok=True)
        return
    if find(data) or not _exists(int(lines[0])):
        return
    # Not removed: PostgreSQL passes over the number of the process that starts it, but then still
    # looks at the shared memory named in the file, its own guard against two servers on one data.
    try:
        descriptor = os.open(data / "postmaster.pid", os.O_WRONLY | os.O_NOFOLLOW)
    except OSError:
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.truncate()
        file.write("\n".join([str(os.getpid()), *lines[1:]]) + "\n")


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _send(pid: int, number: signal.Signals | None) -> None:
    if number is None:
        return
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _rotate(log: Path) -> None:
    try:
        if log.stat().st_size > 10_000_000:
            log.replace(log.with_suffix(".log.1"))
    except FileNotFoundError:
        return


def _until(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(_POLL_SECONDS)


def _why(place: Place, begin: int) -> str:
    """Why a start failed, from what the log says since `begin` (bytes)."""
    try:
        with place.log.open("rb") as file:
            file.seek(begin)
            text = file.read().decode(errors="replace")
    except OSError:
        text = ""
    return explain(text, place.base, f"The embedded database did not start (log: {place.log})")


def explain(text: str, base: Path, otherwise: str) -> str:
    """A message for people from a program's output; the output's end where nothing better."""
    if "No space left on device" in text or "quota exceeded" in text:
        return (
            f"The disk that holds {base} is full. Free some space and start again, or set "
            "SYNAPTIQ_HOME to a folder on another disk."
        )
    if "is not compatible with this version" in text or "incompatible with server" in text:
        return (
            f"The data in {base} was made by another version of PostgreSQL. Dump it with that "
            "version (`pg_dump`), move the folder away, start again and load the dump."
        )
    last = "\n".join(text.strip().splitlines()[-8:])
    return f"{otherwise}:\n{last}" if last else f"{otherwise}; it said nothing."
