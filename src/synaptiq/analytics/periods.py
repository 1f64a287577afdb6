"""Periods as the account's people see them: local days, ISO weeks, months, and the moments at which
they begin and end. Pure; where a day begins `kit.localtime` knows.

Days are not 24 hours, and one that never was (Apia, 30 December 2011) is none: it has no bucket and
does not count where "as many days before" are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from synaptiq.analytics.metrics import MATURE_HOURS
from synaptiq.kit.localtime import day_start

GRANULARITIES: dict[str, str] = {"day": "Day", "week": "Week", "month": "Month"}
DEFAULT_DAYS = 30
# Ten years and a bit: as many buckets as one answer may have, and charts can show.
MOST_DAYS = 3_700
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bucket:
    """One period. `label` is the day by which it goes: itself, its Monday, the 1st of its month,
    also where the range begins later. `first` and `last` are the days of it that lie in the range,
    `[start, end)` the moments."""

    label: date
    first: date
    last: date
    start: datetime
    end: datetime

    def is_maturing(self, as_of: datetime) -> bool:
        """Whether leads of it are still younger than the time that they have to convert."""
        return as_of < self.end + timedelta(hours=MATURE_HOURS)

    def is_over(self, as_of: datetime) -> bool:
        return self.end <= as_of


@dataclass(frozen=True)
class Range:
    """Days from `first` to `last` in a zone, as buckets, and as many days before them, as buckets
    of the same numbers of days: the i-th of both belong together."""

    first: date
    last: date
    granularity: str
    timezone: str
    buckets: tuple[Bucket, ...]
    before: tuple[Bucket, ...]

    @property
    def start(self) -> datetime:
        return self.buckets[0].start

    @property
    def end(self) -> datetime:
        return self.buckets[-1].end

    @property
    def edges(self) -> list[datetime]:
        """The moments between the buckets of both, for `width_bucket`: the i-th begins at the i-th
        edge, the last edge is the end."""
        every = [*self.before, *self.buckets]
        return [bucket.start for bucket in every] + [self.end]

    @property
    def days(self) -> list[date]:
        """As `edges`, of dates."""
        every = [*self.before, *self.buckets]
        return [bucket.first for bucket in every] + [self.last + _DAY]


def range_of(first: date, last: date, granularity: str, timezone: str) -> Range:
    """The range of these local days, both included. Where a day at its ends never was, the range is
    as if it had not been named."""
    days = _days_between(first, last, timezone)
    if not days:
        # It was alone: then it is as long as an empty day can be.
        days = [first]
    before: list[date] = []
    day = days[0]
    while len(before) < len(days):
        day -= _DAY
        if _exists(day, timezone):
            before.append(day)
    before.reverse()
    buckets: list[list[int]] = []
    labels: list[date] = []
    for place, day in enumerate(days):
        label = label_of(day, granularity)
        if not labels or labels[-1] != label:
            labels.append(label)
            buckets.append([])
        buckets[-1].append(place)
    of_range = [
        _bucket(label, [days[i] for i in places], timezone)
        for label, places in zip(labels, buckets, strict=True)
    ]
    earlier = [
        _bucket(before[places[0]], [before[i] for i in places], timezone) for places in buckets
    ]
    return Range(days[0], days[-1], granularity, timezone, tuple(of_range), tuple(earlier))


def last_complete_days(now: datetime, timezone: str, days: int = DEFAULT_DAYS) -> tuple[date, date]:
    """The first and the last of so many local days that are over."""
    last = now.astimezone(ZoneInfo(timezone)).date() - _DAY
    while not _exists(last, timezone):
        last -= _DAY
    first, left = last, days - 1
    while left:
        first -= _DAY
        left -= _exists(first, timezone)
    return first, last


def label_of(day: date, granularity: str) -> date:
    """The day by which the period of this day goes."""
    if granularity == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if granularity == "month" else day


def _bucket(label: date, days: list[date], timezone: str) -> Bucket:
    return Bucket(
        label, days[0], days[-1], day_start(days[0], timezone),
        day_start(days[-1] + _DAY, timezone),
    )  # fmt: skip


def _days_between(first: date, last: date, timezone: str) -> list[date]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if _exists(day, timezone)]


def _exists(day: date, timezone: str) -> bool:
    """Whether the day was at all: it lasts a time."""
    start = day_start(day, timezone)
    return start.astimezone(ZoneInfo(timezone)).date() == day
