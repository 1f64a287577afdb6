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
from typing import Any, TypeVar

from django.db import close_old_connections, connections

from synaptiq.agent import actions as agent
from synaptiq.conversations import turns
from synaptiq.conversations.turns import Claim
from synaptiq.kit.database import is_away
from synaptiq.kit.faults import log_failure
from synaptiq.kit.listening import Hub

log = logging.getLogger(__name__)

# By which an operator finds the connection that waits for turns.
NAME = "synaptiq answers"
# Whoever thinks longer hangs: the turn is given word of no more, and is another's.
LONGEST_SECONDS = 60.0

T = TypeVar("T")


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
        self._running: dict[asyncio.Task[None], tuple[Claim, float]] = {}
        self._woken = asyncio.Event()
        self._stopping = False

    def stop(self) -> None:
        """Take no more; `run` returns when those that are begun have ended."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Answer until told to stop. Raises what the database raises when it is out of reach."""
        hub = Hub(turns.CHANNEL, NAME)
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
            # Also where the database went away: those that think are not begun a second time.
            if self._running:
                await asyncio.wait(self._running)
            living.cancel()
            await asyncio.wait([living])
            await hub.close()
            await self.leave()

    async def leave(self) -> None:
        """Let others have at once what is begun and has not ended, and be counted no more."""
        with suppress(Exception):
            if claims := [claim for claim, _ in self._running.values()]:
                await _in_thread(turns.let_go, claims)
            if self.worker_id is not None:
                await self.app.job_manager.unregister_worker(self.worker_id)

    async def _take(self) -> None:
        """Begin as many of those that are due as there are slots."""
        self._woken.clear()
        while free := self._at_once - len(self._running):
            self._woken.clear()
            claims = await _in_thread(turns.claim_due, free)
            now = asyncio.get_running_loop().time()
            for claim in claims:
                task = asyncio.create_task(self._answer(claim))
                self._running[task] = claim, now
                task.add_done_callback(self._ended)
            if len(claims) < free:
                return

    async def _wait(self) -> None:
        """Until one is opened, a slot is free, or it is time to look."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), self._look)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        # Another may wait for the slot.
        self._woken.set()

    async def _answer(self, claim: Claim) -> None:
        if (pause := await _in_thread(_try, claim)) is not None:
            asyncio.get_running_loop().call_later(pause, self._woken.set)

    async def _live(self) -> None:
        """Say that this worker still answers what it has begun, and that it lives."""
        while True:
            since = asyncio.get_running_loop().time() - LONGEST_SECONDS
            claims = [claim for claim, begun in self._running.values() if begun > since]
            if claims:
                await _in_thread(turns.keep, claims)
            await self.app.job_manager.update_heartbeat(worker_id=self.worker_id)
            await asyncio.sleep(self._heartbeat)


async def _in_thread(work: Callable[..., T], *arguments: Any) -> T:
    """Do it in a thread of the executor, which keeps no connection of Django's afterwards: it may
    be dead when the thread is used again, and there are more threads than connections."""

    def do() -> T:
        close_old_connections()
        try:
            return work(*arguments)
        finally:
            close_old_connections()

    return await asyncio.to_thread(do)


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
