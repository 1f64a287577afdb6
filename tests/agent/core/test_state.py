"""What holds of several facts of one criterion."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from synaptiq.agent.core.state import Fact, known, present


def fact(seq: int, value: Any = 1, source: str = "stated", status: str = "known") -> Fact:
    return Fact("seats", value, "", 1, source, status, seq)


facts = st.lists(
    st.builds(
        Fact,
        criterion=st.sampled_from(["seats", "budget"]),
        value=st.integers(0, 3),
        quote=st.just(""),
        message_seq=st.just(1),
        source=st.sampled_from(["stated", "form", "inferred"]),
        status=st.sampled_from(["known", "refused"]),
        seq=st.integers(1, 50),
    ),
    unique_by=lambda made: made.seq,
    max_size=8,
)


@settings(deadline=None)
@given(facts, st.randoms())
def test_the_order_in_which_facts_are_read_makes_no_difference(made: list[Fact], any_: Any) -> None:
    shuffled = made[:]
    any_.shuffle(shuffled)
    assert present(shuffled) == present(made)


@settings(deadline=None)
@given(facts)
def test_a_later_refusal_takes_no_known_value_away(made: list[Fact]) -> None:
    before = known(made)
    refusals = [Fact(key, None, "", 9, "stated", "refused", 99) for key in ("seats", "budget")]
    assert known([*made, *refusals]) == before


def test_the_newest_holds_and_what_is_inferred_gives_way() -> None:
    assert present([fact(2, 20), fact(1, 50)])["seats"].value == 20
    assert present([fact(1, 20), fact(2, 50, "inferred")])["seats"].value == 20
    assert present([fact(1, 20, "inferred"), fact(2, 50, "inferred")])["seats"].value == 50
    assert present([fact(1, None, status="refused"), fact(2, 7)])["seats"].value == 7


def test_unknown_is_no_fact() -> None:
    assert present([]) == {}
    assert known([fact(1, None, status="refused")]) == {}
