"""What the system knows of other processes: alive or not, whose, and in which folder they work.

Linux answers from `/proc`; elsewhere (macOS) `ps` gives less, and callers take less for granted.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc/self/stat")


@dataclass(frozen=True)
class Process:
    """One living process. `folder` is the (device, inode) of where it works, None if unknown."""

    pid: int
    uid: int
    command: str
    folder: tuple[int, int] | None


def look(pid: int) -> Process | None:
    """The process of this pid; None where there is none, or only its zombie."""
    if _PROC.exists():
        return _from_proc(pid)
    return _from_ps(pid)


def working_in(folder: Path) -> list[Process]:
    """All living processes that work in a folder; none where the system has no `/proc`."""
    try:
        wanted = _identity(folder)
    except OSError:
        return []
    if not _PROC.exists():
        return []
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    found = [process for pid in pids if (process := _from_proc(pid))]
    return [process for process in found if process.folder == wanted]


def works_in(process: Process, folder: Path) -> bool:
    """Whether a process works in a folder, or, where that is not known, names it when started."""
    if process.folder is not None:
        try:
            return process.folder == _identity(folder)
        except OSError:
            return False
    return str(folder) in process.command


def _identity(folder: Path | str) -> tuple[int, int]:
    found = os.stat(folder)
    return found.st_dev, found.st_ino


def _from_proc(pid: int) -> Process | None:
    base = f"/proc/{pid}"
    try:
        with open(f"{base}/stat", "rb") as file:
            # The state follows the name, which may itself hold blanks and brackets.
            state = file.read().rpartition(b")")[2].split()[0]
        if state in (b"Z", b"X"):
            return None
        with open(f"{base}/cmdline", "rb") as file:
            command = file.read().replace(b"\0", b" ").decode(errors="replace").strip()
        uid = os.stat(base).st_uid
    except (OSError, IndexError):
        return None
    try:
        # Compared by inode: it stays right when a parent folder is renamed or mounted twice.
        folder = _identity(f"{base}/cwd")
    except OSError:
        folder = None
    return Process(pid, uid, command, folder)


def _from_ps(pid: int) -> Process | None:
    argv = ["ps", "-o", "uid=,stat=,command=", "-p", str(pid)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    fields = done.stdout.split(None, 2)
    if len(fields) < 3 or fields[1].startswith("Z"):
        return None
    return Process(pid, int(fields[0]), fields[2].strip(), None)
