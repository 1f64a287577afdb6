"""What the chat's addresses that stand beside Django have in common: their refusals, and who may
read the answers. What has nothing to do with the chat is in `kit.asgi`."""

from __future__ import annotations

import json
from http import HTTPStatus

from synaptiq.api import problems
from synaptiq.api.chat.crossing import EXPOSED
from synaptiq.kit.asgi import (
    Application,
    Headers,
    Receive,
    Scope,
    Send,
    address_of,
    answer,
    guards,
    headers_of,
    is_secure,
)
from synaptiq.kit.errors import Refusal, TooMany
from synaptiq.sites.queries import NO_SITE, WRONG_ORIGIN

__all__ = [
    "Application", "Headers", "Held", "MethodNotAllowed", "Receive", "Scope", "Send",
    "Unavailable", "address_of", "answer", "crossing", "guards", "headers_of", "is_secure",
    "refuse",
]  # fmt: skip


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


def crossing(origin: str | None) -> Headers:
    """What lets pages of this origin read the answer; None: of no other."""
    if not origin:
        return [(b"vary", b"Origin")]
    return [
        (b"vary", b"Origin"), (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-expose-headers", EXPOSED.encode()),
    ]  # fmt: skip


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
