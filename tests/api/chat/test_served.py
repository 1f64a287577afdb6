"""The Chat API as Granian serves it: real connections, many of them, and the end of a process."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from synaptiq.accounts.models import Account
from synaptiq.api.chat.messages import MOST_CONNECTIONS
from synaptiq.api.chat.streaming import MOST_OF_ONE
from synaptiq.conversations.models import Conversation, Event, Turn
from synaptiq.sites.models import Site
from tests import processes
from tests.conversations.making import ORIGIN, make_site
from tests.processes import Web
from tests.waiting import wait_until

COUNTING = "tests.api.chat.counting"
MANY = 500


@pytest.fixture
def site(committed_db: str, account: Account) -> Site:
    return make_site()


@pytest.fixture
def web(committed_db: str, site: Site) -> Iterator[Web]:
    with processes.web(committed_db, program=COUNTING, CHAT_LIMIT="10000") as running:
        yield running


def say(
    web: Web, site: Site, text: str, *, token: str = "", id: UUID | None = None, status: int = 202
) -> Any:
    headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = json.dumps({"client_message_id": str(id or uuid4()), "text": text})
    with closing(HTTPConnection("127.0.0.1", web.port, timeout=30)) as connection:
        connection.request("POST", f"/api/v1/chat/{site.key}/messages", body, headers)
        answer = connection.getresponse()
        said = answer.read()
    assert answer.status == status, said
    # So that the page can read it.
    assert answer.headers["Access-Control-Allow-Origin"] in (ORIGIN, "*")
    return json.loads(said)


class Stream:
    """An open event stream over a socket of its own."""

    def __init__(self, web: Web, site: Site, token: str, after: int = 0) -> None:
        self._socket = socket.create_connection(("127.0.0.1", web.port), timeout=30)
        self._socket.sendall(
            f"GET /api/v1/chat/{site.key}/events?after={after} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Origin: {ORIGIN}\r\nAccept-Encoding: gzip\r\n"
            f"Authorization: Bearer {token}\r\n\r\n".encode()
        )
        self._file = self._socket.makefile("rb")
        self.head = self._file.readline()
        while self._file.readline().strip():
            pass

    def event(self) -> dict[str, Any]:
        """The next event, waiting for it."""
        while line := self._file.readline():
            if line.startswith(b"data: "):
                found: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                return found
        raise AssertionError("the stream has ended")

    def close(self) -> None:
        self._file.close()
        self._socket.close()


def subscribers(web: Web) -> int:
    with closing(HTTPConnection("127.0.0.1", web.port, timeout=30)) as connection:
        connection.request("GET", "/subscribers")
        return int(connection.getresponse().read())


def test_a_stream_tells_at_once_and_goes_on_after_a_break(web: Web, site: Site) -> None:
    token = say(web, site, "one")["visitor_token"]
    stream = Stream(web, site, token)
    assert stream.head.startswith(b"HTTP/1.1 200")
    assert stream.event()["text"] == "one"
    say(web, site, "two", token=token)
    assert stream.event()["text"] == "two"
    stream.close()
    say(web, site, "three", token=token)
    again = Stream(web, site, token, after=2)
    assert again.event()["text"] == "three"
    again.close()
    wait_until(lambda: subscribers(web) == 0, what="no subscriber")


def test_ten_writers_over_http_leave_no_gap(web: Web, site: Site) -> None:
    token = say(web, site, "first")["visitor_token"]
    with ThreadPoolExecutor(10) as writers:
        got = list(
            writers.map(
                lambda n: [say(web, site, f"{n} {m}", token=token)["seq"] for m in range(5)],
                range(10),
            )
        )
    rows = list(Event.objects.order_by("seq").values_list("seq", "at"))
    assert [seq for seq, _ in rows] == list(range(1, 52))
    assert sorted(seq for seqs in got for seq in seqs) == list(range(2, 52))
    assert [at for _, at in rows] == sorted(at for _, at in rows)
    assert Turn.objects.count() == 1


def test_a_first_message_sent_ten_times_at_once_is_one(web: Web, site: Site) -> None:
    id = uuid4()
    with ThreadPoolExecutor(10) as writers:
        got = list(writers.map(lambda _: say(web, site, "first", id=id), range(10)))
    assert all(one == got[0] for one in got)
    assert (Conversation.objects.count(), Event.objects.count()) == (1, 1)


def test_a_conversation_that_somebody_holds_is_no_other_visitors_matter(
    web: Web, site: Site, committed_db: str
) -> None:
    token, id = say(web, site, "one")["visitor_token"], uuid4()
    held = "SELECT FROM conversations_conversation FOR UPDATE"
    with ThreadPoolExecutor(20) as writers, psycopg.connect(committed_db) as holder:
        holder.execute(held)
        refused = [
            writers.submit(say, web, site, "two", token=token, id=id, status=503)
            for _ in range(MOST_CONNECTIONS)
        ]
        # All connections wait, so that others wait for these to give up.
        say(web, site, "of another")
        assert {one.result()["code"] for one in refused} == {"unavailable"}
        holder.rollback()
    assert say(web, site, "two", token=token, id=id)["seq"] == 2


def test_after_five_hundred_disconnects_no_subscriber_is_left(web: Web, site: Site) -> None:
    tokens = [say(web, site, "one")["visitor_token"] for _ in range(MANY // MOST_OF_ONE)]
    with ExitStack() as streams:
        for token in tokens * MOST_OF_ONE:
            stream = Stream(web, site, token)
            streams.callback(stream.close)
            assert stream.event()["seq"] == 1
        assert subscribers(web) == MANY
        # No more of one conversation, and the worker still answers beside them.
        one_more = Stream(web, site, tokens[0])
        streams.callback(one_more.close)
        assert b" 429 " in one_more.head
        say(web, site, "two", token=tokens[0])
    wait_until(lambda: subscribers(web) == 0, what="no subscriber")


def test_sigterm_ends_with_clients_connected(web: Web, site: Site) -> None:
    token = say(web, site, "one")["visitor_token"]
    with ExitStack() as streams:
        for _ in range(20):
            stream = Stream(web, site, token)
            streams.callback(stream.close)
            stream.event()
        assert web.stop() == 0
