"""The loop that takes turns: no more than its slots, no round for nothing, nothing begun twice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from synaptiq.conversations import turns
from synaptiq.project import answering
from synaptiq.project.answering import Answering
from tests.waiting import wait_until


class Manager:
    """Procrastinate's, which only keeps the list of workers."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __getattr__(self, name: str) -> Any:
        async def say(*arguments: Any, **named: Any) -> int:
            self.said.append(name)
            return 7

        return say


@pytest.fixture
def thinking(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """An agent that thinks until it is let, and turns of which `due` are due."""
    state = SimpleNamespace(begun=[], kept=[], left=[], taken=0, due=1000, let=threading.Event())

    def claim_due(most: int) -> list[Any]:
        found = min(most, state.due)
        claims = [
            SimpleNamespace(turn_id=f"turn {state.taken + n}", attempt=1) for n in range(found)
        ]
        state.taken += found
        state.due -= found
        return claims

    def answer(claim: Any) -> None:
        state.begun.append(claim.turn_id)
        state.let.wait(30)

    monkeypatch.setattr(turns, "claim_due", claim_due)
    monkeypatch.setattr(turns, "keep", lambda claims: state.kept.append(len(claims)))
    monkeypatch.setattr(turns, "let_go", lambda claims: state.left.append(len(claims)))
    monkeypatch.setattr(answering.agent, "answer_claim", answer)
    yield state
    state.let.set()


async def seen(predicate: Callable[[], object]) -> None:
    await asyncio.to_thread(wait_until, predicate, 30, "what the loop does")


async def turned(times: int) -> None:
    """Let whatever can go on go on, so many times."""
    for _ in range(times):
        await asyncio.sleep(0)


def test_while_all_slots_are_taken_it_waits(
    committed_db: str, thinking: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = 0

    class Counting(Answering):
        async def _wait(self) -> None:
            nonlocal rounds
            rounds += 1
            await super()._wait()

    async def main() -> None:
        app = SimpleNamespace(job_manager=Manager())
        worker = Counting(app, 2, look=60, heartbeat=60, stalled=8)
        running = asyncio.create_task(worker.run())
        await seen(lambda: len(thinking.begun) == 2)
        assert thinking.taken == 2
        before = rounds
        for _ in range(5):
            # A message came: nobody is free to take it.
            worker._woken.set()
            await turned(200)
        # One for each, and those of who began to listen; not one for each turn of the loop.
        assert rounds <= before + 10
        assert thinking.taken == 2
        worker.stop()
        await turned(10)
        assert not running.done()
        thinking.let.set()
        await asyncio.wait_for(running, 30)
        assert app.job_manager.said[0] == "prune_stalled_workers"
        assert app.job_manager.said[-1] == "unregister_worker"
        assert thinking.left == []

    asyncio.run(main())


def test_a_slot_works_off_what_is_due_and_what_came_while_it_was_taken(
    committed_db: str, thinking: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        app = SimpleNamespace(job_manager=Manager())
        worker = Answering(app, 1, look=60, heartbeat=60, stalled=8)
        thinking.due = 5
        thinking.let.set()
        running = asyncio.create_task(worker.run())
        await seen(lambda: len(thinking.begun) == 5 and not worker._running)

        # One comes after the thread has looked for more, and before its slot is free.
        monkeypatch.setattr(answering, "_next", list)
        thinking.let.clear()
        thinking.due = 1
        worker._woken.set()
        await seen(lambda: len(thinking.begun) == 6)
        thinking.due = 1
        worker._woken.set()
        await turned(200)
        assert len(thinking.begun) == 6
        thinking.let.set()
        await seen(lambda: len(thinking.begun) == 7)
        worker.stop()
        await asyncio.wait_for(running, 30)

    asyncio.run(main())


def test_a_worker_that_can_give_no_word_of_itself_takes_no_more(
    committed_db: str, thinking: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        worker = Answering(
            SimpleNamespace(job_manager=Manager()), 2, look=60, heartbeat=0.01, stalled=8
        )

        def away(claims: Any) -> None:
            raise LookupError("away")

        monkeypatch.setattr(turns, "keep", away)
        running = asyncio.create_task(worker.run())
        await seen(lambda: len(thinking.begun) == 2)
        worker._woken.set()
        await turned(500)
        thinking.let.set()
        with pytest.raises(LookupError):
            await asyncio.wait_for(running, 30)
        # A thousand more are due.
        assert thinking.taken < 1000

    asyncio.run(main())


def test_who_thinks_too_long_is_given_word_of_no_more(
    committed_db: str, thinking: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        app = SimpleNamespace(job_manager=Manager())
        worker = Answering(app, 1, look=60, heartbeat=0.01, stalled=8)
        running = asyncio.create_task(worker.run())
        await seen(lambda: thinking.kept)
        monkeypatch.setattr(answering, "LONGEST_SECONDS", -1.0)
        await turned(10)
        heard, kept = len(app.job_manager.said), len(thinking.kept)
        await seen(lambda: len(app.job_manager.said) >= heard + 5)
        assert len(thinking.kept) <= kept + 1
        thinking.let.set()
        worker.stop()
        await asyncio.wait_for(running, 30)

    asyncio.run(main())
