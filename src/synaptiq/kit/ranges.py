"""Sending a file, or the part of it that was asked for (RFC 9110, Range and conditions).

Django's FileResponse reads the whole file into memory under ASGI. Here pieces are read in a
thread while they are sent, so memory stays the same at any size, and a file that is deleted
meanwhile is still sent whole: it stays open until the answer ends or the client has gone.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

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


@dataclass(frozen=True)
class Sent:
    """What an answer is about of a file: the bytes from `first`, `end` excluded."""

    status: Literal[200, 206, 304, 416]
    first: int = 0
    end: int = 0
    with_body: bool = False

    @property
    def is_later_part(self) -> bool:
        return self.first > 0


@dataclass(frozen=True)
class Asked:
    """What a request wants of a file: its method, range and conditions."""

    method: str = "GET"
    range: str = ""
    if_range: str | None = None
    if_none_match: str = ""

    @classmethod
    def by(cls, request: HttpRequest) -> Asked:
        headers = request.headers
        return cls(
            request.method or "GET",
            headers.get("Range", ""),
            headers.get("If-Range"),
            headers.get("If-None-Match", ""),
        )

    def of(self, size: int, etag: str) -> Sent:
        """What it gets of a file of `size` bytes, whose strong tag (without quotes) is `etag`.

        Several ranges at once get the whole file, as the RFC allows.
        """
        tag = f'"{etag}"'
        if _matches(self.if_none_match, tag):
            return Sent(304)
        # Range is for GET alone; If-Range makes it depend on the file's being the same still.
        if self.method == "GET" and self.if_range in (None, tag):
            asked = _range(self.range, size)
            if asked == "outside":
                return Sent(416)
            if asked != "none":
                return Sent(206, *asked, with_body=True)
        return Sent(200, 0, size, with_body=self.method != "HEAD")


def respond(
    file: BinaryIO, asked: Asked, *, size: int, etag: str, media_type: str, file_name: str
) -> HttpResponseBase:
    """The answer with an open file of `size` bytes, which it closes; for HEAD its headers alone."""
    sent = asked.of(size, etag)
    response: HttpResponseBase
    if sent.with_body:
        file.seek(sent.first)
        response = _FileAnswer(_Pieces(file, sent.end - sent.first), sent.status)
    else:
        response = _empty(file, sent.status)
    if sent.status == 206:
        response["Content-Range"] = f"bytes {sent.first}-{sent.end - 1}/{size}"
    elif sent.status == 416:
        response["Content-Range"] = f"bytes */{size}"
    if sent.status != 304:
        response["Content-Length"] = str(sent.end - sent.first)
    if sent.status in (200, 206):
        response["Content-Type"] = media_type
        response["Content-Disposition"] = disposition(file_name)
    response["ETag"] = f'"{etag}"'
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def disposition(file_name: str) -> str:
    """`attachment` with an ASCII name for all clients, and the real one for those that read it."""
    plain = file_name.encode("ascii", "replace").decode()
    plain = re.sub(r'[^\x20-\x7e]|["\\?%/]', "_", plain)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


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
