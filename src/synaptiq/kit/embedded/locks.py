"""File locks between the processes of one home.

`flock`, since the kernel drops it however a process ends. Two files: `users`, held shared by all
who use the server, and `start`, held alone by whoever is looking for, starting or making it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from synaptiq.kit.embedded.record import give_to_folder_owner


def share(path: Path, say: Callable[[str], None]) -> int:
    """A descriptor that holds the file's lock with others. Waits while somebody has it alone."""
    descriptor = _open(path)
    _lock(descriptor, fcntl.LOCK_SH, say, "Waiting for the database to finish stopping")
    return descriptor


@contextmanager
def alone(path: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the file's lock alone for the length of a block."""
    descriptor = _open(path)
    _lock(descriptor, fcntl.LOCK_EX, say, "Waiting for another process that starts the database")
    try:
        yield
    finally:
        os.close(descriptor)


def is_last(descriptor: int) -> bool:
    """Turn a shared lock into a lone one without waiting; False where others still share it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    give_to_folder_owner(descriptor, path)
    return descriptor


def _lock(descriptor: int, kind: int, say: Callable[[str], None], message: str) -> None:
    try:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            say(message)
            fcntl.flock(descriptor, kind)
    except BaseException:
        os.close(descriptor)
        raise
