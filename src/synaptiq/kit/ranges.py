"""Sending a file, or the part of it that was asked for (RFC 9110, Range and conditions).

Django's FileResponse reads the whole file into memory under ASGI. Here pieces are read in a
thread while they are sent, so memory stays the same at any size, and a file that is deleted
meanwhile is still sent whole: it stays open until the answer ends or the client has gone.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import BinaryIO, Literal
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

PIECE_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.ASCII | re.IGNORECASE)


class _Pieces:
    """`length` bytes of an open file from where it stands; closes it with itself."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file = file
        self._left = length

    def read(self) -> bytes:
        """The next piece; b"" at the end. A file that is shorter than it was raises."""
        if not self._left:
            return b""
        piece = self._file.read(min(PIECE_BYTES, self._left))
        if not piece:
            # The connection must break: an answer that ends early would pass for the whole file.
            raise OSError("the file ended before its time")
        self._left -= len(piece)
        return piece

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from iter(self.read, b"")
        finally:
            self.close()

    def close(self) -> None:
        self._file.close()


class _FileAnswer(StreamingHttpResponse):
    """Streams pieces to a synchronous server by iterating, to an asynchronous one from a thread."""

    def __init__(self, pieces: _Pieces, status: int) -> None:
        super().__init__(pieces, status=status)
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while piece := await asyncio.to_thread(self._pieces.read):
                yield piece
        finally:
            self._pieces.close()


def is_later_part(method: str, headers: Mapping[str, str]) -> bool:
    """Whether no byte from the beginning is asked for: a later part, or the headers alone."""
    if method == "HEAD":
        return True
    match = _RANGE.fullmatch(headers.get("Range", ""))
    return bool(match and match[1] and int(match[1]) > 0)


def respond(
    file: BinaryIO,
    *,
    size: int,
    etag: str,
    media_type: str,
    file_name: str,
    method: str,
    headers: Mapping[str, str],
) -> HttpResponseBase:
    """200, 206, 304 or 416 for an open file of `size` bytes, which the answer closes.

    `etag` is a strong tag without its quotes. Several ranges at once get the whole file, as the
    RFC allows. `headers` are the request's, with names in any case (as Django's are).
    """
    tag = f'"{etag}"'
    asked: tuple[int, int] | Literal["none", "outside"] = "none"
    # Range is for GET alone; If-Range makes it depend on the file's being the same still.
    if method == "GET" and headers.get("If-Range", tag) == tag:
        asked = _range(headers.get("Range", ""), size)
    response: HttpResponseBase
    if _matches(headers.get("If-None-Match", ""), tag):
        response = _empty(file, 304)
    elif asked == "outside":
        response = _empty(file, 416)
        response["Content-Range"] = f"bytes */{size}"
        response["Content-Length"] = "0"
    else:
        first, end = (0, size) if isinstance(asked, str) else asked
        if method == "HEAD":
            response = _empty(file, 200)
        else:
            file.seek(first)
            response = _FileAnswer(_Pieces(file, end - first), 200 if asked == "none" else 206)
        if asked != "none":
            response["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
        response["Content-Length"] = str(end - first)
        response["Content-Type"] = media_type
        response["Content-Disposition"] = disposition(file_name)
    response["ETag"] = tag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def disposition(file_name: str) -> str:
    """`attachment` with an ASCII name for all clients, and the real one for those that read it."""
    plain = file_name.encode("ascii", "replace").decode()
    plain = re.sub(r'[^\x20-\x7e]|["\\?%/]', "_", plain)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def size_of(file: BinaryIO) -> int:
    """The bytes of an open file."""
    return os.fstat(file.fileno()).st_size


def _range(header: str, size: int) -> tuple[int, int] | Literal["none", "outside"]:
    """`(first, end)`, end excluded; "none" for what is no single range of bytes."""
    match = _RANGE.fullmatch(header)
    if match is None or not (match[1] or match[2]):
        return "none"
    if not match[1]:
        first, end = max(size - int(match[2]), 0), size
    else:
        first = int(match[1])
        end = min(int(match[2]) + 1, size) if match[2] else size
        if match[2] and int(match[2]) < first:
            return "none"
    return (first, end) if first < end else "outside"


def _matches(header: str, tag: str) -> bool:
    """If-None-Match, which compares weakly."""
    tags = [t.strip().removeprefix("W/") for t in header.split(",")]
    return tag in tags or header.strip() == "*"


def _empty(file: BinaryIO, status: int) -> HttpResponse:
    file.close()
    response = HttpResponse(status=status)
    del response["Content-Type"]
    return response
