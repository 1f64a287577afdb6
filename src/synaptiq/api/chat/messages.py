"""`POST /api/v1/chat/{site_key}/messages`: a visitor's message is accepted.

A function of ASGI beside Django, as the event streams are: there each message takes a thread, a
connection of its own and a dozen middlewares, which is most of what accepting it costs
(docs/adr/0006). Checks, their order and problems are those of the chat's other addresses.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

import psycopg
import pydantic
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from django.http.request import split_domain_port, validate_host

from synaptiq.agent import actions as agent
from synaptiq.api import problems
from synaptiq.api.chat import asking, schemas, visiting, wire
from synaptiq.api.chat.crossing import PREFIX
from synaptiq.api.chat.wire import Application, Receive, Scope, Send
from synaptiq.api.problems import TooLarge, UnsupportedMediaType, rate_limit
from synaptiq.conversations import accepting, greeting
from synaptiq.conversations.accepting import Accepted
from synaptiq.kit import ids, strict_json
from synaptiq.kit.database import is_away
from synaptiq.kit.errors import Invalid, Malformed, NotFound, Refusal, TooMany
from synaptiq.kit.faults import log_failure
from synaptiq.kit.pools import Pool, Row
from synaptiq.meetings import values as meetings
from synaptiq.meetings import wording
from synaptiq.sites import queries as sites

# By which an operator finds the connections in pg_stat_activity. Whoever waits for the lock of
# their conversation holds one meanwhile.
NAME, MOST_CONNECTIONS = "synaptiq messages", 8
LONGEST_BODY = 16 * 1024
_PATH = re.compile(re.escape(PREFIX) + r"([^/]+)/messages")
_ROUTE = f"POST {PREFIX}<site_key>/messages"
_ORIGINS = "SELECT origins FROM sites_site WHERE key = %s"

logger = logging.getLogger(__name__)


class Database(Protocol):
    """How the database is asked: by a pool of the event loop, or in a test by Django itself."""

    async def ask(self, sql: str, params: list[Any], /) -> list[Row]: ...

    async def close_first(self, row: Row, /) -> None: ...

    async def settle(self, conversation: str, seq: int, /) -> None: ...

    async def close(self) -> None: ...


class Own(Pool):
    """A pool of connections beside Django's."""

    def __init__(self) -> None:
        super().__init__(NAME, MOST_CONNECTIONS)

    async def close_first(self, row: Row) -> None:
        """Once in half an hour of a visitor, so by Django, in a thread."""

        def close() -> None:
            try:
                accepting.close_first(row)
            finally:
                close_old_connections()

        await sync_to_async(close, thread_sensitive=False)()

    async def settle(self, conversation: str, seq: int) -> None:
        """What a visitor picks while a person has the conversation: seldom, so the same way."""

        def settle() -> None:
            try:
                agent.settle_pick(conversation, seq)
            finally:
                close_old_connections()

        await sync_to_async(settle, thread_sensitive=False)()


