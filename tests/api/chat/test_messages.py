"""Messages as they are accepted beside Django: over connections of their own, with the headers and
the refusals that Django's addresses have."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections

from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import acting_for
from synaptiq.api.chat import messages
from synaptiq.api.chat.messages import LONGEST_BODY, Messages
from synaptiq.conversations.models import ChatCounter, Conversation, Event, Turn
from synaptiq.kit import pools
from synaptiq.kit.steps import without_waiting
from synaptiq.sites.models import Site
from tests.api.chat import client as test_client
from tests.api.chat.conftest import Browser
from tests.api.conftest import assert_problem
from tests.conversations.making import ORIGIN, make_site

WAIT = 30.0


class Answered:
    """What came back of one request to the application itself."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = 0, dict[str, str](), b""

    async def __call__(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message["body"]

    @property
    def said(self) -> Any:
        return json.loads(self.body)


async def ask(app: Messages, key: str, *parts: bytes, left: bool = False, **scope: Any) -> Answered:
    """A request whose body comes in these parts; `left`: whose client goes before the last."""
    headers = {
        "host": "testserver", "origin": ORIGIN, "content-type": "application/json",
        **scope.pop("headers", {}),
    }  # fmt: skip
    coming = [
        {"type": "http.request", "body": part, "more_body": left or number < len(parts)}
        for number, part in enumerate(parts, 1)
    ]
    answered = Answered()

    async def receive() -> Mapping[str, Any]:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    asked = {
        "type": "http", "method": "POST", "path": f"/api/v1/chat/{key}/messages",
        "query_string": b"", "client": ("192.0.2.1", 5), "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()], **scope,
    }  # fmt: skip
    async with asyncio.timeout(WAIT):
        await app(asked, receive, answered)
    return answered


def body(text: str = "Hello", **fields: Any) -> bytes:
    return json.dumps({"client_message_id": str(uuid4()), "text": text, **fields}).encode()


async def untouched(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def play(scenario: Callable[[Messages], Awaitable[None]]) -> None:
    async def main() -> None:
        app = Messages(untouched)
        try:
            await scenario(app)
        finally:
            await app.close()
            await sync_to_async(connections.close_all)()

    asyncio.run(main())


@pytest.fixture
def site(committed_db: str, account: Account) -> Site:
    return make_site()


def test_many_at_once_are_accepted_over_few_connections(site: Site) -> None:
    async def scenario(app: Messages) -> None:
        got = await asyncio.gather(*(ask(app, site.key, body(f"{n}")) for n in range(40)))
        assert {one.status for one in got} == {202}
        tokens = {one.said["visitor_token"] for one in got}
        assert len(tokens) == 40
        with_token = {"authorization": f"Bearer {got[0].said['visitor_token']}"}
        again = await asyncio.gather(
            *(ask(app, site.key, body(), headers=with_token) for _ in range(10))
        )
        assert sorted(one.said["seq"] for one in again) == list(range(2, 12))
        assert await sync_to_async(_connections)() <= messages.MOST_CONNECTIONS

    play(scenario)
    assert (Conversation.objects.count(), Turn.objects.count()) == (40, 40)


def _connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s "
            "AND datname = current_database()", [messages.NAME],
        )  # fmt: skip
        found: int = cursor.fetchone()[0]
    return found


def test_an_idle_conversation_is_closed_and_another_begins(site: Site) -> None:
    async def scenario(app: Messages) -> None:
        first = await ask(app, site.key, body())
        await sync_to_async(_age)(site)
        token = {"authorization": f"Bearer {first.said['visitor_token']}"}
        second = await ask(app, site.key, body(), headers=token)
        assert second.status == 202
        assert second.said["conversation_id"] != first.said["conversation_id"]

    play(scenario)
    assert sorted(Conversation.objects.values_list("state", flat=True)) == ["ai", "closed"]


def _age(site: Site) -> None:
    with acting_for(site.account_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE conversations_conversation SET last_message_at = last_message_at - "
            "interval '1 day', last_event_at = last_event_at - interval '1 day', "
            "started_at = started_at - interval '1 day'"
        )


def test_a_connection_that_died_is_no_failure(site: Site) -> None:
    async def scenario(app: Messages) -> None:
        assert (await ask(app, site.key, body())).status == 202
        await sync_to_async(_kill)()
        assert (await ask(app, site.key, body())).status == 202

    play(scenario)
    assert Event.objects.count() == 2


def _kill() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = %s AND datname = current_database()", [messages.NAME],
        )  # fmt: skip


def test_without_a_database_it_is_not_available(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pools, "CONNECT_SECONDS", 0.1)
    nowhere = {**pools.connection_parameters(), "host": "127.0.0.1", "port": 1}
    monkeypatch.setattr(pools, "connection_parameters", lambda: nowhere)

    async def scenario(app: Messages) -> None:
        for sent in (body("a secret"), b"{"):
            refused = await ask(app, site.key, sent)
            assert (refused.status, refused.said["code"]) == (503, "unavailable")
            assert "access-control-allow-origin" not in refused.headers

    play(scenario)
    assert "could not be accepted" in caplog.text
    assert "a secret" not in caplog.text


