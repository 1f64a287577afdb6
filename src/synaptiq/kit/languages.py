"""In which languages the product speaks, and how each writes a date: one literal table.

Both entries have the same words, English, and differ in dates and times alone. A third language
needs its words first (docs/people.md), else a page would be half of one and half of another.
Nothing here reaches an export: a file is the same whoever asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """`tag` is for `<html lang>`; the rest are formats of `strftime`."""

    tag: str
    label: str
    day: str
    day_of_year: str
    weekday: str
    weekday_of_year: str
    time: str
    full: str
    letter: str
    example: str


BRITISH = Language(
    tag="en-GB",
    label="English (United Kingdom)",
    day="%-d %b",
    day_of_year="%-d %b %Y",
    weekday="%A %-d %B",
    weekday_of_year="%A %-d %B %Y",
    time="%H:%M",
    full="%-d %B %Y, %H:%M:%S %Z",
    letter="%-d %B %Y, %H:%M",
    example="27 Nov 2026, 16:34",
)
AMERICAN = Language(
    tag="en-US",
    label="English (United States)",
    day="%b %-d",
    day_of_year="%b %-d, %Y",
    weekday="%A, %B %-d",
    weekday_of_year="%A, %B %-d, %Y",
    time="%-I:%M %p",
    full="%B %-d, %Y, %-I:%M:%S %p %Z",
    letter="%B %-d, %Y, %-I:%M %p",
    example="Nov 27, 2026, 4:34 PM",
)
LANGUAGES: dict[str, Language] = {one.tag: one for one in (AMERICAN, BRITISH)}
DEFAULT = BRITISH


def chosen(tag: str, accepted: str = "") -> Language:
    """The language that a person chose, else the one that their browser asks for.

    Of the header `Accept-Language` only the first counts: browsers add American English behind any
    language, so that a German's later `en-US` says nothing of how they write a date.
    """
    if tag in LANGUAGES:
        return LANGUAGES[tag]
    first = accepted.partition(",")[0].partition(";")[0].strip().lower()
    return next((one for one in LANGUAGES.values() if one.tag.lower() == first), DEFAULT)
