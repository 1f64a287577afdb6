"""From the words of a date to its first and last day, counted from a day that is given.

Each reader takes the match of one pattern of `dates` and today; None where there is no such day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

MONTHS = (
    ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",),
    ("june", "jun"), ("july", "jul"), ("august", "aug"), ("september", "sept", "sep"),
    ("october", "oct"), ("november", "nov"), ("december", "dec"),
)  # fmt: skip
DAYS = (
    ("monday", "mon"), ("tuesday", "tues", "tue"), ("wednesday", "weds", "wed"),
    ("thursday", "thurs", "thur", "thu"), ("friday", "fri"), ("saturday", "sat"),
    ("sunday", "sun"),
)  # fmt: skip
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "a couple of": 2, "couple of": 2,
    "a couple": 2, "a few": 3, "few": 3, "several": 3, "the next": 1, "half a": 0,
}  # fmt: skip
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
    "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
    "nineteenth": 19, "twentieth": 20,
}  # fmt: skip
# Fixed days: (month, day).
FEASTS = {
    "christmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25),
    "xmas": (12, 25), "boxing day": (12, 26), "new year's eve": (12, 31), "new years eve": (12, 31),
    "new year's day": (1, 1), "new years day": (1, 1), "new year's": (1, 1), "new year": (1, 1),
    "valentine's day": (2, 14), "valentines day": (2, 14), "st patrick's day": (3, 17),
    "halloween": (10, 31), "independence day": (7, 4), "4th of july": (7, 4),
}  # fmt: skip
# That moves with the moon.
DIWALI = {
    2025: (10, 20), 2026: (11, 8), 2027: (10, 29), 2028: (10, 17), 2029: (11, 5), 2030: (10, 26),
    2031: (11, 14), 2032: (11, 2), 2033: (10, 22), 2034: (11, 10), 2035: (10, 30),
}  # fmt: skip
SEASONS = {
    "spring": (3, 5),
    "summer": (6, 8),
    "autumn": (9, 11),
    "fall": (9, 11),
    "winter": (12, 2),
}
MONTH_OF = {name: place for place, names in enumerate(MONTHS, 1) for name in names}
DAY_OF = {name: place for place, names in enumerate(DAYS) for name in names}


def whole_month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def one_day(year: int, month: int, day: int) -> tuple[date, date] | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found, found


def next_of(today: date, month: int, day: int) -> tuple[date, date] | None:
    for year in range(today.year, today.year + 9):
        found = one_day(year, month, day)
        if found and found[0] >= today:
            return found
    return None


def of_month(found: re.Match[str]) -> int:
    return MONTH_OF[found["month"].lower()]


def of_day(found: re.Match[str]) -> int:
    return int(found["day"]) if found["day"] else ORDINALS[found["nth"].lower()]


Days = tuple[date, date] | None


def iso(f: re.Match[str], today: date) -> Days:
    return one_day(int(f["y"]), int(f["m"]), int(f["d"]))


def slashed(f: re.Match[str], today: date) -> Days:
    one, two = int(f["a"]), int(f["b"] or f["b2"])
    year = int(f["c"] or f["c2"] or 0) or None
    if year is not None and year < 100:
        year += 2000
    day, month = (two, one) if two > 12 else (one, two)
    if not 1 <= month <= 12:
        return None
    return one_day(year, month, day) if year else next_of(today, month, day)


def day_month(f: re.Match[str], today: date) -> Days:
    month, day = of_month(f), of_day(f)
    if f["year"]:
        return one_day(int(f["year"]), month, day)
    return next_of(today, month, day)


def month_only(f: re.Match[str], today: date) -> Days:
    month = of_month(f)
    shift = (f.groupdict().get("which") or "").lower()
    if f["year"]:
        year = int(f["year"])
    else:
        year = today.year if month >= today.month else today.year + 1
        if shift == "last":
            year = today.year if month < today.month else today.year - 1
    return whole_month(year, month)


def this_or_next(f: re.Match[str], today: date) -> Days:
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
        other = add_months(today.replace(day=1), step)
        return whole_month(other.year, other.month)
    if unit == "quarter":
        return whole_quarter(today.year, (today.month - 1) // 3 + step)
    if unit in ("year", "calendar year", "fiscal year"):
        return date(today.year + step, 1, 1), date(today.year + step, 12, 31)
    return season_of(unit, today, step)


def season_of(season: str, today: date, step: int = 0) -> Days:
    first, last = SEASONS[season]
    year = today.year
    if season != "winter" and last < today.month:
        year += 1
        step = min(step, 0)
    end_year = year + (1 if last < first else 0)
    return whole_month(year + step, first)[0], whole_month(end_year + step, last)[1]


def whole_quarter(year: int, place: int) -> tuple[date, date]:
    year, place = year + place // 4, place % 4
    return whole_month(year, place * 3 + 1)[0], whole_month(year, place * 3 + 3)[1]


def of_quarter(f: re.Match[str], today: date) -> Days:
    words = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "1st": 1, "2nd": 2,
             "3rd": 3, "4th": 4}  # fmt: skip
    place = int(f["q"]) if f["q"] else words[f["qword"].lower()]
    year = int(f["year"]) if f["year"] else today.year
    found = whole_quarter(year, place - 1)
    if not f["year"] and found[1] < today:
        found = whole_quarter(year + 1, place - 1)
    return found


def part_of_this(f: re.Match[str], today: date) -> Days:
    """ "The end of the year", of the present one."""
    unit = f["unit"].lower()
    if unit == "week":
        start = today - timedelta(days=today.weekday())
        whole = start, start + timedelta(days=6)
    elif unit == "month":
        whole = whole_month(today.year, today.month)
    elif unit == "quarter":
        whole = whole_quarter(today.year, (today.month - 1) // 3)
    else:
        whole = date(today.year, 1, 1), date(today.year, 12, 31)
    return narrow(f["part"], whole)


def day_of_next_week(f: re.Match[str], today: date) -> Days:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1)
    day = monday + timedelta(days=DAY_OF[f["weekday"].lower()])
    return day, day


def of_year(f: re.Match[str], today: date) -> Days:
    return date(int(f["year"]), 1, 1), date(int(f["year"]), 12, 31)


def count_of(text: str) -> int:
    lower = " ".join(text.lower().split())
    return int(lower) if lower.isdigit() else NUMBERS[lower]


def shifted(today: date, count: int, unit: str, half: bool) -> date:
    if half:
        return add_months(today, 6) if unit == "year" else today + timedelta(days=15)
    if unit in ("day", "week", "fortnight"):
        return today + timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    return add_months(today, count * {"month": 1, "quarter": 3, "year": 12}[unit])


def ahead(f: re.Match[str], today: date) -> Days:
    half = f["count"].lower().startswith("half")
    high = f.groupdict().get("upto")
    count, unit = count_of(high or f["count"]), f["unit"].lower()
    try:
        end = shifted(today, count, unit, half)
        if high:
            return shifted(today, count_of(f["count"]), unit, half), end
        if (f.groupdict().get("how") or "").lower().startswith(("within", "over", "during")):
            return today, end
    except (ValueError, OverflowError):
        return None
    return end, end


def ago(f: re.Match[str], today: date) -> Days:
    try:
        day = shifted(today, -count_of(f["count"]), f["unit"].lower(), False)
    except (ValueError, OverflowError):
        return None
    return day, day


def weekday(f: re.Match[str], today: date) -> Days:
    place, which = DAY_OF[f["weekday"].lower()], (f["which"] or "").lower()
    ahead = (place - today.weekday()) % 7
    if which == "last":
        day = today - timedelta(days=(today.weekday() - place) % 7 or 7)
    elif (f.groupdict().get("week") or "").lower().endswith("week"):
        day = today - timedelta(days=today.weekday()) + timedelta(days=7 + place)
    else:
        # "Tuesday" on a Tuesday is the next one.
        day = today + timedelta(days=ahead or 7)
    return day, day


def dated_weekday(f: re.Match[str], today: date) -> Days:
    """The next 29th that is a Friday."""
    place, day = DAY_OF[f["weekday"].lower()], of_day(f)
    for step in range(15):
        month = add_months(today.replace(day=1), step)
        found = one_day(month.year, month.month, day)
        if found and found[0] >= today and found[0].weekday() == place:
            return found
    return None


def bare_day(f: re.Match[str], today: date) -> Days:
    day = of_day(f)
    for step in range(3):
        month = add_months(today.replace(day=1), step)
        found = one_day(month.year, month.month, day)
        if found and found[0] >= today:
            return found
    return None


def by_word(f: re.Match[str], today: date) -> Days:
    word = " ".join(f.group().lower().split()).removeprefix("the ")
    ahead = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "day after tomorrow": 2,
             "a fortnight today": 14, "a week today": 7, "this morning": 0, "this evening": 0,
             "this afternoon": 0, "a week tomorrow": 8, "tmrw": 1, "tomorow": 1}[word]  # fmt: skip
    day = today + timedelta(days=ahead)
    return day, day


def feast(f: re.Match[str], today: date) -> Days:
    month, day = FEASTS[" ".join(f["feast"].lower().replace("’", "'").split())]
    return one_day(int(f["year"]), month, day) if f["year"] else next_of(today, month, day)


def easter(f: re.Match[str], today: date) -> Days:
    """The Sunday of Easter, by Gauss."""
    for year in [int(f["year"])] if f["year"] else [today.year, today.year + 1]:
        a, b, c = year % 19, *divmod(year, 100)
        d, e = divmod(b, 4)
        g = (8 * b + 13) // 25
        h = (19 * a + b - d - g + 15) % 30
        i, k = divmod(c, 4)
        wd = (32 + 2 * e + 2 * i - h - k) % 7
        m = (a + 11 * h + 19 * wd) // 433
        month = (h + wd - 7 * m + 90) // 25
        day = date(year, month, (h + wd - 7 * m + 33 * month + 19) % 32)
        if f["year"] or day >= today:
            return day, day
    return None


def moving_feast(f: re.Match[str], today: date) -> Days:
    """Diwali, and Thanksgiving in America."""
    for year in [int(f["year"])] if f["year"] else [today.year, today.year + 1]:
        if f["feast"].lower() == "thanksgiving":
            first = date(year, 11, 1)
            day = first + timedelta(days=(3 - first.weekday()) % 7 + 21)
        elif year in DIWALI:
            day = date(year, *DIWALI[year])
        else:
            return None
        if f["year"] or day >= today:
            return day, day
    return None


def calendar_week(f: re.Match[str], today: date) -> Days:
    try:
        for year in (today.year, today.year + 1):
            monday = date.fromisocalendar(year, int(f["week"]), 1)
            if monday + timedelta(days=6) >= today:
                return monday, monday + timedelta(days=6)
    except ValueError:
        pass
    return None


def at_once(f: re.Match[str], today: date) -> Days:
    return today, today


def of_season(f: re.Match[str], today: date) -> Days:
    season = f["season"].lower()
    if f["year"]:
        first, last = SEASONS[season]
        year = int(f["year"])
        return whole_month(year, first)[0], whole_month(year + (last < first), last)[1]
    return season_of(season, today)


def narrow(part: str, days: tuple[date, date]) -> tuple[date, date]:
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
            return whole_quarter(start.year, 0)
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
