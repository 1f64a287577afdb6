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
    **dict.fromkeys(DAYS), "mon": [("09:00", "12:30"), ("13:30", "17:00")],
}  # fmt: skip


def test_settings_become_columns() -> None:
    checked = values.calendar(GOOD)
    assert checked["hours"] == {"mon": [["09:00", "12:30"], ["13:30", "17:00"]]}
    assert (checked["minutes"], checked["place"]) == (30, "On the phone")


@pytest.mark.parametrize(
    ("rows", "ranges"),
    [
        (None, []),
        ([("09:00", "17:00")], [["09:00", "17:00"]]),
        ([("", ""), (" 09:30 ", "12:15:00"), ("", "")], [["09:30", "12:15"]]),
        ([("13:00", "17:00"), ("08:00", "12:00")], [["08:00", "12:00"], ["13:00", "17:00"]]),
        ([("08:00", "12:00"), ("12:00", "13:00")], [["08:00", "12:00"], ["12:00", "13:00"]]),
        ([("20:00", "00:00")], [["20:00", "24:00"]]),
        ([("00:00", "24:00")], [["00:00", "24:00"]]),
    ],
)
def test_a_days_rows_become_ranges(rows: Any, ranges: list[list[str]]) -> None:
    assert values.hours_of_day(rows) == ranges


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([("", "")], {"": "Add hours, or switch this day off."}),
        ([], {"": "Add hours, or switch this day off."}),
        ([("09:00", "")], {"0.to": "Say when it ends."}),
        ([("", ""), ("", "17:00")], {"1.from": "Say when it starts."}),
        ([("nine", "25:00")], {"0.from": "Write a time such as 09:00.",
                               "0.to": "Write a time such as 09:00."}),
        ([("17:00", "09:00")], {"0.to": "Choose an end after its start."}),
        ([("09:00", "09:00")], {"0.to": "Choose an end after its start."}),
        ([("24:00", "00:00")], {"0.to": "Choose an end after its start."}),
        ([("11:00", "13:00"), ("09:00", "12:00")], {"0.from": "Overlaps with 09:00 to 12:00."}),
        ([(f"{n:02}:00", f"{n:02}:30") for n in range(7)],
         {"": "A day has at most 6 ranges of hours."}),
        ([(None, 5)], {"": "Add hours, or switch this day off."}),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_day_is_named_by_its_row(rows: Any, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        values.hours_of_day(rows)
    assert refused.value.fields == wrong


CLOCKS = st.times().map(lambda at: at.strftime("%H:%M"))


@given(rows=st.lists(st.tuples(st.one_of(CLOCKS, st.just("")), st.one_of(CLOCKS, st.just("")))))
def test_ranges_that_are_taken_are_in_order_and_apart_and_can_be_sent_again(
    rows: list[tuple[str, str]],
) -> None:
    try:
        ranges = values.hours_of_day(rows)
    except Invalid:
        return
    flat = [clock for pair in ranges for clock in pair]
    assert flat == sorted(flat)
    assert all(first < last for first, last in ranges)
    assert values.hours_of_day(ranges) == ranges


@pytest.mark.parametrize(
    ("field", "given", "sentence"),
    [
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


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        values.calendar({**GOOD, "minutes": "31", "mon": [("9", "17:00")], "sun": [("", "")]})
    assert set(refused.value.fields) == {"minutes", "mon.0.from", "sun"}


def test_one_that_is_on_needs_a_day_with_room_for_a_meeting() -> None:
    with pytest.raises(Invalid) as refused:
        values.calendar({**GOOD, "mon": [("09:00", "09:15")]})
    assert set(refused.value.fields) == {"hours"}


def test_one_that_is_off_needs_no_hours() -> None:
    assert values.calendar({**GOOD, "is_on": False, "mon": None})["hours"] == {}


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
