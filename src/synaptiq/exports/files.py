"""Files of runs: written to a local spool, counted and hashed on the way, then stored for good.

The key of a stored file names run and attempt, so two workers can never write the same one, and
whatever no run claims can be swept. Storing is a rename within one file system, or a copy and a
rename across two; both are durable before the run is published.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from django.conf import settings

from synaptiq.exports.formats import Format, extension_of
from synaptiq.exports.models import Export
from synaptiq.exports.spec import ExportSpec
from synaptiq.kit.errors import Gone

KEEP = timedelta(hours=30 * 24)
READ_SIZE = 256 * 1024


class CannotWrite(Exception):
    """The spool or the store takes no file, or no more. Trying again at once would not help."""


@dataclass
class Spool:
    """A file being written: a context manager that leaves nothing behind unless it was stored."""

    path: Path
    rows: int = 0
    size: int = 0
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256, repr=False)
    _file: BinaryIO | None = field(default=None, repr=False)

    def __enter__(self) -> Spool:
        with _Writing():
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = open(self.path, "wb", buffering=0)
        return self

    def write(self, chunk: bytes, rows: int) -> None:
        """Append a chunk that ends `rows` rows."""
        assert self._file is not None
        with _Writing():
            view = memoryview(chunk)
            while view:
                view = view[self._file.write(view) :]
        self._hash.update(chunk)
        self.size += len(chunk)
        self.rows += rows

    def finish(self) -> None:
        """Make the bytes durable; nothing is written after this."""
        assert self._file is not None
        with _Writing():
            os.fsync(self._file.fileno())
            self._file.close()

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
        self.path.unlink(missing_ok=True)


def spool(export: Export) -> Spool:
    """The spool of this run's present attempt."""
    return Spool(settings.SPOOL_DIR / f"{export.public_id}.{export.attempt}.part")


def name_of(spec: ExportSpec, format: Format, rows: int) -> str:
    """`synaptiq_leads_20260315T092241Z.csv`."""
    extension = extension_of(format, rows)
    return f"synaptiq_{spec.dataset}_{spec.generated_at:%Y%m%dT%H%M%SZ}.{extension}"


def key_of(export: Export, attempt: int) -> str:
    """Where an attempt's file is stored, below the folder of all files."""
    return f"{export.account.public_id}/{export.public_id}.{attempt}"


def store(spooled: Spool, key: str) -> None:
    """Move a finished spool to `key`, durably. Raises CannotWrite."""
    target = _path(key)
    with _Writing():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            os.rename(spooled.path, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _copy(spooled.path, target)
        _sync_folder(target.parent)


def open_file(key: str) -> BinaryIO:
    """The stored file, or Gone. Keep it open for a whole download: it then survives its expiry."""
    try:
        return open(_path(key), "rb")
    except FileNotFoundError:
        # It expired or was withdrawn a moment ago, or EXPORT_DIR is not the folder of the workers.
        raise Gone("This file is no longer stored. Export again.", code="expired") from None


def remove(key: str) -> None:
    """Delete a stored file; one that is not there is no error."""
    if key:
        _path(key).unlink(missing_ok=True)


def stored_keys() -> Iterator[str]:
    """Keys of all stored files, of every account; half-copied ones too, and nobody else's."""
    root: Path = settings.EXPORT_DIR
    for path in sorted(root.glob("acct_*/exp_*.*")):
        yield f"{path.parent.name}/{path.name}"


def spooled_parts() -> Iterator[tuple[Path, str, str]]:
    """`(path, run, attempt)` of each file in this machine's spool."""
    root: Path = settings.SPOOL_DIR
    for path in sorted(root.glob("exp_*.*.part")) if root.is_dir() else ():
        run, attempt = path.name.split(".")[:2]
        yield path, run, attempt


def _path(key: str) -> Path:
    root: Path = settings.EXPORT_DIR
    return root / key


def _copy(source: Path, target: Path) -> None:
    partial = target.with_name(target.name + ".copying")
    try:
        with open(source, "rb") as reading, open(partial, "wb") as writing:
            shutil.copyfileobj(reading, writing, READ_SIZE)
            writing.flush()
            os.fsync(writing.fileno())
        os.rename(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Writing:
    """Turns what the system refuses into CannotWrite with a sentence for the run's record."""

    def __enter__(self) -> None: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if not isinstance(error, OSError):
            return
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise CannotWrite(
                "The disk of the server is full. Make room in SPOOL_DIR and EXPORT_DIR, "
                "then start the export again."
            ) from error
        raise CannotWrite(
            f"The server cannot write into SPOOL_DIR or EXPORT_DIR: {error.strerror}. "
            "Put that right, then start the export again."
        ) from error
