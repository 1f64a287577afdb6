"""A process of its own that uses an embedded server, driven by its standard input.

Run as a script it starts the server of a home, prints what it got as JSON, and keeps it until its
input ends. Imported, it offers `User`, which drives such a process.
"""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg

from synaptiq.kit import embedded

SOURCE = Path(embedded.__file__).parents[3]
ROOT = Path(__file__).parents[2]


class User:
    """One such process. Leaving the block ends it, if it was not killed before."""

    def __init__(self, home: Path, *, account: str = "", path: Path | None = None) -> None:
        parts = [str(part) for part in (path, SOURCE, ROOT) if part]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(parts)}
        argv = [sys.executable, "-m", "tests.kit.embedded_user", str(home), account]
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )

    def __enter__(self) -> User:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self.process.stdout is not None
        if not self.process.stdout.closed:
            self.leave()

    def next_line(self) -> dict[str, Any]:
        """What the process says next; AssertionError where it has ended instead."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the process ended with {self.process.wait()}"
        content: dict[str, Any] = json.loads(line)
        return content

    def started(self) -> dict[str, Any]:
        """Wait until the server is there: `pid`, `data`, and `url` (the superuser's)."""
        while "pid" not in (line := self.next_line()):
            pass
        return line

    def heard(self, beginning: str, *, or_started: bool = False) -> None:
        """Wait until the process says something that begins so; AssertionError where its server
        is there without it, unless `or_started`."""
        while not (line := self.next_line()).get("said", "").startswith(beginning):
            if "pid" in line:
                assert or_started, f"it started without saying {beginning!r}"
                return

    def leave(self) -> None:
        """Let the process release the server and end."""
        self.process.communicate()
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def main(home: str, account: str) -> None:
    if account:
        _become(account)
    try:
        server = embedded.start(Path(home), say=lambda message: _tell(said=message))
    except embedded.EmbeddedError as error:
        _tell(error=str(error))
        return
    # Also what is loaded late must work for an account that cannot read the installation.
    with psycopg.connect(server.urls.superuser) as connection:
        connection.execute("SELECT 1")
    _tell(pid=server.pid, data=str(server.data), url=server.urls.superuser)
    sys.stdin.read()
    server.release()


def _become(account: str) -> None:
    entry = pwd.getpwnam(account)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def _tell(**content: object) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:3])
