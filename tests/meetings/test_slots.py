"""Which starts are offered: working hours on a member's clocks, also when those change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synaptiq.meetings import slots
from synaptiq.meetings.slots import DAYS, WHOLE_DAY, Rules

BERLIN = "Europe/Berlin"


def rules(**changed: object) -> Rules:
    usual: dict[str, object] = {
        "hours": {day: [(540, 1020)] for day in DAYS}, "zone": BERLIN, "minutes": 30,
        "buffer_before": 0, "buffer_after": 0, "notice_minutes": 0, "days_ahead": 0,
    }  # fmt: skip
    return Rules(**{**usual, **changed})  # type: ignore[arg-type]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shown(starts: list[datetime], zone: str = BERLIN) -> list[str]:
    return [start.astimezone(ZoneInfo(zone)).strftime("%H:%M%z") for start in starts]


def test_working_hours_are_wall_time_of_the_members_zone() -> None:
    free = slots.free(rules(hours={"mon": [(540, 630)]}), [], at("2026-03-16T00:00"))
    assert shown(free) == ["09:00+0100", "09:30+0100", "10:00+0100"]


def test_a_day_may_have_several_ranges_and_none() -> None:
    free = slots.free(
        rules(hours={"mon": [(540, 570), (780, 810)]}, days_ahead=7), [], at("2026-03-16T00:00")
    )
    assert [start.strftime("%d %H:%M") for start in free] == [
        "16 08:00", "16 12:00", "23 08:00", "23 12:00",
    ]  # fmt: skip


def test_what_clocks_skip_is_not_offered() -> None:
    """In Berlin it is 03:00 after 01:59 on 29 March 2026."""
    free = slots.free(rules(hours={"sun": [(60, 240)]}), [], at("2026-03-28T23:30"))
    assert shown(free) == ["01:00+0100", "01:30+0100", "03:00+0200", "03:30+0200"]


def test_a_meeting_over_the_gap_must_still_end_within_the_hours() -> None:
    free = slots.free(rules(hours={"sun": [(60, 180)]}, minutes=60), [], at("2026-03-28T23:30"))
    # 01:30 would end at 03:30.
    assert shown(free) == ["01:00+0100"]


@pytest.mark.parametrize("end", [120, 150, 180])
def test_hours_that_end_within_the_gap_end_where_it_begins(end: int) -> None:
    free = slots.free(rules(hours={"sun": [(60, end)]}), [], at("2026-03-28T23:30"))
    assert shown(free) == ["01:00+0100", "01:30+0100"]


def test_what_clocks_repeat_is_offered_once_at_its_first() -> None:
    """In Berlin it is 02:00 again after 02:59 on 25 October 2026."""
    free = slots.free(rules(hours={"sun": [(90, 210)]}), [], at("2026-10-24T22:30"))
    assert shown(free) == ["01:30+0200", "02:00+0200", "02:30+0200", "03:00+0100"]


def test_hours_to_midnight_end_with_the_day_also_where_midnight_is_skipped() -> None:
    """In Cairo 24 April 2026 begins at 01:00."""
    cairo = rules(hours={"thu": [(23 * 60, WHOLE_DAY)]}, zone="Africa/Cairo")
    free = slots.free(cairo, [], at("2026-04-23T12:00"))
    assert shown(free, "Africa/Cairo") == ["23:00+0200", "23:30+0200"]


def test_today_is_the_members_day_and_not_that_of_utc() -> None:
    """It is Monday in Auckland already, and Sunday in Honolulu still."""
    now = at("2026-03-15T22:00")
    hours = {"mon": [(840, 870)]}
    auckland = slots.free(rules(hours=hours, zone="Pacific/Auckland"), [], now)
    assert auckland == [at("2026-03-16T01:00")]
    assert slots.free(rules(hours=hours, zone="Pacific/Honolulu"), [], now) == []


def test_notice_and_horizon() -> None:
    now = at("2026-03-16T08:10")
    some = rules(hours={day: [(540, 660)] for day in DAYS}, notice_minutes=60, days_ahead=1)
    assert [start.strftime("%d %H:%M") for start in slots.free(some, [], now)] == [
        "16 09:30", "17 08:00", "17 08:30", "17 09:00", "17 09:30",
    ]  # fmt: skip


def test_buffers_keep_meetings_apart() -> None:
    some = rules(
        hours={"mon": [(540, 720)]}, buffer_before=10, buffer_after=15, minutes=30
    )  # fmt: skip
    busy = [(at("2026-03-16T09:05"), at("2026-03-16T10:00"))]
    free = slots.free(some, busy, at("2026-03-16T00:00"))
    # 09:30 would block until 10:15, 11:00 from 10:50, as the other does until 11:00.
    assert shown(free) == ["09:00+0100", "11:30+0100"]


def test_what_touches_does_not_overlap() -> None:
    busy = [(at("2026-03-16T08:30"), at("2026-03-16T09:00"))]
    free = slots.free(rules(hours={"mon": [(540, 630)]}), busy, at("2026-03-16T00:00"))
    assert shown(free) == ["09:00+0100", "10:00+0100"]


def test_short_meetings_have_a_finer_raster() -> None:
    free = slots.free(rules(hours={"mon": [(540, 585)]}, minutes=15), [], at("2026-03-16T00:00"))
    assert shown(free) == ["09:00+0100", "09:15+0100", "09:30+0100"]


def test_days_are_those_of_the_visitors_zone() -> None:
    starts = [at("2026-03-16T22:30"), at("2026-03-16T23:30"), at("2026-03-17T00:30")]
    days = slots.by_day(starts, BERLIN, most_days=14, most_a_day=24)
    assert [(day.isoformat(), len(some)) for day, some in days] == [
        ("2026-03-16", 1), ("2026-03-17", 2),
    ]  # fmt: skip
    days = slots.by_day(starts, "America/Los_Angeles", most_days=14, most_a_day=24)
    assert [(day.isoformat(), len(some)) for day, some in days] == [("2026-03-16", 3)]


def test_days_and_starts_are_limited() -> None:
    starts = [at("2026-03-16T00:00") + timedelta(hours=n) for n in range(24 * 4)]
    days = slots.by_day(starts, "UTC", most_days=3, most_a_day=5)
    assert [(day, len(some)) for day, some in days] == [(date(2026, 3, d), 5) for d in (16, 17, 18)]


ZONES = ("UTC", BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
         "Pacific/Apia", "Africa/Cairo", "America/St_Johns")  # fmt: skip


@st.composite
def _hours(draw: st.DrawFn) -> dict[str, list[tuple[int, int]]]:
    found = {}
    for day in DAYS:
        edges = sorted(draw(st.sets(st.integers(0, WHOLE_DAY), max_size=4)))
        found[day] = list(zip(edges[::2], edges[1::2], strict=False))
    return found


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)


@given(
    hours=_hours(), zone=st.sampled_from(ZONES), minutes=st.sampled_from((15, 30, 45, 90)),
    before=st.sampled_from((0, 10, 60)), after=st.sampled_from((0, 5, 45)),
    notice=st.sampled_from((0, 240, 2_880)), ahead=st.integers(0, 20), now=MOMENTS,
    taken=st.lists(st.tuples(st.integers(0, 30_000), st.integers(1, 500)), max_size=8),
)  # fmt: skip
def test_whatever_is_offered_keeps_every_rule(
    hours: dict[str, list[tuple[int, int]]], zone: str, minutes: int, before: int, after: int,
    notice: int, ahead: int, now: datetime, taken: list[tuple[int, int]],
) -> None:  # fmt: skip
    some = Rules(hours, zone, minutes, before, after, notice, ahead)
    busy = [
        (now + timedelta(minutes=first), now + timedelta(minutes=first + size))
        for first, size in taken
    ]
    free = slots.free(some, busy, now)
    assert all(one < two for one, two in pairwise(free))
    local = ZoneInfo(zone)
    today = now.astimezone(local).date()
    for start in free:
        assert start >= now + timedelta(minutes=notice)
        first, last = some.blocked(start)
        assert not any(one < last and two > first for one, two in busy)
        begin, end = start.astimezone(local), some.end(start).astimezone(local)
        assert today <= begin.date() <= today + timedelta(days=ahead)
        ranges = hours[DAYS[begin.weekday()]]
        wall = begin.hour * 60 + begin.minute
        until = end.hour * 60 + end.minute + WHOLE_DAY * (end.date() - begin.date()).days
        assert any(a <= wall and (until <= b or wall + minutes <= b) for a, b in ranges)
        assert begin.fold == 0
        assert slots.is_worked(some, start, now)
    # Nothing is left out: what is worked and not offered is taken.
    for start in slots.free(some, [], now):
        first, last = some.blocked(start)
        assert (start in free) != any(one < last and two > first for one, two in busy)


@given(now=MOMENTS, zone=st.sampled_from(ZONES))
def test_any_day_offers_as_many_as_its_wall_times(now: datetime, zone: str) -> None:
    """Around noon no clocks change, so that every day has the same."""
    some = rules(hours={day: [(660, 780)] for day in DAYS}, zone=zone, days_ahead=9)
    starts = slots.free(some, [], now + timedelta(hours=14))
    by_day = slots.by_day(starts, zone, most_days=99, most_a_day=99)
    assert all(len(found) == 4 for _, found in by_day[1:])
    assert all(
        [start.astimezone(ZoneInfo(zone)).strftime("%H:%M") for start in found]
        == ["11:00", "11:30", "12:00", "12:30"]
        for _, found in by_day[1:]
    )
