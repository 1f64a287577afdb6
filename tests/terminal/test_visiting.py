"""The visitor of `synaptiq chat`, with a server that plays what is rare."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from synaptiq.terminal import chat, visiting
from synaptiq.terminal.outcome import ExitCode, Stop
from synaptiq.terminal.visiting import Visitor


def entry(seq: int, sender: str | None, text: str = "x", type: str = "message") -> dict[str, Any]:
    made = {"seq": seq, "type": type, "at": "2026-03-15T09:22:41Z"}
    return made | ({"sender": sender, "text": text} if sender else {})


class Played(ThreadingHTTPServer):
    """`answers` of messages in turn; `logs` by conversation; `refusals` of streams in turn."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[str, int, str | None]] = []
        self.logs: dict[str, list[dict[str, Any]]] = {}
        self.refusals: list[tuple[int, dict[str, str]]] = []
        self.streams = 0
        self.starts: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Played

    def do_POST(self) -> None:
        self.server.sent.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        conversation, seq, turn = self.server.answers.pop(0)
        got = {"visitor_token": "t", "conversation_id": conversation, "seq": seq, "turn_id": turn}
        self._give(200, json.dumps(got).encode())

    def do_GET(self) -> None:
        if self.path.endswith("/greeting"):
            self._give(200, b'{"name": "Ada", "text": "Hello", "greeting": "g"}')
            return
        if "/slots?" in self.path:
            days = [{"date": "2026-03-16", "starts": self.server.starts}]
            self._give(200, json.dumps({"days": days}).encode())
            return
        self.server.streams += 1
        if self.server.refusals:
            status, headers = self.server.refusals.pop(0)
            self._give(status, b"{}", headers)
            return
        asked = parse_qs(urlsplit(self.path).query)
        after, log = int(asked["after"][0]), self.server.logs[asked["conversation_id"][0]]
        found = [one for one in log if one["seq"] > after]
        self._give(200, b"".join(b"data: %s\n\n" % json.dumps(one).encode() for one in found))

    def _give(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing on the screen."""


@pytest.fixture
def server() -> Iterator[Played]:
    with Played() as played:
        serving = threading.Thread(target=played.serve_forever, args=(0.01,))
        serving.start()
        yield played
        played.shutdown()
        serving.join()


@pytest.fixture
def visitor(server: Played, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    monkeypatch.setattr(visiting, "_BREAK_SECONDS", 0.01)
    one = Visitor(server.url, "pk_x")
    yield one
    one.leave()


def seqs(found: list[dict[str, Any]]) -> list[int]:
    return [one["seq"] for one in found]


def test_what_a_person_says_is_heard_though_no_answer_is_waited_for(
    server: Played, visitor: Visitor
) -> None:
    server.logs["conv_1"] = log = [entry(1, "ai"), entry(2, "visitor"), entry(3, "ai")]
    server.answers = [("conv_1", 2, "turn_1"), ("conv_1", 6, None), ("conv_1", 8, "turn_2")]
    assert seqs(visitor.say({"text": "Hi"})) == [3]
    log += [entry(4, None, type="taken_over"), entry(5, "agent"), entry(6, "visitor")]
    assert visitor.say({"text": "You?"}) == []
    log += [entry(7, "agent"), entry(8, "visitor"), entry(9, "ai")]
    # What was said before the message stands before its answer, and nothing comes twice.
    assert seqs(visitor.say({"text": "And?"})) == [4, 5, 7, 9]
    assert visitor.news() == []
    assert sorted(visitor.heard) == [1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_after_closing_the_next_message_is_heard_in_its_own_conversation(
    server: Played, visitor: Visitor
) -> None:
    server.logs["conv_1"] = [
        entry(1, "visitor"), entry(2, "ai"), entry(3, None, type="closed"),
    ]  # fmt: skip
    server.logs["conv_2"] = [entry(1, "visitor"), entry(2, "ai", "New")]
    server.answers = [("conv_1", 1, "turn_1"), ("conv_2", 1, "turn_2")]
    assert seqs(visitor.say({"text": "Hi"})) == [2, 3]
    assert visitor.is_closed
    assert [one["text"] for one in visitor.say({"text": "Again"})] == ["New"]
    assert not visitor.is_closed
    assert visitor.conversation == "conv_2"
    assert sorted(visitor.heard) == [1, 2]


def test_a_refused_stream_ends_the_talk_at_once(server: Played, visitor: Visitor) -> None:
    server.answers, server.refusals = [("conv_1", 1, "turn_1")], [(401, {})] * 9
    with pytest.raises(Stop, match="401") as stop:
        visitor.say({"text": "Hi"})
    assert stop.value.code == ExitCode.REFUSED
    assert server.streams == 1


def test_a_busy_server_is_asked_again_after_the_pause_that_it_names(
    server: Played, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []
    monkeypatch.setattr(visiting, "pause_of", lambda given: asked.append(given) or 0.0)
    server.logs["conv_1"] = [entry(1, "visitor"), entry(2, "ai")]
    server.answers = [("conv_1", 1, "turn_1")]
    server.refusals = [(503, {}), (429, {"Retry-After": "7"})]
    assert seqs(visitor.say({"text": "Hi"})) == [2]
    assert asked == [None, "7"]


def test_a_pause_is_a_number_or_a_moment() -> None:
    assert visiting.pause_of(None) == 1
    assert visiting.pause_of("7") == 7
    assert visiting.pause_of("900") == 60
    assert visiting.pause_of("soon") == 1
    assert visiting.pause_of(formatdate(time() + 900, usegmt=True)) == 60
    assert visiting.pause_of(formatdate(time() - 900, usegmt=True)) == 0


def test_a_line_of_a_script_ends_where_lines_of_files_end(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_bytes("One\u2028still one\r\nTwo\rThree\x0c3\n".encode())
    texts = [one["text"] for one in chat._lines(script)]
    assert texts == ["One\u2028still one", "Two", "Three\x0c3"]


def test_a_script_that_is_too_long_is_told_so_wherever_it_is_cut(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("é" * chat.LONGEST_SCRIPT, "utf-8")
    with pytest.raises(Stop, match="longer than"):
        chat._lines(script)
    script.write_text("x" + "é" * (chat.LONGEST_SCRIPT // 2), "utf-8")
    with pytest.raises(Stop, match="longer than"):
        chat._lines(script)
