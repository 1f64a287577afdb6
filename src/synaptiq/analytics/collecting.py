"""What visitors do, collected in a web process and written together: each second, or as soon as a
hundred have come.

A request only adds to a list, so that no page and no message waits for figures. A process that is
told to end writes what it has; one that is killed loses a second.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.db import OperationalError, close_old_connections

from synaptiq.analytics import visits
from synaptiq.analytics.visits import Seen
from synaptiq.kit.asgi import Application, Receive, Scope, Send

logger = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
ENOUGH = 100
# What waits while the database is away; more is thrown away, and said.
MOST = 10_000
_PIECE = 500

_waiting: deque[Came] = deque()


@dataclass(frozen=True)
class Came:
    """What a request says of itself; whose it was is reckoned when it is written. `language` is a
    tag, `address` that of the network."""

    kind: str
    site_key: str
    at: datetime
    address: str
    user_agent: str
    conversation: str = ""
    page: str = "/"
    device: str | None = None
    language: str | None = None

    def seen(self) -> Seen | None:
        """None for a bot."""
        if visits.is_bot(self.user_agent):
            return None
        return Seen(
            self.kind, self.site_key, self.at,
            visits.hash_of(self.site_key, self.address, self.user_agent, self.at),
            self.conversation[:60], self.page[: visits.LONGEST_PAGE] or "/", self.device,
            self.language and self.language.partition("-")[0].lower(),
        )  # fmt: skip


def add(came: Came) -> None:
    """From any thread."""
    if len(_waiting) < MOST:
        _waiting.append(came)


def flush() -> int:
    """Write what has come so far; returns how much was taken. Where the database is away it waits
    for the next time; what cannot be written otherwise is thrown away, or it would hold up all."""
    taken = 0
    while _waiting:
        these = [_waiting.popleft() for _ in range(min(_PIECE, len(_waiting)))]
        try:
            visits.write([seen for one in these if (seen := one.seen())])
        except OperationalError as error:
            _waiting.extendleft(reversed(these))
            logger.warning("Page views could not be written (%s)", str(error).strip())
            break
        except Exception:
            logger.exception("%s page views could not be written, and are lost", len(these))
        taken += len(these)
    return taken


class Collecting:
    """An application of ASGI around the product's: writes beside it, and when it ends."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._write())
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        await self._application(scope, receive, send)

    async def _lifespan(
        self,
        receive: Callable[[], Awaitable[Mapping[str, Any]]],
        send: Callable[[Mapping[str, Any]], Awaitable[None]],
    ) -> None:
        while True:
            told = await receive()
            if told["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif told["type"] == "lifespan.shutdown":
                if self._task is not None:
                    self._task.cancel()
                await _in_thread()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _write(self) -> None:
        while True:
            for _ in range(10):
                await asyncio.sleep(EVERY_SECONDS / 10)
                if len(_waiting) >= ENOUGH:
                    break
            if _waiting:
                await _in_thread()


async def _in_thread() -> None:
    def write() -> None:
        try:
            flush()
        finally:
            close_old_connections()

    await sync_to_async(write, thread_sensitive=False)()
