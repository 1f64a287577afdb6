"""A visitor in the terminal: speaks the Chat API as a browser does, and hears the event stream."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from queue import Empty, Queue
from time import monotonic, sleep, time
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

from synaptiq.terminal.outcome import ExitCode, Stop

ANSWER_SECONDS = 60.0
# What one answer is made of comes at once: nobody waits longer for more of it.
MORE_SECONDS = 0.1
_STREAM_SECONDS = 40.0
# Between two reads of a stream that ended or broke.
_BREAK_SECONDS = 0.2
_LONGEST_PAUSE = 60.0
_TRIES = 3

Entry = dict[str, Any]


class Visitor:
    """One visitor of a site. `heard` is all that the stream has brought of the conversation, by
    `seq`: a closed one is followed by another, with numbers and a stream of its own."""

    def __init__(self, url: str, site: str, origin: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise Stop(f"--url {url}: give an address such as https://chat.example.com",
                       ExitCode.USAGE)  # fmt: skip
        self._base = f"{url.rstrip('/')}/api/v1/chat/{site}"
        self._origin = origin or f"{parts.scheme}://{parts.netloc}"
        self._token: str | None = None
        # A Stop is what ended the stream.
        self._news: Queue[Entry | Stop] = Queue()
        self._hearing: threading.Thread | None = None
        self._has_left = threading.Event()
        self.conversation = ""
        self.heard: dict[int, Entry] = {}
        self.is_closed = False
        self._stream: HTTPConnection | None = None
        self._greeting: str | None = None

    def greeting(self) -> tuple[str, str]:
        """The agent's name and what it says first; the first message carries it along."""
        shown = self._ask("GET", "/greeting")
        self._greeting = shown["greeting"]
        return shown["name"], shown["text"]

    def free_times(self, zone: str) -> list[str]:
        """When a meeting can be booked, as the API says it: starts in order, of all days."""
        query = urlencode({"zone": zone, "conversation_id": self.conversation})
        days = self._ask("GET", f"/slots?{query}")["days"]
        return [start for day in days for start in day["starts"]]

    def say(self, said: Mapping[str, Any]) -> list[Entry]:
        """Send a message (`{"text": …}`, or `{"reply": …}`), and give what was answered to it once
        it has come; nothing where a person has the conversation. Stop where no answer comes."""
        body: dict[str, Any] = {"client_message_id": str(uuid4()), **said}
        if self._greeting and not self._token:
            body["greeting"] = self._greeting
        if self.conversation:
            body["conversation_id"] = self.conversation
        got = self._ask("POST", "/messages", body)
        self._token = got.get("visitor_token", self._token)
        if got["conversation_id"] != self.conversation:
            self._begin(got["conversation_id"], got["seq"])
        return self._answer_to(got["seq"]) if got["turn_id"] else []

    def news(self) -> list[Entry]:
        """What others said and did since the last answer, as a person does who has taken over."""
        found: list[Entry] = []
        with suppress(Empty):
            while True:
                found.append(self._next(0))
        return found

    def _begin(self, conversation: str, seq: int) -> None:
        """Hear a conversation in which the message with that `seq` was the first one sent."""
        self.leave()
        self.conversation, self.is_closed = conversation, False
        self.heard, self._news, self._has_left = {}, Queue(), threading.Event()
        self._hearing = threading.Thread(
            target=self._hear, args=(seq, self.heard, self._news, self._has_left), daemon=True
        )
        self._hearing.start()

    def _answer_to(self, seq: int) -> list[Entry]:
        found: list[Entry] = []
        deadline = monotonic() + ANSWER_SECONDS
        while not self.is_closed:
            has_answer = any(
                one.get("sender") in ("ai", "agent") and one["seq"] > seq for one in found
            )
            try:
                found.append(self._next(MORE_SECONDS if has_answer else deadline - monotonic()))
            except Empty:
                if has_answer:
                    break
                raise Stop(f"No answer came within {ANSWER_SECONDS:g} s.") from None
        return found

    def _next(self, seconds: float) -> Entry:
        one = self._news.get(timeout=max(seconds, 0))
        if isinstance(one, Stop):
            raise one
        self.is_closed = one["type"] == "closed"
        return one

    # ── HTTP ────────────────────────────────────────────────────────────────────────────────────

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """JSON of an answer. What was sent may be sent again: a message is kept once."""
        for tried in range(1, _TRIES + 1):
            try:
                with urlopen(self._request(method, path, body), timeout=30) as answer:  # noqa: S310
                    return json.load(answer)
            except HTTPError as error:
                if error.code == 429:
                    sleep(pause_of(error.headers.get("Retry-After")))
                    continue
                if error.code < 500 or tried == _TRIES:
                    raise Stop(_detail(error), _code(error.code)) from None
            except (URLError, OSError) as error:
                if tried == _TRIES:
                    reason = getattr(error, "reason", error)
                    raise Stop(f"{self._base} does not answer: {reason}") from None
            sleep(0.5)
        raise Stop("Too many messages were sent within a minute. Try again in a minute.")

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Request:
        headers = {"Origin": self._origin, "Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None if body is None else json.dumps(body).encode()
        return Request(self._base + path, data=data, headers=headers, method=method)  # noqa: S310

    def leave(self) -> None:
        """Hear nothing any more. A server that ends waits for streams that are open."""
        self._has_left.set()
        if self._stream is not None and self._stream.sock:
            with suppress(OSError):
                self._stream.sock.shutdown(socket.SHUT_RDWR)
        if self._hearing is not None:
            self._hearing.join(5)

    def _hear(
        self, since: int, heard: dict[int, Entry], news: Queue[Entry | Stop], left: threading.Event
    ) -> None:
        """Read the stream, from where it broke off, until it is closed or this visitor leaves. News
        are what others said behind `since`."""

        def keep(one: Entry) -> None:
            if one["seq"] not in heard:
                heard[one["seq"]] = one
                if one["seq"] > since and one.get("sender") != "visitor":
                    news.put(one)

        while not left.is_set():
            pause = _BREAK_SECONDS
            query = urlencode(
                {"after": max(heard, default=0), "conversation_id": self.conversation}
            )
            request = self._request("GET", f"/events?{query}")
            parts = urlsplit(request.full_url)
            kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
            stream = self._stream = kind(parts.netloc, timeout=_STREAM_SECONDS)
            try:
                stream.request("GET", f"{parts.path}?{parts.query}", headers=dict(request.headers))
                answer = stream.getresponse()
                if answer.status == 200:
                    _read(answer.readline, keep)
                elif answer.status == 429 or answer.status >= 500:
                    pause = pause_of(answer.headers.get("Retry-After"))
                else:
                    said = f"The stream was refused: {answer.status} {answer.reason}."
                    news.put(Stop(said, _code(answer.status)))
                    return
            except (OSError, HTTPException):
                # It broke; a moment later it is read on.
                pass
            finally:
                stream.close()
            if any(one["type"] == "closed" for one in heard.values()):
                return
            left.wait(pause)


def pause_of(retry_after: str | None) -> float:
    """Seconds that a server asks to wait for, in either way that HTTP has: as a number, or as the
    moment. At most a minute, and one second where nothing is asked for."""
    if retry_after is None:
        return 1.0
    if retry_after.isdecimal():
        return min(float(retry_after), _LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(retry_after).timestamp()
    except ValueError:
        return 1.0
    return min(max(until - time(), 0.0), _LONGEST_PAUSE)


def _read(readline: Callable[[], bytes], keep: Callable[[Entry], None]) -> None:
    """Give each event of a stream; comments and ids count for nothing here."""
    while line := readline():
        if line.startswith(b"data: "):
            keep(json.loads(line[len(b"data: ") :]))


def _detail(error: HTTPError) -> str:
    try:
        problem = json.load(error)
        return str(problem.get("detail") or problem["title"])
    except (ValueError, KeyError, AttributeError):
        return f"The answer was {error.code} {error.reason}."


def _code(status: int) -> ExitCode:
    if status in (401, 403):
        return ExitCode.REFUSED
    return ExitCode.NOT_FOUND if status == 404 else ExitCode.FAILED
