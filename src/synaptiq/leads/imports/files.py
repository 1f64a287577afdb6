"""The files of imports: what a member gave, byte for byte, and the rows that were rejected.

Both stand under IMPORT_DIR, which all web and worker machines share, for as long as the import can
be undone. The key names the import, so whatever no import claims can be swept.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from synaptiq.kit import clock
from synaptiq.kit.errors import Gone, Refusal
from synaptiq.kit.spreadsheet import guard
from synaptiq.leads.imports.reading import BROKEN_CHARACTER
from synaptiq.leads.models import Import

READ_SIZE = 1024 * 1024
# What stands before the cells of a rejected row; a file that is put right and given again has
# these columns left out (mapping.OURS).
REJECTED_HEADER = ("import_row", "import_reason")
_BOM = "\ufeff"
_SHOWN = str.maketrans({"\x00": "\u2400", BROKEN_CHARACTER: "\ufffd"})


class CannotWrite(Refusal):
    """The folder of imports takes no file, or no more."""

    status, code, title = 507, "cannot_write", "The server cannot keep the file"


@dataclass(frozen=True)
class Kept:
    """A file that was kept: its key, its bytes, and about how many records they hold."""

    key: str
    size: int
    sha256: str
    lines: int


def keep(source: BinaryIO, account_id: str, import_id: str) -> Kept:
    """Copy a stream to the folder of imports, durably. Raises CannotWrite."""
    key = f"{account_id}/{import_id}"
    path, size, ends, digest = _path(key), 0, 0, hashlib.sha256()
    last = b""
    with _writing():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with open(path, "xb") as file:
                while chunk := source.read(READ_SIZE):
                    file.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                    ends += chunk.count(b"\n") or chunk.count(b"\r")
                    last = chunk[-2:]
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    lines = ends + (1 if size and b"\n" not in last and b"\r" not in last else 0)
    return Kept(key, size, digest.hexdigest(), lines)


def open_file(key: str) -> BinaryIO:
    """The file as it was given, or Gone."""
    try:
        return open(_path(key), "rb")
    except FileNotFoundError:
        raise Gone("The file of this import is no longer kept. Give it again.") from None


def open_rejected(imported: Import) -> BinaryIO:
    """The rejected rows as a CSV, or Gone. Only the first `rejected_bytes` belong to it."""
    try:
        return open(_path(_rejected_key(imported)), "rb")
    except FileNotFoundError:
        raise Gone("The rejected rows of this import are no longer kept.") from None


def add_rejected(
    imported: Import, header: Sequence[str], rows: Iterable[tuple[int, Sequence[str], str]]
) -> int:
    """Write rejected rows, `(number, cells, reason)`, behind those that belong to the import, over
    whatever a killed worker left there. Returns how many bytes belong to it now."""
    path = _path(_rejected_key(imported))
    with _writing():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            file.truncate(imported.rejected_bytes)
            file.seek(imported.rejected_bytes)
            if not imported.rejected_bytes:
                file.write(rejected_lines([header_of(header)], bom=True))
            file.write(rejected_lines(map(row_of, rows)))
            file.flush()
            os.fsync(file.fileno())
            return file.tell()


def header_of(header: Sequence[str]) -> list[str]:
    return [*REJECTED_HEADER, *header]


def row_of(row: tuple[int, Sequence[str], str]) -> list[str]:
    number, cells, reason = row
    return [str(number), reason, *cells]


def rejected_lines(rows: Iterable[Sequence[str]], *, bom: bool = False) -> bytes:
    """Rows as bytes of a CSV that a spreadsheet opens safely."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow([guard(cell.translate(_SHOWN)) for cell in row])
    return ((_BOM if bom else "") + text.getvalue()).encode("utf-8", "replace")


def remove(key: str) -> None:
    """Delete a file and its rejected rows; what is not there is no error."""
    if key:
        for name in (key, _rejected(key)):
            _path(name).unlink(missing_ok=True)


def kept_keys() -> Iterator[str]:
    """Keys of all files that are kept, of every account."""
    root: Path = settings.IMPORT_DIR
    for path in sorted(root.glob("acct_*/imp_*")):
        if path.suffix != ".rejected":
            yield f"{path.parent.name}/{path.name}"


def age(key: str) -> timedelta:
    """How long ago a file was written; a file that is gone is new."""
    try:
        written = datetime.fromtimestamp(_path(key).stat().st_mtime, UTC)
    except FileNotFoundError:
        return timedelta(0)
    return clock.now() - written


def _rejected(key: str) -> str:
    return f"{key}.rejected"


def _rejected_key(imported: Import) -> str:
    return _rejected(imported.file_key)


def _path(key: str) -> Path:
    root: Path = settings.IMPORT_DIR
    return root / key


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise CannotWrite(
                "The disk of the server is full. Make room in IMPORT_DIR, then try again."
            ) from error
        raise CannotWrite(
            f"The server cannot write into IMPORT_DIR: {error.strerror}. Put that right, then try "
            "again."
        ) from error
