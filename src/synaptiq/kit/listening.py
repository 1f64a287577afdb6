"""Waking up when the database notifies: one LISTEN connection a process, any number that wait.

Everything here belongs to one event loop. A notification carries a key and no content: who is woken
reads for themselves. One may be missed (a connection that died, a pooler that takes NOTIFY away),
so whoever waits must look again from time to time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from synaptiq.kit.database import connection_parameters

log = logging.getLogger(__name__)

# By which an operator finds these connections in pg_stat_activity.
NAME = "synaptiq streams"
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0


class Hub:
    """Subscribers to the keys of one channel, as events that are set when their key is notified.
    `name` is its connection's."""

    def __init__(self, channel: str, name: str = NAME) -> None:
        self._channel, self._name = channel, name
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._listening: asyncio.Task[None] | None = None

    @property
    def subscribers(self) -> int:
        """How many wait at this moment, for whichever key."""
        return sum(map(len, self._waiting.values()))

    def waiting_for(self, key: str) -> int:
        """How many of them wait for this key."""
        return len(self._waiting.get(key, ()))

    @contextmanager
    def subscribe(self, key: str) -> Iterator[asyncio.Event]:
        """An event that is set at each notification of this key; whoever waits clears it."""
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(self._listen())
        woken = asyncio.Event()
        self._waiting.setdefault(key, set()).add(woken)
        try:
            yield woken
        finally:
            those = self._waiting[key]
            those.discard(woken)
            if not those:
                del self._waiting[key]

    async def close(self) -> None:
        """Stop listening; the next who subscribes begins again."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
            self._listening = None

    async def _listen(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **connection_parameters(), autocommit=True, application_name=self._name
                ) as connection:
                    await connection.execute(f'LISTEN "{self._channel}"')
                    # What was notified before this moment nobody heard.
                    self._wake_all()
                    pause = FIRST_PAUSE
                    async for notification in connection.notifies():
                        self._wake(notification.payload)
            except (psycopg.Error, OSError) as error:
                log.warning("Not listening to the database (%s)", str(error).strip())
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _wake(self, key: str) -> None:
        for woken in self._waiting.get(key, ()):
            woken.set()

    def _wake_all(self) -> None:
        for key in self._waiting:
            self._wake(key)
