"""Score, contributions and outcome; and that "settled" is true wherever it is said."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synaptiq.agent.core.profile import (
    Condition,
    Criterion,
    Disqualifier,
    Option,
    Profile,
    Scoring,
)
from synaptiq.agent.core.score import assess, check_event, half_up, largest_remainder
from synaptiq.agent.core.state import Contact, Fact

HERE = Contact(email="jane@acme.com")
NOWHERE = Contact()
KEYS = ("a", "b", "c", "d")


def enum(key: str, weight: int = 10, **more: Any) -> Criterion:
    """A criterion whose values "0", "1", "2" earn nothing, a third and all."""
    options = (Option("0", "0", 0.0), Option("1", "1", 0.33), Option("2", "2", 1.0))
    return Criterion(key, key, "enum", weight, "?", scoring=Scoring(options=options), **more)


def profile(*criteria: Criterion, **more: Any) -> Profile:
    return replace(Profile("Ada", "Hello", criteria), **more)


def facts(**values: str | None) -> tuple[Fact, ...]:
    return tuple(
        Fact(key, value, "", 1, "stated", "refused" if value is None else "known", seq)
        for seq, (key, value) in enumerate(values.items(), 1)
    )


profiles = st.builds(
    lambda weights, required, conditions, out, qualified, nurture: profile(
        *(
            enum(
                key, weight, required=must,
                when=Condition(KEYS[place - 1], "is", [condition]) if condition and place else None,
            )
            for place, (key, weight, must, condition) in enumerate(
                zip(KEYS, weights, required, conditions, strict=False)
            )
        ),
        disqualifiers=(Disqualifier(out, "is", ["0"], "No"),) if out else (),
        qualified=max(qualified, nurture), nurture=min(qualified, nurture),
    ),
    st.lists(st.integers(0, 9), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.lists(st.sampled_from([None, None, "0", "2"]), min_size=4, max_size=4),
    st.sampled_from([None, None, "a", "c"]),
    st.integers(0, 100), st.integers(0, 100),
)  # fmt: skip
answers = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["0", "1", "2", None]))
contacts = st.sampled_from([HERE, NOWHERE])


@settings(deadline=None)
@given(profiles, answers, contacts)
def test_contributions_sum_to_the_score_which_lies_within_bounds(
    made: Profile, said: dict[str, str | None], contact: Contact
) -> None:
    result = assess(made, facts(**said), contact)
    if result.score is None:
        assert not any(c.possible for c in result.contributions)
        return
    assert 0 <= result.score <= 100
    assert sum(c.points for c in result.contributions) == result.score
    assert all(c.points >= 0 for c in result.contributions)
    assert all(c.points == 0 for c in result.contributions if c.fact is None)
    assert result.best is not None
    assert result.score <= result.best <= 100


@settings(deadline=None)
@given(profiles, answers, contacts)
def test_unknown_never_counts_as_no(
    made: Profile, said: dict[str, str | None], contact: Contact
) -> None:
    """What is not known neither disqualifies nor is better or worse than what was refused."""
    known = {key: value for key, value in said.items() if value is not None}
    with_refusals, without = (
        assess(made, facts(**said), contact),
        assess(made, facts(**known), contact),
    )
    assert (with_refusals.score, with_refusals.outcome) == (without.score, without.outcome)
    if not known:
        assert without.outcome in ("undecided", "nurture", "qualified")
        assert without.reason is None


@settings(max_examples=40, deadline=None)
@given(profiles, answers, contacts, st.booleans())
def test_what_is_settled_no_answer_can_change(
    made: Profile, said: dict[str, str | None], contact: Contact, declined: bool
) -> None:
    """Against every way in which the open questions could still be answered or not."""
    closed = ["contact"] if declined else []
    before = assess(made, facts(**said), contact, closed)
    outcomes, scores = set(), []
    open_keys = [key for key in KEYS if key not in said]
    ways = (
        [(contact, closed)] if declined else [(contact, closed), (HERE, []), (contact, ["contact"])]
    )
    for chosen in product(["0", "1", "2", None], repeat=len(open_keys)):
        more = {key: value for key, value in zip(open_keys, chosen, strict=True) if value}
        for reached, shut in ways:
            after = assess(made, facts(**said, **more), reached, shut)
            outcomes.add(after.outcome)
            scores.append(after.score or 0)
    if before.settled:
        assert outcomes == {before.outcome}
    assert max(scores) <= (before.best or 0)
    if not any(criterion.when for criterion in made.criteria):
        # Without conditions the bounds are exact: no question is asked in vain.
        assert max(scores) == (before.best or 0)
        if len(outcomes) == 1 and not made.disqualifiers and contact is HERE:
            assert before.settled


def test_the_rounding_is_half_up_and_ties_go_to_the_first() -> None:
    assert [half_up(Fraction(n, 2)) for n in (1, 2, 3, 5)] == [1, 1, 2, 3]
    assert largest_remainder([Fraction(1, 3)] * 3) == [1, 0, 0]
    assert largest_remainder([Fraction(5, 2), Fraction(5, 2)]) == [3, 2]
    assert largest_remainder([Fraction(1, 4), Fraction(3, 4), Fraction(1, 2)]) == [0, 1, 1]
    assert largest_remainder([Fraction(0), Fraction(1, 2)]) == [0, 1]


def test_thirds_are_explained_to_the_point() -> None:
    result = assess(profile(enum("a"), enum("b"), enum("c")), facts(a="1", b="1", c="2"), HERE)
    # 11, 11 and 33 1/3 make 55 1/3.
    assert result.score == 55
    assert [c.points for c in result.contributions] == [11, 11, 33]


def test_inferred_counts_half() -> None:
    half = Fact("a", "2", "", 1, "inferred", "known", 1)
    assert assess(profile(enum("a")), [half], HERE).score == 50


def test_nothing_applicable_is_no_score() -> None:
    assert assess(profile(), (), HERE).score is None
    assert assess(profile(enum("a", weight=0)), facts(a="2"), HERE).score is None


def test_a_condition_takes_a_criterion_in_and_out() -> None:
    made = profile(enum("a"), enum("b", when=Condition("a", "is", ["2"])))
    assert assess(made, facts(a="1", b="2"), HERE).score == 33
    assert assess(made, facts(a="2", b="0"), HERE).score == 50


@pytest.mark.parametrize(
    ("said", "contact", "closed", "outcome"),
    [
        ({"a": "0", "b": "2"}, HERE, [], "disqualified"),
        ({"a": "2", "b": "2"}, HERE, [], "qualified"),
        ({"a": "2", "b": "2"}, NOWHERE, [], "undecided"),
        ({"a": "2", "b": "2"}, NOWHERE, ["contact"], "unreachable"),
        ({"a": "2"}, HERE, [], "nurture"),
        ({"b": "2"}, HERE, [], "nurture"),
        ({"a": "1"}, HERE, [], "undecided"),
        ({}, HERE, [], "undecided"),
    ],
)
def test_the_outcome(
    said: dict[str, str | None], contact: Contact, closed: list[str], outcome: str
) -> None:
    made = profile(
        enum("a"), enum("b", required=True), disqualifiers=(Disqualifier("a", "is", ["0"], "No"),)
    )
    assert assess(made, facts(**said), contact, closed).outcome == outcome


def test_without_a_required_fact_nobody_is_qualified() -> None:
    made = profile(enum("a", weight=90), enum("b", required=True))
    assert assess(made, facts(a="2"), HERE).outcome == "nurture"
    assert assess(made, facts(a="2", b="0"), HERE).outcome == "qualified"


@pytest.mark.parametrize(
    ("before", "said", "event"),
    [
        (None, {}, None),
        (None, {"a": "2"}, {"result": "qualified", "score": 100}),
        (("qualified", 100), {"a": "2"}, None),
        (("qualified", 90), {"a": "2"}, {"result": "qualified", "score": 100}),
        (("nurture", 50), {"a": "2"}, {"result": "qualified", "score": 100}),
        (("qualified", 100), {"a": "1"}, {"result": "undecided", "score": 33}),
        (("undecided", 10), {"a": "1"}, None),
    ],
)
def test_a_check_is_written_when_it_says_something_new(
    before: tuple[str, int] | None, said: dict[str, str | None], event: dict[str, Any] | None
) -> None:
    assert check_event(before, assess(profile(enum("a")), facts(**said), HERE)) == event
