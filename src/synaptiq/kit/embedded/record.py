"""What a home knows of its database: an id and the passwords, in one file that only it can read.

The id ties data that lies elsewhere (`place.py`) to this home. The file is written before the
first `initdb`, so that whatever is left half made can be finished with the same passwords.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from synaptiq.kit.embedded.errors import EmbeddedError

SUPERUSER = "postgres"
OWNER = "synaptiq_owner"
RUNTIME = "synaptiq"
DATABASE = "synaptiq"
ROLES = (SUPERUSER, OWNER, RUNTIME)


@dataclass(frozen=True)
class Urls:
    """`postgresql://` addresses of one server, by unix socket, passwords inside."""

    runtime: str = field(repr=False)
    owner: str = field(repr=False)
    superuser: str = field(repr=False)


@dataclass(frozen=True)
class Record:
    """The id of a home's database, and a password per role."""

    id: str
    passwords: dict[str, str] = field(repr=False)

    def urls(self, socket_folder: Path) -> Urls:
        return Urls(
            runtime=self._url(RUNTIME, DATABASE, socket_folder),
            owner=self._url(OWNER, DATABASE, socket_folder),
            superuser=self._url(SUPERUSER, SUPERUSER, socket_folder),
        )

    def _url(self, role: str, database: str, socket_folder: Path) -> str:
        host = quote(str(socket_folder), safe="")
        return f"postgresql://{role}:{self.passwords[role]}@/{database}?host={host}&port=5432"


def read(path: Path) -> Record | None:
    """The record of a home; None where there is none yet."""
    try:
        content = json.loads(path.read_text("utf-8"))
        return Record(content["id"], {role: content["passwords"][role] for role in ROLES})
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise EmbeddedError(
            f"{path} is damaged: it holds the passwords of the embedded database. Restore it from "
            "a backup, or move it and the data away to begin with an empty database."
        ) from None


def read_or_make(path: Path) -> Record:
    """The record of a home, made now where there is none. Call with the start lock held."""
    found = read(path)
    if found is not None:
        return found
    made = Record(secrets.token_hex(8), {role: secrets.token_urlsafe(24) for role in ROLES})
    write_private(path, json.dumps({"id": made.id, "passwords": made.passwords}, indent=1))
    return made


def give_to_folder_owner(descriptor: int, path: Path) -> None:
    """Keep root from leaving files in another user's home that this user cannot open later."""
    if os.geteuid() == 0:
        found = path.parent.stat()
        os.fchown(descriptor, found.st_uid, found.st_gid)


def write_private(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Replace a file's content in one step, so that a killed process leaves the old or the new."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            give_to_folder_owner(file.fileno(), path)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
