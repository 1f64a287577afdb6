"""A message full of what the rules look for, as long as may be sent, holds nobody up."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import FrameType
from typing import Any

import pytest

from synaptiq.agent.core.extract import find
from synaptiq.agent.core.profile import DEFAULT

REPEATED = (
    "3 January ", "tomorrow ", "next week ", "$1 ", "one million ", "twenty ", "12 people ",
    "a@b.co ", "+49 30 123456 ", "not 5, ", "between 3 and 4 people, ", "2026-01-01 ",
    "no 20 not 50. ", "in three weeks ", "we are 5, sorry, 6 ", "I decide ", "q3 ", "- ",
    "by the end of ", "make it 5 ",
)  # fmt: skip

MOST_CALLS = 1_500_000


@contextmanager
def counting() -> Iterator[list[int]]:
    """Counts the calls of Python functions inside, which no busy machine changes."""
    calls = [0]

    def count(frame: FrameType, event: str, argument: Any) -> None:
        calls[0] += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(before)


def calls_for(text: str, asked: str) -> int:
    with counting() as calls:
        find(DEFAULT, text, asked=asked, known={}, today=date(2026, 3, 15))
    return calls[0]


@pytest.mark.parametrize("text", REPEATED)
def test_what_stands_in_a_message_again_and_again_holds_nobody_up(text: str) -> None:
    for asked in ("timeline", "team_size"):
        # A plain message takes some 3,000. Looking at each date beside each word took 60 million.
        assert calls_for((text * 2000)[:4_000], asked) < MOST_CALLS