class Messages:
    """An application of ASGI around the product's, which answers the address of messages."""

    def __init__(self, application: Application, database: Database | None = None) -> None:
        self._application = application
        self._database: Database = database or Own()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        headers = wire.headers_of(scope) if asked else {}
        # A preflight is answered like that of every other address.
        is_preflight = "access-control-request-method" in headers and scope["method"] == "OPTIONS"
        if asked is None or is_preflight:
            await self._application(scope, receive, send)
            return
        site_key, request_id = asked.group(1), ids.new_id("req")
        guards = [*wire.guards(wire.is_secure(scope, headers))]
        try:
            body = await self._read(scope, receive)
            if body is None:
                return
            got = await self._accept(scope, headers, site_key, body)
        except Exception as error:
            refusal = await self._refusal(error, scope["method"], headers, site_key, request_id)
            if isinstance(refusal, TooMany):
                guards += _limits(refusal.limit, 0, refusal.retry_after)
            if isinstance(refusal, wire.MethodNotAllowed):
                guards.append((b"allow", b"POST"))
            origin = None if isinstance(refusal, wire.Unavailable) else headers.get("origin")
            bare = scope["method"] == "HEAD"
            await wire.refuse(send, refusal, request_id, origin, guards, bare=bare)
            return
        if got.token is not None:
            address = wire.address_of(scope, headers)
            visiting.talked(site_key, address, headers, got.conversation)
        told = [
            (b"x-request-id", request_id.encode()), *wire.crossing(headers.get("origin")), *guards,
            *_limits(got.limit, got.remaining, got.reset_seconds),
        ]  # fmt: skip
        await wire.answer(send, 202, "application/json", _document(got), told)

    async def close(self) -> None:
        """Let go of the connections. A process that ends need not: the server sees them go."""
        await self._database.close()

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """The body, of what is too large only so much as shows that it is; None where the client
        left. Whatever comes is taken, so that whoever sends too much can read the answer."""
        body, size = b"", 0
        while True:
            part = await receive()
            if part["type"] == "http.disconnect":
                return None
            size += len(part.get("body", b""))
            if len(body) <= LONGEST_BODY:
                body += part.get("body", b"")
            if not part.get("more_body", False) or size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
                return body

    async def _accept(
        self, scope: Scope, headers: Mapping[str, str], site_key: str, body: bytes
    ) -> Accepted:
        host = headers.get("host") or ":".join(map(str, scope.get("server") or ()))
        if not _is_ours(host, tuple(settings.ALLOWED_HOSTS)):
            raise Malformed("Something in the request is not as HTTP has it.")
        if scope["method"] != "POST":
            raise wire.MethodNotAllowed("This address does not take that method.")
        message = _message(site_key, headers, _given(headers, body))
        token = asking.token_of(headers.get("authorization"))
        if "\x00" in site_key:
            # PostgreSQL has no NUL to look for.
            raise NotFound(sites.NO_SITE)
        got = await accepting.accept_by(
            self._database.ask, self._database.close_first, site_key, message,
            origin=headers.get("origin"), token=token, address=wire.address_of(scope, headers),
        )  # fmt: skip
        if got.turn is None and not message.data.keys().isdisjoint({"slot", "form"}):
            # A person has the conversation, and no worker will look at it.
            await self._database.settle(got.conversation, got.seq)
        return got

    async def _refusal(
        self, error: Exception, method: str, headers: Mapping[str, str], site_key: str,
        request_id: str,
    ) -> Refusal:  # fmt: skip
        """What is told of a failure: first of all whether the page may talk to the site; what else
        was wrong, a foreign one does not learn."""
        if is_away(error):
            logger.warning("A message could not be accepted (%s)", str(error).strip())
            return wire.Unavailable()
        if isinstance(error, psycopg.errors.LockNotAvailable):
            error = wire.Held()
        refusal = error if isinstance(error, Refusal) else problems.OurFault()
        if refusal is not error:
            # By its pattern, and without what was written.
            log_failure(logger, f"{_ROUTE} ({request_id})", error)
        try:
            rows = await self._database.ask(_ORIGINS, [site_key.replace("\x00", " ")])
            if not rows:
                raise NotFound(sites.NO_SITE)
            sites.check_origin(
                rows[0][0], headers.get("origin") or None, needs_origin=method == "POST"
            )
        except Refusal as first:
            return first
        except psycopg.OperationalError:
            return wire.Unavailable()
        return refusal


@lru_cache(maxsize=100)
def _is_ours(host: str, allowed: tuple[str, ...]) -> bool:
    """Whether a Host header names this server, as Django's own check has it."""
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def _given(headers: Mapping[str, str], body: bytes) -> schemas.Message:
    """The body as it must be. Raises Malformed, UnsupportedMediaType, TooLarge, Invalid."""
    if not body:
        raise Malformed("The body is empty; send a JSON object.")
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType("Send the body as JSON, with Content-Type: application/json.")
    if len(body) > LONGEST_BODY:
        raise TooLarge(LONGEST_BODY)
    value = strict_json.parse(body)
    try:
        return schemas.Message.model_validate(value)
    except pydantic.ValidationError as error:
        raise problems.invalid((one["loc"], one["msg"]) for one in error.errors()) from None


def _message(
    site_key: str, headers: Mapping[str, str], given: schemas.Message
) -> accepting.Message:
    if (given.text is None) == (given.reply is None):
        raise Invalid({"text": "Send either text or reply."})
    data: dict[str, Any] = {}
    if isinstance(given.reply, schemas.FormReply):
        text = accepting.form_text(given.reply.form)
        data = {"form": given.reply.form}
    elif isinstance(given.reply, schemas.SlotReply):
        text, data = _picked(given.reply.slot)
    elif given.reply is not None:
        text, data = given.reply, {"reply": given.reply}
    else:
        text = given.text or ""
    return accepting.Message(
        client_id=given.client_message_id, text=text, data=data,
        conversation=given.conversation_id, page_url=given.page_url,
        device=asking.device_of(headers.get("user-agent", "")),
        language=asking.language_of(headers.get("accept-language", "")),
        greeting=greeting.read(site_key, given.greeting) if given.greeting else None,
    )  # fmt: skip


def _picked(given: schemas.Slot) -> tuple[str, dict[str, Any]]:
    """A start that was picked, in words of ours, and as the agent takes it."""
    try:
        slot = meetings.slot(given.starts_at, given.zone)
    except Invalid as wrong:
        fields = {f"reply.slot.{name}": said for name, said in wrong.fields.items()}
        raise Invalid(fields) from None
    data = {"starts_at": meetings.said(slot.starts_at), "zone": slot.zone}
    return wording.start(slot.starts_at, slot.zone), {"slot": data}


def _document(got: Accepted) -> bytes:
    body: dict[str, Any] = {
        "conversation_id": got.conversation, "turn_id": got.turn, "seq": got.seq,
    }  # fmt: skip
    if got.token is not None:
        body["visitor_token"] = got.token
    return json.dumps(body).encode()


def _limits(limit: int, remaining: int, seconds: int) -> wire.Headers:
    told = rate_limit(limit, remaining, seconds)
    return [(name.encode(), value.encode()) for name, value in told.items()]
