"""A ZIP written as a stream, of any number of members, in the memory of one.

`zipfile` keeps an object for each member until the end: 70 MB at 100,000. Here the directory waits
in a file without a name. Members come whole, so their sizes stand before them and no reader needs
the directory to find them. Equal members give equal bytes: every time in it is the given one.
"""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Self

_READ = 256 * 1024
_MOST_16, _MOST_32 = 0xFFFF, 0xFFFFFFFF
_VERSION, _VERSION_64 = 20, 45
_UTF8, _DEFLATED = 0x800, 8
# A plain file that its owner may write and all may read, as Unix systems note it.
_MODE = (0o100644) << 16


class Zip:
    """`member(…)` gives the bytes of one member, `end()` those that close the file."""

    def __init__(self, at: datetime) -> None:
        year = min(max(at.year, 1980), 2107)
        self._time = at.hour << 11 | at.minute << 5 | at.second // 2
        self._date = (year - 1980) << 9 | at.month << 5 | at.day
        self._directory: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by __exit__)
        self._offset = self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._directory.close()

    def member(self, name: str, data: bytes) -> bytes:
        """A member of these bytes, packed."""
        packing = _packing()
        packed = packing.compress(data) + packing.flush()
        return self._begun(name, zlib.crc32(data), len(data), len(packed)) + packed

    def packed(self, name: str, packing: Packed) -> Iterator[bytes]:
        """A member that was packed before, in pieces."""
        yield self._begun(name, *packing.finish())
        yield from packing.pieces()

    def _begun(self, name: str, crc: int, size: int, packed: int) -> bytes:
        """What stands before the bytes of a member, which is written into the directory."""
        if max(size, packed) > _MOST_32:
            raise ValueError(f"{name} is larger than a member of such a file can be")
        encoded = name.encode()
        what = struct.pack(
            "<4HIIIH", _UTF8, _DEFLATED, self._time, self._date, crc, packed, size, len(encoded)
        )
        local = struct.pack("<IH", 0x04034B50, _VERSION) + what + struct.pack("<H", 0) + encoded
        # Beyond four gigabytes the place of a member stands in a field of its own.
        far = self._offset > _MOST_32
        extra = struct.pack("<HHQ", 1, 8, self._offset) if far else b""
        self._directory.write(
            struct.pack("<IHH", 0x02014B50, 3 << 8 | _VERSION_64, _VERSION_64 if far else _VERSION)
            + what
            + struct.pack("<HHHHII", len(extra), 0, 0, 0, _MODE, _MOST_32 if far else self._offset)
            + encoded
            + extra
        )
        self._count += 1
        self._offset += len(local) + packed
        return local

    def end(self) -> Iterator[bytes]:
        """The directory, and what closes the file."""
        size = self._directory.tell()
        self._directory.seek(0)
        while piece := self._directory.read(_READ):
            yield piece
        at, count = self._offset, self._count
        if count >= _MOST_16 or max(at, size) >= _MOST_32:
            yield struct.pack(
                "<IQHHIIQQQQ", 0x06064B50, 44, 3 << 8 | _VERSION_64, _VERSION_64, 0, 0,
                count, count, size, at,
            )  # fmt: skip
            yield struct.pack("<IIQI", 0x07064B50, 0, at + size, 1)
        yield struct.pack(
            "<IHHHHIIH", 0x06054B50, 0, 0, min(count, _MOST_16), min(count, _MOST_16),
            min(size, _MOST_32), min(at, _MOST_32), 0,
        )  # fmt: skip


def _packing() -> zlib._Compress:
    return zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)


class Packed:
    """The bytes of a member, packed as they come; what is long waits in a file without a name."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 (close())
        self._packing = _packing()
        self._crc = self._size = 0

    def write(self, data: bytes) -> None:
        self._crc = zlib.crc32(data, self._crc)
        self._size += len(data)
        self._file.write(self._packing.compress(data))

    def finish(self) -> tuple[int, int, int]:
        """Checksum, size, and size packed; nothing is written after this."""
        self._file.write(self._packing.flush())
        return self._crc, self._size, self._file.tell()

    def pieces(self) -> Iterator[bytes]:
        self._file.seek(0)
        while piece := self._file.read(_READ):
            yield piece

    def close(self) -> None:
        self._file.close()
