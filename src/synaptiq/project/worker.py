"""The worker process: takes jobs from the queues until it is told to stop.

Each queue has slots of its own, so that long jobs never hold up short ones. `chat` is the agent's
turns, which are no jobs (`answering.py`). A second Procrastinate
app does the fetching: the stock worker swaps the connector of the only one, and then a defer
inside a task's transaction would not vanish with that transaction. Here tasks keep Django's
connection, and with it its transactions.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import monotonic
from typing import Any

import psycopg
import psycopg_pool
from asgiref.sync import sync_to_async
from django.db import Error as DatabaseError
from django.db import connections
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import DjangoApp, app, connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker

from synaptiq.conversations.turns import QUEUE as CHAT
from synaptiq.exports.actions import sweep_spool
from synaptiq.project.answering import Answering
from synaptiq.project.rescue import STALLED_SECONDS, rescue_stalled

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2
# Jobs given back or due later are found by looking; new ones wake the worker at once.
LOOK_SECONDS = 2.0
RESCUE_SECONDS = 5.0
FORGET_EVERY_SECONDS = 3600.0
SWEEP_SECONDS = 300.0
FAILED_KEPT_HOURS = 30 * 24
GRACE_SECONDS = 20.0
# To say so, where the database may be what they wait for.
LEAVE_SECONDS = 3.0
# How long a worker waits for a connection before it takes the database for gone.
CONNECT_SECONDS = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0
_STEADY_SECONDS = 30.0

_BROKEN = (psycopg.Error, psycopg_pool.PoolTimeout, DatabaseError, ConnectorException, OSError)


def main(slots: Mapping[str, int]) -> None:
    """Work on these queues (name → jobs at a time) until SIGTERM or SIGINT.

    Returns when all jobs have ended. Those that have not after 20 s are given up: the process ends
    at once, and another worker does them again.
    """
    widen(sum(slots.values()) + 8)
    asyncio.run(_main(slots))


def widen(most: int) -> None:
    """Let Django hold a connection for each job, and for what the workers do beside."""
    own = connections["default"]
    pool = own.settings_dict["OPTIONS"].get("pool")
    if pool and pool["max_size"] < most:
        own.close_pool()  # type: ignore[attr-defined]
        pool["max_size"] = most


async def _main(slots: Mapping[str, int]) -> None:
    loop = asyncio.get_running_loop()
    # A thread for each job, and some for what the workers do beside.
    loop.set_default_executor(ThreadPoolExecutor(sum(slots.values()) + 4))
    loop.set_exception_handler(_unseen)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    pause = _FIRST_PAUSE
    while not stop.is_set():
        began = monotonic()
        try:
            await _work(slots, stop)
        except _BROKEN as error:
            log.warning("The database is out of reach (%s)", _reason(error))
        if stop.is_set():
            return
        pause = _FIRST_PAUSE if monotonic() - began > _STEADY_SECONDS else pause
        log.warning("Beginning again in %g s", pause)
        await _wait(stop, pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


async def _work(slots: Mapping[str, int], stop: asyncio.Event) -> None:
    """Work until `stop` is set or the database goes away."""
    # The thread of Django's own connection, which defers periodic jobs: it may hold a dead one.
    await sync_to_async(connections.close_all)()
    connector = PsycopgConnector(
        kwargs=connector_params(), min_size=1, max_size=4, timeout=CONNECT_SECONDS
    )
    try:
        if not await _open(connector, stop):
            return
        first = next((queue for queue in slots if queue != CHAT), None)
        workers = [
            _worker(connector, queue, at_once, periodic=queue == first)
            for queue, at_once in slots.items()
        ]
        running: list[asyncio.Task[None]] = [
            asyncio.create_task(worker.run()) for worker in workers
        ]
        beside = [
            asyncio.create_task(stop.wait()),
            asyncio.create_task(_rescue(stop)),
            asyncio.create_task(_forget(workers[0].app, stop)),
            asyncio.create_task(_sweep_spool(stop)),
        ]
        said = ", ".join(f"{queue} ({at_once} at a time)" for queue, at_once in slots.items())
        log.info("Working on %s", said)
        try:
            await asyncio.wait([*running, *beside], return_when=asyncio.FIRST_COMPLETED)
            await _end(workers, running)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)
        for done in [*running, *(task for task in beside if not task.cancelled())]:
            done.result()
    finally:
        with suppress(*_BROKEN):
            await connector.close_async()


async def _open(connector: PsycopgConnector, stop: asyncio.Event) -> bool:
    """Open the connector's pool, waiting for its first connection; False when told to stop."""
    opening = asyncio.create_task(connector.open_async())
    stopping = asyncio.create_task(stop.wait())
    done, late = await asyncio.wait([opening, stopping], return_when=asyncio.FIRST_COMPLETED)
    for task in late:
        task.cancel()
    if opening not in done:
        return False
    opening.result()
    return True


