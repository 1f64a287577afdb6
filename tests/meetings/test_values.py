"""What a calendar's settings may hold, and what a visitor sends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synaptiq.conversations.masking import mask
from synaptiq.kit.errors import Invalid
from synaptiq.meetings import values, wording
from synaptiq.meetings.slots import DAYS
from tests.meetings.making import NINE
from tests.meetings.test_slots import MOMENTS, ZONES

GOOD: dict[str, Any] = {
    "is_on": True, "timezone": "", "minutes": "30", "buffer_before": "0", "buffer_after": "15",
    "notice_minutes": "240", "days_ahead": "21", "place": " On\nthe phone ",
    **dict.fromkeys(DAYS, ""), "mon": "9:00-12:30, 13:30 – 17",
}  # fmt: skip


def test_settings_become_columns() -> None:
    checked = values.calendar(GOOD)
    assert checked["hours"] == {"mon": [["09:00", "12:30"], ["13:30", "17:00"]]}
    assert (checked["minutes"], checked["place"]) == (30, "On the phone")


@pytest.mark.parametrize(
    ("line", "ranges"),
    [
        ("", []),
        ("9-17", [["09:00", "17:00"]]),
        ("9.30 to 12.15", [["09:30", "12:15"]]),
        ("13:00–17:00; 8:00–12:00", [["08:00", "12:00"], ["13:00", "17:00"]]),
        ("20:00-0:00", [["20:00", "24:00"]]),
        ("0:00—24:00", [["00:00", "24:00"]]),
    ],
)
def test_a_days_line_is_read_as_people_write_it(line: str, ranges: list[list[str]]) -> None:
    assert values.hours_of_day(line) == ranges
    assert values.hours_of_day(values.line_of_day(ranges)) == ranges


@pytest.mark.parametrize(
    ("field", "given", "sentence"),
    [
        ("mon", "nine to five", "is not read"),
        ("mon", "9:00-12:75", "a day goes from"),
        ("mon", "9:00-25:00", "a day goes from"),
        ("mon", "17:00-9:00", "ends before it begins"),
        ("mon", "9:00-12:00, 11:00-13:00", "overlap"),
        ("mon", ", ".join(f"{n}:00-{n}:30" for n in range(7)), "more than 6"),
        ("mon", None, "is not text"),
        ("mon", "9:00-9:15", "has room"),
        ("timezone", "Mars/Olympus", "is no time zone"),
        ("minutes", "31", "none of the choices"),
        ("buffer_before", "-5", "none of the choices"),
        ("notice_minutes", "x", "none of the choices"),
        ("days_ahead", "9999", "none of the choices"),
        ("place", "x" * 501, "longer than 500"),
    ],
)
def test_what_is_wrong_is_named(field: str, given: Any, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        values.calendar({**GOOD, field: given})
    assert set(refused.value.fields) == {field}
    assert sentence in refused.value.fields[field]


def test_one_that_is_off_needs_no_hours() -> None:
    assert values.calendar({**GOOD, "is_on": False, "mon": ""})["hours"] == {}


@pytest.mark.parametrize("given", ["2026-03-16T08:00:00Z", "2026-03-16T09:00:00+01:00"])
def test_a_slot_is_a_moment_in_whatever_offset(given: str) -> None:
    assert values.slot(given, "Europe/Berlin").starts_at == NINE


@pytest.mark.parametrize(
    ("starts_at", "zone", "wrong"),
    [
        ("2026-03-16T08:00:00", "UTC", {"starts_at"}),
        ("soon", "UTC", {"starts_at"}),
        (12, "UTC", {"starts_at"}),
        ("0001-01-01T00:00:00+14:00", "UTC", {"starts_at"}),
        ("2026-03-16T08:00:00Z", "Mars/Olympus", {"zone"}),
        ("2026-03-16T08:00:00Z", "../../etc/passwd", {"zone"}),
        ("2026-03-16T08:00:00Z", None, {"zone"}),
        ("", "", {"starts_at", "zone"}),
    ],
)
def test_what_is_no_slot_is_named(starts_at: Any, zone: Any, wrong: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        values.slot(starts_at, zone)
    assert set(refused.value.fields) == wrong


@given(at=MOMENTS, zone=st.sampled_from(ZONES))
def test_what_the_log_says_of_a_time_is_never_masked(at: Any, zone: str) -> None:
    """It holds many digits, and is no card number."""
    assert mask(wording.start(at, zone)) == wording.start(at, zone)
    assert mask(values.said(at)) == values.said(at)
