"""PostgreSQL without an installation: the embedded server of one home folder.

`start(home)` finds or starts the server, makes its database and roles on first use, and gives
addresses to connect to. All processes of a home share one server; the last to leave stops it. A
process that is killed leaves nothing to repair: the next `start` attaches or recovers.

Used where `DATABASE_URL` is unset. Knows nothing of Django, so that tools can use it alone.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from synaptiq.kit.embedded import apart, cluster, locks, postmaster, programs
from synaptiq.kit.embedded import place as places
from synaptiq.kit.embedded import record as records
from synaptiq.kit.embedded.errors import EmbeddedError
from synaptiq.kit.embedded.place import Place
from synaptiq.kit.embedded.postmaster import Running
from synaptiq.kit.embedded.record import Urls

__all__ = ["EmbeddedError", "Server", "Urls", "destroy", "start", "status", "stop"]


def _quiet(message: str) -> None:
    """Say nothing."""


class Server:
    """One use of a running server. Keep it as long as you connect, then `release()` it."""

    def __init__(self, urls: Urls, data: Path, pid: int, lock: int) -> None:
        self.urls = urls
        self.data = data
        self.pid = pid
        self._lock: int | None = lock
        self._process = os.getpid()
        self._guard = threading.Lock()

    def is_running(self) -> bool:
        """Whether the server lives. `start` again where it was ended from outside."""
        running = postmaster.find(self.data)
        return running is not None and running.pid == self.pid

    def release(self) -> None:
        """End this use; the last one of all processes stops the server. May be called twice."""
        with self._guard:
            lock, self._lock = self._lock, None
        if lock is not None:
            _leave(lock, self.data, forked=os.getpid() != self._process)

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def start(home: Path, *, say: Callable[[str], None] = _quiet) -> Server:
    """Attach to the server of a home, starting it (and making it) where it does not run.

    `say` is told, in whole sentences without a full stop, what takes time. EmbeddedError where
    it cannot be done, with what to do instead.
    """
    try:
        home = places.make_home(home)
        lock = locks.share(places.users_lock(home), say)
    except OSError as error:
        raise _of_system(error, home) from error
    place: Place | None = None
    try:
        with locks.alone(places.start_lock(home), say):
            record = records.read_or_make(places.record_file(home))
            place = places.choose(home)
            apart.settle(place, record.id, say)
            running = _run(place, record, say)
            urls = record.urls(running.socket_folder)
            cluster.prepare(place, record, urls.superuser)
    except BaseException as error:
        if place is None:
            os.close(lock)
        else:
            _leave(lock, place.data, forked=False)
        if isinstance(error, OSError):
            raise _of_system(error, home) from error
        raise
    return Server(urls, place.data, running.pid, lock)


def stop(home: Path) -> bool:
    """Stop the server of a home, whoever uses it; False where none is running."""
    place = places.find(home.resolve())
    return place is not None and postmaster.stop(place.data)


def status(home: Path) -> dict[str, Any] | None:
    """What is known of a home's server, changing nothing; None where it has no database.

    Keys: `running` (bool), `pid` (int or None), `state`, `version`, `data`, `log`, `account`.
    """
    place = places.find(home.resolve())
    if place is None:
        return None
    running = postmaster.find(place.data)
    try:
        version = (place.data / "PG_VERSION").read_text("utf-8").strip()
    except OSError:
        version = "unknown"
    return {
        "running": running is not None,
        "pid": running.pid if running else None,
        "state": running.state if running else "stopped",
        "version": version,
        "data": place.data,
        "log": place.log,
        "account": place.account.name,
    }


def destroy(home: Path) -> None:
    """Stop the server of a home and delete its data. There is no way back."""
    home = home.resolve()
    place = places.find(home)
    if place is not None:
        postmaster.stop(place.data)
        shutil.rmtree(places.socket_folder(place), ignore_errors=True)
    for base in places.bases(home):
        if base.is_dir():
            shutil.rmtree(base)
    places.record_file(home).unlink(missing_ok=True)


def _run(place: Place, record: records.Record, say: Callable[[str], None]) -> Running:
    running = postmaster.find_ready(place.data, say)
    if running:
        return running
    places.make_folders(place)
    apart.mark(place, record.id)
    folder = programs.folder_for(place.account)
    if not place.data.exists():
        say("Making the embedded database")
        cluster.make(place, folder, record)
    cluster.configure(place)
    say("Starting the embedded database")
    return postmaster.start(place, folder, places.socket_folder(place), say)


def _leave(lock: int, data: Path, *, forked: bool) -> None:
    try:
        # A forked child shares its parent's lock: to change it would take it from the parent.
        if not forked and locks.is_last(lock):
            postmaster.stop(data)
    finally:
        os.close(lock)


def _of_system(error: OSError, home: Path) -> EmbeddedError:
    return EmbeddedError(postmaster.explain(str(error), home, f"{home} cannot be used"))
