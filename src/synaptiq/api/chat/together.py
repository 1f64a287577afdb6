"""What several event streams want to read at the same moment is one question to the database.

A stream that is woken alone is not held up: it asks at once, and whoever is woken while that is
under way asks together with the next.
"""

from __future__ import annotations

import asyncio
from itertools import groupby
from operator import itemgetter
from typing import Any

from synaptiq.conversations import visiting
from synaptiq.conversations.visiting import Visit
from synaptiq.kit.pools import Pool, Row

MOST = 100


class Reading:
    """For the streams of one event loop."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._wanted: list[tuple[Visit, int, asyncio.Future[list[Row]]]] = []
        self._task: asyncio.Task[None] | None = None

    async def after(self, visit: Visit, seq: int) -> list[Row]:
        """The entries of a log after this one, as `visiting.LOG_SQL` gives them. Raises what the
        pool raises."""
        answer: asyncio.Future[list[Row]] = asyncio.get_running_loop().create_future()
        self._wanted.append((visit, seq, answer))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._read())
        return await answer

    async def close(self) -> None:
        """End; whoever still waits is told that it was cancelled."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        for _, _, answer in self._wanted:
            answer.cancel()

    async def _read(self) -> None:
        while self._wanted:
            these, self._wanted = self._wanted[:MOST], self._wanted[MOST:]
            params: list[Any] = [
                [visit.account_id for visit, _, _ in these],
                [visit.conversation_pk for visit, _, _ in these], [seq for _, seq, _ in these],
            ]  # fmt: skip
            try:
                rows = await self._pool.ask(visiting.LOGS_SQL, params)
            except asyncio.CancelledError:
                for _, _, answer in these:
                    answer.cancel()
                raise
            except Exception as error:
                for _, _, answer in these:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            found = {place: [row[1:] for row in of] for place, of in groupby(rows, itemgetter(0))}
            for place, (_, _, answer) in enumerate(these, 1):
                # Whoever left meanwhile waits no more.
                if not answer.done():
                    answer.set_result(found.get(place, []))
