"""Which starts a calendar offers: pure reckoning with working hours, zones and what is taken.

Working hours are wall time in the member's zone. A wall time that clocks skip is not offered, one
that they repeat once, at its first. Everything that leaves is a moment in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from whenever import Date, Instant, RepeatedTime, SkippedTime, Time, ZonedDateTime

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Starts lie on this raster behind the beginning of working hours.
RASTER, FINE_RASTER = 30, 15
WHOLE_DAY = 24 * 60


@dataclass(frozen=True)
class Rules:
    """How a calendar's meetings go. `hours` maps a day of the week to ranges of minutes since
    midnight, in order and apart; `zone` is the name of their zone."""

    hours: Mapping[str, Sequence[tuple[int, int]]]
    zone: str
    minutes: int
    buffer_before: int
    buffer_after: int
    notice_minutes: int
    days_ahead: int

    @property
    def raster(self) -> int:
        return FINE_RASTER if self.minutes <= FINE_RASTER else RASTER

    def end(self, start: datetime) -> datetime:
        return start + timedelta(minutes=self.minutes)

    def blocked(self, start: datetime) -> tuple[datetime, datetime]:
        """The time that a meeting blocks, buffers and all."""
        before, after = timedelta(minutes=self.buffer_before), timedelta(minutes=self.buffer_after)
        return start - before, self.end(start) + after


Busy = tuple[datetime, datetime]


def free(rules: Rules, busy: Iterable[Busy], now: datetime) -> list[datetime]:
    """All starts that are offered at that moment, in order. `busy` are blocked times, half open."""
    taken = sorted(busy)
    found: list[datetime] = []
    at = 0
    for start in _worked(rules, now):
        first, last = rules.blocked(start)
        # Both go forward in time.
        while at < len(taken) and taken[at][1] <= first:
            at += 1
        if not any(one[0] < last and one[1] > first for one in taken[at:]):
            found.append(start)
    return found


def is_worked(rules: Rules, start: datetime, now: datetime) -> bool:
    """Whether it is among the starts that are offered where nothing is taken."""
    if start.tzinfo is None or not now <= start <= now + timedelta(days=rules.days_ahead + 2):
        return False
    return start in _worked(rules, now)


def by_day(
    starts: Iterable[datetime], zone: str, *, most_days: int, most_a_day: int
) -> list[tuple[date, list[datetime]]]:
    """The days of that zone that have any, each with its starts; at most so many of both."""
    days: dict[date, list[datetime]] = {}
    for start in starts:
        day = Instant(start).to_tz(zone).date().to_stdlib()
        if day not in days:
            if len(days) == most_days:
                break
            days[day] = []
        if len(days[day]) < most_a_day:
            days[day].append(start)
    return list(days.items())


def worked_ranges(rules: Rules, now: datetime, days: int) -> list[tuple[datetime, datetime]]:
    """Working hours from today on, for so many days, as moments; what has ended is left out."""
    today = Instant(now).to_tz(rules.zone).date()
    found = []
    for ahead in range(-1, days):
        day = today.add(days=ahead)
        for first, last in rules.hours.get(DAYS[day.day_of_week().value - 1], ()):
            start, end = _end_of(day, first, rules.zone), _end_of(day, last, rules.zone)
            if start < end and end > now:
                found.append((start, end))
    return found


def _worked(rules: Rules, now: datetime) -> list[datetime]:
    """Every start within working hours, notice and horizon, in order, once each."""
    earliest = now + timedelta(minutes=rules.notice_minutes)
    today = Instant(now).to_tz(rules.zone).date()
    found: set[datetime] = set()
    for ahead in range(rules.days_ahead + 1):
        day = today.add(days=ahead)
        for first, last in rules.hours.get(DAYS[day.day_of_week().value - 1], ()):
            ends = _end_of(day, last, rules.zone)
            for minute in range(first, last - rules.minutes + 1, rules.raster):
                start = _at(day, minute, rules.zone)
                # Clocks may go forward in the middle of a meeting.
                if start and start >= earliest and rules.end(start) <= ends:
                    found.add(start)
    return sorted(found)


def _at(day: Date, minute: int, zone: str) -> datetime | None:
    """That wall time as a moment: of a repeated one the first, of a skipped one None."""
    try:
        return _moment(day, minute, zone, "raise")
    except SkippedTime:
        return None
    except RepeatedTime:
        return _moment(day, minute, zone, "earlier")


def _end_of(day: Date, minute: int, zone: str) -> datetime:
    """When working hours end: of a wall time that is repeated the first, of one that is skipped the
    moment at which clocks go forward."""
    if minute == WHOLE_DAY:
        day, minute = day.add(days=1), 0
    if found := _at(day, minute, zone):
        return found
    before = (_at(day, earlier, zone) for earlier in range(minute - 1, -1, -1))
    last = next((moment for moment in before if moment), None)
    return last + timedelta(minutes=1) if last else _moment(day, minute, zone, "later")


def _moment(
    day: Date, minute: int, zone: str, of: Literal["raise", "earlier", "later"]
) -> datetime:
    at = day.at(Time(minute // 60, minute % 60))
    found: ZonedDateTime = at.assume_tz(zone, disambiguation=of)
    return found.to_instant().to_stdlib().astimezone(UTC)
