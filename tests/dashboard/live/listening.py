"""Members' streams in the test's own process: one that is open, and a stage to open them on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.test import Client as Django

from synaptiq.accounts.models import Member
from synaptiq.dashboard.live.streaming import CHANNELS, PATH, MemberStreams
from synaptiq.kit.listening import Hub
from tests.api.chat.test_streaming import Client, untouched

HOST = "app.example"


@dataclass(frozen=True)
class Browser:
    """One in which a member is signed in: the session's cookie, and what its pages ask with."""

    cookie: str
    query: str


def signed_in(member: Member) -> Browser:
    client = Django()
    client.force_login(member.user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    query = f"account={member.account.public_id}&member={member.public_id}"
    return Browser(cookie, query)


class Listener(Client):
    """A page in that browser that hears the stream."""

    def __init__(self, streams: Any, browser: Browser, **asked: Any) -> None:
        headers = {
            "origin": None, "authorization": None, "host": HOST,
            "cookie": f"a=b; {settings.SESSION_COOKIE_NAME}={browser.cookie}; c=d",
            **asked.pop("headers", {}),
        }  # fmt: skip
        asked.setdefault("query", browser.query)
        self._hub = streams.hub
        super().__init__(streams, asked.pop("path", PATH), headers=headers, **asked)

    @property
    def events(self) -> list[dict[str, Any]]:
        frames = [frame for frame in self.body.decode().split("\n\n") if frame]
        return [json.loads(frame[6:]) for frame in frames if frame.startswith("data: ")]

    async def is_ready(self) -> None:
        """What is notified from now on is heard: the hub says so by waking all."""
        await self.until(lambda: self._hub.hears and {"type": "again"} in self.events)

    async def hears(self, event: dict[str, Any]) -> None:
        await self.until(lambda: event in self.events)


Scenario = Callable[[MemberStreams], Awaitable[None]]


def play(scenario: Scenario) -> None:
    async def main() -> None:
        streams = MemberStreams(untouched, Hub(*CHANNELS))
        try:
            await scenario(streams)
            assert streams.hub.subscribers == 0
        finally:
            await streams.close()
            await sync_to_async(connections.close_all)()

    asyncio.run(main())


async def do(act: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Call what uses the ORM, in its thread."""
    return await sync_to_async(act)(*given, **named)
