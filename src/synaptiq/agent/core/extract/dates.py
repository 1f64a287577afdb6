"""Days and periods in a message, each as first and last day: "by March", "next Tuesday", "Q3".

What has no year is the next that comes; a bare weekday or day of the month likewise. Months of
other languages are read by dateparser, and only on a span that already looks like a date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_MONTHS = (
    ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",),
    ("june", "jun"), ("july", "jul"), ("august", "aug"), ("september", "sept", "sep"),
    ("october", "oct"), ("november", "nov"), ("december", "dec"),
)  # fmt: skip
_DAYS = (
    ("monday", "mon"), ("tuesday", "tues", "tue"), ("wednesday", "weds", "wed"),
    ("thursday", "thurs", "thur", "thu"), ("friday", "fri"), ("saturday", "sat"),
    ("sunday", "sun"),
)  # fmt: skip
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "a couple of": 2, "couple of": 2,
    "a couple": 2, "a few": 3, "few": 3, "several": 3, "the next": 1, "half a": 0,
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
    "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
    "nineteenth": 19, "twentieth": 20,
}  # fmt: skip
# Fixed days: (month, day).
_FEASTS = {
    "christmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25),
    "xmas": (12, 25), "boxing day": (12, 26), "new year's eve": (12, 31), "new years eve": (12, 31),
    "new year's day": (1, 1), "new years day": (1, 1), "new year's": (1, 1), "new year": (1, 1),
    "valentine's day": (2, 14), "valentines day": (2, 14), "st patrick's day": (3, 17),
    "halloween": (10, 31), "independence day": (7, 4), "4th of july": (7, 4),
}  # fmt: skip
_SEASONS = {
    "spring": (3, 5),
    "summer": (6, 8),
    "autumn": (9, 11),
    "fall": (9, 11),
    "winter": (12, 2),
}
_MONTH_OF = {name: place for place, names in enumerate(_MONTHS, 1) for name in names}
_DAY_OF = {name: place for place, names in enumerate(_DAYS) for name in names}


def _any(words: object) -> str:
    return "|".join(sorted((re.escape(str(w)) for w in words), key=len, reverse=True))  # type: ignore[attr-defined]


_M = rf"(?P<month>{_any(_MONTH_OF)})\b\.?"
_D = rf"(?P<day>\d{{1,2}})(?:\s?(?:st|nd|rd|th)\b)?|(?P<nth>{_any(_ORDINALS)})"
_W = rf"(?P<weekday>{_any(_DAY_OF)})\b\.?"
_Y = r"(?P<year>(?:19|20)\d\d)\b"
_N = rf"(?P<count>\d{{1,3}}|{_any(_NUMBERS)})"
_UNIT = r"(?P<unit>day|week|fortnight|month|quarter|year)s?\b"
_PART = (
    r"(?P<part>(?:the\s+)?(?:end|middle|mid|beginning|start(?=\s+of)|early|late|first\s+half|second\s+half)"
    r"(?:\s+of|\s+in)?|mid|early|late)[\s-]+(?:the\s+)?"
)


@dataclass(frozen=True)
class Span:
    """`start`..`end`, inclusive, and where it stands in the message. `bare`: nothing but
    a number or a season, which is a date only where one was asked for. `open`:
    said that there is no date."""

    start: date | None
    end: date | None
    first: int
    last: int
    bare: bool = False

    @property
    def open(self) -> bool:
        return self.start is None


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _add_months(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _day(year: int, month: int, day: int) -> tuple[date, date] | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found, found


def _next_of(today: date, month: int, day: int) -> tuple[date, date] | None:
    for year in range(today.year, today.year + 9):
        found = _day(year, month, day)
        if found and found[0] >= today:
            return found
    return None


def _of_month(found: re.Match[str]) -> int:
    return _MONTH_OF[found["month"].lower()]


def _of_day(found: re.Match[str]) -> int:
    return int(found["day"]) if found["day"] else _ORDINALS[found["nth"].lower()]


Days = tuple[date, date] | None


def _iso(f: re.Match[str], today: date) -> Days:
    return _day(int(f["y"]), int(f["m"]), int(f["d"]))


def _slashed(f: re.Match[str], today: date, month_first: bool = False) -> Days:
    one, two = int(f["a"]), int(f["b"] or f["b2"])
    year = int(f["c"] or f["c2"] or 0) or None
    if year is not None and year < 100:
        year += 2000
    first, second = (one, two) if month_first else (two, one)
    if first > 12:
        first, second = second, first
    if not 1 <= first <= 12:
        return None
    return _day(year, first, second) if year else _next_of(today, first, second)


def _day_month(f: re.Match[str], today: date) -> Days:
    month, day = _of_month(f), _of_day(f)
    if f["year"]:
        return _day(int(f["year"]), month, day)
    return _next_of(today, month, day)


def _month_only(f: re.Match[str], today: date) -> Days:
    month = _of_month(f)
    shift = (f.groupdict().get("which") or "").lower()
    if f["year"]:
        year = int(f["year"])
    else:
        year = today.year if month >= today.month else today.year + 1
        if shift == "last":
            year = today.year if month < today.month else today.year - 1
    return _month(year, month)


def _which(f: re.Match[str], today: date) -> Days:
    unit, which = f["unit"].lower(), f["which"].lower()
    step = {"next": 1, "this": 0, "the current": 0, "last": -1, "coming": 0, "the coming": 1,
            "the following": 1, "upcoming": 1}[" ".join(which.split())]  # fmt: skip
    if unit == "week":
        start = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return start, start + timedelta(days=6)
    if unit == "weekend":
        start = today - timedelta(days=today.weekday()) + timedelta(weeks=step, days=5)
        return start, start + timedelta(days=1)
    if unit == "month":
        other = _add_months(today.replace(day=1), step)
        return _month(other.year, other.month)
    if unit == "quarter":
        return _quarter(today.year, (today.month - 1) // 3 + step)
    if unit in ("year", "calendar year", "fiscal year"):
        return date(today.year + step, 1, 1), date(today.year + step, 12, 31)
    return _season_of(unit, today, step)


def _season_of(season: str, today: date, step: int = 0) -> Days:
    first, last = _SEASONS[season]
    year = today.year
    if season != "winter" and last < today.month:
        year += 1
        step = min(step, 0)
    end_year = year + (1 if last < first else 0)
    return _month(year + step, first)[0], _month(end_year + step, last)[1]


def _quarter(year: int, place: int) -> tuple[date, date]:
    year, place = year + place // 4, place % 4
    return _month(year, place * 3 + 1)[0], _month(year, place * 3 + 3)[1]


def _q(f: re.Match[str], today: date) -> Days:
    words = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "1st": 1, "2nd": 2,
             "3rd": 3, "4th": 4}  # fmt: skip
    place = int(f["q"]) if f["q"] else words[f["qword"].lower()]
    year = int(f["year"]) if f["year"] else today.year
    found = _quarter(year, place - 1)
    if not f["year"] and found[1] < today:
        found = _quarter(year + 1, place - 1)
    return found


def _part_of_this(f: re.Match[str], today: date) -> Days:
    """ "The end of the year", of the present one."""
    unit = f["unit"].lower()
    if unit == "week":
        start = today - timedelta(days=today.weekday())
        whole = start, start + timedelta(days=6)
    elif unit == "month":
        whole = _month(today.year, today.month)
    elif unit == "quarter":
        whole = _quarter(today.year, (today.month - 1) // 3)
    else:
        whole = date(today.year, 1, 1), date(today.year, 12, 31)
    return _narrow(f["part"], whole)


def _day_of_next_week(f: re.Match[str], today: date) -> Days:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1)
    day = monday + timedelta(days=_DAY_OF[f["weekday"].lower()])
    return day, day


def _year(f: re.Match[str], today: date) -> Days:
    return date(int(f["year"]), 1, 1), date(int(f["year"]), 12, 31)


def _count(text: str) -> int:
    lower = " ".join(text.lower().split())
    return int(lower) if lower.isdigit() else _NUMBERS[lower]


def _shifted(today: date, count: int, unit: str, half: bool) -> date:
    if half:
        return _add_months(today, 6) if unit == "year" else today + timedelta(days=15)
    if unit in ("day", "week", "fortnight"):
        return today + timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    return _add_months(today, count * {"month": 1, "quarter": 3, "year": 12}[unit])


def _ahead(f: re.Match[str], today: date) -> Days:
    half = f["count"].lower().startswith("half")
    high = f.groupdict().get("upto")
    count, unit = _count(high or f["count"]), f["unit"].lower()
    try:
        end = _shifted(today, count, unit, half)
        if high:
            return _shifted(today, _count(f["count"]), unit, half), end
        if (f.groupdict().get("how") or "").lower().startswith(("within", "over", "during")):
            return today, end
    except (ValueError, OverflowError):
        return None
    return end, end


def _ago(f: re.Match[str], today: date) -> Days:
    try:
        day = _shifted(today, -_count(f["count"]), f["unit"].lower(), False)
    except (ValueError, OverflowError):
        return None
    return day, day


def _weekday(f: re.Match[str], today: date) -> Days:
    place, which = _DAY_OF[f["weekday"].lower()], (f["which"] or "").lower()
    ahead = (place - today.weekday()) % 7
    if which == "last":
        day = today - timedelta(days=(today.weekday() - place) % 7 or 7)
    elif (f.groupdict().get("week") or "").lower().endswith("week"):
        day = today - timedelta(days=today.weekday()) + timedelta(days=7 + place)
    else:
        # "Tuesday" on a Tuesday is the next one.
        day = today + timedelta(days=ahead or 7)
    return day, day


def _dated_weekday(f: re.Match[str], today: date) -> Days:
    """The next 29th that is a Friday."""
    place, day = _DAY_OF[f["weekday"].lower()], _of_day(f)
    for step in range(15):
        month = _add_months(today.replace(day=1), step)
        found = _day(month.year, month.month, day)
        if found and found[0] >= today and found[0].weekday() == place:
            return found
    return None


def _bare_day(f: re.Match[str], today: date) -> Days:
    day = _of_day(f)
    for step in range(3):
        month = _add_months(today.replace(day=1), step)
        found = _day(month.year, month.month, day)
        if found and found[0] >= today:
            return found
    return None


def _word(f: re.Match[str], today: date) -> Days:
    word = " ".join(f.group().lower().split())
    ahead = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "day after tomorrow": 2,
             "a fortnight today": 14, "a week today": 7, "this morning": 0, "this evening": 0,
             "this afternoon": 0, "a week tomorrow": 8, "tmrw": 1, "tomorow": 1}[word]  # fmt: skip
    day = today + timedelta(days=ahead)
    return day, day


def _feast(f: re.Match[str], today: date) -> Days:
    month, day = _FEASTS[" ".join(f["feast"].lower().replace("’", "'").split())]
    return _day(int(f["year"]), month, day) if f["year"] else _next_of(today, month, day)


def _at_once(f: re.Match[str], today: date) -> Days:
    return today, today


def _season(f: re.Match[str], today: date) -> Days:
    season = f["season"].lower()
    if f["year"]:
        first, last = _SEASONS[season]
        year = int(f["year"])
        return _month(year, first)[0], _month(year + (last < first), last)[1]
    return _season_of(season, today)


Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], Days], bool]


def _rule(pattern: str, read: Callable[[re.Match[str], date], Days], bare: bool = False) -> Rule:
    return re.compile(rf"(?<![\w$€£/.])(?:{pattern})(?!\w)", re.IGNORECASE), read, bare


_WHICH = r"(?P<which>next|this|last|the\s+current|the\s+coming|the\s+following|coming|upcoming)"
# In this order: what says more comes first, and takes its place in the message.
RULES: tuple[Rule, ...] = (
    _rule(r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", _iso),
    _rule(rf"(?:{_W},?\s+)?(?:the\s+)?(?:{_D})\s*(?:of\s+)?{_M}(?:,?\s+{_Y})?", _day_month),
    _rule(rf"(?:{_W},?\s+)?{_M}\s+(?:the\s+)?(?:{_D})(?:,?\s+{_Y})?(?!\s*[%k])", _day_month),
    _rule(rf"(?<!happy )(?<!merry )(?P<feast>{_any(_FEASTS)})(?:\s+{_Y})?", _feast),
    _rule(r"(?:Q(?P<q>[1-4])|(?P<qword>first|second|third|fourth|last|1st|2nd|3rd|4th)\s+quarter)"
          rf"(?:\s+of)?(?:\s+{_Y})?", _q),
    _rule(rf"(?P<how>in|within|over|during|after)\s+(?:about\s+|around\s+|roughly\s+|the\s+next\s+)?"
          rf"{_N}\s*(?:(?:-|–|to|or)\s*(?P<upto>\d{{1,3}}|{_any(_NUMBERS)})\s*)?[\s-]*{_UNIT}"
          r"(?:'?\s+time)?", _ahead),
    _rule(rf"{_N}\s*(?:(?:-|–|to|or)\s*(?P<upto>\d{{1,3}}|{_any(_NUMBERS)})\s*)?[\s-]*{_UNIT}"
          r"\s+(?:from\s+(?:now|today)|out|away|time)", _ahead),
    _rule(rf"{_N}\s+{_UNIT}\s+ago", _ago),
    _rule(rf"next\s+week\s+(?:on\s+)?{_W}", _day_of_next_week),
    _rule(rf"{_PART}(?P<unit>week|month|quarter|year)", _part_of_this),
    _rule(r"(?<=^)\W*(?:right\s+)?now(?=\W*$)", _at_once),
    _rule(rf"(?<=^)\W*(?:(?:about|around|maybe|roughly|probably|say|another)\s+)?{_N}\s*"
          rf"(?:(?:-|–|to|or)\s*(?P<upto>\d{{1,3}}|{_any(_NUMBERS)})\s*)?[\s-]*{_UNIT}"
          r"(?=(?:\s+(?:or\s+so|max|maximum|i\s+guess|i\s+think|tops))?\W*$)", _ahead, True),
    _rule(rf"{_WHICH}\s+(?P<unit>week|weekend|month|quarter|calendar\s+year|fiscal\s+year|year|"
          rf"{_any(_SEASONS)})", _which),
    _rule(rf"{_WHICH}\s+{_M}(?:\s+{_Y})?", _month_only),
    _rule(r"(?:the\s+)?day\s+after\s+tomorrow|a\s+fortnight\s+today|a\s+week\s+today|"
          r"a\s+week\s+tomorrow|today|tonight|tomorrow|tomorow|tmrw|yesterday|"
          r"this\s+(?:morning|evening|afternoon)", lambda f, t: _word_of(f, t)),
    _rule(rf"(?:(?:{_WHICH}|that)\s+)?{_W}\s+(?:the\s+)?(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)|"
          rf"(?P<nth>{_any(_ORDINALS)}))",
          _dated_weekday),
    _rule(rf"(?<!easter )(?:(?:{_WHICH}|that)\s+)?{_W}(?:\s+(?P<week>coming|next\s+week))?",
          _weekday),
    _rule(r"(?P<a>\d{1,2})(?:/(?P<b>\d{1,2})(?:/(?P<c>(?:20)?\d\d))?|"
          r"\.(?P<b2>\d{1,2})\.(?P<c2>(?:20)?\d\d))", _slashed, True),
    _rule(rf"{_M}(?:,?\s+{_Y})?", _month_only),
    _rule(rf"(?P<season>{_any(_SEASONS)})(?:\s+(?:of\s+)?{_Y})?", _season, True),
    _rule(r"asap|as\s+soon\s+as\s+possible|immediately|right\s+away|straight\s+away|right\s+now|"
          r"at\s+once|urgently", _at_once),
    _rule(r"(?:the\s+)?(?P<day>\d{1,2})\s?(?:st|nd|rd|th)(?P<nth>)?(?:\s+of\s+the\s+month)?"
        r"(?!\s+(?!of|to|until|till|and|or|for|at|please|in|if|with|as|that|works|would)[a-z])",
          _bare_day),
    _rule(rf"the\s+(?P<day>)(?P<nth>{_any(_ORDINALS)})(?:\s+of\s+the\s+month)", _bare_day),
    _rule(_Y, _year, True),
)  # fmt: skip


def _word_of(f: re.Match[str], today: date) -> Days:
    text = re.sub(r"^the\s+", "", f.group().lower())
    return _word(re.compile(r".*", re.DOTALL).match(text) or f, today)


_LEADS = re.compile(
    r"\b(?:in|by|of|until|till|before|after|since|from|to|next|this|end|early|late|mid|on|around|"
    r"for|during)[\s-]*(?:the\s+)?$"
)
_PARTS = re.compile(_PART + r"$", re.IGNORECASE)
_NO_DATE = re.compile(
    r"\b(?:no\s+(?:real\s+|particular\s+|fixed\s+|set\s+)?(?:rush|hurry|timeline|deadline|date)|"
    r"not\s+in\s+(?:a|any)\s+(?:rush|hurry)|no\s+time\s+pressure|not\s+urgent|"
    r"just\s+(?:browsing|looking(?:\s+around)?)|whenever|some\s*day)\b",
    re.IGNORECASE,
)
# Of other languages: a day, a word of letters, perhaps a year.
_FOREIGN = re.compile(
    r"(?<![\w.])\d{1,2}\.?\s+(?:de\s+|di\s+)?(?P<word>[^\W\d_]{3,12})\.?(?:\s+(?:de\s+)?(?:19|20)\d\d)?(?!\w)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def _narrow(part: str, days: tuple[date, date]) -> tuple[date, date]:
    """ "End of March": its last third; "early": its first; "mid": the middle one."""
    start, end = days
    length = (end - start).days + 1
    if length > 300:
        # Of a year: its last month, its first or last quarter, its middle.
        if "end" in part.lower():
            return start.replace(month=12, day=1), end
        if "late" in part.lower():
            return start.replace(month=10, day=1), end
        if "half" not in part.lower() and "mid" not in part.lower():
            return _quarter(start.year, 0)
    third = timedelta(days=length // 3)
    word = part.lower()
    if "second half" in word:
        return start + timedelta(days=length // 2), end
    if "first half" in word:
        return start, start + timedelta(days=length // 2 - 1)
    if "end" in word or "late" in word:
        return end - third + timedelta(days=1), end
    if "mid" in word:
        return start + third, end - third
    return start, start + third - timedelta(days=1)


@lru_cache(maxsize=256)
def _foreign(span: str, today: date, language: str) -> tuple[date, date] | None:
    # Here, since it takes a quarter of a second, and hardly a message needs it.
    from datetime import datetime

    import dateparser

    parsed = dateparser.parse(
        span,
        languages=[language],
        settings={
            "RELATIVE_BASE": datetime(today.year, today.month, today.day),  # noqa: DTZ001
            "PREFER_DATES_FROM": "future",
            "REQUIRE_PARTS": ["day", "month"],
        },
    )
    if parsed is None:
        return None
    if not _YEAR.search(span):
        return _next_of(today, parsed.month, parsed.day)
    return parsed.date(), parsed.date()


def find(text: str, today: date, *, month_first: bool = False, language: str = "en") -> list[Span]:
    """The dates of a message in its order, none over another. `month_first`: 3/4 is March 4th."""
    found: list[Span] = []

    def is_free(first: int, last: int) -> bool:
        return not any(span.first < last and first < span.last for span in found)

    if language != "en":
        for match in _FOREIGN.finditer(text):
            if not is_free(match.start(), match.end()):
                continue
            days = _foreign(match.group(), today, language)
            if days:
                found.append(Span(*days, match.start(), match.end()))
    for pattern, read, bare in RULES:
        for match in pattern.finditer(text):
            if not is_free(match.start(), match.end()):
                continue
            slashed = read is _slashed
            days = _slashed(match, today, month_first) if slashed else read(match, today)
            if days is None:
                continue
            first = match.start()
            part = _PARTS.search(text, 0, first)
            if part and days[0] != days[1]:
                days, first = _narrow(part["part"], days), part.start()
            common = match.group().lower() in ("may", "march", "mar", "sun", "sat", "mon", "wed")
            if common and not _is_named(text, match):
                continue
            last = match.end() - match.group().endswith(".")
            found.append(Span(*days, first, last, bare and first == match.start()))
    for match in _NO_DATE.finditer(text):
        if is_free(match.start(), match.end()):
            found.append(Span(None, None, match.start(), match.end()))
    return sorted(found, key=lambda span: span.first)


def _is_named(text: str, match: re.Match[str]) -> bool:
    """Whether "may", "march", "sun" is the month or day: with a capital inside a sentence, or
    behind a word that leads to a date, or alone."""
    if text.strip(" .!?").lower() == match.group().lower():
        return True
    before = text[: match.start()].rstrip().lower()
    if _LEADS.search(before + " "):
        return True
    return match.group()[0].isupper() and bool(before) and before[-1] not in ".!?"
