"""What the rules read in short messages, and what they leave alone."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synaptiq.agent.core import values
from synaptiq.agent.core.extract import contacts, dates, digits, find, tokens
from synaptiq.agent.core.profile import DEFAULT, Criterion, Option, Profile, Scoring
from synaptiq.agent.core.state import Fact
from tests import shared
from tests.agent.core.messages import NOTHING, READ, r
from tests.agent.core.talking import TODAY

KNOWN = {
    "team_size": Fact("team_size", 50, "50", 1, seq=1),
    "budget": Fact("budget", {"amount": 5000, "currency": "USD"}, "$5k", 3, seq=2),
}


def found(profile: Profile, text: str, asked: str | None, known: Any = KNOWN) -> dict[str, Any]:
    """Criterion → value, a date as (start, end); each quote is a part of the message."""
    said = find(profile, text, asked=asked, known=known, today=TODAY)
    for one in said.facts:
        assert one.quote
        assert one.quote in text
    return {
        one.criterion: (one.value["start"], one.value["end"])
        if isinstance(one.value, dict) and "said" in one.value
        else one.value
        for one in said.facts
    }


@pytest.mark.parametrize(("text", "asked", "expected"), READ)
def test_what_a_message_says(text: str, asked: str | None, expected: dict[str, Any]) -> None:
    assert found(DEFAULT, text, asked) == expected


@pytest.mark.parametrize("text", NOTHING)
def test_what_says_nothing_of_the_visitor_is_left(text: str) -> None:
    assert found(DEFAULT, text, None, {}) == {}


@pytest.mark.parametrize("asked", ["team_size", "budget", "timeline", "role"])
def test_also_where_it_comes_instead_of_an_answer(asked: str) -> None:
    assert [text for text in NOTHING if found(DEFAULT, text, asked, {})] == []


@pytest.mark.parametrize(
    "text", [reply for each in DEFAULT.criteria for reply in each.quick_replies]
)
def test_each_quick_reply_of_the_default_is_understood(text: str) -> None:
    asked = next(each.key for each in DEFAULT.criteria if text in each.quick_replies)
    assert asked in found(DEFAULT, text, asked, {})


@pytest.mark.parametrize(
    ("text", "refuses"),
    [
        ("no", True), ("no way", True), ("nope, not now", True), ("no, sorry", True),
        ("I'd rather not say", True), ("I'd rather not say who I am", True),
        ("I won't tell you how to reach me", True), ("I'd rather not give my email", True),
        ("no, 40 not 30 people", False), ("no, make it 40 people", False),
        ("No, I meant 40 people", False), ("no rush, in 6 months", False),
        ("no idea yet about timeline", False), ("I'd rather not say who decides", False),
        ("I'd rather not say what we spend", False),
    ],
)  # fmt: skip
def test_who_refuses_another_thing_may_still_be_asked_how_to_be_reached(
    text: str, refuses: bool
) -> None:
    known = {"team_size": Fact("team_size", 30, "30", 1, seq=1)}
    said = find(DEFAULT, text, asked="contact", known=known, today=TODAY)
    assert bool(said.refused_contact) is refuses


def test_a_refusal_and_a_not_knowing_are_no_values() -> None:
    refused = find(DEFAULT, "I'd rather not say", asked="budget", known={}, today=TODAY)
    assert [(one.criterion, one.status) for one in refused.facts] == [("budget", "refused")]
    unsure = find(DEFAULT, "not sure yet", asked="budget", known={}, today=TODAY)
    assert unsure.facts == ()
    assert unsure.unknown


MORE = Profile(
    "Ada", "Hello",
    (
        Criterion("crm", "CRM in use", "bool", 10, "Do you use a CRM?", nouns=("crm",)),
        Criterion("place", "Country", "geo", 10, "Where are you?",
                  scoring=Scoring(options=(Option("NO", "Norway", 1.0, ("oslo",)),))),
        Criterion("deal", "Deal size", "range", 10, "How many a month?", nouns=("deals",),
                  scoring=Scoring(steps=((0, 1.0),))),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("yes we do", "crm", {"crm": True}),
        ("nope", "crm", {"crm": False}),
        ("not yet", "crm", {"crm": False}),
        ("no idea", "crm", {}),
        ("no problem", "crm", {}),
        ("We have a CRM", None, {"crm": True}),
        ("we don't use a CRM", None, {"crm": False}),
        ("Does it have a CRM?", None, {}),
        ("In Oslo", "place", {"place": "NO"}),
        ("we're based in Norway", None, {"place": "NO"}),
        ("Sweden", "place", {"place": "Sweden"}),
        ("My favourite is Norway", None, {}),
        ("40 deals", None, {"deal": r(40, 40)}),
        ("between 20 and 30", "deal", {"deal": r(20, 30)}),
    ],
)
def test_yes_no_places_and_ranges(text: str, asked: str | None, expected: dict[str, Any]) -> None:
    assert found(MORE, text, asked, {}) == expected


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("mail jane@acme.com.", False, [("email", "jane@acme.com")]),
        ("<jane.o'neil@acme.co.uk>", False, [("email", "jane.o'neil@acme.co.uk")]),
        ("jane@acme", False, []),
        ("+1 650 253 0000", False, [("phone", "+1 650 253 0000")]),
        ("0171 1234567", False, []),
        ("0171 1234567", True, [("phone", "0171 1234567")]),
        ("+1 650", True, []),
        ("555-0123-991", True, [("phone", "555-0123-991")]),
        ("on 2027-03-31", True, []),
        ("my name is Jane Smith, jane@acme.com", True,
         [("email", "jane@acme.com"), ("name", "Jane Smith")]),
        ("my name is Jane Smith", False, []),
    ],
)  # fmt: skip
def test_how_somebody_can_be_reached(
    text: str, asked: bool, expected: list[tuple[str, str]]
) -> None:
    assert [(one.field, one.value) for one in contacts.find(text, asked=asked)] == expected


def test_digits_of_a_phone_number_are_no_number_of_people() -> None:
    assert found(DEFAULT, "+1 650 253 0000", "team_size", {}) == {}


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,500", 1500), ("1.500", 1500), ("1.5", 1.5), ("1,5", 1.5), ("1.500,50", 1500.5),
     ("1,500.50", 1500.5), ("1 500", 1500), ("1'500", 1500), ("0.500", 0.5), ("9" * 13, None)],
)  # fmt: skip
def test_separators(text: str, number: float | None) -> None:
    assert digits.of_digits(text) == number


def test_dates_of_another_language() -> None:
    span = dates.find("am 15. März 2027", TODAY, language="de")[0]
    assert (span.start, span.end) == (date(2027, 3, 15), date(2027, 3, 15))
    assert dates.find("3/4/2027", TODAY)[0].start == date(2027, 4, 3)
    assert dates.find("3/14/2027", TODAY)[0].start == date(2027, 3, 14)
    assert not dates.find("13/14/2027", TODAY)


@settings(deadline=None)
@given(st.text(max_size=200), st.sampled_from([None, "team_size", "timeline", "use_case"]))
def test_any_text_is_read_without_an_error(text: str, asked: str | None) -> None:
    said = find(DEFAULT, text, asked=asked, known=KNOWN, today=TODAY)
    for one in said.facts:
        criterion = DEFAULT.criterion(one.criterion)
        assert criterion is not None
        assert one.quote in text
        assert one.status == "refused" or values.is_value(criterion.type, one.value)


def test_naughty_strings_are_read_without_an_error() -> None:
    for line in shared.data("blns/blns.txt").read_text("utf-8").splitlines():
        for asked in (None, "team_size", "timeline", "contact"):
            for one in find(DEFAULT, line, asked=asked, known={}, today=TODAY).facts:
                assert one.quote in line
        tokens.read(line)


def test_what_takes_long_to_import_is_imported_where_it_is_needed() -> None:
    code = (
        "import sys, synaptiq.agent.core.turn; "
        "print([m for m in ('dateparser', 'text_to_num', 'phonenumbers', 'email_validator', "
        "'django') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
