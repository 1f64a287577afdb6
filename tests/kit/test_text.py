"""What text may enter."""

from __future__ import annotations

import pytest

from synaptiq.kit.text import TextError, blank_to_none, clean, is_letterless, one_line, shortened


def test_tabs_and_line_breaks_stay() -> None:
    assert clean("a\tb\nc\r\nd") == "a\tb\nc\r\nd"


def test_every_other_control_character_is_removed() -> None:
    controls = {*range(0x01, 0x20), *range(0x7F, 0xA0)} - {0x09, 0x0A, 0x0D}
    for code in controls:
        assert clean(f"a{chr(code)}b") == "ab", hex(code)


@pytest.mark.parametrize("value", ["\u00a0", "\u2028", "\ufeff", "\ufffd", "é", "e\u0301", "👩‍🚀"])
def test_what_is_no_control_character_stays_and_is_not_normalised(value: str) -> None:
    assert clean(value) == value


@pytest.mark.parametrize(
    ("value", "says"), [("a\x00b", "NUL"), ("\ud800", "surrogate"), ("x\udfff", "surrogate")]
)
def test_what_cannot_be_stored_is_refused_with_the_reason(value: str, says: str) -> None:
    with pytest.raises(TextError, match=says):
        clean(value)


@pytest.mark.parametrize(
    ("value", "expected"), [("", None), (" \t\n", None), ("\u3000", None), (" x ", " x ")]
)
def test_blank_is_null_and_the_rest_stays_as_it_is(value: str, expected: str | None) -> None:
    assert blank_to_none(value) == expected


def test_one_line_joins_white_space() -> None:
    assert one_line("  a\r\n\tb \u2028c\x07 ") == "a b c"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", True), ("\u200b\u00ad\ufe0f ", True), ("a", False), (" 1", False), ("👻", False)],
)
def test_what_nobody_would_see(value: str, expected: bool) -> None:
    assert is_letterless(value) is expected


def test_what_is_shortened_fits_and_says_so() -> None:
    assert shortened("Jane", 4) == "Jane"
    assert shortened("Jane Smith", 6) == "Jane…"
    assert shortened("Z" + "\u0301" * 100, 80) == "\u0179" + "\u0301" * 3
    assert shortened("Việt Nguyễn", 80) == "Việt Nguyễn"
