"""Figures and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from synaptiq.dashboard.components import figures
from synaptiq.kit.languages import AMERICAN, LANGUAGES, Language

NOW = datetime(2026, 3, 18, 14, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1284, "1,284"), (1_000_000, "1,000,000"), (None, "")],
)
def test_thousands_are_parted(number: int | None, text: str) -> None:
    assert figures.thin(number) == text


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (None, ""),
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (1284, "1.3 kB"),
        (60_321, "60 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_234_567, "1.2 MB"),
        (9_960_000, "10 MB"),
        (270_000_000, "270 MB"),
        (3_400_000_000_000, "3.4 TB"),
        (5_000_000_000_000_000, "5,000 TB"),
    ],
)
def test_bytes_are_in_decimal_units(octets: int | None, text: str) -> None:
    assert figures.size(octets) == text


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=4, seconds=30), "4 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(hours=14), "14 h ago"),
        (timedelta(hours=15), "yesterday"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=7), "11 Mar"),
        (timedelta(days=90), "18 Dec 2025"),
        (-timedelta(seconds=10), "in a moment"),
        (-timedelta(minutes=5), "in 5 min"),
        (-timedelta(days=1), "tomorrow"),
        (-timedelta(days=29), "in 29 days"),
        (-timedelta(days=40), "27 Apr"),
    ],
)
def test_relative_times(before: timedelta, text: str) -> None:
    assert figures.relative(NOW - before, "UTC", NOW) == text


def test_last_night_is_in_hours_while_it_is_near_although_the_day_has_changed() -> None:
    morning = datetime(2026, 3, 18, 6, 0, tzinfo=UTC)
    assert figures.relative(morning - timedelta(hours=8), "UTC", morning) == "8 h ago"
    assert figures.relative(morning - timedelta(hours=13), "UTC", morning) == "yesterday"


def test_days_are_those_of_the_zone() -> None:
    late = datetime(2026, 3, 16, 23, 30, tzinfo=UTC)  # the 17th in Berlin, the 16th in London
    assert figures.relative(late, "Europe/Berlin", NOW) == "yesterday"
    assert figures.relative(late, "Europe/London", NOW) == "2 days ago"


def test_americans_write_the_month_first_and_twelve_hours() -> None:
    at = datetime(2026, 3, 5, 21, 4, 9, tzinfo=UTC)
    assert figures.date(at, "UTC", NOW, AMERICAN) == "Mar 5"
    assert figures.date(at.replace(year=2025), "UTC", NOW, AMERICAN) == "Mar 5, 2025"
    assert figures.exact(at, "UTC", NOW, AMERICAN) == "Mar 5, 9:04 PM"
    assert figures.time(at.replace(hour=0), "UTC", NOW, AMERICAN) == "12:04 AM"
    assert figures.full(at, "Europe/Berlin", AMERICAN) == "March 5, 2026, 10:04:09 PM CET"
    assert figures.weekday(at, "UTC", NOW, AMERICAN) == "Thursday, March 5"
    assert (
        figures.weekday(at.replace(year=2025), "UTC", NOW, AMERICAN) == "Wednesday, March 5, 2025"
    )
    assert figures.relative(at, "UTC", NOW, AMERICAN) == "Mar 5"
    assert figures.relative(NOW, "UTC", NOW, AMERICAN) == "just now"


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_the_example_of_a_language_is_what_it_writes(language: Language) -> None:
    at = datetime(2026, 11, 27, 16, 34, tzinfo=UTC)
    assert figures.exact(at, "UTC", at.replace(year=2027), language) == language.example


def test_exact_and_full_times_are_in_the_zone() -> None:
    at = datetime(2026, 3, 15, 9, 22, 41, tzinfo=UTC)
    assert figures.exact(at, "Asia/Kathmandu", NOW) == "15 Mar, 15:07"
    assert figures.full(at, "Europe/Berlin") == "15 March 2026, 10:22:41 CET"
    assert figures.date(at.replace(year=2025), "UTC", NOW) == "15 Mar 2025"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-1, "0 s"), (0, "0 s"), (59, "59 s"), (60, "1 min"), (517, "9 min"), (3_569, "59 min"),
        (3_590, "1 h"), (3_600, "1 h"), (4_800, "1 h 20 min"), (90_000, "25 h"),
    ],
)  # fmt: skip
def test_how_long_something_took(seconds: int, said: str) -> None:
    assert figures.span(timedelta(seconds=seconds)) == said
