"""A home that a first start of the demo has filled, made once for all processes of a test run: it
takes twenty seconds."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from synaptiq.kit import embedded
from tests import processes
from tests.terminal.commands import demo_environment


@contextmanager
def filled() -> Iterator[Path]:
    """The home, in which nobody works. Whoever needs it first makes it, the last one removes it.

    Any user can reach it, so that it holds its whole database: of one that a root's server cannot
    reach the database lies elsewhere, and a copy would be empty.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"p{os.getpid()}"
    shelf = Path(tempfile.gettempdir()) / f"synaptiq-homes-{run}"
    users = shelf.with_suffix(".users")
    home = shelf / "filled"
    with _held(users) as using:
        with open(shelf.with_suffix(".making"), "w") as making:
            fcntl.flock(making, fcntl.LOCK_EX)
            if not home.exists():
                shelf.mkdir(exist_ok=True)
                shelf.chmod(0o755)
                _fill(shelf / "being-filled", home)
        try:
            yield home
        finally:
            try:
                fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                embedded.destroy(home)
                shutil.rmtree(shelf)
                Path(making.name).unlink()
                users.unlink()


def said(home: Path) -> str:
    """What the first start said that filled it, on standard error."""
    return (home.parent / "said").read_text("utf-8")


def _fill(home: Path, target: Path) -> None:
    """Where it fails the next one begins anew."""
    if home.exists():
        embedded.destroy(home)
        shutil.rmtree(home)
    command = processes.command("demo", "--no-serve")
    variables = demo_environment(home)
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    assert not any(home.glob("postgres/data/postmaster.pid")), "its server has ended"
    (target.parent / "said").write_text(done.stderr, "utf-8")
    home.rename(target)


@contextmanager
def _held(path: Path) -> Iterator[IO[str]]:
    """A shared lock on a file that is really the one of this name: the last user removes it."""
    while True:
        with open(path, "w") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            if path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                yield file
                return
