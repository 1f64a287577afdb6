"""A profile as JSON and back, what is wrong with one, and what values are worth."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from synaptiq.agent.core.profile import (
    DEFAULT,
    Condition,
    Criterion,
    Disqualifier,
    Option,
    Profile,
    Scoring,
)
from synaptiq.agent.core.values import amount, is_value, same

B = Option("b", "B")


def criterion(type: str = "number", **more: object) -> Criterion:
    made = Criterion(
        key="seats", label="Seats", type=type, weight=10, question="How many?",
        scoring=Scoring(steps=((0, 0.1), (20, 0.7)), within=((30, 1.0), (90, 0.4))),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def profile(*criteria: Criterion, **more: object) -> Profile:
    return replace(
        Profile(name="Ada", greeting="Hello", criteria=criteria),
        **more,  # type: ignore[arg-type]
    )


def test_the_default_can_be_used_and_survives_json() -> None:
    assert DEFAULT.problems() == {}
    assert Profile.from_json(json.loads(json.dumps(DEFAULT.to_json()))) == DEFAULT


def test_conditions_survive_json() -> None:
    first = criterion(
        type="enum", scoring=Scoring(options=(Option("a", "A"), Option("b", "B", 0.5, ("bee",))))
    )
    second = criterion(key="more", when=Condition("seats", "is", ["a"]))
    made = profile(first, second, disqualifiers=(Disqualifier("more", "at_most", 1, "Too few"),))
    assert made.problems() == {}
    assert Profile.from_json(json.loads(json.dumps(made.to_json()))) == made


@pytest.mark.parametrize(
    "data",
    [{}, {"name": 1, "greeting": "", "criteria": []}, {"name": "", "greeting": "", "criteria": 3},
     {"name": "", "greeting": "", "criteria": [{"key": "a"}]},
     {"name": "", "greeting": "", "criteria": [], "qualified": "70"}],
)  # fmt: skip
def test_what_is_no_profile_is_a_value_error(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a profile"):
        Profile.from_json(data)


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (profile(name=" "), "name"),
        (profile(greeting=""), "greeting"),
        (profile(qualified=101), "qualified"),
        (profile(nurture=71), "nurture"),
        (profile(criterion(key="Seats")), "criteria.0.key"),
        (profile(criterion(key="contact")), "criteria.0.key"),
        (profile(criterion(), criterion()), "criteria.1.key"),
        (profile(criterion(type="colour")), "criteria.0.type"),
        (profile(criterion(weight=-1)), "criteria.0.weight"),
        (profile(criterion(question=" ")), "criteria.0.question"),
        (profile(criterion(type="enum")), "criteria.0.scoring.options"),
        (profile(criterion(scoring=Scoring())), "criteria.0.scoring.steps"),
        (profile(criterion("date", scoring=Scoring())), "criteria.0.scoring.within"),
        (profile(criterion(scoring=Scoring(steps=((0, 1.5),)))), "criteria.0.scoring"),
        (profile(criterion(when=Condition("seats", "known"))), "criteria.0.when.criterion"),
        (profile(criterion(), disqualifiers=(Disqualifier("x", "is", ["a"], "No"),)),
         "disqualifiers.0.criterion"),
        (profile(criterion(), disqualifiers=(Disqualifier("seats", "at_most", "a", "No"),)),
         "disqualifiers.0.value"),
        (profile(criterion(), disqualifiers=(Disqualifier("seats", "at_most", 1, " "),)),
         "disqualifiers.0.reason"),
        # Zero-width characters are no words.
        (profile(name="\u200b"), "name"),
        (profile(greeting="\u200b\u2060"), "greeting"),
        (profile(criterion(label="\u200b")), "criteria.0.label"),
        (profile(criterion(question="\u200b")), "criteria.0.question"),
        (profile(criterion("enum", scoring=Scoring(options=(Option("a", "\u200b"), B)))),
         "criteria.0.scoring.options"),
        # What is shown as a button, or in a table, has an end.
        (profile(criterion(quick_replies=("x" * 121,))), "criteria.0.quick_replies"),
        (profile(criterion(quick_replies=("yes", "\u200b"))), "criteria.0.quick_replies"),
        (profile(criterion(nouns=("x" * 121,))), "criteria.0.nouns"),
        (profile(criterion(nouns=("x",) * 51)), "criteria.0.nouns"),
        (profile(criterion("enum", scoring=Scoring(options=(Option("a", "x" * 121), B)))),
         "criteria.0.scoring.options"),
        (profile(criterion("enum", scoring=Scoring(options=(Option("a", "A", 1, ("x",) * 51), B)))),
         "criteria.0.scoring.options"),
        (profile(criterion("geo", scoring=Scoring(
            options=tuple(Option(str(n), str(n)) for n in range(101))))),
         "criteria.0.scoring.options"),
    ],
)  # fmt: skip
def test_each_problem_has_its_field_and_a_sentence(made: Profile, field: str) -> None:
    assert made.problems()[field].endswith(".")


@pytest.mark.parametrize("type", ["number", "range", "money", "date"])
@pytest.mark.parametrize("op", ["is", "is_not"])
@pytest.mark.parametrize("value", [["50"], [50]])
def test_a_number_is_compared_as_one(type: str, op: str, value: list[object]) -> None:
    asked = criterion(key="more", when=Condition("seats", op, value))
    found = profile(
        criterion(type), asked, disqualifiers=(Disqualifier("seats", op, value, "No"),)
    ).problems()
    assert "at least" in found["criteria.1.when.op"]
    assert "at least" in found["disqualifiers.0.op"]


def test_values_of_a_condition_have_the_criterions_type() -> None:
    for type, good, bad in (("bool", True, "yes"), ("text", "a", 5), ("geo", "Norway", " ")):
        for value, fields in ((good, set()), (bad, {"criteria.1.when.value"})):
            asked = criterion(key="more", when=Condition("seats", "is", [value]))
            assert set(profile(criterion(type), asked).problems()) == fields


def test_words_as_long_as_they_may_be_are_taken() -> None:
    made = criterion(quick_replies=("x" * 120,) * 8, nouns=("x" * 120,) * 50)
    assert profile(made).problems() == {}


@pytest.mark.parametrize(
    ("type", "value", "fraction"),
    [
        ("number", 0, "0.1"),
        ("number", 19.5, "0.1"),
        ("number", 20, "0.7"),
        ("number", -1, "0"),
        ("number", {"min": 10, "max": 30}, "0.7"),
        ("number", {"min": 10, "max": 29}, "0.1"),
        ("range", {"min": 200, "max": None}, "0.7"),
        ("money", {"amount": 20, "currency": None}, "0.7"),
        ("money", {"min": None, "max": 5, "currency": "EUR"}, "0.1"),
        ("date", {"start": "2026-12-01", "end": "2026-12-31", "said": "2026-12-01"}, "1"),
        ("date", {"start": "2026-12-01", "end": "2027-01-01", "said": "2026-12-01"}, "0.4"),
        ("date", {"start": "2027-12-01", "end": "2027-12-01", "said": "2026-12-01"}, "0"),
        ("date", {"start": None, "end": None, "said": "2026-12-01"}, "0"),
        ("bool", True, "1"),
        ("bool", False, "0"),
        ("text", "to sell more", "1"),
        ("geo", "Norway", "1"),
    ],
)
def test_a_value_earns_its_part(type: str, value: object, fraction: str) -> None:
    assert is_value(type, value)
    made = criterion(type)
    assert made.fraction(value) == Fraction(fraction)
    assert made.fraction(value) in made.fractions()


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("number", True), ("number", "20"), ("number", float("nan")), ("number", None),
        ("number", {"min": 3, "max": 2}), ("number", {"min": None, "max": None}),
        ("money", 20), ("money", {"amount": 20}), ("range", 20),
        ("date", "2026-12-01"),
        ("date", {"start": "2026-12-01", "end": None, "said": "2026-12-01"}),
        ("date", {"start": "2026-12-02", "end": "2026-12-01", "said": "2026-12-01"}),
        ("bool", "yes"), ("text", " "), ("colour", "red"),
    ],
)  # fmt: skip
def test_another_shape_is_no_value(type: str, value: object) -> None:
    assert not is_value(type, value)


def test_a_range_disqualifies_only_as_a_whole() -> None:
    few = Disqualifier("seats", "at_most", 5, "Too few")
    assert criterion().meets(few, {"min": 1, "max": 5})
    assert not criterion().meets(few, {"min": 1, "max": 6})
    assert not criterion().meets(few, {"min": 1, "max": None})


def test_when_a_date_was_said_makes_no_difference_to_what_it_says() -> None:
    one = {"start": "2027-01-01", "end": "2027-01-31", "said": "2026-12-01"}
    assert same(one, {**one, "said": "2026-12-05"})
    assert not same(one, {**one, "end": "2027-01-30"})
    assert amount("date", one) == 61
