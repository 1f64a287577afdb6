"""What a calendar's settings may hold, and what a visitor picks: typed input with its checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
LONGEST_NOTE = 500
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::00)?|(24):(00)")


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


def hours_of_day(rows: Any) -> list[list[str]]:
    """Ranges of a day out of rows of two times each, such as ("09:00", "12:30"); None is a day off.
    A blank row counts for nothing, and an end of "00:00" is that of the day. Raises Invalid, which
    names "0.to" for the end in the first row, "" for the day."""
    if rows is None:
        return []
    wrong: dict[str, str] = {}
    ranges: list[tuple[int, int, int]] = []
    for place, row in enumerate(rows):
        first, last = (one.strip() if isinstance(one, str) else "" for one in row)
        begin, end = _minute(first), _minute(last)
        if begin is None and not first and not last:
            continue
        if begin is None:
            wrong[f"{place}.from"] = _no_time(first, "starts")
        if end is None:
            wrong[f"{place}.to"] = _no_time(last, "ends")
        if begin is None or end is None:
            continue
        end = end or WHOLE_DAY
        if begin >= end:
            wrong[f"{place}.to"] = "Choose an end after its start."
        else:
            ranges.append((begin, end, place))
    ranges.sort()
    for one, two in pairwise(ranges):
        if one[1] > two[0]:
            wrong[f"{two[2]}.from"] = f"Overlaps with {clock_of(one[0])} to {clock_of(one[1])}."
    if not ranges and not wrong:
        wrong[""] = "Add hours, or switch this day off."
    if len(ranges) > MOST_RANGES:
        wrong[""] = f"A day has at most {MOST_RANGES} ranges of hours."
    if wrong:
        raise Invalid(wrong)
    return [[clock_of(first), clock_of(last)] for first, last, _ in ranges]


def week(given: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """The ranges of each day that has any, out of rows under the names of days. Raises Invalid that
    names each wrong time, such as "mon.0.to"."""
    hours: dict[str, list[list[str]]] = {}
    wrong: dict[str, str] = {}
    for day in DAYS:
        try:
            if ranges := hours_of_day(given.get(day)):
                hours[day] = ranges
        except Invalid as refused:
            wrong |= {f"{day}.{at}".rstrip("."): said for at, said in refused.fields.items()}
    if wrong:
        raise Invalid(wrong)
    return hours


def wrong_in_week(given: Mapping[str, Any]) -> dict[str, str]:
    """What `week` would refuse."""
    try:
        week(given)
    except Invalid as refused:
        return refused.fields
    return {}


def _minute(clock: str) -> int | None:
    found = _CLOCK.fullmatch(clock)
    return int(found[1] or found[3]) * 60 + int(found[2] or found[4]) if found else None


def _no_time(given: str, does: str) -> str:
    return "Write a time such as 09:00." if given else f"Say when it {does}."


def clock_of(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def minute_of(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def checked_note(given: Any) -> str:
    """What a member says to the visitor of a change, on one line; "" is nothing. Raises Invalid."""
    text = one_line(given) if isinstance(given, str) else ""
    if len(text) > LONGEST_NOTE:
        raise Invalid({"note": f"is longer than {LONGEST_NOTE} characters."})
    return text


def place(given: Any) -> str:
    """Where it happens: a link or words, on one line."""
    if not isinstance(given, str):
        raise ValueError("is not text.")
    text = one_line(given)
    if len(text) > LONGEST_PLACE:
        raise ValueError(f"is longer than {LONGEST_PLACE} characters.")
    return text


def calendar(given: dict[str, Any]) -> dict[str, Any]:
    """A calendar's settings as columns; rows of a day, as `hours_of_day` takes them, stand under
    its name (mon … sun). Raises Invalid that names each wrong field, such as "mon.0.to"."""
    checks: dict[str, Any] = {
        "is_on": (accounts.flag, given.get("is_on")),
        "timezone": (_zone, given.get("timezone")),
        "minutes": (_one_of(LENGTHS), given.get("minutes")),
        "buffer_before": (_one_of(BUFFERS), given.get("buffer_before")),
        "buffer_after": (_one_of(BUFFERS), given.get("buffer_after")),
        "notice_minutes": (_one_of(NOTICES), given.get("notice_minutes")),
        "days_ahead": (_one_of(AHEAD), given.get("days_ahead")),
        "place": (place, given.get("place")),
    }
    try:
        checked = accounts.checked(**checks)
    except Invalid as refused:
        raise Invalid(refused.fields | wrong_in_week(given)) from None
    hours = week(given)
    if checked["is_on"] and not _fits(hours, checked["minutes"]):
        raise Invalid({"hours": "No day has hours in which a meeting has room. Switch one on."})
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
