"""Waking up when the database notifies: one LISTEN connection a process, any number that wait.

Everything here belongs to one event loop. A notification carries keys and no content: who is woken
reads for themselves. One may be missed (a connection that died, a pooler that takes NOTIFY away),
so whoever waits must look again from time to time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from synaptiq.kit.database import connection_parameters, drop_dead_connections

log = logging.getLogger(__name__)

# By which an operator finds these connections in pg_stat_activity.
NAME = "synaptiq streams"
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
# Whoever has not looked for so long looks at everything.
MOST_HEARD = 500


class Woken(asyncio.Event):
    """Set at each notification of a key that its subscriber named.

    `heard` is what was notified since `clear`: (channel, payload), the same one once. None where
    that is not known: the connection had been away, or more came than is kept.
    """

    def __init__(self) -> None:
        super().__init__()
        self.heard: set[tuple[str, str]] | None = set()

    def hear(self, channel: str, payload: str) -> None:
        if self.heard is not None:
            self.heard.add((channel, payload))
            if len(self.heard) > MOST_HEARD:
                self.heard = None
        self.set()

    def miss(self) -> None:
        self.heard = None
        self.set()

    def clear(self) -> None:
        super().clear()
        self.heard = set()


class Hub:
    """Subscribers to keys, as events that are set when one of their keys is notified.

    A payload is one key or several, with blanks between them. `name` is the connection's.
    """

    def __init__(self, *channels: str, name: str = NAME) -> None:
        self._channels, self._name = channels, name
        self._waiting: dict[str, set[Woken]] = {}
        self._listening: asyncio.Task[None] | None = None
        # Whether the database's notifications are heard at this moment.
        self.hears = False

    @property
    def subscribers(self) -> int:
        """How many wait at this moment, for whichever keys."""
        return len({woken for those in self._waiting.values() for woken in those})

    def waiting_for(self, key: str) -> int:
        """How many of them wait for this key."""
        return len(self._waiting.get(key, ()))

    @contextmanager
    def subscribe(self, *keys: str) -> Iterator[Woken]:
        """An event that is set at each notification of one of these keys; whoever waits clears
        it."""
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(self._listen())
        woken = Woken()
        for key in keys:
            self._waiting.setdefault(key, set()).add(woken)
        try:
            yield woken
        finally:
            for key in keys:
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
                    for channel in self._channels:
                        await connection.execute(f'LISTEN "{channel}"')
                    self.hears = True
                    # What was notified before this moment nobody heard.
                    self._wake_all()
                    pause = FIRST_PAUSE
                    async for notification in connection.notifies():
                        self._wake(notification.channel, notification.payload)
            except (psycopg.Error, OSError) as error:
                log.warning("Not listening to the database (%s)", str(error).strip())
            finally:
                self.hears = False
            await asyncio.sleep(pause)
            # What ended this connection has ended others.
            await asyncio.to_thread(drop_dead_connections)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _wake(self, channel: str, payload: str) -> None:
        for key in payload.split(" "):
            for woken in self._waiting.get(key, ()):
                woken.hear(channel, payload)

    def _wake_all(self) -> None:
        for those in self._waiting.values():
            for woken in those:
                woken.miss()
