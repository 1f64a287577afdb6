"""What is counted without a number, where the profile's nouns ask for it."""

from __future__ import annotations

import pytest

from synaptiq.agent.core.extract import find
from synaptiq.agent.core.profile import DEFAULT, Criterion, Profile, Scoring
from tests.agent.core.talking import TODAY

_ANY = Scoring(steps=((0, 1.0),))
HOTEL = Profile(
    "Ada", "Hello",
    (
        Criterion("rooms", "Rooms", "number", 10, "?", nouns=("rooms", "a room"), scoring=_ANY),
        Criterion("adults", "Adults", "number", 10, "?", nouns=("adults", "my wife", "myself"),
                  scoring=_ANY),
        Criterion("kids", "Kids", "number", 10, "?", scoring=_ANY,
                  nouns=("kids", "a child", "my son", "my daughter")),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a room please", {"rooms": 1}),
        ("another wheelchair friendly room", {"rooms": 1}),
        ("the room was cold", {}),
        ("my room was cold", {}),
        ("my wife and I", {"adults": 2}),
        ("me, my wife and two kids", {"adults": 2, "kids": 2}),
        ("for myself only", {"adults": 1}),
        ("my wife and I, with our son and daughter", {"adults": 2, "kids": 2}),
        ("no kids, 2 adults", {"adults": 2, "kids": 0}),
        ("I have a booking and I need to change it", {}),
        ("3 rooms, not a room", {"rooms": 3}),
    ],
)
def test_a_party_is_counted(text: str, expected: dict[str, int]) -> None:
    said = find(HOTEL, text, asked=None, known={}, today=TODAY)
    assert {one.criterion: one.value for one in said.facts} == expected
    assert all(one.quote in text for one in said.facts)


@pytest.mark.parametrize("text", ["I have a team", "we are a company", "my wife and I", "no team"])
def test_nobody_counts_where_the_profile_has_no_such_noun(text: str) -> None:
    assert find(DEFAULT, text, asked=None, known={}, today=TODAY).facts == ()
