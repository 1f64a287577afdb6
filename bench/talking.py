"""A client of the Chat API for measuring: bare HTTP/1.1 over asyncio, so that it takes little of
the processors that the server needs."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

ORIGIN = "https://acme.example"


class Line:
    """One kept-alive connection. `address` is whom the server takes the client for."""

    def __init__(self, port: int, address: str) -> None:
        self.port, self.address = port, address
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: bytes, token: str = "") -> tuple[int, bytes]:
        """Status and body of the answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {ORIGIN}\r\n{bearer}"
            f"X-Forwarded-For: {self.address}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        status = int((await reader.readline()).split()[1])
        length = 0
        while (line := await reader.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, await reader.readexactly(length)

    async def say(self, site_key: str, text: str, token: str = "") -> Any:
        """Send a message; the answer as JSON. AssertionError for any but 202."""
        body = json.dumps({"client_message_id": str(uuid4()), "text": text}).encode()
        status, answer = await self.post(f"/api/v1/chat/{site_key}/messages", body, token)
        assert status == 202, answer
        return json.loads(answer)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()


class Stream:
    """An open event stream; `events` fills as they come."""

    def __init__(self, port: int, site_key: str, token: str) -> None:
        self.port, self.site_key, self.token = port, site_key, token
        self.events: asyncio.Queue[Any] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Returns when the first bytes of the stream have come."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writer.write(
            f"GET /api/v1/chat/{self.site_key}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Origin: {ORIGIN}\r\nAuthorization: Bearer {self.token}\r\n\r\n".encode()
        )
        assert b" 200 " in await reader.readline()
        while await reader.readline() != b"\r\n":
            pass
        await reader.readline()
        self._task = asyncio.create_task(self._read(reader))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            if line.startswith(b"data: "):
                self.events.put_nowait(json.loads(line[6:]))

    def close(self) -> None:
        self._writer.close()
        if self._task is not None:
            self._task.cancel()
