"""Whose visitors have a stream open in this process, said to the database: one statement every 20
seconds whatever their number, and a moment after one has come.

Who leaves is told with the next of these, so that a page that is loaded anew was never away.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg

from synaptiq.conversations import presence
from synaptiq.kit.asgi import woken_within
from synaptiq.kit.pools import Pool

# Those who come together are said together.
SOON_SECONDS = 0.2

logger = logging.getLogger(__name__)


class Presence:
    """For the streams of one event loop."""

    def __init__(self, pool: Pool) -> None:
        self._pool, self._process = pool, uuid4()
        self._here: Counter[int] = Counter()
        self._came = asyncio.Event()
        self._saying: asyncio.Task[None] | None = None

    @contextmanager
    def of(self, conversation_pk: int) -> Iterator[None]:
        """The visitor of this conversation is there, as long as this lasts."""
        self._here[conversation_pk] += 1
        if self._here[conversation_pk] == 1:
            self._came.set()
        if self._saying is None or self._saying.done():
            self._saying = asyncio.create_task(self._say())
        try:
            yield
        finally:
            self._here[conversation_pk] -= 1
            if not self._here[conversation_pk]:
                del self._here[conversation_pk]

    async def close(self) -> None:
        if self._saying is not None:
            self._saying.cancel()
            await asyncio.wait([self._saying])

    async def _say(self) -> None:
        """Until nobody is there any more, which is said too."""
        while True:
            await asyncio.sleep(SOON_SECONDS)
            self._came.clear()
            said = list(self._here)
            try:
                params = presence.online_params(self._process, said)
                await self._pool.ask(presence.ONLINE_SQL, params)
            except psycopg.Error as error:
                logger.warning("Presence could not be written (%s)", str(error).strip())
            if not said and not self._here:
                return
            await woken_within(self._came, presence.SAID_EVERY.total_seconds())
