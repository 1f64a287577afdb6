"""The files that browsers load, sent compressed: `web` serves them before Django is asked.

Those of the widget are loaded by pages of other origins: they say that these may. A page names
`/widget.js`, which browsers ask for anew after some minutes; it names what it loads by a folder
with the hash of what is in it.

Granian's own serving of files sends them as they are, and Django's is for development; why this is
not one more package, docs/adr/0003 says. Each file is read and compressed once in a process's life.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

Scope = dict[str, Any]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Send], Awaitable[None]]

PREFIX = "/static/"
COMPRESSED = {"text/css", "text/javascript", "image/svg+xml"}
# Of whatever version of the widget, or of one that a page asks for once more.
_OF_WIDGET = re.compile(r"widget/[0-9a-f]{12}(?:-[0-9])?/([a-z]+\.js)")
_PRESENT = re.compile(rb"static/widget/([0-9a-f]{12})")
# A name that holds the hash of what is in it never means anything else.
_HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z]+$|^widget/[0-9a-f]{12}/")
_YEAR = b"public, max-age=31536000, immutable"
_MINUTES = b"public, max-age=300, stale-while-revalidate=86400"
_ALIASES = {"/widget.js": "widget/loader.js"}
_ANYWHERE = (b"access-control-allow-origin", b"*")
# A page's script element asks without CORS.
_EMBEDDED = (b"cross-origin-resource-policy", b"cross-origin")


@dataclass(frozen=True)
class File:
    """What is sent of one file; `packed` is None where that would not be shorter."""

    type: str
    plain: bytes
    packed: bytes | None
    caching: bytes
    etag: bytes


class StaticFiles:
    """An application of ASGI around the product's, which answers what begins with /static/."""

    def __init__(self, application: Application, root: Path) -> None:
        self._application, self._root = application, root.resolve()
        self._files: dict[str, File] = {}

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        name = _ALIASES.get(path, path.removeprefix(PREFIX))
        if name == path:
            await self._application(scope, receive, send)
            return
        if scope["method"] not in {"GET", "HEAD"}:
            await _answer(send, 405, [(b"allow", b"GET, HEAD")], b"")
            return
        file = self._file(name)
        if file is None:
            await _answer(send, 404, [(b"content-type", b"text/plain")], b"Not found")
            return
        headers = [
            (b"content-type", file.type.encode()), (b"cache-control", file.caching),
            (b"vary", b"Accept-Encoding"), (b"x-content-type-options", b"nosniff"),
        ]  # fmt: skip
        if file.caching != _YEAR:
            headers.append((b"etag", file.etag))
        if name.startswith("widget/"):
            headers.append(_ANYWHERE)
        if path in _ALIASES:
            headers.append(_EMBEDDED)
        if any(key == b"if-none-match" and file.etag in value for key, value in scope["headers"]):
            await _answer(send, 304, headers, None)
            return
        body = file.plain
        if file.packed is not None and _takes_gzip(scope["headers"]):
            headers.append((b"content-encoding", b"gzip"))
            body = file.packed
        await _answer(send, 200, headers, body, without_body=scope["method"] == "HEAD")

    def _file(self, name: str) -> File | None:
        """Kept by its one name: whoever asks by many must not fill the memory."""
        if name not in self._files:
            path = PurePosixPath(name)
            found = (
                _read(self._root, name) if str(path) == name and ".." not in path.parts else None
            )
            if found is None:
                return self._present(name)
            self._files[name] = found
        return self._files[name]

    def _present(self, name: str) -> File | None:
        """What is there now of a version of the widget that is not here: a page may have the loader
        of yesterday, or of another machine."""
        asked = _OF_WIDGET.fullmatch(name)
        loader = self._file(_ALIASES["/widget.js"]) if asked else None
        now = _PRESENT.search(loader.plain) if loader else None
        if not (asked and now) or f"/{now[1].decode()}/" in name:
            return None
        found = self._file(f"widget/{now[1].decode()}/{asked[1]}")
        return replace(found, caching=b"no-cache") if found else None


def _read(root: Path, name: str) -> File | None:
    """The file of this name below the folder, or None. A name cannot lead out of it."""
    try:
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            return None
        plain = path.read_bytes()
    except (OSError, ValueError):
        return None
    type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = gzip.compress(plain, 9, mtime=0) if type in COMPRESSED else None
    if packed is not None and len(packed) >= len(plain):
        packed = None
    if type.startswith("text/"):
        type += "; charset=utf-8"
    if _HASHED.search(name):
        caching = _YEAR
    else:
        caching = _MINUTES if name in _ALIASES.values() else b"no-cache"
    etag = f'W/"{hashlib.sha256(plain).hexdigest()[:16]}"'.encode()
    return File(type, plain, packed, caching, etag)


def _takes_gzip(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether gzip is among what the client accepts, and not with the weight 0."""
    given = b",".join(value for name, value in headers if name == b"accept-encoding").lower()
    for one in given.decode("latin-1").split(","):
        coding, _, weight = one.partition(";")
        if coding.strip() == "gzip":
            return not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight)
    return False


async def _answer(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes | None,
    *, without_body: bool = False,
) -> None:  # fmt: skip
    """`body` None: an answer that has none, and so no length."""
    length = [] if body is None else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length]})
    await send({"type": "http.response.body", "body": b"" if without_body else body or b""})
