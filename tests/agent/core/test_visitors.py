"""Twenty visitors who answer what they are asked (`bench/visitors.py`), and an agent that does not
ask."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from bench import visitors
from synaptiq.agent.core.phrasing import Reply
from synaptiq.agent.core.turn import Step, step


def _reached() -> int:
    return sum(
        (seen.outcome, seen.score)
        == (visitors.expected_outcome(person), visitors.expected_score(person, seen.told))
        for person in visitors.PEOPLE
        for seen in [visitors.talk(person)]
    )


def test_at_least_eighteen_reach_the_expected_outcome_and_the_exact_score() -> None:
    assert len(visitors.PEOPLE) == 20
    assert sum(bool(person.refuses) for person in visitors.PEOPLE) == 2
    assert sum(bool(person.corrects) for person in visitors.PEOPLE) == 2
    outcomes = Counter(visitors.expected_outcome(person) for person in visitors.PEOPLE)
    assert set(outcomes) == {"qualified", "nurture", "disqualified", "unreachable", "undecided"}
    assert _reached() >= 18


def test_an_agent_that_says_tell_me_more_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def idle(*args: Any) -> Step:
        made = step(*args)
        return Step(messages=(Reply("Tell me more."),), score=made.score)

    monkeypatch.setattr(visitors, "step", idle)
    assert _reached() < 5


def test_nobody_is_asked_twice_for_what_they_told() -> None:
    for person in visitors.PEOPLE:
        asked = Counter(visitors.talk(person).asked)
        # A correction comes instead of an answer: the open question is put once more.
        assert all(count <= 1 + bool(person.corrects) for count in asked.values())
        assert not set(asked) & set(person.opened_with)
