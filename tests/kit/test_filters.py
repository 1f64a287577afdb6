"""Filters: each kind from text and JSON, back again, and as a sentence; and sets of them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db.models import Q
from hypothesis import given, settings
from hypothesis import strategies as st

from synaptiq.kit.errors import Invalid
from synaptiq.kit.filters import (
    Choice,
    Contains,
    Context,
    DateRange,
    Filter,
    FilterSet,
    Kind,
    NumberRange,
    Words,
    in_days,
)

COLOURS = Choice({"red": "Red", "green": "Dark green", "blue": "Blue"})
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
MARCH_JSON = {"from": "2026-03-01", "to": "2026-03-31"}
FIRST_JSON = {"from": "2026-03-01", "to": "2026-03-01"}


@pytest.mark.parametrize(
    ("kind", "texts", "value", "json"),
    [
        (COLOURS, ["red"], ("red",), ["red"]),
        (COLOURS, ["blue,red", "blue"], ("red", "blue"), ["red", "blue"]),
        (DateRange(), ["2026-03-01..2026-03-31"], MARCH, MARCH_JSON),
        (DateRange(), ["2026-03-01.."], (MARCH[0], None), {"from": "2026-03-01"}),
        (DateRange(), ["..2026-03-31"], (None, MARCH[1]), {"to": "2026-03-31"}),
        (DateRange(), ["2026-03-01"], (MARCH[0], MARCH[0]), FIRST_JSON),
        (NumberRange(0, 100), ["70..100"], (70, 100), {"min": 70, "max": 100}),
        (NumberRange(0, 100), ["70.."], (70, None), {"min": 70}),
        (NumberRange(0, 100), ["..0"], (None, 0), {"max": 0}),
        (NumberRange(0, 100), ["70"], (70, 70), {"min": 70, "max": 70}),
        (Words(), ["a, b", "a", "c d"], ("a", "b", "c d"), ["a", "b", "c d"]),
        (Contains(), [" pricing "], "pricing", "pricing"),
        (Contains(), [".."], "..", ".."),
    ],
)  # fmt: skip
def test_a_value_is_read_from_text_and_json_and_written_back(
    kind: Kind, texts: list[str], value: Any, json: Any
) -> None:
    assert kind.from_text(texts) == value
    assert kind.to_json(value) == json
    assert kind.from_json(json) == value
    assert kind.from_text(kind.to_text(value)) == value


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        (COLOURS, ["pink"], "“pink” is none of red, green, blue"),
        (COLOURS, [], "one or more of red"),
        (COLOURS, None, "one or more of red"),
        (COLOURS, {"red": 1}, "one or more of red"),
        (COLOURS, [["red"]], "none of red"),
        (COLOURS, [{}], "none of red"),
        (COLOURS, [None], "none of red"),
        (COLOURS, ["x" * 500], "“" + "x" * 40 + "”… is none"),
        (COLOURS, ["\ud800"], "none of red"),
        (DateRange(), {}, "a first day, a last day, or both"),
        (DateRange(), "2026-03-01", "give {"),
        (DateRange(), {"from": "2026-03-01", "until": "x"}, "give {"),
        (DateRange(), {"from": "2026-3-1"}, "“2026-3-1” is not a date"),
        (DateRange(), {"from": "2026-02-30"}, "is not a date"),
        (DateRange(), {"from": 20260301}, "is not a date"),
        (DateRange(), {"from": ["2026-03-01"]}, "is not a date"),
        (DateRange(), {"from": "0001-01-01"}, "is not a date"),
        (DateRange(), {"to": "9999-12-31"}, "is not a date"),
        (DateRange(), {"from": "2026-03-02", "to": "2026-03-01"}, "swap them"),
        (NumberRange(0, 100), {}, "a lower end"),
        (NumberRange(0, 100), {"min": 70, "max": 60}, "swap them"),
        (NumberRange(0, 100), {"min": 101}, "not a whole number from 0 to 100"),
        (NumberRange(0, 100), {"min": -1}, "not a whole number"),
        (NumberRange(0, 100), {"min": 1.5}, "not a whole number"),
        (NumberRange(0, 100), {"min": True}, "not a whole number"),
        (NumberRange(0, 100), {"min": "٣"}, "not a whole number"),
        (NumberRange(0, 100), {"min": "9" * 5000}, "not a whole number"),
        (NumberRange(0, 100), [70, 100], "give {"),
        (Words(), [], "one or more names"),
        (Words(), [1], "“1” is not text"),
        (Words(), ["a,b"], "blank or holds a comma"),
        (Words(), [" "], "blank or holds a comma"),
        (Words(limit=2), ["a", "b", "c"], "at most 2 names, not 3"),
        (Contains(), "", "1 to 200 characters"),
        (Contains(), "x" * 201, "1 to 200 characters"),
        (Contains(), 5, "is not text"),
        (Contains(), "a\x00", "NUL"),
        (Contains(), "\udc00", "surrogate"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(kind: Kind, value: Any, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)) as caught:
        kind.from_json(value)
    str(caught.value).encode()


@pytest.mark.parametrize("kind", [DateRange(), NumberRange(0, 9), Contains()])
def test_what_can_be_given_once_cannot_be_given_twice(kind: Kind) -> None:
    with pytest.raises(ValueError, match="once"):
        kind.from_text(["1", "2"])


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        (COLOURS, ("red",), "colour is red"),
        (COLOURS, ("red", "green"), "colour is red or dark green"),
        (COLOURS, ("red", "green", "blue"), "colour is red, dark green or blue"),
        (DateRange(), MARCH, "colour 1–31 March 2026"),
        (DateRange(), (MARCH[0], MARCH[0]), "colour 1 March 2026"),
        (DateRange(), (date(2026, 2, 27), MARCH[0]), "colour 27 February – 1 March 2026"),
        (DateRange(), (date(2025, 12, 31), MARCH[0]), "colour 31 December 2025 – 1 March 2026"),
        (DateRange(), (None, MARCH[1]), "colour up to 31 March 2026"),
        (DateRange(), (MARCH[0], None), "colour since 1 March 2026"),
        (NumberRange(0, 100), (70, 100), "colour 70–100"),
        (NumberRange(0, 100), (70, 70), "colour 70"),
        (NumberRange(0, 100), (70, None), "colour 70 or more"),
        (NumberRange(0, 100), (None, 70), "colour up to 70"),
        (Words(verb="include"), ("a", "b"), "colour include a or b"),
        (Words(joined="and"), ("a", "b", "c"), "colour is a, b and c"),
        (Contains(), "x", "colour contains “x”"),
    ],
)
def test_a_value_reads_as_a_person_would_say_it(kind: Kind, value: Any, sentence: str) -> None:
    assert kind.say("colour", value) == sentence


NAMES = st.text(min_size=1, max_size=12)


@settings(deadline=None)
@given(
    st.one_of(
        st.tuples(st.just(COLOURS), st.lists(st.sampled_from([*COLOURS.options]), min_size=1)),
        st.tuples(st.just(Words()), st.lists(NAMES, min_size=1, max_size=5)),
        st.tuples(st.just(Contains()), NAMES),
        st.tuples(st.just(NumberRange(-5, 5)), st.fixed_dictionaries({"max": st.integers(0, 5)})),
        st.tuples(
            st.just(DateRange()),
            st.fixed_dictionaries({"from": st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(str)}),
        ),
    )
)
def test_whatever_is_accepted_survives_the_address(case: tuple[Kind, Any]) -> None:
    kind, given_json = case
    filters = FilterSet((Filter("k", "K", kind, lambda value, _: Q()),))
    try:
        values = filters.from_json({"k": given_json})
    except Invalid:
        return
    texts: dict[str, list[str]] = {}
    for key, text in filters.to_query(values):
        texts.setdefault(key, []).append(text)
    assert filters.from_text(texts) == values
    assert filters.from_json(filters.to_json(values)) == values


FILTERS = FilterSet(
    filters=(
        Filter("colour", "Colour", COLOURS, lambda value, _: Q(colour__in=value)),
        Filter("made", "Made", DateRange(), in_days("made_at")),
        Filter("size", "Size", NumberRange(0, 9), lambda value, _: Q(size__range=value)),
    ),
    default={"size": Q(size=1)},
)


def test_values_come_in_the_order_of_the_table() -> None:
    values = FILTERS.from_text({"size": ["1"], "colour": ["red"]})
    assert list(values) == ["colour", "size"]
    assert FILTERS.sentence(values) == "colour is red, size 1"


def test_blank_fields_of_a_form_count_as_not_given() -> None:
    assert FILTERS.from_text({"colour": [" "], "made": [".."], "size": ["", ".."]}) == {}


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        FILTERS.from_json({"colour": ["pink"], "size": {"min": 99}})
    assert list(caught.value.fields) == ["colour", "size"]
    assert caught.value.code == "invalid_filter"


@pytest.mark.parametrize("how", ["from_json", "from_text"])
def test_an_unknown_filter_is_refused_naming_those_there_are(how: str) -> None:
    with pytest.raises(Invalid, match="colour, made, size") as caught:
        getattr(FILTERS, how)({"x" * 100: ["1"]})
    assert caught.value.code == "unknown_filter"
    assert list(caught.value.fields) == ["x" * 60]


@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_a_filter_that_is_no_object_is_refused(value: Any) -> None:
    with pytest.raises(Invalid, match="give an object"):
        FILTERS.from_json(value)


def test_conditions_are_joined_and_defaults_hold_unless_given() -> None:
    context = Context(timezone="Europe/Berlin")
    where = FILTERS.where(FILTERS.from_text({"colour": ["red"]}), context)
    assert where == Q(colour__in=("red",)) & Q(size=1)
    where = FILTERS.where(FILTERS.from_text({"size": ["2..3"]}), context)
    assert where == Q(size__range=(2, 3))


def test_days_are_half_open_moments_of_the_accounts_zone() -> None:
    where = FILTERS["made"].where(MARCH, Context(timezone="Europe/Berlin"))
    said = {name: value.isoformat() for name, value in where.children}
    assert said == {
        "made_at__gte": "2026-02-28T23:00:00+00:00",
        "made_at__lt": "2026-03-31T22:00:00+00:00",
    }