def _worker(connector: PsycopgConnector, queue: str, at_once: int, *, periodic: bool) -> Any:
    fetching = DjangoApp(connector=connector)
    fetching.tasks = app.tasks
    # One of a process's workers defers the periodic jobs; the database sees to once per time.
    if periodic:
        fetching.periodic_registry = app.periodic_registry
    if queue == CHAT:
        return Answering(
            fetching, at_once, look=LOOK_SECONDS, heartbeat=HEARTBEAT_SECONDS,
            stalled=STALLED_SECONDS,
        )  # fmt: skip
    options: dict[str, Any] = dict(fetching.worker_defaults)
    return Worker(
        fetching,
        **options,
        queues=[queue],
        concurrency=at_once,
        name=queue,
        install_signal_handlers=False,
        fetch_job_polling_interval=LOOK_SECONDS,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_SECONDS,
        shutdown_graceful_timeout=GRACE_SECONDS,
        delete_jobs="successful",
    )


async def _end(workers: list[Any], running: list[asyncio.Task[None]]) -> None:
    """Let running jobs end. Ends the process where they do not: threads cannot be stopped."""
    for worker in workers:
        worker.stop()
    _, late = await asyncio.wait(running, timeout=GRACE_SECONDS + 1)
    if not late:
        return
    log.warning("Jobs did not end within %g s: they are done again elsewhere", GRACE_SECONDS)
    for worker in workers:
        if isinstance(worker, Answering):
            with suppress(TimeoutError):
                await asyncio.wait_for(worker.leave(), LEAVE_SECONDS)
        elif worker.worker_id is not None:
            with suppress(*_BROKEN):
                # Without its worker a job counts as stalled at once.
                await worker.app.job_manager.unregister_worker(worker.worker_id)
    logging.shutdown()
    os._exit(1)


async def _rescue(stop: asyncio.Event) -> None:
    while not await _wait(stop, RESCUE_SECONDS):
        try:
            await sync_to_async(rescue_stalled)()
        except DatabaseError as error:
            log.warning("Could not look for stalled jobs (%s)", str(error).strip())
            await sync_to_async(connections.close_all)()


async def _forget(fetching: Any, stop: asyncio.Event) -> None:
    """Delete what is left of jobs that failed long ago; successful ones go at once."""
    while not await _wait(stop, FORGET_EVERY_SECONDS):
        with suppress(*_BROKEN):
            await fetching.job_manager.delete_old_jobs(
                nb_hours=FAILED_KEPT_HOURS,
                include_failed=True,
                include_cancelled=True,
                include_aborted=True,
            )


async def _sweep_spool(stop: asyncio.Event) -> None:
    """Delete what killed workers left in the spool. No job does it: the spool is this machine's."""
    while True:
        try:
            await sync_to_async(sweep_spool)()
        except (DatabaseError, OSError) as error:
            # Also a folder that cannot be read: jobs are done all the same, and say what they miss.
            log.warning("Could not sweep the spool (%s)", str(error).strip())
            await sync_to_async(connections.close_all)()
        if await _wait(stop, SWEEP_SECONDS):
            return


def _unseen(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a task raised that nobody waited for. Of a database that is away `_main` tells, and not
    with a traceback for each job that it took along."""
    if not isinstance(context.get("exception"), _BROKEN):
        loop.default_exception_handler(context)


def _reason(error: BaseException) -> str:
    """What the database itself said, at the bottom of the exceptions that carry it."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error).strip() or repr(error)


async def _wait(stop: asyncio.Event, seconds: float) -> bool:
    """Whether `stop` was set within that time."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