def test_a_body_in_parts_is_read_whole_and_one_too_long_is_refused(site: Site) -> None:
    whole = body("in parts")

    async def scenario(app: Messages) -> None:
        assert (await ask(app, site.key, whole[:9], whole[9:20], whole[20:])).status == 202
        for many in (2, 400):
            refused = await ask(app, site.key, *[b"x" * LONGEST_BODY] * many)
            assert (refused.status, refused.said["code"]) == (413, "too_large")
        assert (await ask(app, site.key, whole[:9], left=True)).status == 0

    play(scenario)
    assert Event.objects.get().content == "in parts"


def test_whatever_is_no_message_goes_on_to_django(site: Site) -> None:
    async def scenario(app: Messages) -> None:
        asks = {"access-control-request-method": "POST"}
        path = f"/api/v1/chat/{site.key}/close"
        assert (await ask(app, site.key, b"", path=path)).status == 299
        preflight = await ask(app, site.key, b"", method="OPTIONS", headers=asks)
        assert preflight.status == 299
        assert (await ask(app, site.key, b"", type="lifespan")).status == 299

    play(scenario)


def test_a_proxy_is_believed_where_it_is_trusted(site: Site, settings: Any) -> None:
    forwarded = {"x-forwarded-for": "203.0.113.9"}

    async def scenario(app: Messages) -> None:
        await ask(app, site.key, body(), headers=forwarded)
        settings.TRUSTED_PROXIES = ["192.0.2.1"]
        await ask(app, site.key, body(), headers=forwarded)

    play(scenario)
    assert set(ChatCounter.objects.values_list("address", flat=True)) == {
        "192.0.2.1", "203.0.113.9",
    }  # fmt: skip


def test_a_host_that_is_not_ours_is_refused(site: Site) -> None:
    async def scenario(app: Messages) -> None:
        for host in ("evil.example", "a b", "testserver:x"):
            refused = await ask(app, site.key, body(), headers={"host": host})
            assert (refused.status, refused.said["code"]) == (400, "malformed")

    play(scenario)
    assert not Event.objects.exists()


def test_what_fails_here_is_told_and_logged_without_what_was_written(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = messages.accepting._CALL.replace("synaptiq_chat_accept", "not_there")
    monkeypatch.setattr(messages.accepting, "_CALL", broken)

    async def scenario(app: Messages) -> None:
        refused = await ask(app, site.key, body("a secret"))
        assert (refused.status, refused.said["code"]) == (500, "internal")
        assert refused.headers["access-control-allow-origin"] == ORIGIN
        assert refused.said["request_id"] in caplog.text

    play(scenario)
    assert "SQLSTATE 42883" in caplog.text
    assert "a secret" not in caplog.text


@pytest.fixture
def near(account: Account) -> Browser:
    """A browser whose requests are in the test's own transaction."""
    return Browser(make_site().key)


@pytest.mark.parametrize("proto", ["https", "http"])
def test_its_answers_are_guarded_as_djangos_are(
    near: Browser, proto: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SECURE_HSTS_SECONDS = 5
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    messages.wire.guards.cache_clear()
    try:
        ours = near.post("messages", json.loads(body()), x_forwarded_proto=proto)
        theirs = near.post("close", {}, x_forwarded_proto=proto)
    finally:
        messages.wire.guards.cache_clear()
    assert (ours.status_code, theirs.status_code) == (202, 202)
    rates = {"ratelimit", "ratelimit-policy", "content-length", "x-request-id"}
    told = [
        {
            name.lower(): sorted(value.split("; "))
            for name, value in one.items()
            if name.lower() not in rates
        }
        for one in (ours, theirs)
    ]
    assert told[0] == told[1]
    assert ("strict-transport-security" in told[0]) == (proto == "https")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_another_method_is_refused(near: Browser, method: str) -> None:
    address = f"/api/v1/chat/{near.site_key}/messages"
    answer = near._client.generic(method, address, headers=near.headers())
    if method == "HEAD":
        assert (answer.status_code, answer.content) == (405, b"")
    else:
        assert_problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "POST"
    foreign = near._client.generic(method, address, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403


def test_steps_that_would_have_to_wait_are_not_done_halfway() -> None:
    class Later:
        def __await__(self) -> Iterator[None]:
            yield

    async def steps(later: Later) -> None:
        await later

    with pytest.raises(RuntimeError, match="would have to wait"):
        without_waiting(steps(Later()))


def test_the_tests_client_sees_what_the_application_sees(near: Browser) -> None:
    """Without its database the client's message fails: it is the real road that is tested."""

    class Away(test_client.Here):
        async def ask(self, sql: str, params: list[Any]) -> list[Any]:
            raise psycopg.OperationalError("away")

    near._client.database = Away()
    assert_problem(near.say(), 503, "unavailable")
