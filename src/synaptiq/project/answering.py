"""The worker's queue `chat`: takes the agent's turns as they come due, and answers them.

Not jobs of Procrastinate: a turn has a state, attempts and a time of its own, so a job beside it
would be a second truth about one thing; and its fetching, keeping and deleting took longer than
the answer (docs/adr/0005). Woken by NOTIFY; one that was missed, and what dead workers left, is
found by looking.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from django.db import close_old_connections, connections

from synaptiq.agent import actions as agent
from synaptiq.conversations import turns
from synaptiq.conversations.turns import Claim
from synaptiq.kit.database import DATABASE_ERRORS, is_away
from synaptiq.kit.faults import log_failure
from synaptiq.kit.listening import Hub

log = logging.getLogger(__name__)

# By which an operator finds the connection that waits for turns.
NAME = "synaptiq answers"
# Whoever thinks longer hangs: the turn is given word of no more, and is another's.
LONGEST_SECONDS = 60.0

T = TypeVar("T")


@dataclass
class _Slot:
    """The turn that a thread has, and since when."""

    claim: Claim
    since: float


class Answering:
    """Answers up to `at_once` turns at a time. It runs and ends as a worker of Procrastinate does,
    and is counted among them, so that an operator sees that somebody answers. `look`, `heartbeat`
    and `stalled` are seconds: between looks, between words of itself, after which a worker is dead.
    """

    def __init__(
        self, app: Any, at_once: int, *, look: float, heartbeat: float, stalled: float
    ) -> None:
        self.app = app
        self.worker_id: int | None = None
        self._at_once = at_once
        self._look, self._heartbeat, self._stalled = look, heartbeat, stalled
        self._running: dict[asyncio.Task[None], _Slot] = {}
        self._woken = asyncio.Event()
        # Whether somebody came while all slots were taken.
        self._was_full = False
        self._stopping = False

    def stop(self) -> None:
        """Take no more; `run` returns when those that are begun have ended."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Answer until told to stop. Raises what the database raises when it is out of reach."""
        hub = Hub(turns.CHANNEL, name=NAME)
        await self.app.job_manager.prune_stalled_workers(self._stalled)
        self.worker_id = await self.app.job_manager.register_worker()
        living = asyncio.create_task(self._live())
        try:
            with hub.subscribe("") as self._woken:
                while not self._stopping:
                    await self._take()
                    if living.done():
                        living.result()
                    await self._wait()
        finally:
            # Also where the database went away: who thinks ends what was begun, and begins no more.
            self._stopping = True
            if self._running:
                await asyncio.wait(self._running)
            living.cancel()
            await asyncio.wait([living])
            await hub.close()
            await self.leave()

    async def leave(self) -> None:
        """Let others have at once what is begun and has not ended, and be counted no more."""
        with suppress(Exception):
            if claims := [slot.claim for slot in self._running.values()]:
                await _in_thread(turns.let_go, claims)
            if self.worker_id is not None:
                await self.app.job_manager.unregister_worker(self.worker_id)

    async def _take(self) -> None:
        """Begin as many of those that are due as there are slots."""
        self._woken.clear()
        self._was_full = len(self._running) == self._at_once
        while not self._stopping and (free := self._at_once - len(self._running)):
            self._woken.clear()
            claims = await _in_thread(turns.claim_due, free)
            for claim in claims:
                slot = _Slot(claim, monotonic())
                task = asyncio.create_task(_in_thread(self._work_off, slot, self._look_after()))
                self._running[task] = slot
                task.add_done_callback(self._ended)
            if len(claims) < free:
                return

    async def _wait(self) -> None:
        """Until one is opened, a slot is free, or it is time to look."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), self._look)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        # It looked for more before it ended; whatever came since found no slot.
        if self._was_full:
            self._woken.set()

    def _look_after(self) -> Callable[[float], None]:
        """What a thread calls to have the line looked at after so many seconds."""
        loop = asyncio.get_running_loop()

        def look_after(seconds: float) -> None:
            loop.call_soon_threadsafe(loop.call_later, seconds, self._woken.set)

        return look_after

    def _work_off(self, slot: _Slot, look_after: Callable[[float], None]) -> None:
        """In a thread: answer the turn, then whichever is due next, until none is. To hand each to
        a thread of its own, with a connection of its own, takes half as long as the answer."""
        while True:
            if (pause := _try(slot.claim)) is not None:
                look_after(pause)
            if self._stopping or not (claims := _next()):
                return
            slot.claim, slot.since = claims[0], monotonic()

    async def _live(self) -> None:
        """Say that this worker still answers what it has begun, and that it lives."""
        while True:
            since = monotonic() - LONGEST_SECONDS
            claims = [slot.claim for slot in self._running.values() if slot.since > since]
            if claims:
                await _in_thread(turns.keep, claims)
            await self.app.job_manager.update_heartbeat(worker_id=self.worker_id)
            await asyncio.sleep(self._heartbeat)


async def _in_thread(work: Callable[..., T], *arguments: Any) -> T:
    """Do it in a thread of the executor, which keeps no connection of Django's afterwards: it may
    be dead when the thread is used again."""

    def do() -> T:
        close_old_connections()
        try:
            return work(*arguments)
        finally:
            close_old_connections()

    return await asyncio.to_thread(do)


def _next() -> list[Claim]:
    """One more that is due. Where the database is away whoever looks next says so."""
    with suppress(*DATABASE_ERRORS):
        return turns.claim_due(1)
    return []


def _try(claim: Claim) -> float | None:
    """Answer it; where that fails, the seconds after which it is tried again."""
    try:
        agent.answer_claim(claim)
    except Exception as error:
        log_failure(log, f"Answering turn {claim.turn_id}", error)
        connections.close_all()
        if is_away(error):
            # Nothing can be written down; its time comes by itself.
            return None
        return turns.give_back(claim).total_seconds()
    return None
