"""What a lead's fields may hold, field by field."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from synaptiq.kit.errors import Invalid
from synaptiq.leads import values
from synaptiq.leads.models import CustomProperty
from tests import shared


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("email", "jane@acme.com", "jane@acme.com"),
        ("email", "  Jane+x@ACME.com ", "Jane+x@ACME.com"),
        ("email", "jürgen@bücher.example", "jürgen@bücher.example"),
        ("email", "=cmd@acme.com", "=cmd@acme.com"),
        ("email", None, None),
        ("email", " ", None),
        ("name", "Jane\x07\x85 Smith\n", "Jane Smith\n"),
        ("name", "", ""),
        ("name", None, None),
        ("phone", "+1-555-0123", "+1-555-0123"),
        ("phone", "call 555", "call 555"),
        ("phone", "", ""),
        ("source_url", "https://yoursite.com/pricing?a=b#c", "https://yoursite.com/pricing?a=b#c"),
        ("source_url", "HTTP://x", "HTTP://x"),
        ("source_url", "", ""),
        ("external_id", "42", "42"),
        ("status", "won", "won"),
        ("score", 0, 0),
        ("score", 100, 100),
        ("score", None, None),
        ("tags", [" a  b ", "c", "a b"], ["a b", "c"]),
        ("tags", [], []),
    ],
)
def test_a_value_is_kept_as_it_was_given_but_for_what_is_never_meant(
    name: str, given: Any, kept: Any
) -> None:
    assert values.fields({name: given})[name] == kept


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("email", "jane", "not an email address"),
        ("email", "jane@", "not an email address"),
        ("email", "a@b@c.example", "not an email address"),
        ("email", "x" * 250 + "@a.example", "longer than 254"),
        ("email", 5, "is not text"),
        ("email", ["a@b.example"], "is not text"),
        ("name", "a\x00", "NUL"),
        ("name", "\ud800", "surrogate"),
        ("name", "x" * 10_001, "longer than 10,000"),
        ("name", {}, "is not text"),
        ("phone", "call me", "holds no digit"),
        ("phone", "1" * 61, "longer than 60"),
        ("source_url", "javascript:alert(1)", "not an address"),
        ("source_url", "yoursite.com", "not an address"),
        ("source_url", "http://[", "not an address"),
        ("status", "pink", "none of new"),
        ("status", None, "none of new"),
        ("status", [], "none of new"),
        ("status", {"a": 1}, "none of new"),
        ("score", 101, "from 0 to 100"),
        ("score", -1, "from 0 to 100"),
        ("score", True, "from 0 to 100"),
        ("score", 50.0, "from 0 to 100"),
        ("score", "50", "from 0 to 100"),
        ("tags", "a,b", "not a list"),
        ("tags", None, "not a list"),
        ("tags", ["a,b"], "holds a comma"),
        ("tags", [" "], "is blank"),
        ("tags", [1], "is not text"),
        ("tags", ["x" * 61], "longer than 60"),
        ("tags", [str(i) for i in range(101)], "more than 100"),
        ("external_id", "x" * 256, "longer than 255"),
        ("colour", "red", "is no field of a lead; there are email"),
        ("plain", True, "is no field of a lead"),
    ],
)
def test_what_cannot_be_is_refused_naming_the_field(name: str, given: Any, says: str) -> None:
    with pytest.raises(Invalid) as caught:
        values.fields({"name": "Jane", name: given})
    assert list(caught.value.fields) == [name]
    assert says in caught.value.fields[name]


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        values.fields({"email": "x", "score": 101, "colour": 1})
    assert list(caught.value.fields) == ["email", "score", "colour"]


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("+1-202-555-0123", "+12025550123"),
        ("+49 (30) 123456", "+4930123456"),
        (" +44 20 7946 0958 ", "+442079460958"),
        ("202-555-0123", None),
        ("+1", None),
        ("+999 123 456 789", None),
        ("", None),
        (None, None),
    ],
)
def test_a_phone_number_that_carries_its_country_gets_a_normal_form(
    given: str | None, normal: str | None
) -> None:
    assert values.fields({"phone": given})["phone_normal"] == normal


PROPERTIES = {
    type: CustomProperty(slug=type, label=type, type=type, choices=["a", "b, c"])
    for type in ("text", "number", "bool", "date", "choice")
}


@pytest.mark.parametrize(
    ("type", "given", "kept"),
    [
        ("text", "x\x07", "x"),
        ("text", "", ""),
        ("number", 5, 5),
        ("number", 5.0, 5),
        ("number", "1250.50", 1250.5),
        ("number", " -3 ", -3),
        ("number", 10**20, 10**20),
        ("number", "0.1", 0.1),
        ("number", "+1.5e3", 1500),
        ("number", ".5", 0.5),
        ("number", "5.", 5),
        ("number", 1e-7, 1e-7),
        ("number", -0.0, 0),
        ("bool", True, True),
        ("bool", "No", False),
        ("date", "2026-02-28", "2026-02-28"),
        ("choice", "b, c", "b, c"),
        ("text", None, None),
        ("number", None, None),
    ],
)
def test_a_custom_value_has_the_type_of_its_property(type: str, given: Any, kept: Any) -> None:
    found = values.custom({type: given}, PROPERTIES)[type]
    assert (found, found.__class__) == (kept, kept.__class__)


@pytest.mark.parametrize(
    ("type", "given"),
    [
        ("text", 5),
        ("text", "\ud800"),
        ("number", True),
        ("number", "many"),
        ("number", "1_000"),
        ("number", "١٢"),
        ("number", "1,5"),
        ("number", "1.2.3"),
        ("number", "."),
        ("number", "1e99999999999999999999"),
        ("number", "NaN"),
        ("number", "Infinity"),
        ("number", float("inf")),
        ("number", float("nan")),
        ("number", "1e400"),
        ("number", "1e-400"),
        ("number", "0.1234567890123456"),
        ("number", []),
        ("bool", 1),
        ("bool", "maybe"),
        ("date", "2026-02-30"),
        ("date", "28.02.2026"),
        ("date", 20260228),
        ("choice", "c"),
        ("choice", []),
        ("choice", {}),
    ],
)
def test_a_custom_value_of_another_type_is_refused(type: str, given: Any) -> None:
    with pytest.raises(Invalid) as caught:
        values.custom({type: given}, PROPERTIES)
    assert list(caught.value.fields) == [f"custom_properties.{type}"]


@pytest.mark.parametrize("given", [None, [], "x"])
def test_custom_properties_are_an_object(given: Any) -> None:
    with pytest.raises(Invalid, match="give an object"):
        values.custom(given, PROPERTIES)


def test_a_property_that_is_not_defined_is_refused() -> None:
    with pytest.raises(Invalid, match="is not defined"):
        values.custom({"other": 1}, PROPERTIES)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def refused(do: Callable[[], Any]) -> list[str]:
    """The fields that are called wrong; anything but Invalid goes on."""
    try:
        do()
    except Invalid as invalid:
        return list(invalid.fields)
    return []


@given(name=st.sampled_from([*values.FIELDS]), value=ANY_JSON)
def test_whatever_comes_is_kept_or_refused_in_words(name: str, value: Any) -> None:
    assert refused(lambda: values.fields({name: value})) in ([], [name])


@given(type=st.sampled_from([*PROPERTIES]), value=ANY_JSON)
def test_whatever_comes_as_a_custom_value_is_kept_or_refused_in_words(
    type: str, value: Any
) -> None:
    wrong = refused(lambda: values.custom({type: value}, PROPERTIES))
    assert wrong in ([], [f"custom_properties.{type}"])


def test_addresses_are_judged_as_the_isemail_cases_say() -> None:
    """By their form. White space around one is trimmed, and a top level alone is no one's host."""
    wrongly_taken, wrongly_refused = [], []
    for test in ET.parse(shared.data("isemail/tests.xml")).iter("test"):
        address = "".join(
            chr(ord(c) - 0x2400) if 0x2400 <= ord(c) < 0x2421 else c
            for c in test.findtext("address") or ""
        )
        try:
            taken = bool(values.email(address))
        except ValueError:
            taken = False
        category = test.findtext("category")
        if taken and category == "ISEMAIL_ERR" and address == address.strip():
            wrongly_taken.append(address)
        if not taken and category in {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"}:
            wrongly_refused.append(address)
    assert wrongly_taken == []
    assert wrongly_refused == ["test@io"]


LOCALS = st.one_of(st.text(max_size=70), st.from_regex(r"[\w+-]{1,40}(\.[\w+-]{1,40})?"))
DOMAINS = st.sampled_from(
    ["acme.example", "localhost", "a_b.com", "-x.com", "münchen.de", f"{'x' * 63}.{'y' * 63}.com"]
)


@given(LOCALS, DOMAINS)
def test_the_short_way_for_addresses_takes_only_what_the_library_takes(
    local: str, domain: str
) -> None:
    try:
        kept = values.email(f"{local}@{domain}")
    except ValueError:
        return
    validate_email(kept or "", check_deliverability=False, test_environment=True)


@given(st.text(max_size=30), st.sampled_from(["http://", "https://", "http:", "HTTPS://", ""]))
def test_the_short_way_for_urls_takes_only_what_the_library_takes(rest: str, scheme: str) -> None:
    given_url = scheme + rest
    try:
        kept = values.source_url(given_url)
    except ValueError:
        return
    if kept and kept.strip():
        parts = urlsplit(kept)
        assert parts.scheme in {"http", "https"}
        assert parts.netloc
