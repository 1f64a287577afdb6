"""Figures and times as people read them: pure functions, tested without templates."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

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


def date(at: datetime, zone: str, now: datetime) -> str:
    """`12 Mar`, with the year where it is not this one."""
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    text = f"{local.day} {local:%b}"
    return text if local.year == today.year else f"{text} {local.year}"


def exact(at: datetime, zone: str, now: datetime) -> str:
    """`12 Mar, 14:05` in this zone."""
    return f"{date(at, zone, now)}, {at.astimezone(ZoneInfo(zone)):%H:%M}"


def time(at: datetime, zone: str, now: datetime) -> str:
    """`14:05` in this zone, where the day stands above."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def full(at: datetime, zone: str) -> str:
    """`12 March 2026, 14:05:09 GMT`: nothing left out, for titles."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y, %H:%M:%S %Z}"


def relative(at: datetime, zone: str, now: datetime) -> str:
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
    return date(at, zone, now)


def _said(count: int, unit: str, past: bool) -> str:
    return f"{count} {unit} ago" if past else f"in {count} {unit}"
