"""What a calendar's settings may hold, and what a visitor picks: typed input with its checks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from synaptiq.accounts import values as accounts
from synaptiq.kit.errors import Invalid
from synaptiq.kit.localtime import is_timezone
from synaptiq.kit.text import one_line
from synaptiq.meetings.slots import DAYS, WHOLE_DAY

DAY_LABELS: dict[str, str] = dict(
    zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True)
)  # fmt: skip
LENGTHS = (15, 20, 30, 45, 60, 90)
BUFFERS = (0, 5, 10, 15, 30, 45, 60)
# In minutes.
NOTICES: dict[int, str] = {
    0: "None", 60: "1 hour", 120: "2 hours", 240: "4 hours", 480: "8 hours", 1_440: "1 day",
    2_880: "2 days", 10_080: "1 week",
}  # fmt: skip
AHEAD: dict[int, str] = {7: "1 week", 14: "2 weeks", 21: "3 weeks", 30: "30 days", 60: "60 days"}
MOST_RANGES = 6
LONGEST_PLACE = 500
_RANGE = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:[-–—]|to|until)\s*(\d{1,2})(?:[:.](\d{2}))?")


NO_ZONE = "is no time zone; send one such as Europe/Berlin."


@dataclass(frozen=True)
class Slot:
    """A start that a visitor picked, and the zone that they picked it in."""

    starts_at: datetime
    zone: str


def slot(starts_at: Any, zone: Any) -> Slot:
    """What a visitor's browser sends of it. Raises Invalid that names the field."""
    fields: dict[str, str] = {}
    at = moment(starts_at)
    if at is None:
        fields["starts_at"] = "is no moment with its offset, such as 2026-03-19T13:30:00Z."
    if not isinstance(zone, str) or not is_timezone(zone):
        fields["zone"] = NO_ZONE
    if at is None or fields:
        raise Invalid(fields)
    return Slot(at, zone)


def zone(given: Any) -> str:
    """The name of a visitor's time zone. Raises Invalid."""
    if not isinstance(given, str) or not is_timezone(given):
        raise Invalid({"zone": NO_ZONE})
    return given


def moment(given: Any) -> datetime | None:
    """A moment with its offset, in UTC; None for anything else."""
    if not isinstance(given, str) or len(given) > 40:
        return None
    try:
        at = datetime.fromisoformat(given)
        # The first and last days of all have no moment in UTC.
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def said(at: datetime) -> str:
    """A moment as JSON has it: 2026-03-19T13:30:00Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def hours_of_day(given: Any) -> list[list[str]]:
    """Ranges of a day out of a line such as "9:00–12:30, 13:30–17:00"; "" is none."""
    if not isinstance(given, str):
        raise ValueError("is not text.")
    ranges: list[tuple[int, int]] = []
    for part in filter(None, (one.strip() for one in re.split(r"[,;\n]", given))):
        found = _RANGE.fullmatch(part)
        if not found:
            raise ValueError("is not read; write ranges such as 9:00–12:30, 13:30–17:00.")
        first = int(found[1]) * 60 + int(found[2] or 0)
        last = int(found[3]) * 60 + int(found[4] or 0) or WHOLE_DAY
        if any(int(found[n] or 0) > 59 for n in (2, 4)) or max(first, last) > WHOLE_DAY:
            raise ValueError(f"holds “{part[:20]}”: a day goes from 0:00 to 24:00.")
        if first >= last:
            raise ValueError(f"holds “{part[:20]}”, which ends before it begins.")
        ranges.append((first, last))
    ranges.sort()
    if any(one[1] > two[0] for one, two in pairwise(ranges)):
        raise ValueError("holds ranges that overlap.")
    if len(ranges) > MOST_RANGES:
        raise ValueError(f"holds more than {MOST_RANGES} ranges.")
    return [[clock_of(first), clock_of(last)] for first, last in ranges]


def line_of_day(ranges: Any) -> str:
    """The same the other way."""
    return ", ".join(f"{first}–{last}" for first, last in ranges or ())


def clock_of(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def minute_of(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def place(given: Any) -> str:
    """Where it happens: a link or words, on one line."""
    if not isinstance(given, str):
        raise ValueError("is not text.")
    text = one_line(given)
    if len(text) > LONGEST_PLACE:
        raise ValueError(f"is longer than {LONGEST_PLACE} characters.")
    return text


def calendar(given: dict[str, Any]) -> dict[str, Any]:
    """A calendar's settings as columns; a day's line stands under its name (mon … sun). Raises
    Invalid that names each wrong field."""
    checks: dict[str, Any] = {
        "is_on": (accounts.flag, given.get("is_on")),
        "timezone": (_zone, given.get("timezone")),
        "minutes": (_one_of(LENGTHS), given.get("minutes")),
        "buffer_before": (_one_of(BUFFERS), given.get("buffer_before")),
        "buffer_after": (_one_of(BUFFERS), given.get("buffer_after")),
        "notice_minutes": (_one_of(NOTICES), given.get("notice_minutes")),
        "days_ahead": (_one_of(AHEAD), given.get("days_ahead")),
        "place": (place, given.get("place")),
        **{day: (hours_of_day, given.get(day)) for day in DAYS},
    }
    checked = accounts.checked(**checks)
    hours = {day: ranges for day in DAYS if (ranges := checked.pop(day))}
    if checked["is_on"] and not _fits(hours, checked["minutes"]):
        raise Invalid({"mon": "or another day needs hours in which a meeting has room."})
    return {**checked, "hours": hours}


def _fits(hours: dict[str, list[list[str]]], minutes: int) -> bool:
    room = timedelta(minutes=minutes)
    return any(
        timedelta(minutes=minute_of(last) - minute_of(first)) >= room
        for ranges in hours.values()
        for first, last in ranges
    )


def _zone(given: Any) -> str:
    return "" if given == "" else accounts.timezone(given)


def _one_of(choices: Any) -> Any:
    def check(given: Any) -> int:
        if not str(given).isdecimal() or int(given) not in choices:
            raise ValueError("is none of the choices.")
        return int(given)

    return check
