"""Streams that are woken at the same moment ask the database once, and each gets its own."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

from synaptiq.accounts.models import Account
from synaptiq.api.chat import together
from synaptiq.api.chat.together import Reading
from synaptiq.conversations import visiting
from synaptiq.conversations.models import Conversation
from synaptiq.conversations.visiting import Visit
from synaptiq.kit.pools import Pool
from tests.conversations.making import make_conversation, make_site, make_visitor

WAIT = 30.0


class Counted(Pool):
    """A pool that counts, and is broken for a while if told so."""

    def __init__(self) -> None:
        super().__init__("synaptiq tests", 2)
        self.asked: list[Any] = []
        self.is_broken = False

    async def ask(self, sql: str, params: Any) -> list[Any]:
        self.asked.append(params)
        if self.is_broken:
            raise psycopg.OperationalError("away")
        return await super().ask(sql, params)


@pytest.fixture
def visits(committed_db: str, account: Account) -> list[Visit]:
    """Of three conversations, each of which says whose it is."""
    site = make_site()
    made: list[Conversation] = [
        make_conversation(
            ("ai", f"to {name}"), ("visitor", f"from {name}"), visitor=make_visitor(site)
        )
        for name in "abc"
    ]
    return [Visit(one.account_id, one.pk, one.public_id, False) for one in made]


def said(rows: list[Any]) -> list[str]:
    return [row[4] for row in rows]


def play(scenario: Any) -> None:
    async def main() -> None:
        pool = Counted()
        reading = Reading(pool)
        try:
            async with asyncio.timeout(WAIT):
                await scenario(pool, reading)
        finally:
            await reading.close()
            await pool.close()

    asyncio.run(main())


def test_many_are_one_question_and_each_gets_its_own(visits: list[Visit]) -> None:
    async def scenario(pool: Counted, reading: Reading) -> None:
        a, b, c = visits
        got = await asyncio.gather(
            reading.after(a, 0), reading.after(b, 1), reading.after(c, 9), reading.after(a, 1)
        )
        assert [said(rows) for rows in got] == [
            ["to a", "from a"], ["from b"], [], ["from a"],
        ]  # fmt: skip
        assert len(pool.asked) == 1
        assert said(await reading.after(c, 0)) == ["to c", "from c"]
        assert len(pool.asked) == 2

    play(scenario)


def test_the_rows_are_those_of_the_question_for_one(visits: list[Visit]) -> None:
    async def scenario(pool: Counted, reading: Reading) -> None:
        a = visits[0]
        alone = await pool.ask(visiting.LOG_SQL, [a.account_id, a.conversation_pk, 0])
        assert await reading.after(a, 0) == alone
        foreign = Visit(a.account_id + 1, a.conversation_pk, a.conversation, False)
        assert await reading.after(foreign, 0) == []

    play(scenario)


def test_more_than_one_question_holds_are_asked_after_one_another(
    visits: list[Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "MOST", 2)

    async def scenario(pool: Counted, reading: Reading) -> None:
        got = await asyncio.gather(*(reading.after(one, 1) for one in visits))
        assert [said(rows) for rows in got] == [["from a"], ["from b"], ["from c"]]
        assert [len(places) for places, *_ in pool.asked] == [2, 1]

    play(scenario)


def test_a_failure_is_everybodys_and_the_next_question_is_another(visits: list[Visit]) -> None:
    async def scenario(pool: Counted, reading: Reading) -> None:
        pool.is_broken = True
        got = await asyncio.gather(
            *(reading.after(one, 0) for one in visits), return_exceptions=True
        )
        assert [type(one) for one in got] == [psycopg.OperationalError] * 3
        pool.is_broken = False
        assert said(await reading.after(visits[0], 0)) == ["to a", "from a"]

    play(scenario)


def test_whoever_leaves_takes_nobody_along(visits: list[Visit]) -> None:
    async def scenario(pool: Counted, reading: Reading) -> None:
        leaving = asyncio.create_task(reading.after(visits[0], 0))
        staying = asyncio.create_task(reading.after(visits[1], 0))
        await asyncio.sleep(0)
        leaving.cancel()
        assert said(await staying) == ["to b", "from b"]
        assert len(pool.asked) == 1

    play(scenario)
