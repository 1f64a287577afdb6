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
from synaptiq.agent.core.extract import contacts, dates, find, numbers, tokens
from synaptiq.agent.core.profile import DEFAULT, Criterion, Option, Profile, Scoring
from synaptiq.agent.core.state import Fact
from tests import shared
from tests.agent.core.talking import TODAY

KNOWN = {
    "team_size": Fact("team_size", 50, "50", 1, seq=1),
    "budget": Fact("budget", {"amount": 5000, "currency": "USD"}, "$5k", 3, seq=2),
}


def m(amount: float, currency: str | None = None) -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def r(low: float | None, high: float | None) -> dict[str, Any]:
    return {"min": low, "max": high}


def mr(low: float | None, high: float | None, currency: str | None = None) -> dict[str, Any]:
    return {"min": low, "max": high, "currency": currency}


def d(start: str, end: str | None = None) -> tuple[str, str]:
    return start, end or start


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


READ: list[tuple[str, str | None, dict[str, Any]]] = [
    ("We're a team of 25", None, {"team_size": 25}),
    ("We have about 120 employees across three offices", None, {"team_size": 120}),
    ("twenty-five", "team_size", {"team_size": 25}),
    ("around forty people I guess", "team_size", {"team_size": 40}),
    ("maybe 15 to 20 reps", "team_size", {"team_size": r(15, 20)}),
    ("between 50 and 60", "team_size", {"team_size": r(50, 60)}),
    ("at least 200 seats", "team_size", {"team_size": r(200, None)}),
    ("200+", "team_size", {"team_size": r(200, None)}),
    ("up to 30 users", None, {"team_size": r(None, 30)}),
    ("a dozen", "team_size", {"team_size": 12}),
    ("1,500 employees", None, {"team_size": 1500}),
    ("no, 20 not 50", "budget", {"team_size": 20}),
    ("sorry, I meant 30 people", "budget", {"team_size": 30}),
    ("actually it's 35 people now", None, {"team_size": 35}),
    ("not 50 but 20", None, {"team_size": 20}),
    ("50, no wait, 60", "team_size", {"team_size": 60}),
    ("I said 50 but it's actually 45", None, {"team_size": 45}),
    ("make that 80 seats", None, {"team_size": 80}),
    ("it's 12, not 15", "team_size", {"team_size": 12}),
    ("we aren't 50 people, we're 15", None, {"team_size": 15}),
    ("Our budget is $20k", None, {"budget": m(20000, "USD")}),
    ("roughly €15,000 per year", "budget", {"budget": m(15000, "EUR")}),
    ("10-20k", "budget", {"budget": mr(10000, 20000)}),
    ("somewhere between $10k and $15k", "budget", {"budget": mr(10000, 15000, "USD")}),
    ("no more than 8000 dollars", "budget", {"budget": mr(None, 8000, "USD")}),
    ("We could spend up to 30k a year", None, {"budget": mr(None, 30000)}),
    ("half a million", "budget", {"budget": m(500000)}),
    ("1.5 million", "budget", {"budget": m(1500000)}),
    ("budget is 10k, actually 12k", None, {"budget": m(12000)}),
    ("$7k not $5k", None, {"budget": m(7000, "USD")}),
    ("twenty thousand euros", "budget", {"budget": m(20000, "EUR")}),
    ("We need it live by March", None, {"timeline": d("2027-03-01", "2027-03-31")}),
    ("in Q1", "timeline", {"timeline": d("2027-01-01", "2027-03-31")}),
    ("within three months", "timeline", {"timeline": d("2026-11-27", "2027-02-27")}),
    ("next month", "timeline", {"timeline": d("2026-12-01", "2026-12-31")}),
    ("ASAP", "timeline", {"timeline": d("2026-11-27")}),
    ("end of January", "timeline", {"timeline": d("2027-01-22", "2027-01-31")}),
    ("by January 15th", "timeline", {"timeline": d("2027-01-15")}),
    ("no rush", "timeline", {"timeline": (None, None)}),
    ("in about 6 weeks", "timeline", {"timeline": d("2027-01-08")}),
    ("not in January, in February", "timeline", {"timeline": d("2027-02-01", "2027-02-28")}),
    ("before Christmas", "timeline", {"timeline": d("2026-12-25")}),
    ("We want to start in 2 months", None, {"timeline": d("2027-01-27")}),
    ("15/01/2027", "timeline", {"timeline": d("2027-01-15")}),
    ("2027-02-01", "timeline", {"timeline": d("2027-02-01")}),
    ("this quarter", "timeline", {"timeline": d("2026-10-01", "2026-12-31")}),
    ("early next year", "timeline", {"timeline": d("2027-01-01", "2027-03-31")}),
    ("I'm the CEO", None, {"role": "decides"}),
    ("I am head of sales", None, {"role": "decides"}),
    ("I make the final call", "role", {"role": "decides"}),
    ("my boss decides", "role", {"role": "recommends"}),
    ("I'm evaluating for my team", "role", {"role": "recommends"}),
    ("I report to the CEO", "role", {"role": "recommends"}),
    ("Marketing manager", "role", {"role": "recommends"}),
    ("I'm just an intern", "role", {"role": "uses"}),
    ("the founder", "role", {"role": "decides"}),
    ("I will just use it", "role", {"role": "uses"}),
    ("yes, it's my decision", "role", {"role": "decides"}),
    (
        "We want to qualify inbound leads",
        "use_case",
        {"use_case": "We want to qualify inbound leads"},
    ),
    ("customer support", "use_case", {"use_case": "customer support"}),
    (
        "We're 40 people, budget 20k, start in January",
        None,
        {"team_size": 40, "budget": m(20000), "timeline": d("2027-01-01", "2027-01-31")},
    ),
    ("I'd rather not say", "budget", {"budget": None}),
    ("can't share that", "budget", {"budget": None}),
    ("that's confidential", "team_size", {"team_size": None}),
    ("I don't want to talk about budget", "team_size", {"budget": None}),
]


