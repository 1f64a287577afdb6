"""Where a home's database lies, and whose it is.

An ordinary user's lies in the home. Root's belongs to a system user, who often cannot reach the
home (a checkout under `/root`): then it lies under `/var/lib/synaptiq`, in a folder named by the
hash of the home's path. No folder that is already there is opened to anybody.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from synaptiq.kit.embedded import account as accounts
from synaptiq.kit.embedded.account import Account
from synaptiq.kit.embedded.errors import EmbeddedError

STORE = Path("/var/lib/synaptiq")
# sun_path holds 108 bytes on Linux and 104 on macOS, with the final NUL.
LONGEST_SOCKET = 103
_SOCKET = ".s.PGSQL.5432"
# What a list of folders, as PostgreSQL and libpq read it, cannot hold.
_IN_NO_LIST = frozenset('$",')


@dataclass(frozen=True)
class Place:
    """One home's database: `base` is ours, the folders in it belong to `account`."""

    home: Path
    base: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def log(self) -> Path:
        return self.base / "log" / "server.log"

    @property
    def is_apart(self) -> bool:
        """Whether the data lies under STORE and not in the home."""
        return self.base.parent == STORE


def users_lock(home: Path) -> Path:
    return home / "postgres.users"


def start_lock(home: Path) -> Path:
    return home / "postgres.start"


def record_file(home: Path) -> Path:
    return home / "postgres.json"


def digest(home: Path) -> str:
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:16]


def make_home(home: Path) -> Path:
    """The home's real path; made where it is missing. EmbeddedError where it cannot be used."""
    _check_name(home.resolve())
    try:
        if not home.is_dir():
            home.mkdir(parents=True, exist_ok=True)
            # Root's server runs as another user, who must get through, but need not look around.
            home.chmod(0o711 if os.geteuid() == 0 else 0o700)
        if not os.access(home, os.W_OK | os.X_OK):
            raise PermissionError
        return home.resolve()
    except FileExistsError:
        problem = "is no folder"
    except PermissionError:
        problem = f"cannot be written by {accounts.of_uid(os.geteuid()).name}"
    raise EmbeddedError(
        f"{home} {problem}. Set SYNAPTIQ_HOME to a folder of your own, or run as its owner."
    )


def _check_name(home: Path) -> None:
    """PostgreSQL keeps paths in files of lines, in UTF-8."""
    text = str(home)
    if any(c in "\n\r" or "\ud800" <= c <= "\udfff" for c in text):
        raise EmbeddedError(
            f"The path {text!r} holds a line break or bytes that are not UTF-8: the embedded "
            "database cannot run in it. Set SYNAPTIQ_HOME to a folder of another name."
        )


def bases(home: Path) -> list[Path]:
    """The folders in which the home's database may lie."""
    return [home / "postgres", STORE / digest(home)] if os.geteuid() == 0 else [home / "postgres"]


def find(home: Path) -> Place | None:
    """Where the home's database lies, None where it has none. Changes nothing."""
    for base in bases(home):
        try:
            owner = (base / "data").stat().st_uid
        except OSError:
            continue
        return Place(home, base, accounts.of_uid(owner))
    return None


def choose(home: Path) -> Place:
    """Where the home's database lies or will lie. Makes no folder."""
    found = find(home)
    if found:
        return found
    if os.geteuid() != 0:
        return Place(home, home / "postgres", accounts.of_uid(os.geteuid()))
    account = accounts.for_root()
    inside = accounts.can_enter(account, home)
    return Place(home, home / "postgres" if inside else STORE / digest(home), account)


def make_folders(place: Place) -> None:
    """Make the place's folders where they are missing; EmbeddedError where they are of no use."""
    if os.geteuid() != 0 and not place.account.is_current:
        raise EmbeddedError(
            f"The database in {place.base} belongs to the user {place.account.name}. Run as that "
            "user, or set SYNAPTIQ_HOME to a folder of your own."
        )
    shared = not place.account.is_current
    if place.is_apart:
        make_folder(STORE, 0o755)
    make_folder(place.base, 0o711 if shared else 0o700)
    make_folder(place.log.parent, 0o700, place.account)
    if shared and not accounts.can_enter(place.account, place.base):
        raise EmbeddedError(
            f"The database of {place.home} lies in {place.base} and runs as the user "
            f"{place.account.name}, who can no longer get there. Let that user pass through its "
            "parent folders (`chmod o+x`), as it was when the data was made."
        )


def make_folder(path: Path, mode: int, account: Account | None = None) -> None:
    """Make one folder with exactly this mode; one that is there is left as it is."""
    if path.is_dir():
        return
    # Made beside and renamed: a process killed half-way leaves none of a wrong mode or owner.
    beside = Path(tempfile.mkdtemp(prefix=".synaptiq-", dir=path.parent))
    try:
        beside.chmod(mode)
        if account:
            account.own(beside)
        beside.rename(path)
    except OSError:
        beside.rmdir()
        # Another process may have been faster, and have put something in.
        if not path.is_dir():
            raise


def socket_folder(place: Place) -> Path:
    """The private folder of the server's socket, made if missing.

    In the base folder, or where that path is too long for a socket or holds what a list of folders
    cannot, in the system's folder for temporary files, under a name made of the home's path.
    """
    folder = place.base / "run"
    is_long = len(os.fsencode(folder / _SOCKET)) > LONGEST_SOCKET
    if is_long or not _IN_NO_LIST.isdisjoint(str(folder)):
        # Not TMPDIR, which may be long too. The folder is refused below if it is not our own.
        folder = Path("/tmp") / f"synaptiq-{digest(place.home)}"  # noqa: S108
    make_folder(folder, 0o700, place.account)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != place.account.uid:
        raise EmbeddedError(f"{folder} belongs to somebody else. Remove it and start again.")
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)
    return folder
