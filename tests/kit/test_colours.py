"""Colours as they are typed, and whether they are seen on white."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synaptiq.kit import colours

ANY = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("typed", "colour"),
    [("#0f766e", "#0f766e"), (" 0F766E ", "#0f766e"), ("#0F7", "#00ff77")],
)
def test_it_is_read_as_people_type_it(typed: str, colour: str) -> None:
    assert colours.of_hex(typed) == colour


@pytest.mark.parametrize("typed", ["", "#", "teal", "#0f766", "#0f766e8", "url(#a)", "#٠٠٠"])
def test_what_is_none_is_refused(typed: str) -> None:
    with pytest.raises(ValueError) as refusal:
        colours.of_hex(typed)
    assert str(refusal.value) == typed


def test_contrast_is_that_of_wcag() -> None:
    assert colours.contrast_on_white("#ffffff") == 1
    assert colours.contrast_on_white("#000000") == pytest.approx(21)
    # The grey that is known for just passing.
    assert colours.contrast_on_white("#767676") == pytest.approx(4.54, abs=0.005)


@given(ANY)
def test_a_darker_shade_is_seen_and_one_that_is_seen_stays(colour: str) -> None:
    shade = colours.darkened(colour, colours.FOR_SHAPES)
    assert colours.contrast_on_white(shade) >= colours.FOR_SHAPES
    if colours.contrast_on_white(colour) >= colours.FOR_SHAPES:
        assert shade == colour
