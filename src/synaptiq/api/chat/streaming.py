"""`GET /api/v1/chat/{site_key}/events`: a conversation as an event stream, as it goes on.

A bare function of ASGI beside Django: there each open stream would hold a thread and, with the ORM,
a connection; here 500 of them take 37 kB each, one LISTEN connection, and a few more for reading.
GZip, which would hold a stream back for ever, is not in its way either.

A stream subscribes before its first read, so that nothing falls between the two, and reads again
with each heartbeat, in case a notification was lost. It ends after the event "closed".
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any
from urllib.parse import parse_qs

import psycopg

from synaptiq.api.chat import asking, wire
from synaptiq.api.chat.crossing import PREFIX
from synaptiq.api.chat.online import Presence
from synaptiq.api.chat.together import Reading
from synaptiq.api.chat.wire import Application, Receive, Scope, Send
from synaptiq.conversations import limiting, log, telling, visiting
from synaptiq.conversations.visiting import Visit
from synaptiq.kit import asgi, ids
from synaptiq.kit.asgi import HEARTBEAT, STREAMED, woken_within
from synaptiq.kit.errors import Invalid, Refusal, TooMany
from synaptiq.kit.listening import NAME, Hub
from synaptiq.kit.pools import Pool

HEARTBEAT_SECONDS = 15.0
# For reading; the one that listens comes on top.
MOST_CONNECTIONS = 4
# Of one conversation: a browser with many tabs, and no more than a process can bear.
MOST_OF_ONE = 50
_PATH = re.compile(re.escape(PREFIX) + r"([^/]+)/events")

logger = logging.getLogger(__name__)


class EventStreams:
    """An application of ASGI around the product's, which answers the event streams' address."""

    def __init__(self, application: Application, hub: Hub | None = None) -> None:
        self._application = application
        self.hub = hub or Hub(log.CHANNEL, telling.TYPING)
        self._pool = Pool(NAME, MOST_CONNECTIONS)
        self._reading = Reading(self._pool)
        self._presence = Presence(self._pool)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        # A preflight is answered like that of every other address.
        if asked is None or scope["method"] == "OPTIONS":
            await self._application(scope, receive, send)
            return
        headers = wire.headers_of(scope)
        try:
            visit, after, looks = await self._open(scope, headers, asked.group(1))
        except Refusal as refusal:
            is_other = isinstance(refusal, wire.MethodNotAllowed)
            allow = [(b"allow", b"GET, OPTIONS")] if is_other else []
            guards = [*wire.guards(wire.is_secure(scope, headers)), *allow]
            await wire.refuse(send, refusal, ids.new_id("req"), headers.get("origin"), guards)
            return
        except psycopg.OperationalError as error:
            logger.warning("A stream could not be opened (%s)", str(error).strip())
            await wire.refuse(send, wire.Unavailable(), ids.new_id("req"), None, [])
            return
        await self._stream(visit, after, looks, headers.get("origin"), receive, send)

    async def _open(
        self, scope: Scope, headers: Mapping[str, str], site_key: str
    ) -> tuple[Visit, int, bool]:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        conversation = query.get("conversation_id", [None])[-1]
        bearer = (headers.get("authorization") or "").partition(" ")[2].strip()
        rows = await self._pool.ask(
            visiting.VISIT_SQL, visiting.visit_params(site_key, bearer, conversation)
        )
        # First of all: what else is wrong, pages of other origins may not read.
        account_id, site_pk = visiting.site_of(
            rows[0] if rows else None, origin=headers.get("origin"), needs_origin=False
        )
        if scope["method"] != "GET":
            raise wire.MethodNotAllowed("This address takes GET only.")
        address = wire.address_of(scope, headers)
        limiting.check((await self._pool.ask(*limiting.counting(account_id, site_pk, address)))[0])
        after = _seq(query.get("after", [headers.get("last-event-id", "0")])[-1])
        visit = visiting.visit_of(rows[0], token=asking.token_of(headers.get("authorization")))
        if self.hub.waiting_for(str(visit.conversation_pk)) >= MOST_OF_ONE:
            raise TooMany(
                f"This conversation has {MOST_OF_ONE} streams open already. Close one first.",
                limit=MOST_OF_ONE, retry_after=int(HEARTBEAT_SECONDS),
            )  # fmt: skip
        return visit, after, query.get("look") == ["1"]

    async def _stream(
        self, visit: Visit, after: int, looks: bool, origin: str | None, receive: Receive,
        send: Send,
    ) -> None:  # fmt: skip
        """`looks`: the visitor is not there, and only looks whether something came."""
        is_closed, is_whole = visit.is_closed, False
        async with asgi.streaming(receive, send, _headers(origin), first=HEARTBEAT) as stream:
            with (
                self.hub.subscribe(str(visit.conversation_pk)) as woken,
                nullcontext() if looks else self._presence.of(visit.conversation_pk),
            ):
                stream.wakes(woken)
                while stream.is_read:
                    heard = woken.heard
                    woken.clear()
                    if heard and all(channel == telling.TYPING for channel, _ in heard):
                        await stream.say(await self._typing(visit, heard))
                        await woken_within(woken, HEARTBEAT_SECONDS)
                        continue
                    rows = await self._entries(visit, after, is_whole)
                    if rows:
                        after = rows[-1][0]
                        is_closed = is_closed or any(row[1] == "closed" for row in rows)
                        body = b"".join(map(_frame, rows))
                        if body:
                            await stream.say(body)
                    is_whole = rows is not None and len(rows) < visiting.MOST_ENTRIES
                    if rows is not None and not is_whole:
                        continue
                    if (is_closed or looks) and is_whole:
                        break
                    if not await woken_within(woken, HEARTBEAT_SECONDS):
                        await stream.say(HEARTBEAT)

    async def _entries(
        self, visit: Visit, after: int, is_whole: bool
    ) -> list[tuple[Any, ...]] | None:
        """What came after; None while the database is out of reach: the next heartbeat asks. Who
        has read the log to its end (`is_whole`) finds little, and asks together with others."""
        try:
            if is_whole:
                return await self._reading.after(visit, after)
            params = [visit.account_id, visit.conversation_pk, after]
            return await self._pool.ask(visiting.LOG_SQL, params)
        except psycopg.OperationalError as error:
            logger.warning("A stream could not be read (%s)", str(error).strip())
            return None

    async def _typing(self, visit: Visit, heard: set[tuple[str, str]]) -> bytes:
        """Who of the team types, as the visitor may know it. No entry of the log, so without a
        seq: a stream that goes on elsewhere hears nothing of it."""
        keys = [telling.key_of(payload.rpartition(" ")[2], "by") for _, payload in heard]
        try:
            rows = await self._pool.ask(visiting.TYPISTS_SQL, [visit.account_id, keys])
        except psycopg.OperationalError:
            return HEARTBEAT
        return b"".join(_event("typing", visiting.typing(name)) for (name,) in rows) or HEARTBEAT

    async def close(self) -> None:
        """Let go of the connections. A process that ends need not: the server sees them go."""
        await self.hub.close()
        await self._presence.close()
        await self._reading.close()
        await self._pool.close()


def _frame(row: tuple[Any, ...]) -> bytes:
    shown = visiting.shown(row)
    if shown is None:
        return b""
    return f"id: {shown['seq']}\n".encode() + _event(shown["type"], shown)


def _event(type: str, shown: Mapping[str, Any]) -> bytes:
    # JSON has no line break in it, so it is one line of data whatever was written.
    data = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    return f"event: {type}\ndata: {data}\n\n".encode()


def _seq(given: str) -> int:
    if not (given.isascii() and given.isdecimal() and len(given) <= 9):
        raise Invalid({"after": "is no seq: a whole number from 0 on."})
    return int(given)


def _headers(origin: str | None) -> wire.Headers:
    return [*STREAMED, *wire.crossing(origin)]
