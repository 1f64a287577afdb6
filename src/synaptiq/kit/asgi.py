"""What addresses that stand beside Django have in common: ASGI in, ASGI out.

Their answers have the headers that Django's have, because Django's own middlewares are asked once
what these are.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from synaptiq.kit.addresses import client_address

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Any], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# A comment of an event stream: the other side sees that it still lives.
HEARTBEAT = b": \n\n"
STREAMED: Headers = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # Proxies that collect answers before they pass them on.
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
_NO_STORE = (b"cache-control", b"private, no-store")


def headers_of(scope: Scope) -> dict[str, str]:
    """The request's headers by their small names; one that came twice is joined by a comma."""
    headers: dict[str, str] = {}
    for given, value in scope["headers"]:
        name = given.decode("latin-1").lower()
        text = value.decode("latin-1")
        headers[name] = f"{headers[name]},{text}" if name in headers else text
    return headers


def address_of(scope: Scope, headers: Mapping[str, str]) -> str | None:
    """The caller's IP address, None where it is not known."""
    return client_address(
        (scope.get("client") or ("",))[0], headers.get("x-forwarded-for", ""),
        settings.TRUSTED_PROXIES,
    )  # fmt: skip


def is_secure(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether the browser spoke HTTPS, to us or to a proxy that is trusted."""
    if settings.SECURE_PROXY_SSL_HEADER:
        header, secure = settings.SECURE_PROXY_SSL_HEADER
        said = headers.get(header.removeprefix("HTTP_").replace("_", "-").lower())
        if said is not None:
            return said.split(",")[0].strip() == str(secure)
    return str(scope.get("scheme")) == "https"


@lru_cache(maxsize=2)
def guards(is_secure: bool) -> tuple[tuple[bytes, bytes], ...]:
    """The headers by which Django's middlewares guard every answer."""
    request, response = _Request(is_secure), HttpResponse()
    given = set(response.headers)
    for middleware in (SecurityMiddleware, CSPMiddleware, XFrameOptionsMiddleware):
        middleware(lambda _: HttpResponse()).process_response(request, response)
    return tuple(
        (name.lower().encode(), value.encode())
        for name, value in response.items()
        if name not in given
    )


async def answer(
    send: Send, status: int, media_type: str, body: bytes, headers: Headers, *, bare: bool = False
) -> None:
    """Send a whole answer; `bare`: without its body, as HEAD asks."""
    start = [
        (b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode()),
        _NO_STORE, *headers,
    ]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": b"" if bare else body})


async def say(send: Send, body: bytes) -> None:
    """Send a piece of a stream. Raises OSError where the connection is broken."""
    await send({"type": "http.response.body", "body": body, "more_body": True})


@dataclass(frozen=True)
class Stream:
    """An event stream that is open. `gone` is done once its reader has left."""

    send: Send
    gone: asyncio.Task[None]

    @property
    def is_read(self) -> bool:
        return not self.gone.done()

    async def say(self, body: bytes) -> None:
        """Raises OSError where the connection is broken, which ends the stream."""
        await say(self.send, body)

    def wakes(self, woken: asyncio.Event) -> None:
        """Have the reader's leaving wake whoever waits for that."""
        self.gone.add_done_callback(lambda _: woken.set())


@asynccontextmanager
async def streaming(
    receive: Receive, send: Send, headers: Headers = STREAMED, *, first: bytes = b""
) -> AsyncIterator[Stream]:
    """An event stream for as long as the block goes on; ended properly if somebody reads still."""
    gone = asyncio.create_task(disconnected(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if first:
            await say(send, first)
        yield Stream(send, gone)
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except OSError:
        # The connection broke while something was said: nobody reads any more.
        return
    finally:
        gone.cancel()


async def disconnected(receive: Receive) -> None:
    """Return when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def woken_within(woken: asyncio.Event, seconds: float) -> bool:
    """Whether something happened before that: an entry, or the client left."""
    try:
        async with asyncio.timeout(seconds):
            return await woken.wait()
    except TimeoutError:
        return False


class _Request(HttpRequest):
    def __init__(self, is_secure: bool) -> None:
        super().__init__()
        self._is_secure = is_secure

    def is_secure(self) -> bool:
        return self._is_secure
