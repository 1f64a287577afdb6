"""Which free time somebody means: "Tuesday at 3", "tomorrow afternoon", "the second one", "later".

Pure: words in, one of the starts out. Nothing is booked by it: the card of times opens there, and
keeps a start that can only be that one until the visitor confirms. Days and hours are read on the
visitor's own clocks; an hour without am or pm is whichever of the two is free.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60
# Minutes of the day, half open.
PARTS: dict[str, tuple[int, int]] = {
    "morning": (0, 12 * 60), "afternoon": (12 * 60, 18 * 60), "evening": (17 * 60, DAY),
    "tonight": (17 * 60, DAY), "lunchtime": (11 * 60, 14 * 60), "lunch": (11 * 60, 14 * 60),
}  # fmt: skip
DAYTIME = (7 * 60, 19 * 60)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
           "october", "november", "december")  # fmt: skip
_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "fifth": 5, "5th": 5, "last": -1,
}  # fmt: skip
_SPOKEN = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_HOUR = rf"(?P<hour>\d{{1,2}}|{'|'.join(_SPOKEN)})"
_HALF = r"(?P<half>a\.?m\b\.?|p\.?m\b\.?)"
_WEEKDAY = r"(?P<weekday>mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day|s|rs|nes)?s?\b"
# Whole, or as they are shortened: "12 marketing managers" is no day.
_MONTH = (
    rf"(?P<month>{'|'.join(one[:3] for one in _MONTHS)})"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\b"
)
_CLOCK = re.compile(
    rf"(?P<how>\b(?:before|until|by|after|from|past|at|around|about|like)\s+)?"
    rf"(?:(?P<past>half|quarter)\s+(?P<way>past|to)\s+)?"
    rf"(?<![\d:.,/$€£-])\b{_HOUR}(?:\s*(?:[:.h]\s?)(?P<minute>[0-5]\d))?"
    rf"(?:\s*{_HALF}|(?P<oclock>\s*o'?clock))?(?!\s*(?:%|people|min|hour|day|week|month)|[\w:/]|[.,]\d)",
    re.IGNORECASE,
)
_NOON = re.compile(r"\b(?:(?P<how>before|until|by|after|from|at)\s+)?(?P<noon>noon|midday)\b")
_WORKS = re.compile(
    r"^\W*(?:(?:is|'s|would\s+be|sounds?|looks?)\s+)?(?:works?|fine|good|ok|okay|great|perfect|please|suits?)\b"
)
_NTH = re.compile(
    rf"\b(?P<nth>{'|'.join(_ORDINALS)})\s+(?:one|time|slot|option|choice|of\s+(?:them|those|these))\b|"
    r"\b(?:number|option|no\.?|nr\.?|#)\s*(?P<number>[1-9])\b|"
    rf"^\W*(?:the\s+)?(?P<bare>{'|'.join(_ORDINALS)})(?:\s+please)?\W*$"
)
# "Can I add people later?" is about something else.
_STEP = (
    r"\b(?:something|anything|any(?:\s+\w+)?|some(?:\s+\w+)?|a\s+(?:bit|little)|times?|slots?|one|it\s+be)"
    r"\s+(?:a\s+(?:bit|little)\s+)?{word}\b|^\W*(?:\w+\s+){{0,2}}{word}(?:\s+(?:please|then|maybe))?\W*$"
)
_LATER = re.compile(
    _STEP.format(word="later")
    + r"|\b(?:another|different|other|more)\s+(?:days?|times?|slots?|dates?|options?)\b"
)
_EARLIER = re.compile(_STEP.format(word="(?:earlier|sooner)"))


@dataclass(frozen=True)
class Wish:
    """What somebody would like: days `first`..`last` inclusive; minutes of the day within `between`
    (half open); `at`, the minutes that an hour may be; `nth` of those that are shown, -1 the last;
    `step` 1 for later, -1 for earlier ones."""

    first: date | None = None
    last: date | None = None
    between: tuple[int, int] = (0, DAY)
    at: tuple[int, ...] = ()
    nth: int = 0
    step: int = 0

    @property
    def is_any(self) -> bool:
        return self == Wish()


@dataclass(frozen=True)
class Found:
    """One of the starts. `is_it`: it is what was meant, and no other is. `is_near`: nothing that
    was meant is free, and this is what is next to it."""

    start: datetime
    is_it: bool = False
    is_near: bool = False


def read(text: str, today: date) -> Wish | None:
    """The wish in a message; None where it names neither day nor hour nor one of those shown."""
    said = " ".join(text.replace("’", "'").lower().split())
    first, last = _days(said, today) or (None, None)
    between, at = _hours(said)
    nth = _nth(said)
    step = 1 if _LATER.search(said) else -1 if _EARLIER.search(said) else 0
    found = Wish(first, last, between, at, nth, step)
    return None if found.is_any else found


def find(
    texts: Sequence[str], starts: Sequence[datetime], zone: str, now: datetime
) -> Found | None:
    """Where the last of these wishes leads, each of which goes on from the one before; None without
    a free start, or where nothing is wished. `starts` are in order."""
    local = ZoneInfo(zone)
    today, found = now.astimezone(local).date(), None
    for text in texts:
        wish = read(text, today)
        if wish and starts:
            found = choose(wish, starts, local, found.start if found else starts[0])
    return found


def choose(wish: Wish, starts: Sequence[datetime], zone: ZoneInfo, shown: datetime) -> Found:
    """The start that is meant, or is next to it; `shown` is the one at which the card stands."""
    day = shown.astimezone(zone).date()
    if wish.nth and not (wish.first or wish.at):
        row = [one for one in starts if one.astimezone(zone).date() == day]
        place = wish.nth - 1 if wish.nth > 0 else len(row) - 1
        if 0 <= place < len(row):
            return Found(row[place], is_it=True)
        return Found(row[-1], is_near=True)
    if wish.step and not (wish.first or wish.at):
        return _stepped(wish, starts, zone, shown)
    fits = [one for one in starts if _fits(wish, one.astimezone(zone))]
    if not fits:
        return Found(_nearest(wish, starts, zone, day), is_near=True)
    if not wish.at:
        return Found(fits[0])
    if wish.first:
        return Found(fits[0], is_it=len(fits) == 1)
    # An hour alone is one of the day that is shown, as long as that has it.
    of_day = [one for one in fits if one.astimezone(zone).date() == day]
    return Found(of_day[0], is_it=len(of_day) == 1) if of_day else Found(fits[0], is_near=True)


def _fits(wish: Wish, start: datetime) -> bool:
    minute = start.hour * 60 + start.minute
    if wish.first and not wish.first <= start.date() <= (wish.last or wish.first):
        return False
    if wish.at and minute not in wish.at:
        return False
    return wish.between[0] <= minute < wish.between[1]


def _stepped(wish: Wish, starts: Sequence[datetime], zone: ZoneInfo, shown: datetime) -> Found:
    """The next one behind or before those that are shown, of the part of the day that is wished."""
    among = [one for one in starts if _fits(wish, one.astimezone(zone))] or list(starts)
    hour = timedelta(hours=1)
    if wish.step > 0:
        later = [one for one in among if one >= shown + hour]
        return Found(later[0]) if later else Found(among[-1], is_near=True)
    earlier = [one for one in among if one <= shown - hour]
    return Found(earlier[-1]) if earlier else Found(among[0], is_near=True)


def _nearest(wish: Wish, starts: Sequence[datetime], zone: ZoneInfo, shown: date) -> datetime:
    """The start that is least far from what was meant."""
    day = wish.first or shown
    # Of "3" that is not free, the one at which people are awake.
    by_day = tuple(one for one in wish.at if DAYTIME[0] <= one < DAYTIME[1])
    minutes = by_day or wish.at or (wish.between[0],)
    # By the moment: clocks may change in between.
    wanted = [
        datetime(day.year, day.month, day.day, minute // 60 % 24, minute % 60, tzinfo=zone)
        .astimezone(UTC)
        for minute in minutes
    ]  # fmt: skip
    return min(starts, key=lambda one: min(abs(one - want) for want in wanted))


def _nth(said: str) -> int:
    found = _NTH.search(said)
    if not found:
        return 0
    word = found["nth"] or found["bare"]
    return _ORDINALS[word] if word else int(found["number"])


# ── Days ─────────────────────────────────────────────────────────────────────────────────────────
def _days(said: str, today: date) -> tuple[date, date] | None:
    for pattern, days in _DAYS:
        if found := pattern.search(said):
            try:
                return days(found, today)
            except ValueError:
                # 30 February.
                return None
    return None


def _one(day: date) -> tuple[date, date]:
    return day, day


def _week(today: date, ahead: int) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
    return max(monday, today), monday + timedelta(days=6)


def _weekday(found: re.Match[str], today: date) -> tuple[date, date]:
    place = next(n for n, name in enumerate(_WEEKDAYS) if name.startswith(found["weekday"]))
    if (found["which"] or "").startswith("next"):
        # Of the week that follows, as most people mean it; whoever means another sees it at once.
        return _one(_week(today, 1)[0] + timedelta(days=place))
    return _one(today + timedelta(days=(place - today.weekday()) % 7))


def _date(found: re.Match[str], today: date) -> tuple[date, date]:
    month = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(found["month"]))
    day = date(today.year, month, int(found["day"]))
    return _one(day if day >= today else date(today.year + 1, month, int(found["day"])))


def _of_month(found: re.Match[str], today: date) -> tuple[date, date]:
    day = int(found["day"])
    month = today.replace(day=1) if day >= today.day else _next_month(today)
    return _one(month.replace(day=day))


def _next_month(today: date) -> date:
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], tuple[date, date]]]
_DAYS: tuple[_Rule, ...] = tuple(
    (re.compile(pattern), days)
    for pattern, days in (
        (r"\b(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b",
         lambda found, _: _one(date(int(found["y"]), int(found["m"]), int(found["d"])))),
        (rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}", _date),
        (rf"\b{_MONTH}\.?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)", _date),
        (r"\bday\s+after\s+tomorrow\b", lambda _, today: _one(today + timedelta(days=2))),
        (r"\btomorrow\b", lambda _, today: _one(today + timedelta(days=1))),
        (r"\b(?:today|tonight|this\s+(?:morning|afternoon|evening))\b",
         lambda _, today: _one(today)),
        (rf"\b(?P<which>next\s+|this\s+|on\s+)?{_WEEKDAY}", _weekday),
        (r"\b(?:next\s+week|week\s+after\s+this)\b", lambda _, today: _week(today, 1)),
        (r"\bweek\s+after\s+next\b", lambda _, today: _week(today, 2)),
        (r"\b(?:this|the\s+rest\s+of\s+the)\s+week\b", lambda _, today: _week(today, 0)),
        (r"\bthe\s+(?P<day>[12]?\d|3[01])(?:st|nd|rd|th)\b(?!\s+(?:one|time|slot|option))",
         _of_month),
    )
)  # fmt: skip


# ── Hours ────────────────────────────────────────────────────────────────────────────────────────
def _hours(said: str) -> tuple[tuple[int, int], tuple[int, ...]]:
    """Within which minutes of the day, and which of them exactly."""
    first, last = _part(said)
    at: tuple[int, ...] = ()
    for how, minutes in _clocks(said):
        if how in {"before", "until", "by"}:
            last = min(last, max(minutes))
        elif how in {"after", "from", "past"}:
            # "After 3" of a working day is no night.
            first = max(first, max(minutes) if max(minutes) < DAY else min(minutes))
        elif not at:
            at = minutes
    fits = tuple(one for one in at if first <= one < last)
    if at and not fits:
        return (0, DAY), at
    return ((first, last) if first < last else (0, DAY)), fits


def _part(said: str) -> tuple[int, int]:
    for name, span in PARTS.items():
        if re.search(rf"\b{name}s?\b", said):
            return span
    return 0, DAY


def _clocks(said: str) -> list[tuple[str, tuple[int, ...]]]:
    """Each hour that is named: what stands before it, and the minutes that it may be."""
    clear = said
    for pattern, _ in _DAYS[:3]:
        # The digits of a date are no hours.
        clear = pattern.sub(lambda found: " " * len(found[0]), clear)
    clear = _NTH.sub(lambda found: " " * len(found[0]), clear)
    found: list[tuple[str, tuple[int, ...]]] = [
        ((one["how"] or "").strip(), (12 * 60,)) for one in _NOON.finditer(clear)
    ]
    for one in _CLOCK.finditer(clear):
        if minutes := _minutes(one, clear):
            found.append(((one["how"] or "").strip(), minutes))
    return found


def _minutes(found: re.Match[str], said: str) -> tuple[int, ...]:
    """Of "3": 3:00 and 15:00. Nothing where the number is no hour."""
    hour = _SPOKEN.get(found["hour"]) or int(found["hour"]) if found["hour"] else 0
    is_clock = any(found[name] for name in ("how", "minute", "half", "oclock", "past"))
    if not is_clock and not _WORKS.match(said[found.end() :]) and not _stands_alone(found, said):
        return ()
    minute = int(found["minute"] or 0)
    if found["past"]:
        parts = {"half": 30, "quarter": 15}[found["past"]]
        hour, minute = (hour, parts) if found["way"] == "past" else (hour - 1, 60 - parts)
    if hour > 23:
        return ()
    half = (found["half"] or "")[:1]
    if half:
        return ((hour % 12 + (12 if half == "p" else 0)) * 60 + minute,) if 1 <= hour <= 12 else ()
    if 1 <= hour <= 11 and not found["hour"].startswith("0"):
        return (hour * 60 + minute, (hour + 12) * 60 + minute)
    return (hour * 60 + minute,)


def _stands_alone(found: re.Match[str], said: str) -> bool:
    """ "Tuesday 3", "3 on Tuesday": a number beside nothing but the day."""
    rest = said[: found.start()] + " " + said[found.end() :]
    for pattern, _ in _DAYS:
        rest = pattern.sub(" ", rest)
    return not re.search(r"\w", re.sub(r"\b(?:on|at|the|please|in)\b|" + "|".join(PARTS), "", rest))
