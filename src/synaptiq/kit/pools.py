"""A few connections of one event loop that ask single statements, outside of Django.

Under ASGI each request of Django's is a thread that holds a connection; what many ask at once and
briefly is asked here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from synaptiq.kit.database import RECONNECT_SECONDS, connection_parameters

Row = tuple[Any, ...]
CONNECT_SECONDS = 10.0
# What is asked here finds a few rows by their keys, whatever these are: left alone, PostgreSQL
# plans a question with arrays anew each time, which takes longer than to answer it. And whoever
# waits for one row keeps a connection from all others meanwhile.
_OPTIONS = "-c plan_cache_mode=force_generic_plan -c lock_timeout=2s"


class Pool:
    """At most `most` connections, by whose `name` an operator finds them in pg_stat_activity."""

    def __init__(self, name: str, most: int) -> None:
        self._name, self._most = name, most
        self._pool: AsyncConnectionPool[Any] | None = None
        self._opening = asyncio.Lock()

    async def ask(self, sql: str, params: Sequence[Any] | Mapping[str, Any]) -> list[Row]:
        """The rows of one statement, which is a transaction of its own. Raises what psycopg raises,
        its OperationalError also where all connections are busy for too long, its LockNotAvailable
        where somebody else holds a row for two seconds.

        A connection that died while it lay there is not tried before, which would be a question
        more each time: the pool throws it away, and the next one is asked. So a statement that
        changes something must be one that may come twice.
        """
        pool = self._pool or await self._opened()
        connection = None
        for is_last in (*[False] * self._most, True):
            try:
                async with pool.connection() as connection:
                    rows: list[Row] = await (await connection.execute(sql, params)).fetchall()
                    return rows
            except PoolTimeout:
                raise
            except psycopg.OperationalError:
                if is_last or connection is None or not connection.closed:
                    raise
        raise AssertionError

    async def _opened(self) -> AsyncConnectionPool[Any]:
        """The pool, made by the first who asks: it belongs to the loop that serves."""
        async with self._opening:
            if self._pool is None:
                own = connection_parameters()
                own |= {
                    "autocommit": True, "application_name": self._name,
                    "options": f"{own.get('options', '')} {_OPTIONS}",
                }  # fmt: skip
                pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
                    kwargs=own, min_size=1, max_size=self._most, timeout=CONNECT_SECONDS,
                    reconnect_timeout=RECONNECT_SECONDS, open=False,
                )  # fmt: skip
                await pool.open()
                self._pool = pool
        return self._pool

    async def close(self) -> None:
        """Let go of the connections. A process that ends need not: the server sees them go."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None
