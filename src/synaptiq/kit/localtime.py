"""Whole local days as half-open moments in UTC.

Days are not 24 hours: they have 23 and 25 hours when clocks change, some begin at 01:00, and
Apia's 30 December 2011 never was. `whenever` gets these right; arithmetic in hours does not.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from whenever import Date, Time

from synaptiq.kit.languages import DEFAULT, Language


def day_start(day: date, timezone: str) -> datetime:
    """The first instant of this local day, in UTC; of a day that never was, of the next one."""
    noon = Date(day.year, day.month, day.day).at(Time(12))
    # Noon exists on every day that exists; on one that doesn't, "later" lands on the day after.
    local = noon.assume_tz(timezone, disambiguation="later")
    start: datetime = local.start_of("day").to_instant().to_stdlib()
    return start


def day_range(first: date | None, last: date | None, timezone: str) -> tuple[Any, Any]:
    """`[start, end)` in UTC for the local days `first` to `last`, both included; None is open."""
    start = day_start(first, timezone) if first else None
    end = day_start(last + timedelta(days=1), timezone) if last else None
    return start, end


def said(at: datetime, timezone: str, language: Language = DEFAULT) -> str:
    """A moment for a letter: `12 March 2026, 14:05 (Europe/Berlin)`, on that zone's clocks."""
    return f"{at.astimezone(ZoneInfo(timezone)).strftime(language.letter)} ({timezone})"


def is_timezone(name: str) -> bool:
    """Whether this is the name of an IANA zone, such as `Europe/Berlin`."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    # Each look goes through all folders of the database of zones.
    return frozenset(available_timezones())
