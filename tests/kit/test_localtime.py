"""Whole local days: the longest, the shortest, the late ones, and the one that never was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synaptiq.kit.localtime import day_range, day_start, is_timezone


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "zone", "start", "hours"),
    [
        ("2026-03-15", "UTC", "2026-03-15T00:00", 24),
        ("2026-03-29", "Europe/Berlin", "2026-03-28T23:00", 23),
        ("2026-10-25", "Europe/Berlin", "2026-10-24T22:00", 25),
        ("2026-03-08", "America/New_York", "2026-03-08T05:00", 23),
        ("2026-11-01", "America/New_York", "2026-11-01T04:00", 25),
        # Half an hour, by half an hour.
        ("2026-04-05", "Australia/Lord_Howe", "2026-04-04T13:00", 24.5),
        ("2026-10-04", "Australia/Lord_Howe", "2026-10-03T13:30", 23.5),
        # Clocks change at midnight: these days begin at 01:00.
        ("2022-03-27", "Asia/Beirut", "2022-03-26T22:00", 23),
        ("2023-10-01", "America/Asuncion", "2023-10-01T04:00", 23),
        # Clocks go back at midnight: 23:00 is twice on the day before.
        ("2022-10-29", "Asia/Beirut", "2022-10-28T21:00", 25),
        # Samoa went over the date line.
        ("2011-12-29", "Pacific/Apia", "2011-12-29T10:00", 24),
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00", 0),
        ("2011-12-31", "Pacific/Apia", "2011-12-30T10:00", 24),
        ("2026-03-15", "Asia/Kathmandu", "2026-03-14T18:15", 24),
    ],
)
def test_days_begin_and_last_as_clocks_do(day: str, zone: str, start: str, hours: float) -> None:
    first = date.fromisoformat(day)
    assert day_start(first, zone) == at(start)
    assert day_range(first, first, zone) == (at(start), at(start) + timedelta(hours=hours))


def test_open_ends_stay_open() -> None:
    day = date(2026, 3, 1)
    assert day_range(None, day, "UTC") == (None, at("2026-03-02T00:00"))
    assert day_range(day, None, "UTC") == (at("2026-03-01T00:00"), None)
    assert day_range(None, None, "UTC") == (None, None)


ZONES = sorted(available_timezones())


def local_date(moment: datetime, zone: str) -> date:
    """By the standard library, which `day_range` does not use."""
    return moment.astimezone(ZoneInfo(zone)).date()


@settings(max_examples=300, deadline=None)
@given(
    day=st.dates(min_value=date(1971, 1, 1), max_value=date(2037, 12, 30)),
    zone=st.sampled_from(ZONES),
)
def test_a_day_is_all_moments_of_that_date_in_every_zone(day: date, zone: str) -> None:
    start, end = day_range(day, day, zone)
    instant = timedelta(microseconds=1)
    assert local_date(start - instant, zone) < day
    assert local_date(end, zone) > day
    if start < end:
        assert local_date(start, zone) == local_date(end - instant, zone) == day


def test_every_zone_that_may_be_chosen_has_days() -> None:
    for zone in ZONES:
        assert is_timezone(zone)
        assert day_start(date(2026, 7, 1), zone).tzinfo == UTC


@pytest.mark.parametrize("name", ["", "Europe/Atlantis", "../etc/passwd", "CEST", "+01:00"])
def test_what_is_no_zone(name: str) -> None:
    assert not is_timezone(name)
