"""Where calendars come from: one literal table, and what each must do.

Reserving and booking are the same for all and stay in our database, since two visitors must never
get the same time. A source only says which starts are free. `free` is called while a visitor waits
and inside transactions, so that a source that lives elsewhere answers from what a job has fetched.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.db.models import Q

from synaptiq.kit.localtime import is_timezone
from synaptiq.meetings import slots
from synaptiq.meetings.models import Calendar, Meeting
from synaptiq.meetings.slots import Rules
from synaptiq.meetings.values import minute_of


class CalendarSource(Protocol):
    """A kind of calendar, such as Cal.com."""

    label: str

    def free(self, calendar: Calendar, now: datetime, *, beside: Q | None = None) -> list[datetime]:
        """The starts that may be offered, in order. `beside` are meetings that count as free: those
        of the visitor who asks."""
        ...

    def is_open(self, calendar: Calendar, start: datetime, now: datetime) -> bool:
        """Whether that start would be offered if nothing of ours was taken."""
        ...


class BuiltIn:
    """Working hours kept here; taken is what was booked or reserved with us."""

    label = "Built in"

    def free(self, calendar: Calendar, now: datetime, *, beside: Q | None = None) -> list[datetime]:
        taken = Meeting.objects.filter(
            Q(state="booked") | Q(state="reserved", expires_at__gt=now),
            member=calendar.member_id, is_test=False, blocked_until__gt=now,
        )  # fmt: skip
        if beside is not None:
            taken = taken.exclude(beside)
        busy = taken.values_list("blocked_from", "blocked_until")
        return slots.free(rules_of(calendar), busy, now)

    def is_open(self, calendar: Calendar, start: datetime, now: datetime) -> bool:
        return slots.is_worked(rules_of(calendar), start, now)


CALENDARS: dict[str, CalendarSource] = {"built_in": BuiltIn()}


def source_of(calendar: Calendar) -> CalendarSource:
    return CALENDARS[calendar.source]


def zone_of(calendar: Calendar) -> str:
    """The zone of the working hours. One that a newer table of zones has dropped is UTC: a calendar
    in it must not keep anybody's chat from answering."""
    zone = calendar.timezone or calendar.account.timezone
    return zone if is_timezone(zone) else "UTC"


def rules_of(calendar: Calendar) -> Rules:
    """A calendar's settings as the reckoning takes them. Reads the account."""
    return Rules(
        hours={
            day: [(minute_of(first), minute_of(last)) for first, last in ranges]
            for day, ranges in calendar.hours.items()
        },
        zone=zone_of(calendar),
        minutes=calendar.minutes,
        buffer_before=calendar.buffer_before,
        buffer_after=calendar.buffer_after,
        notice_minutes=calendar.notice_minutes,
        days_ahead=calendar.days_ahead,
    )
