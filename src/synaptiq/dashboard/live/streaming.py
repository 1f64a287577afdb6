"""`GET /admin/live`: what changes in an account, told to a member's open pages. Ids only: a page
asks for what it shows, and is answered as ever.

A bare function of ASGI beside Django, for the same reasons as the visitors' streams
(`api/chat/streaming.py`), with which it shares the process's one LISTEN connection. Each heartbeat
asks anew whether the session still signs in and the member may still read; otherwise it ends.

    {"type": "again"}                                   look at everything: the stream began, or
                                                        does not know what it has missed
    {"type": "conversation", "id": "conv_…", "seq": 7}  the log of that conversation goes up to 7
    {"type": "beside", "id": "conv_…"}                  a note, a mark, who is there
    {"type": "typing", "id": "conv_…", "sender": "visitor"}
    {"type": "typing", "id": "conv_…", "sender": "agent", "member": "mem_…", "name": "Priya"}
    {"type": "lead", "id": "lead_…"}                    a lead was changed by hand; without an id
                                                        many were
    {"type": "unread"}                                  what is unread for this member
    {"type": "notices"}                                 the bell
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

import psycopg
from django.db import DatabaseError

from synaptiq.accounts import notices
from synaptiq.conversations import log, telling
from synaptiq.dashboard.live.admitting import Admitted, Asked, Door, is_same_origin, session_of
from synaptiq.kit import asgi
from synaptiq.kit.asgi import HEARTBEAT, Application, Receive, Scope, Send
from synaptiq.kit.listening import Hub, Woken
from synaptiq.kit.pools import Pool
from synaptiq.leads import announcing

PATH = "/admin/live"
CHANNELS = (log.CHANNEL, telling.BESIDE, telling.TYPING, announcing.CHANNEL, notices.CHANNEL)
HEARTBEAT_SECONDS = 15.0
NAME, MOST_CONNECTIONS = "synaptiq live", 2
# Of one member: some browsers, of which each needs one.
MOST_OF_ONE = 20

Heard = set[tuple[str, str]]

logger = logging.getLogger(__name__)

_CONVERSATIONS = """
    SELECT id, public_id, last_seq FROM conversations_conversation
    WHERE account_id = %s AND id = ANY(%s::bigint[]) ORDER BY id
"""
_LEADS = """
    SELECT id, public_id FROM leads_lead
    WHERE account_id = %s AND id = ANY(%s::bigint[]) ORDER BY id
"""
_MEMBERS = """
    SELECT m.id, m.public_id, coalesce(nullif(u.name, ''), 'A colleague')
    FROM accounts_member m JOIN accounts_user u ON u.id = m.user_id
    WHERE m.account_id = %s AND m.id = ANY(%s::bigint[])
