"""Each filter of leads against rows: which of them it chooses, and how it reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit.filters import Context
from synaptiq.leads import queries
from synaptiq.leads.filters import LEAD_FILTERS
from synaptiq.leads.models import CustomProperty, Lead
from tests.conftest import make_account

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)

# One row each, by name; what is not said is the default of a lead made on 10 March.
ROWS: dict[str, dict[str, Any]] = {
    "plain": {},
    "won": {"status": "won", "score": 90, "won_at": MARCH + 20 * DAY, "tags": ["a", "b"]},
    "qualified": {
        "status": "qualified", "score": 70, "first_qualified_at": MARCH + 11 * DAY, "tags": ["a"],
    },
    "late": {"score": 0, "meeting_booked_at": MARCH + 9 * DAY + timedelta(days=30), "tags": ["b"]},
    "booked": {"status": "meeting_booked", "meeting_booked_at": MARCH + 10 * DAY},
    "held": {"meeting_held_at": MARCH + 10 * DAY, "origin": "api"},
    "first": {"created_at": MARCH, "origin": "import"},
    "before": {"created_at": MARCH - timedelta(microseconds=1)},
    "last": {"created_at": MARCH + 31 * DAY - timedelta(microseconds=1)},
    "after": {"created_at": MARCH + 31 * DAY},
    "moved": {
        "last_activity_at": MARCH + 40 * DAY, "updated_at": MARCH + 41 * DAY,
        "first_visit_at": MARCH - 5 * DAY,
    },
    "url": {"source_url": "https://yoursite.com/Pricing%20100_x"},
    "text": {"email": "Jane@acme.com", "company": "100% Acme_Corp", "phone": "+1-555-0123"},
    "external": {"external_id": "CRM-42", "custom": {"size": "50-200", "seats": 20, "vip": True}},
    "han": {"company": "王伟商店", "custom": {"size": "20", "seats": 7.5}},
    "test": {"is_test": True},
    "spam": {"is_spam": True},
    "both": {"is_test": True, "is_spam": True},
    "mine": {"assigned_to": "alex@acme.com"},
    "theirs": {"assigned_to": "sam@acme.com"},
    "deleted": {"deleted_at": MARCH, "status": "won", "score": 90},
}  # fmt: skip
SHOWN = {*ROWS} - {"test", "spam", "both", "deleted"}
ASSIGNED = {"mine", "theirs"}


@pytest.fixture
def rows(account: Account, member: Callable[..., Member]) -> Account:
    people = {e: member("agent", email=e) for e in ("alex@acme.com", "sam@acme.com")}
    CustomProperty.objects.create(slug="size", label="Company size", type="text", position=1)
    CustomProperty.objects.create(
        slug="vip", label="VIP", type="bool", position=2, archived_at=MARCH
    )
    other = make_account("Other")
    with acting_for(other.pk):
        Lead.objects.create(name="foreign", status="won", score=90)
    for name, given in ROWS.items():
        fields: dict[str, Any] = {"created_at": MARCH + 9 * DAY, "updated_at": MARCH + 9 * DAY}
        fields |= {"last_activity_at": MARCH + 9 * DAY, **given}
        if "assigned_to" in given:
            fields["assigned_to"] = people[given["assigned_to"]]
        Lead.objects.create(name=name, **fields)
    return account


def chosen(
    texts: dict[str, list[str]], *, timezone: str = "UTC", goal: str = "meeting_booked"
) -> set[str]:
    values = LEAD_FILTERS.from_text(texts)
    found = queries.matching(values, Context(timezone, {"goal": goal}))
    names = [str(lead.name) for lead in found]
    assert len(names) == len(set(names)) == found.count()
    return set(names)


IN_MARCH = SHOWN - {"before", "after"}


@pytest.mark.parametrize(
    ("texts", "names", "sentence"),
    [
        ({}, SHOWN, ""),
        ({"status": ["won"]}, {"won"}, "status is won"),
        ({"status": ["won,qualified"]}, {"won", "qualified"}, "status is qualified or won"),
        ({"created": ["2026-03-01..2026-03-31"]}, IN_MARCH, "created 1–31 March 2026"),
        ({"created": ["2026-04-01.."]}, {"after"}, "created since 1 April 2026"),
        ({"created": ["..2026-02-28"]}, {"before"}, "created up to 28 February 2026"),
        ({"last_activity": ["2026-04-10"]}, {"moved"}, "last activity 10 April 2026"),
        ({"updated": ["2026-04-11"]}, {"moved"}, "updated 11 April 2026"),
        ({"first_visit": ["..2026-03-01"]}, {"moved"}, "first visit up to 1 March 2026"),
        ({"first_qualified": ["2026-03-12"]}, {"qualified"}, "first qualified 12 March 2026"),
        ({"score": ["70.."]}, {"won", "qualified"}, "score 70 or more"),
        ({"score": ["..70"]}, {"late", "qualified"}, "score up to 70"),
        ({"score": ["0"]}, {"late"}, "score 0"),
        ({"tags": ["a,b"]}, {"won", "qualified", "late"}, "tags include a or b"),
        ({"tags_all": ["a,b"]}, {"won"}, "all tags include a and b"),
        ({"tags": ["A"]}, set(), "tags include A"),
        ({"assigned_to": ["alex@acme.com"]}, {"mine"}, None),
        ({"assigned_to": ["ALEX@acme.com,sam@acme.com"]}, ASSIGNED, None),
        ({"assigned_to": ["nobody"]}, SHOWN - ASSIGNED, None),
        ({"assigned_to": ["nobody,sam@acme.com"]}, SHOWN - {"mine"}, None),
        ({"source_url": ["pricing%20"]}, {"url"}, "source URL contains “pricing%20”"),
        ({"source_url": ["100_"]}, {"url"}, None),
        ({"source_url": ["100%"]}, set(), None),
        ({"origin": ["api,import"]}, {"held", "first"}, "origin is import or api"),
        ({"stage": ["captured"]}, SHOWN, "stage reached is lead captured"),
        ({"stage": ["qualified"]}, {"qualified", "late", "booked", "held", "won"}, None),
        ({"stage": ["meeting_booked"]}, {"late", "booked", "held", "won"}, None),
        ({"stage": ["meeting_held"]}, {"held", "won"}, None),
        ({"stage": ["won"]}, {"won"}, None),
        ({"stage": ["won,captured"]}, SHOWN, None),
        ({"goal": ["yes"]}, {"booked"}, "goal reached is yes"),
        ({"goal": ["no"]}, SHOWN - {"booked"}, "goal reached is no"),
        ({"goal": ["yes,no"]}, SHOWN, None),
        ({"test": ["include"]}, SHOWN | {"test"}, "test leads are included"),
        ({"test": ["only"]}, {"test"}, "test leads are the only ones"),
        ({"test": ["exclude"]}, SHOWN, "test leads are left out"),
        ({"spam": ["only"]}, {"spam"}, "spam leads are the only ones"),
        ({"test": ["only"], "spam": ["only"]}, {"both"}, None),
        ({"test": ["include"], "spam": ["include"]}, {*ROWS} - {"deleted"}, None),
        ({"text": ["jane@"]}, {"text"}, "text contains “jane@”"),
        ({"text": ["crm-4"]}, {"external"}, None),
        ({"text": ["100%"]}, {"text"}, None),
        ({"text": ["e_c"]}, {"text"}, None),
        ({"text": ["ACME"]}, {"text"}, None),
        ({"text": ["王伟"]}, {"han"}, "text contains “王伟”"),
        ({"custom": ["size:50-200"]}, {"external"}, "Company size is “50-200”"),
        (
            {"custom": ["seats:20", "vip:yes"]},
            {"external"},
            "seats (no such property) is “20” and VIP (archived) is “yes”",
        ),
        ({"custom": ["vip:True"]}, {"external"}, None),
        ({"custom": ["seats:7.5"]}, {"han"}, None),
        ({"custom": ["size:20"]}, {"han"}, None),
        ({"custom": ["size:50"]}, set(), None),
        ({"custom": ["seats:1e999"]}, set(), None),
        ({"custom": ["seats:-1E999"]}, set(), None),
        ({"custom": ["seats:NaN"]}, set(), None),
        ({"custom": ["seats:" + "9" * 190]}, set(), None),
        ({"text": ["555-0123"]}, {"text"}, None),
        ({"text": ["foreign"]}, set(), None),
        ({"text": ["' OR 1=1 --"]}, set(), None),
        ({"status": ["won"], "score": ["95.."]}, set(), "status is won, score 95 or more"),
    ],
)  # fmt: skip
def test_a_filter_chooses_these_rows_and_says_so(
    rows: Account, texts: dict[str, list[str]], names: set[str], sentence: str | None
) -> None:
    assert chosen(texts) == names
    if sentence is not None:
        assert LEAD_FILTERS.sentence(LEAD_FILTERS.from_text(texts)) == sentence


@pytest.mark.parametrize(
    ("goal", "reached"),
    [
        ("qualified", {"qualified"}),
        ("meeting_booked", {"booked"}),
        ("held", {"held"}),
        ("won", {"won"}),
    ],
)
def test_the_goal_is_the_accounts(rows: Account, goal: str, reached: set[str]) -> None:
    assert chosen({"goal": ["yes"]}, goal=goal) == reached
    assert chosen({"goal": ["no"]}, goal=goal) == SHOWN - reached


def test_days_are_those_of_the_accounts_zone(rows: Account) -> None:
    first = {"created": ["2026-03-01"]}
    assert chosen(first) == {"first"}
    assert chosen(first, timezone="Pacific/Kiritimati") == {"before", "first"}
    assert chosen(first, timezone="America/Los_Angeles") == set()


def test_every_filter_of_the_table_is_tried_here() -> None:
    marks = test_a_filter_chooses_these_rows_and_says_so.pytestmark  # type: ignore[attr-defined]
    tried = {key for texts, *_ in marks[0].args[1] for key in texts}
    assert tried == {f.key for f in LEAD_FILTERS.filters}
