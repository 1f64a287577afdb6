"""What the addresses that stand beside Django have in common: ASGI in, ASGI out.

Their answers have the headers that Django's have, because Django's own middlewares are asked once
what these are.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from synaptiq.api import problems
from synaptiq.api.chat.crossing import EXPOSED
from synaptiq.kit.addresses import client_address
from synaptiq.kit.errors import Refusal, TooMany
from synaptiq.sites.queries import NO_SITE, WRONG_ORIGIN

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Any, Any], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_NO_STORE = (b"cache-control", b"private, no-store")


class MethodNotAllowed(Refusal):
    """Another method than those of this address."""

    status, code, title = 405, "method_not_allowed", "Not allowed here"


class Unavailable(Refusal):
    """The database is out of reach."""

    status, code, title = 503, "unavailable", "Not available at the moment"

    def __init__(self) -> None:
        super().__init__("Try again in a moment.")


class Held(Refusal):
    """Somebody else holds the conversation, for longer than anything of ours does."""

    status, code, title = Unavailable.status, Unavailable.code, Unavailable.title

    def __init__(self) -> None:
        super().__init__("Try again in a moment.")


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


def crossing(origin: str | None) -> Headers:
    """What lets pages of this origin read the answer; None: of no other."""
    if not origin:
        return [(b"vary", b"Origin")]
    return [
        (b"vary", b"Origin"), (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-expose-headers", EXPOSED.encode()),
    ]  # fmt: skip


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


async def refuse(
    send: Send, refusal: Refusal, request_id: str, origin: str | None, headers: Headers,
    *, bare: bool = False,
) -> None:  # fmt: skip
    """Send the problem document of a refusal, which pages of a foreign origin may not read."""
    document = problems.fields(
        refusal.status, refusal.code, refusal.title, refusal.detail, refusal.param, request_id
    )
    is_foreign = refusal.detail in (NO_SITE, WRONG_ORIGIN)
    told = [
        (b"x-request-id", request_id.encode()), *crossing(None if is_foreign else origin), *headers,
    ]  # fmt: skip
    if isinstance(refusal, TooMany):
        told.append((b"retry-after", str(refusal.retry_after).encode()))
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        told.append((b"www-authenticate", b'Bearer realm="Synaptiq"'))
    body = json.dumps(document).encode()
    await answer(send, refusal.status, problems.MEDIA_TYPE, body, told, bare=bare)


class _Request(HttpRequest):
    def __init__(self, is_secure: bool) -> None:
        super().__init__()
        self._is_secure = is_secure

    def is_secure(self) -> bool:
        return self._is_secure
