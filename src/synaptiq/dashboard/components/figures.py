"""Figures and times as people read them: pure functions, tested without templates."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from synaptiq.kit.counting import Count
from synaptiq.kit.languages import DEFAULT, Language

_UNITS = ("kB", "MB", "GB", "TB")


def thin(number: int | float | None) -> str:
    """`1,284`; nothing for None."""
    if number is None:
        return ""
    return f"{number:,}"


def about(number: int) -> str:
    """An estimate in two figures: `12,000`, `240,000`, `1.2 M`."""
    if number < 995_000:
        step = 10 ** max(len(str(number)) - 2, 0)
        return f"{round(number / step) * step:,}"
    return f"{number / 1_000_000:.1f} M" if number < 9_950_000 else f"{round(number / 1e6)} M"


def matched(count: Count) -> str:
    """How many match: `212`, or `about 1.2 M`."""
    return thin(count.number) if count.is_exact else f"about {about(count.number)}"


def size(octets: int | None) -> str:
    """A number of bytes in decimal units: `832 bytes`, `60 kB`, `1.2 MB`; nothing for None."""
    if octets is None:
        return ""
    if octets < 1000:
        return "1 byte" if octets == 1 else f"{octets} bytes"
    value = float(octets)
    for unit in _UNITS:
        value /= 1000
        # 999.95 would print as 1000.0 of this unit.
        if value < 999.5 or unit == _UNITS[-1]:
            break
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:,.0f} {unit}"


def date(at: datetime, zone: str, now: datetime, language: Language = DEFAULT) -> str:
    """`12 Mar` or `Mar 12`, with the year where it is not this one."""
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    return local.strftime(language.day if local.year == today.year else language.day_of_year)


def weekday(at: datetime, zone: str, now: datetime, language: Language = DEFAULT) -> str:
    """`Thursday 12 March` or `Thursday, March 12`, for what stands under a day."""
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    is_near = local.year == today.year
    return local.strftime(language.weekday if is_near else language.weekday_of_year)


def exact(at: datetime, zone: str, now: datetime, language: Language = DEFAULT) -> str:
    """`12 Mar, 14:05` or `Mar 12, 2:05 PM` in this zone."""
    return f"{date(at, zone, now, language)}, {time(at, zone, now, language)}"


def time(at: datetime, zone: str, now: datetime, language: Language = DEFAULT) -> str:
    """`14:05` or `2:05 PM` in this zone, where the day stands above."""
    return at.astimezone(ZoneInfo(zone)).strftime(language.time)


def full(at: datetime, zone: str, language: Language = DEFAULT) -> str:
    """`12 March 2026, 14:05:09 GMT`: nothing left out, for titles."""
    return at.astimezone(ZoneInfo(zone)).strftime(language.full)


def relative(at: datetime, zone: str, now: datetime, language: Language = DEFAULT) -> str:
    """`4 min ago`, `yesterday`, `in 3 days`; further than six days away, the date."""
    span = abs(now - at)
    past = at <= now
    if span < timedelta(minutes=1):
        return "just now" if past else "in a moment"
    if span < timedelta(hours=1):
        return _said(span // timedelta(minutes=1), "min", past)
    days = abs((now.astimezone(ZoneInfo(zone)).date() - at.astimezone(ZoneInfo(zone)).date()).days)
    if days == 0 or span < timedelta(hours=12):
        return _said(span // timedelta(hours=1), "h", past)
    if days == 1:
        return "yesterday" if past else "tomorrow"
    if days < 7:
        return _said(days, "days", past)
    # "in 30 days" says more about an expiry than a date does; the title holds the date.
    if not past and days <= 31:
        return f"in {days} days"
    return date(at, zone, now, language)


def _said(count: int, unit: str, past: bool) -> str:
    return f"{count} {unit} ago" if past else f"in {count} {unit}"


def span(length: timedelta) -> str:
    """How long something took: `45 s`, `8 min`, `1 h 20 min`."""
    seconds = max(int(length.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
