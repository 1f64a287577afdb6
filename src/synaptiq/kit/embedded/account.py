"""Which account of the system runs PostgreSQL, and how a command runs as it.

PostgreSQL refuses to run as root, so root needs another account for it; everybody else runs it
as themselves. Apart from the rest, since all that touches other users' rights is here.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from synaptiq.kit.embedded.errors import EmbeddedError

SYSTEM_USER = "synaptiq"
# Where no account can be added: these exist, have no rights, and are no person's.
STANDINS = ("postgres", "_postgres", "nobody")
_SBIN = ("/usr/local/sbin", "/usr/sbin", "/sbin")


@dataclass(frozen=True)
class Account:
    """An account of the system, as `/etc/passwd` has it."""

    name: str
    uid: int
    gid: int

    @property
    def is_current(self) -> bool:
        return self.uid == os.geteuid()

    def own(self, path: Path) -> None:
        """Give a file or folder that this process has just made to the account."""
        if not self.is_current:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def of_uid(uid: int) -> Account:
    """The account of a user id; EmbeddedError where the id has no name, which initdb refuses."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise EmbeddedError(
            f"User id {uid} has no name in /etc/passwd, and PostgreSQL refuses to run without "
            "one. Run as a user that has an entry there (in a container: leave `--user` away, or "
            "add the entry), or set DATABASE_URL to a PostgreSQL server of your own."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def for_root() -> Account:
    """The system account that runs the server for root; made on first use."""
    found = _named(SYSTEM_USER) or _add_system_user()
    if found:
        return found
    for name in STANDINS:
        standin = _named(name)
        if standin:
            return standin
    raise EmbeddedError(
        "PostgreSQL refuses to run as root, and no other account could be found or made for it. "
        f"Add one (`useradd --system {SYSTEM_USER}`), run as an ordinary user, or set "
        "DATABASE_URL to a PostgreSQL server of your own."
    )


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _add_system_user() -> Account | None:
    useradd = shutil.which("useradd", path=os.pathsep.join((os.environ.get("PATH", ""), *_SBIN)))
    if useradd is None:
        return None
    argv = [useradd, "--system", "--user-group", "--no-create-home"]
    argv += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    # Its failure is not looked at: another process may have been first, and then the name exists.
    subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return _named(SYSTEM_USER)


def run(
    account: Account, argv: Sequence[str | Path], *, capture: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a command as the account, outside the caller's folder and environment.

    With `capture`, standard output and error come back together in `stdout`. Without, both go
    nowhere: what leaves a server behind must not get a pipe, since the server would keep it open
    and the caller would wait for its end.
    """
    # Only what a program needs to run: the caller's environment holds secrets, PG* and LC_*.
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    if library_path := os.environ.get("LD_LIBRARY_PATH"):
        environment["LD_LIBRARY_PATH"] = library_path
    switch = not account.is_current
    return subprocess.run(
        [str(part) for part in argv],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if capture else subprocess.DEVNULL,
        stderr=subprocess.STDOUT if capture else subprocess.DEVNULL,
        text=True,
        errors="replace",
        check=False,
        cwd="/",
        env=environment,
        umask=0o077,
        user=account.uid if switch else None,
        group=account.gid if switch else None,
        extra_groups=[] if switch else None,
    )


def can_enter(account: Account, folder: Path) -> bool:
    """Whether the account can reach what lies in a folder (asked of the system, ACLs and all)."""
    if account.is_current:
        return os.access(folder, os.X_OK)
    return run(account, ["/bin/sh", "-c", 'test -x "$0"', folder]).returncode == 0
