"""Where tests keep files: in memory where there is room, or else where such files usually are.

A run makes and deletes half a million small files, most of them of PostgreSQL (a database is some
400). On a disk that is the larger part of its work: ext4 looks through what was just deleted for
each new file.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
# Linux has it; that of a container is often too small.
_SHARED_MEMORY = Path("/dev/shm")
_ROOM = 4 << 30


def folder_of(checkout: Path) -> Path | None:
    """A checkout's folder in memory, made where it is missing; None where there is no room.

    Others may pass through, as the user of root's database must.
    """
    digest = hashlib.sha256(os.fsencode(checkout.resolve())).hexdigest()[:8]
    folder = _SHARED_MEMORY / f"synaptiq-tests-{os.geteuid()}-{digest}"
    try:
        # All processes of a run find the same, whatever room is left by then.
        if not folder.exists() and shutil.disk_usage(_SHARED_MEMORY).free < _ROOM:
            return None
        folder.mkdir(exist_ok=True)
        # Anybody can make a link or a folder of this name.
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            return None
        folder.chmod(0o711)
    except OSError:
        return None
    return folder


def server_home(checkout: Path) -> Path:
    """The home of the tests' PostgreSQL, which outlives a run with what the migrations built."""
    folder = folder_of(checkout)
    home = folder / "server" if folder else checkout / ".synaptiq" / "tests"
    home.mkdir(parents=True, exist_ok=True)
    return home


def use() -> None:
    """Have this process, and all that it starts, make temporary folders in memory."""
    folder = folder_of(CHECKOUT)
    if folder:
        temporary = folder / "tmp"
        temporary.mkdir(exist_ok=True)
        temporary.chmod(0o711)
        os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)


if __name__ == "__main__":
    # Of `make clean`.
    left = folder_of(CHECKOUT)
    if left:
        shutil.rmtree(left)
