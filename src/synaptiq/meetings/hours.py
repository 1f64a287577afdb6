"""When people of the team are there, as their calendars' working hours say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from synaptiq.meetings import calendars, slots
from synaptiq.meetings.models import Calendar

# So many days ahead somebody is looked for.
DAYS = 8


@dataclass(frozen=True)
class Hours:
    """Whether anybody is there, and until when; where nobody is, `until` is when somebody comes,
    None where that is further off."""

    is_open: bool
    until: datetime | None


def of_team(now: datetime) -> Hours | None:
    """Of all members of the current account with a calendar; None without one."""
    rules = [calendars.rules_of(one) for one in Calendar.objects.filter(is_on=True)]
    if not rules:
        return None
    ranges = sorted(span for one in rules for span in slots.worked_ranges(one, now, DAYS))
    end: datetime | None = None
    for first, last in ranges:
        if first <= (end or now) < last:
            end = last
        elif first > (end or now):
            return Hours(True, end) if end else Hours(False, first)
    return Hours(end is not None, end)