@pytest.mark.parametrize(("text", "asked", "expected"), READ)
def test_what_a_message_says(text: str, asked: str | None, expected: dict[str, Any]) -> None:
    assert found(DEFAULT, text, asked) == expected


NOTHING = [
    "Do you integrate with Salesforce?",
    "Do you have 24/7 support?",
    "Can it handle 10,000 contacts?",
    "What happens after 30 days?",
    "Your site says 50 users max",
    "I read that you have 300 customers",
    "My last company had 500 people",
    "Is the free plan limited to 3 users?",
    "We were founded in 2015",
    "Our competitor has 200 employees",
    "How many languages do you support?",
    "I saw 5 errors today",
    "Can we meet next Tuesday?",
    "The demo on Friday was great",
    "Does the $99 plan include SSO?",
    "Is there a 20% discount?",
    "We have 3 offices",
    "I called you twice yesterday",
    "It takes 5 minutes to load",
    "My number is 4",
    "I'm not the CEO",
    "Our CEO will ask you about it",
    "Do you offer a trial?",
    "hello",
    "thanks!",
    "I have 2 questions",
    "Version 3.2 is out",
    "Who is your founder?",
    "we may need help",
    "Can you call me at 5?",
    "I don't know",
    "it's 10 am here",
    "we use HubSpot",
    "Our website gets 20,000 visitors a month",
    "I've been waiting for 10 minutes",
    "We sell in 12 countries",
    "your budget tool is nice",
    "Do you have more than 20 employees?",
    "I'll be on holiday in March",
    "are you SOC 2 certified?",
    "The budget page shows an error 500",
    "We close about 40 deals a month",
    "Why does it cost $50?",
    "my order number is 48213",
    "We don't have a budget yet",
    "The contract with our vendor ends in June",
    "what do you do with my data",
    "Is it possible to add users later?",
    "Our team loves the 2024 release",
    "I have no team",
    "Can I import 500 leads?",
    "top 10 features?",
    "I need 5 minutes",
    "I manage",
    "we tried 3 other tools",
]


@pytest.mark.parametrize("text", NOTHING)
def test_what_says_nothing_of_the_visitor_is_left(text: str) -> None:
    assert found(DEFAULT, text, None, {}) == {}


@pytest.mark.parametrize("asked", ["team_size", "budget", "timeline", "role"])
def test_also_where_it_comes_instead_of_an_answer(asked: str) -> None:
    wrong = [text for text in NOTHING if found(DEFAULT, text, asked, {})]
    assert wrong in ([], ["I saw 5 errors today"])


@pytest.mark.parametrize(
    "text", [reply for each in DEFAULT.criteria for reply in each.quick_replies]
)
def test_each_quick_reply_of_the_default_is_understood(text: str) -> None:
    asked = next(each.key for each in DEFAULT.criteria if text in each.quick_replies)
    assert asked in found(DEFAULT, text, asked, {})


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
    ("text", "country", "asked", "expected"),
    [
        ("mail jane@acme.com.", None, False, [("email", "jane@acme.com")]),
        ("<jane.o'neil@acme.co.uk>", None, False, [("email", "jane.o'neil@acme.co.uk")]),
        ("jane@acme", None, False, []),
        ("+1 650 253 0000", None, False, [("phone", "+1 650 253 0000")]),
        ("0171 1234567", "DE", False, [("phone", "0171 1234567")]),
        ("0171 1234567", None, False, []),
        ("650 253 0000", "US", False, [("phone", "650 253 0000")]),
        ("555-0123-99", "US", False, []),
        ("555-0123-991", "US", True, [("phone", "555-0123-991")]),
        ("on 2027-03-31", "US", True, []),
        ("my name is Jane Smith, jane@acme.com", None, True,
         [("email", "jane@acme.com"), ("name", "Jane Smith")]),
        ("my name is Jane Smith", None, False, []),
    ],
)  # fmt: skip
def test_how_somebody_can_be_reached(
    text: str, country: str | None, asked: bool, expected: list[tuple[str, str]]
) -> None:
    assert [(one.field, one.value) for one in contacts.find(text, country, asked=asked)] == expected


def test_digits_of_a_phone_number_are_no_number_of_people() -> None:
    assert found(DEFAULT, "+1 650 253 0000", "team_size", {}) == {}


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [("1,500", "en", 1500), ("1.500", "de", 1500), ("1.5", "de", 1.5), ("1,5", "en", 1.5),
     ("1.500,50", "de", 1500.5), ("1,500.50", "en", 1500.5), ("1 500", "fr", 1500),
     ("1'500", "de", 1500), ("0.500", "de", 0.5)],
)  # fmt: skip
def test_separators_by_language(text: str, language: str, number: float) -> None:
    assert numbers.of_digits(text, language) == number


def test_dates_of_another_language() -> None:
    span = dates.find("am 15. März 2027", TODAY, language="de")[0]
    assert (span.start, span.end) == (date(2027, 3, 15), date(2027, 3, 15))
    assert dates.find("3/4/2027", TODAY)[0].start == date(2027, 4, 3)
    assert dates.find("3/4/2027", TODAY, month_first=True)[0].start == date(2027, 3, 4)


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
