"""Which free time somebody means."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synaptiq.agent.core import wished
from synaptiq.agent.core.wished import DAY, Found, Wish

# A Sunday.
TODAY = date(2026, 3, 15)
NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
BERLIN = "Europe/Berlin"
MON, TUE = TODAY + timedelta(days=1), TODAY + timedelta(days=2)


def minutes(*clocks: str) -> tuple[int, ...]:
    return tuple(int(one[:2]) * 60 + int(one[3:]) for one in clocks)


def week(
    zone: str = BERLIN, days: int = 14, first: str = "09:00", last: str = "17:00"
) -> list[datetime]:
    """Each half hour of working days on the clocks of that zone, from tomorrow on."""
    local, starts = ZoneInfo(zone), []
    for ahead in range(1, days + 1):
        day = TODAY + timedelta(days=ahead)
        if day.weekday() < 5:
            low, high = minutes(first, last)
            starts += [
                datetime(day.year, day.month, day.day, at // 60, at % 60, tzinfo=local).astimezone(
                    UTC
                )
                for at in range(low, high, 30)
            ]
    return starts


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Tuesday at 3", TUE, TUE), ("tue works", TUE, TUE), ("on Tuesday", TUE, TUE),
        ("tomorrow afternoon", MON, MON), ("the day after tomorrow", TUE, TUE),
        ("Sunday", TODAY, TODAY), ("today please", TODAY, TODAY),
        ("next week, mornings", MON, MON + timedelta(days=6)),
        ("the week after next", MON + timedelta(days=7), MON + timedelta(days=13)),
        ("this week", TODAY, TODAY),
        ("next Tuesday", TUE, TUE), ("17 March", TUE, TUE), ("March 17th at 3pm", TUE, TUE),
        ("2026-03-17", TUE, TUE), ("the 17th", TUE, TUE),
        ("1 March", date(2027, 3, 1), date(2027, 3, 1)),
        ("the 2nd", date(2026, 4, 2), date(2026, 4, 2)),
    ],
)  # fmt: skip
def test_days_are_read(text: str, first: date, last: date) -> None:
    found = wished.read(text, TODAY)
    assert found
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Tuesday at 3", minutes("03:00", "15:00")), ("Tuesday 3", minutes("03:00", "15:00")),
        ("15:30 works", minutes("15:30")), ("3pm", minutes("15:00")), ("3 p.m.", minutes("15:00")),
        ("at 9:30", minutes("09:30", "21:30")), ("09:30", minutes("09:30")),
        ("12 pm", minutes("12:00")), ("12 am", minutes("00:00")), ("noon", minutes("12:00")),
        ("half past two", minutes("02:30", "14:30")), ("quarter to 4", minutes("03:45", "15:45")),
        ("3 in the afternoon", minutes("15:00")), ("10 o'clock", minutes("10:00", "22:00")),
        ("ten is fine", minutes("10:00", "22:00")),
        ("tomorrow at three", minutes("03:00", "15:00")),
        ("10.30 tomorrow", minutes("10:30", "22:30")), ("14h30", minutes("14:30")),
    ],
)  # fmt: skip
def test_hours_are_read(text: str, at: tuple[int, ...]) -> None:
    found = wished.read(text, TODAY)
    assert found
    assert found.at == at


@pytest.mark.parametrize(
    ("text", "between"),
    [
        ("tomorrow afternoon", (720, 1080)), ("mornings", (0, 720)),
        ("in the evening", (1020, DAY)),
        ("after 3pm", (900, DAY)), ("before noon", (0, 720)), ("Tuesday after 2", (840, DAY)),
        ("before 11 am on Monday", (0, 660)),
    ],
)  # fmt: skip
def test_parts_of_the_day_are_read(text: str, between: tuple[int, int]) -> None:
    found = wished.read(text, TODAY)
    assert found
    assert (found.between, found.at) == (between, ())


@pytest.mark.parametrize(
    ("text", "nth"),
    [("the second one", 2), ("First one please", 1), ("option 3", 3), ("the last one", -1),
     ("second", 2), ("number 2", 2), ("the third time", 3)],
)  # fmt: skip
def test_one_of_those_shown_is_read(text: str, nth: int) -> None:
    found = wished.read(text, TODAY)
    assert found == Wish(nth=nth)


@pytest.mark.parametrize(
    ("text", "step"),
    [("do you have something later?", 1), ("any other times?", 1), ("something earlier", -1),
     ("could it be sooner?", -1), ("another day please", 1)],
)  # fmt: skip
def test_later_and_earlier_are_read(text: str, step: int) -> None:
    found = wished.read(text, TODAY)
    assert found
    assert found.step == step


@pytest.mark.parametrize(
    "text",
    ["40 people", "$20,000", "maybe", "I am the CEO", "no", "We have 3 offices", "30 minutes",
     "version 2.5", "it costs 50%", "a team of 12", "30 February", "", "25:00", "I was first",
     "12 marketing managers", "5 junior people"],
)  # fmt: skip
def test_what_names_no_time(text: str) -> None:
    found = wished.read(text, TODAY)
    assert found is None or found.is_any


def shown(found: Found | None, zone: str = BERLIN) -> str:
    assert found
    mark = "=" if found.is_it else "~" if found.is_near else ">"
    return mark + found.start.astimezone(ZoneInfo(zone)).strftime("%a %d %H:%M")


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        # The hour that is free is meant.
        (["Tuesday at 3"], "=Tue 17 15:00"), (["Tuesday at 9"], "=Tue 17 09:00"),
        (["tomorrow afternoon"], ">Mon 16 12:00"), (["next week, mornings"], ">Mon 16 09:00"),
        # An hour alone is one of the day that is shown.
        (["15:30 works"], "=Mon 16 15:30"), (["Wednesday", "at 4"], "=Wed 18 16:00"),
        (["the second one"], "=Mon 16 09:30"), (["Tuesday", "the last one"], "=Tue 17 16:30"),
        (["do you have something later?"], ">Mon 16 10:00"),
        (["tomorrow at 4pm", "something later"], ">Tue 17 09:00"),
        (["Thursday at noon", "earlier please"], ">Thu 19 11:00"),
        (["the day after tomorrow", "in the afternoon"], ">Mon 16 12:00"),
        # What is not free has something next to it.
        (["Tuesday at 8pm"], "~Tue 17 16:30"), (["Saturday at noon"], "~Fri 20 16:30"),
        (["tomorrow at 9:15"], "~Mon 16 09:00"), (["number 9 please", "option 9"], "=Mon 16 13:00"),
        (["2030-01-01"], "~Fri 27 16:30"),
        (["hello", "what is it?", "Tuesday 3pm"], "=Tue 17 15:00"),
    ],
)  # fmt: skip
def test_what_is_meant_is_found(texts: list[str], said: str) -> None:
    assert shown(wished.find(texts, week(), BERLIN, NOW)) == said


def test_where_both_halves_of_the_day_are_free_neither_is_it() -> None:
    starts = week(first="00:00", last="23:30")
    assert shown(wished.find(["Tuesday at 3"], starts, BERLIN, NOW)) == ">Tue 17 03:00"
    assert shown(wished.find(["Tuesday at 3pm"], starts, BERLIN, NOW)) == "=Tue 17 15:00"


def test_days_and_hours_are_those_of_the_visitors_clocks() -> None:
    starts = week(BERLIN)
    assert shown(wished.find(["Tuesday at 5 am"], starts, "America/New_York", NOW),
                 "America/New_York") == "=Tue 17 05:00"  # fmt: skip
    assert shown(wished.find(["Tuesday at 9 pm"], starts, "Asia/Tokyo", NOW),
                 "Asia/Tokyo") == "=Tue 17 21:00"  # fmt: skip
    # In Auckland it is Monday already.
    assert shown(wished.find(["today"], starts, "Pacific/Auckland", NOW),
                 "Pacific/Auckland") == ">Mon 16 21:00"  # fmt: skip


def test_nothing_wished_and_nothing_free_lead_nowhere() -> None:
    assert wished.find(["hello"], week(), BERLIN, NOW) is None
    assert wished.find(["Tuesday"], [], BERLIN, NOW) is None
    assert wished.find([], week(), BERLIN, NOW) is None


ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
         "Pacific/Apia", "Africa/Casablanca", "UTC")  # fmt: skip
# Over the days on which clocks change in Europe and America.
MOMENTS = st.integers(0, 270 * 24 * 60).map(
    lambda n: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=n)
)
WORDS = st.sampled_from((
    "Tuesday at 3", "tomorrow", "next week", "mornings", "15:30", "2:30", "the second one", "later",
    "earlier", "after 4pm", "noon", "half past 1", "29 March", "25 October at 2:30", "the last one",
    "next Sunday at 2:30 am", "today", "tonight",
))  # fmt: skip


@given(
    now=MOMENTS, zone=st.sampled_from(ZONES), texts=st.lists(WORDS, min_size=1, max_size=3),
    ahead=st.lists(st.integers(0, 21 * 48), min_size=1, max_size=40, unique=True),
)  # fmt: skip
def test_whatever_is_found_is_free_and_what_is_it_is_what_was_said(
    now: datetime, zone: str, texts: list[str], ahead: list[int]
) -> None:
    first = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    starts = [first + n * timedelta(minutes=30) for n in sorted(ahead)]
    found = wished.find(texts, starts, zone, now)
    assert found
    assert found.start in starts
    if not found.is_it:
        return
    local, wish = found.start.astimezone(ZoneInfo(zone)), wished.read(
        texts[-1], now.astimezone(ZoneInfo(zone)).date()
    )  # fmt: skip
    assert wish
    if wish.at:
        assert local.hour * 60 + local.minute in wish.at
    if wish.first:
        assert wish.last
        assert wish.first <= local.date() <= wish.last


@given(text=st.text(max_size=80), today=st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_whatever_is_written_is_read_without_a_stumble(text: str, today: date) -> None:
    found = wished.read(text, today)
    assert found is None or all(0 <= at < DAY for at in found.at)
