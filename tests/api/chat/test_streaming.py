"""Event streams, in this process: what comes, in which order, and who is still there at the end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections, transaction

from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import acting_for
from synaptiq.api.chat import streaming
from synaptiq.api.chat.streaming import EventStreams
from synaptiq.conversations import closing, handover, log, visiting
from synaptiq.conversations.models import Conversation
from synaptiq.kit import pools
from synaptiq.sites.models import Site
from tests.conversations.making import ORIGIN, make_conversation, make_site, make_visitor

TOKEN = "vt_mine"
WAIT = 30.0


class Client:
    """One open stream: what was sent to it, and the wire that can be cut."""

    def __init__(self, streams: EventStreams, site: Site | str, **asked: Any) -> None:
        """`site`, or the whole path of a stream."""
        path = site if isinstance(site, str) else f"/api/v1/chat/{site.key}/events"
        headers = {
            "origin": ORIGIN, "authorization": f"Bearer {TOKEN}", **asked.pop("headers", {}),
        }  # fmt: skip
        self.scope = {
            "type": "http", "method": "GET", "path": path,
            "query_string": asked.pop("query", "").encode(),
            "headers": [(k.encode(), v.encode()) for k, v in headers.items() if v is not None],
            **asked,
        }  # fmt: skip
        self.start: Mapping[str, Any] = {}
        self.body = b""
        self.is_over = self.is_broken = False
        self._cut, self._news = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(streams(self.scope, self._receive, self._send))

    async def _receive(self) -> Mapping[str, Any]:
        await self._cut.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Mapping[str, Any]) -> None:
        if self.is_broken:
            raise OSError("broken pipe")
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message["body"]
            self.is_over = not message.get("more_body", False)
        self._news.set()

    @property
    def events(self) -> list[dict[str, Any]]:
        frames = [frame for frame in self.body.decode().split("\n\n") if frame.startswith("id: ")]
        return [json.loads(frame.partition("\ndata: ")[2]) for frame in frames]

    @property
    def seqs(self) -> list[int]:
        return [event["seq"] for event in self.events]

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.start["headers"]}

    async def until(self, predicate: Callable[[], bool]) -> None:
        async with asyncio.timeout(WAIT):
            while not predicate():
                self._news.clear()
                if not predicate():
                    await self._news.wait()

    async def leave(self) -> None:
        self._cut.set()
        async with asyncio.timeout(WAIT):
            await self.task


async def untouched(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


Scenario = Callable[[EventStreams], Awaitable[None]]


def play(scenario: Scenario) -> None:
    async def main() -> None:
        streams = EventStreams(untouched)
        try:
            await scenario(streams)
            assert streams.hub.subscribers == 0
        finally:
            await streams.close()
            # The thread in which the ORM wrote.
            await sync_to_async(connections.close_all)()

    asyncio.run(main())


@pytest.fixture
def made(committed_db: str, account: Account) -> Conversation:
    visitor = make_visitor(make_site(), token=TOKEN)
    return make_conversation(("ai", "Hi"), ("visitor", "Hello"), visitor=visitor)


async def add(made: Conversation, *entries: log.Entry) -> None:
    def write() -> None:
        with acting_for(made.account_id), transaction.atomic():
            log.append(handover.hold_by_key(made.pk), entries)

    await sync_to_async(write)()


async def end(made: Conversation) -> None:
    def write() -> None:
        with acting_for(made.account_id), transaction.atomic():
            closing.close(handover.hold_by_key(made.pk), "person")

    await sync_to_async(write)()


def test_what_was_and_what_comes_in_order(made: Conversation) -> None:
    async def scenario(streams: EventStreams) -> None:
        client = Client(streams, made.site)
        await client.until(lambda: client.seqs == [1, 2])
        assert client.start["status"] == 200
        assert client.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert client.headers["access-control-allow-origin"] == ORIGIN
        assert client.headers["vary"] == "Origin"
        assert streams.hub.subscribers == 1
        await add(made, log.message("ai", "Line\nbreak\r\u2028 \U0001f984"), log.Entry("secret"))
        await client.until(lambda: client.seqs == [1, 2, 3])
        assert client.events[-1]["text"] == "Line\nbreak\r\u2028 \U0001f984"
        await add(made, log.message("agent", "Alex"))
        await client.until(lambda: client.seqs == [1, 2, 3, 5])
        await client.leave()
        assert not client.is_over

    play(scenario)


@pytest.mark.parametrize(
    "asked", [{"query": "after=1"}, {"headers": {"last-event-id": "1"}},
              {"query": "after=1", "headers": {"last-event-id": "0"}}]
)  # fmt: skip
def test_a_stream_goes_on_where_it_ended(made: Conversation, asked: Any) -> None:
    async def scenario(streams: EventStreams) -> None:
        client = Client(streams, made.site, **asked)
        await client.until(lambda: client.seqs == [2])
        await client.leave()

    play(scenario)


def test_an_event_reaches_its_stream_and_no_other(made: Conversation, account: Account) -> None:
    other = make_conversation(("visitor", "x"), visitor=make_visitor(made.site, token="vt_other"))

    async def scenario(streams: EventStreams) -> None:
        mine = Client(streams, made.site)
        theirs = Client(streams, made.site, headers={"authorization": "Bearer vt_other"})
        await mine.until(lambda: mine.seqs == [1, 2])
        await theirs.until(lambda: theirs.seqs == [1])
        await add(made, log.message("ai", "for me"))
        await add(other, log.message("ai", "for them"))
        await mine.until(lambda: len(mine.seqs) == 3)
        await theirs.until(lambda: len(theirs.seqs) == 2)
        assert (mine.events[-1]["text"], theirs.events[-1]["text"]) == ("for me", "for them")
        await mine.leave()
        await theirs.leave()

    play(scenario)


def test_the_stream_ends_with_the_conversation(made: Conversation) -> None:
    async def scenario(streams: EventStreams) -> None:
        client = Client(streams, made.site)
        await client.until(lambda: client.seqs == [1, 2])
        await end(made)
        await client.until(lambda: client.is_over)
        assert client.events[-1]["type"] == "closed"
        # One that comes back to a closed conversation gets the rest, and the end.
        for after, seqs in ((0, [1, 2, 3]), (3, [])):
            late = Client(streams, made.site, query=f"after={after}")
            await late.until(lambda c=late: c.is_over)
            assert late.seqs == seqs

    play(scenario)


def test_a_long_log_comes_in_pieces(made: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visiting, "MOST_ENTRIES", 2)
    limit = f"LIMIT {2}"
    monkeypatch.setattr(visiting, "LOG_SQL", visiting.LOG_SQL.replace("LIMIT 500", limit))

    async def scenario(streams: EventStreams) -> None:
        # Two whole pieces of entries that are none of the visitor's lie between.
        await add(made, *[log.Entry("secret")] * 4, log.message("ai", "last"))
        client = Client(streams, made.site)
        await client.until(lambda: client.seqs == [1, 2, 7])
        await client.leave()

    play(scenario)


def test_a_lost_notification_is_made_good_by_the_heartbeat(
    made: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.01)

    async def scenario(streams: EventStreams) -> None:
        client = Client(streams, made.site)
        await client.until(lambda: client.seqs == [1, 2])
        monkeypatch.setattr(streams.hub, "_wake", lambda key: None)
        await add(made, log.message("ai", "unheard"))
        await client.until(lambda: client.seqs == [1, 2, 3])
        assert client.body.count(b": \n\n") > 1
        await client.leave()

    play(scenario)


def test_a_connection_that_dies_in_mid_speech_is_forgotten(made: Conversation) -> None:
    async def scenario(streams: EventStreams) -> None:
        client = Client(streams, made.site)
        await client.until(lambda: client.seqs == [1, 2])
        client.is_broken = True
        await add(made, log.message("ai", "nobody hears"))
        async with asyncio.timeout(WAIT):
            await client.task

    play(scenario)


def test_a_database_that_restarts_is_found_again(made: Conversation) -> None:
    async def scenario(streams: EventStreams) -> None:
        client = Client(streams, made.site)
        await client.until(lambda: client.seqs == [1, 2])
        await sync_to_async(_end_other_connections)()
        # Nobody listens now; the hub begins again, wakes all, and what came between is read.
        await add(made, log.message("ai", "in between"))
        await client.until(lambda: client.seqs == [1, 2, 3])
        await client.leave()

    play(scenario)


def _end_other_connections() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND usename = current_user"
        )


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"headers": {"authorization": "Bearer vt_other"}}, 401, "visitor_token_unknown"),
        ({"headers": {"authorization": None}}, 401, "visitor_token_unknown"),
        ({"headers": {"authorization": "Bearer sk_syn_x"}}, 401, "visitor_token_unknown"),
        ({"headers": {"origin": "https://evil.example"}}, 403, "origin_not_allowed"),
        ({"query": "conversation_id=conv_other"}, 404, "not_found"),
        ({"query": "conversation_id=%00"}, 404, "not_found"),
        ({"path": "/api/v1/chat/pk_other/events"}, 404, "not_found"),
        ({"query": "after=-1"}, 422, "invalid"), ({"query": "after=٣"}, 422, "invalid"),
        ({"method": "POST"}, 405, "method_not_allowed"),
    ],
)  # fmt: skip
def test_what_is_refused_is_a_problem_document(
    made: Conversation, asked: Any, status: int, code: str
) -> None:
    async def scenario(streams: EventStreams) -> None:
        client = Client(streams, made.site, **asked)
        await client.until(lambda: client.is_over)
        assert (client.start["status"], json.loads(client.body)["code"]) == (status, code)
        assert client.headers["content-type"] == "application/problem+json"
        may_read = "access-control-allow-origin" in client.headers
        assert may_read == (code != "origin_not_allowed" and "pk_other" not in str(asked))

    play(scenario)


def test_without_an_origin_one_may_read(made: Conversation) -> None:
    async def scenario(streams: EventStreams) -> None:
        client = Client(streams, made.site, headers={"origin": None})
        await client.until(lambda: client.seqs == [1, 2])
        assert "access-control-allow-origin" not in client.headers
        await client.leave()

    play(scenario)


def test_other_addresses_are_left_to_django(made: Conversation) -> None:
    async def scenario(streams: EventStreams) -> None:
        for asked in ({"path": "/api/v1/leads"}, {"method": "OPTIONS"}, {"type": "lifespan"}):
            client = Client(streams, made.site, **asked)
            await client.until(lambda c=client: c.is_over)
            assert client.start["status"] == 299

    play(scenario)


def test_without_a_database_a_stream_is_not_available(
    made: Conversation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pools, "CONNECT_SECONDS", 0.1)
    real = pools.connection_parameters

    async def scenario(streams: EventStreams) -> None:
        nowhere = {**real(), "host": "127.0.0.1", "port": 1}
        monkeypatch.setattr(pools, "connection_parameters", lambda: nowhere)
        client = Client(streams, made.site)
        await client.until(lambda: client.is_over)
        assert client.start["status"] == 503

    play(scenario)
    assert "could not be opened" in caplog.text
