"""Working hours as a form: a switch for each day of the week, and rows of two times each.

Beside `calendar` for its size. What a day's rows may hold, `meetings.values.hours_of_day` says;
what was typed comes back as it was, wrong or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from django.http import QueryDict

from synaptiq.meetings.slots import DAYS
from synaptiq.meetings.values import DAY_LABELS, MOST_RANGES

# What a day that is off proposes once it is switched on.
USUAL = ("09:00", "17:00")
# More rows than anybody is shown are no form of ours.
MOST_ROWS = 20

Rows = list[tuple[str, str]]


@dataclass(frozen=True)
class Row:
    """Two times, and what is wrong with them."""

    first: str
    last: str
    first_error: str = ""
    last_error: str = ""
    is_spare: bool = False


@dataclass(frozen=True)
class Day:
    """A day of the week as its form shows it."""

    key: str
    label: str
    is_on: bool
    rows: list[Row] = field(default_factory=list)
    error: str = ""
    most: int = MOST_RANGES

    @property
    def others(self) -> list[tuple[str, str]]:
        """The days that its hours can be copied to: key and label."""
        return [(key, label) for key, label in DAY_LABELS.items() if key != self.key]


def given(data: QueryDict) -> dict[str, Rows | None]:
    """A day's rows as they were sent; None of a day that is off."""
    return {day: _rows(data, day) if f"{day}_on" in data else None for day in DAYS}


def shown(
    hours: Mapping[str, list[list[str]]], data: QueryDict | None, errors: Mapping[str, str]
) -> list[Day]:
    """The week: as it is kept, or as it was sent, with what is wrong beside each time."""
    return [_day(day, hours.get(day, []), data, errors) for day in DAYS]


def _day(key: str, kept: list[list[str]], data: QueryDict | None, errors: Mapping[str, str]) -> Day:
    if data is None:
        # The end of a day is no time that a field can hold: there it is the midnight behind it.
        pairs = [(first, "00:00" if last == "24:00" else last) for first, last in kept]
        is_on = bool(kept)
    else:
        pairs, is_on = _rows(data, key), f"{key}_on" in data
    rows = [
        Row(first, last, errors.get(f"{key}.{n}.from", ""), errors.get(f"{key}.{n}.to", ""))
        for n, (first, last) in enumerate(pairs)
        if first or last
    ]
    if not rows:
        rows = [Row("", "") if is_on else Row(*USUAL)]
    # Where there is no script, the next range goes into a row that stands ready.
    spare = [Row("", "", is_spare=True)] if len(rows) < MOST_RANGES else []
    return Day(key, DAY_LABELS[key], is_on, rows + spare, errors.get(key, ""))


def _rows(data: QueryDict, day: str) -> Rows:
    first, last = data.getlist(f"{day}_from"), data.getlist(f"{day}_to")
    return list(zip_longest(first, last, fillvalue=""))[:MOST_ROWS]
