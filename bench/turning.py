"""How long a visitor waits for the first of an answer: 50 who talk, then all of them at once, while
exports run and the account has 200 questions and answers."""

from __future__ import annotations

import asyncio
import itertools
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from statistics import median, quantiles

from bench import answers, processes
from bench.chat import web
from bench.place import Place, Target, request
from bench.talking import ORIGIN, Line, Stream
from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent.models import Answer
from synaptiq.sites.models import Site

VISITORS, SECONDS = 50, 30.0
PAUSE = (0.5, 1.5)
MOST_MS = 300
SAID = (
    "Hi, we are 60 people", "What is the grace time?", "Our budget is about $20,000 a year",
    "do you support cron expressions?", "We need it within three months", "Do you ship to Norway?",
    "no, 50 people, not 60", "I decide", "How do I delete a check by API?", "Thanks",
)  # fmt: skip


def measure(place: Place) -> list[Target]:
    """Times from sending a message to seeing the first of its answer."""
    with acting_for(place.few.account_id):
        site = Site.objects.create(name="turns", origins=[ORIGIN])
        if answers.FOLDER.is_dir():
            answers.fill()
        else:
            Answer.objects.bulk_create(
                Answer(question=f"What is thing {n}?", answer=f"Thing {n}.") for n in range(200)
            )
    with web(1) as (_, port), processes.worker(), _exporting(place.many) as exported:
        talking, burst = asyncio.run(_talk(site, port))
    targets = []
    for name, times in (("50 who talk", talking), ("a burst of 50", burst)):
        found = [1000 * seconds for seconds in times]
        p95 = quantiles(found, n=20)[-1]
        print(f"  {name}: {len(found)} answers, median {median(found):.0f} ms, p95 {p95:.0f} ms")
        targets.append(Target(f"first of an answer, {name}, p95", p95, MOST_MS, "ms"))
    print(f"  meanwhile {len(exported)} exports of {place.leads:,} leads were made")
    return targets


async def _talk(site: Site, port: int) -> tuple[list[float], list[float]]:
    visitors = [_Visitor(site, port, number) for number in range(VISITORS)]
    # The first message of each opens its conversation and its stream, and is not counted.
    for visitor in visitors:
        await visitor.begin()
    end = time.monotonic() + SECONDS
    talked = await asyncio.gather(*(visitor.talk_until(end) for visitor in visitors))
    burst = await asyncio.gather(*(visitor.ask() for visitor in visitors))
    for visitor in visitors:
        visitor.close()
    return list(itertools.chain(*talked)), list(burst)


class _Visitor:
    def __init__(self, site: Site, port: int, number: int) -> None:
        self._site, self._port = site, port
        self._line = Line(port, f"192.0.2.{number + 1}")
        self._chance = random.Random(number)
        self._said = itertools.cycle(SAID[number % len(SAID) :] + SAID[: number % len(SAID)])
        self._token = ""

    async def begin(self) -> None:
        got = await self._line.say(self._site.key, "Hello")
        self._token = got["visitor_token"]
        self._stream = Stream(self._port, self._site.key, self._token)
        await self._stream.open()
        await self._answer_after(got["seq"])

    async def talk_until(self, end: float) -> list[float]:
        times: list[float] = []
        while True:
            await asyncio.sleep(self._chance.uniform(*PAUSE))
            if time.monotonic() > end:
                return times
            times.append(await self.ask())

    async def ask(self) -> float:
        """Seconds from sending to the first of the answer."""
        began = time.monotonic()
        got = await self._line.say(self._site.key, next(self._said), self._token)
        await self._answer_after(got["seq"])
        return time.monotonic() - began

    async def _answer_after(self, seq: int) -> None:
        async with asyncio.timeout(60):
            while True:
                one = await self._stream.events.get()
                if one["seq"] > seq and one.get("sender") == "ai":
                    return

    def close(self) -> None:
        self._stream.close()
        self._line.close()


@contextmanager
def _exporting(owner: Member) -> Iterator[list[str]]:
    """One export after the other of this member's account, by the worker's other queue."""
    stop, made = threading.Event(), []

    def go_on() -> None:
        with acting_for(owner.account_id):
            while not stop.is_set():
                export = request(owner, by_job=True)
                with suppress(AssertionError):
                    made.append(processes.wait_for(export).public_id)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield made
    finally:
        stop.set()
        thread.join()