"""


class Refused(Exception):
    """No stream: status, and a sentence."""


class MemberStreams:
    """An application of ASGI around the product's, which answers that address."""

    def __init__(self, application: Application, hub: Hub | None = None) -> None:
        self._application = application
        self.hub = hub or Hub(*CHANNELS)
        self._pool = Pool(NAME, MOST_CONNECTIONS)
        self._door = Door()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._application(scope, receive, send)
            return
        try:
            asked = _asked(scope)
            admitted = await self._door.admit(asked)
            if admitted is None:
                raise Refused(401, "Nobody is signed in here who may read this.")
            if self.hub.waiting_for(telling.member_key(admitted.member_pk)) >= MOST_OF_ONE:
                raise Refused(429, f"You have {MOST_OF_ONE} of these open already.")
        except Refused as refused:
            await _refuse(send, scope, *refused.args)
        except (DatabaseError, psycopg.Error) as error:
            logger.warning("A stream could not be opened (%s)", str(error).strip())
            await _refuse(send, scope, 503, "Try again in a moment.")
        else:
            await self._stream(asked, admitted, receive, send)

    async def _stream(self, asked: Asked, admitted: Admitted, receive: Receive, send: Send) -> None:
        keys = telling.account_key(admitted.account_pk), telling.member_key(admitted.member_pk)
        async with asgi.streaming(receive, send) as stream:
            with self.hub.subscribe(*keys) as woken:
                stream.wakes(woken)
                woken.miss()
                asked_at = monotonic()
                while stream.is_read:
                    body = await self._told(admitted, woken)
                    if body:
                        await stream.say(body)
                    left = HEARTBEAT_SECONDS - (monotonic() - asked_at)
                    if left > 0 and await asgi.woken_within(woken, left):
                        continue
                    if not (stream.is_read and await self._is_admitted(asked, admitted)):
                        break
                    asked_at = monotonic()
                    await stream.say(HEARTBEAT)
        if not self.hub.waiting_for(telling.member_key(admitted.member_pk)):
            await self._door.leave(admitted.member_pk)

    async def _is_admitted(self, asked: Asked, before: Admitted) -> bool:
        try:
            return await self._door.admit(asked) == before
        except (DatabaseError, psycopg.Error) as error:
            # Nothing can be read now, so nothing is told either; the next heartbeat asks.
            logger.warning("A stream could not be checked (%s)", str(error).strip())
            return True

    async def _told(self, admitted: Admitted, woken: Woken) -> bytes:
        """What was heard since, as frames. Where the database cannot say what is meant, the pages
        look at everything."""
        heard = woken.heard
        woken.clear()
        if heard is None:
            return _frame({"type": "again"})
        try:
            return b"".join([_frame(one) async for one in self._events(admitted, heard)])
        except psycopg.OperationalError as error:
            logger.warning("A stream could not be read (%s)", str(error).strip())
            return _frame({"type": "again"})

    async def _events(self, admitted: Admitted, heard: Heard) -> Any:
        words = {
            (channel, payload): payload.split(" ")
            for channel, payload in heard
            if channel != announcing.CHANNEL
        }
        members = [pk for said in words.values() if (pk := telling.key_of(said[-1], "by"))]
        names = {pk: rest for pk, *rest in await self._rows(_MEMBERS, admitted, members)}
        pks = {key: _conversation(said[0]) for key, said in words.items()}
        wanted = [pk for pk in pks.values() if pk]
        found = {pk: rest for pk, *rest in await self._rows(_CONVERSATIONS, admitted, wanted)}
        if any(channel == notices.CHANNEL for channel, _ in heard):
            yield {"type": "notices"}
        own = telling.member_key(admitted.member_pk)
        if (telling.BESIDE, own) in heard:
            yield {"type": "unread"}
        leads = [said.split(" ")[0] for channel, said in heard if channel == announcing.CHANNEL]
        named = [pk for word in leads if (pk := telling.key_of(word, "l")) is not None]
        for _, public_id in await self._rows(_LEADS, admitted, named):
            yield {"type": "lead", "id": public_id}
        if len(named) < len(leads):
            yield {"type": "lead"}
        for key in sorted(words):
            # Of another account there is none among them, whatever was notified.
            if pks[key] not in found:
                continue
            public_id, seq = found[pks[key]]
            for event in _of_conversation(key[0], words[key], public_id, seq, names):
                yield event

    async def _rows(self, sql: str, admitted: Admitted, keys: list[int]) -> list[Any]:
        return await self._pool.ask(sql, [admitted.account_pk, keys]) if keys else []

    async def close(self) -> None:
        """Let go of the connections. A process that ends need not: the server sees them go."""
        await self.hub.close()
        await self._pool.close()
        self._door.close()


def _of_conversation(
    channel: str, words: list[str], public_id: str, seq: int, names: Mapping[int, list[str]]
) -> Iterator[dict[str, Any]]:
    about = {"id": public_id}
    if channel == log.CHANNEL:
        yield {"type": "conversation", **about, "seq": seq}
    elif channel == telling.BESIDE:
        yield {"type": "beside", **about}
    elif words[0].startswith("v"):
        yield {"type": "typing", **about, "sender": "visitor"}
    elif (who := names.get(telling.key_of(words[-1], "by") or 0)) is not None:
        yield {"type": "typing", **about, "sender": "agent", "member": who[0], "name": who[1]}


def _conversation(word: str) -> int | None:
    """The conversation that a payload begins with."""
    return next((pk for p in ("", "c", "v") if (pk := telling.key_of(word, p)) is not None), None)


def _frame(event: Mapping[str, Any]) -> bytes:
    said = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return f"data: {said}\n\n".encode()


def _asked(scope: Scope) -> Asked:
    headers = asgi.headers_of(scope)
    if not is_same_origin(headers):
        raise Refused(403, "Only pages of this product may ask this.")
    if scope["method"] != "GET":
        raise Refused(405, "This address takes GET only.")
    query = parse_qs(scope["query_string"].decode("latin-1"))
    account, member = (
        query.get(name, [""])[-1].replace("\0", "") for name in ("account", "member")
    )
    return Asked(session_of(scope), account, member)


async def _refuse(send: Send, scope: Scope, status: int, said: str) -> None:
    headers = [*asgi.guards(asgi.is_secure(scope, asgi.headers_of(scope)))]
    if status == 405:
        headers.append((b"allow", b"GET"))
    await asgi.answer(send, status, "text/plain; charset=utf-8", said.encode(), headers)
