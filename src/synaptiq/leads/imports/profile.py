"""What the columns of a file hold: how much, of what type, and which words stand for nothing.

Only looks: what a value becomes is decided by `cells.py`, with the checks of `values.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from synaptiq.leads import values

# Further rows are not looked at to propose a mapping; counts and choices then say so.
MOST_ROWS = 100_000
# So many different values are remembered of a column; of a very wide file fewer, since the memory
# is for all columns together.
_DISTINCT = 400_000
_CHUNK = 500
# What other programs write where a person chose nothing.
PLACEHOLDERS = frozenset({
    "select", "please select", "select one", "choose", "n/a", "na", "none", "null", "nil", "nan",
    "undefined", "unknown", "not available", "not specified", "-", "--", "—", "?", "#n/a",
})  # fmt: skip
# As a number prints itself, so that nothing is lost: no zeros before it or behind its fraction, no
# sign of a phone number or of a zero.
_NUMBER = re.compile(r"(?!-0\Z)-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]*[1-9])?", re.ASCII)
_BOOLS = {"true", "false", "yes", "no"}


@dataclass
class Column:
    """What is known of one column. `distinct` counts the rows of each value; it is cut off where
    `many` is set."""

    header: str
    filled: int = 0
    distinct: Counter[str] = field(default_factory=Counter)
    many: bool = False
    repeated: bool = False
    types: set[str] = field(default_factory=lambda: {"number", "bool", "date"})
    placeholders: Counter[str] = field(default_factory=Counter)

    def add(self, cells: Sequence[str], most: int, blanks: frozenset[str]) -> None:
        given = [cell for cell in cells if cell and not cell.isspace()]
        if not given:
            return
        new = set(given)
        for value in {v for v in new if v.strip().casefold() in PLACEHOLDERS}:
            self.placeholders[value] += given.count(value)
        if blanks and any(v.strip().casefold() in blanks for v in new):
            given = [v for v in given if v.strip().casefold() not in blanks]
            new = set(given)
        self.repeated |= len(new) < len(given) or not new.isdisjoint(self.distinct)
        self.filled += len(given)
        new -= self.distinct.keys()
        if self.types:
            self.types = {t for t in self.types if all(_IS[t](value) for value in new)}
        if not self.many:
            self.distinct.update(given)
            if len(self.distinct) > most:
                self.many = True
                self.distinct = Counter(dict(islice(self.distinct.items(), most)))

    @property
    def known(self) -> int:
        """The rows whose values are remembered."""
        return self.distinct.total()

    def misfits(self, check: object) -> Counter[str]:
        """The values remembered for which this check raises, with their rows."""
        return Counter({v: rows for v, rows in self.distinct.items() if not _passes(check, v)})

    def most_are(self, pattern: re.Pattern[str]) -> bool:
        """Whether nine of ten values remembered have this form."""
        fitting = sum(bool(pattern.fullmatch(value.strip())) for value in self.distinct)
        return bool(self.distinct) and fitting * 10 >= len(self.distinct) * 9

    def type(self, *, whole: bool) -> tuple[str, list[str]]:
        """The type of custom property that takes every value as it is, and its choices.

        A choice only where the `whole` file was looked at: otherwise a value seen later would be
        rejected for no fault of its own.
        """
        if self.filled:
            for name in ("bool", "number", "date"):
                if name in self.types:
                    return name, []
        few = not self.many and 2 <= len(self.distinct) <= 12
        if whole and few and self.filled >= 10 * len(self.distinct):
            choices = sorted(self.distinct)
            if _passes(values.choices, choices) and values.choices(choices) == choices:
                return "choice", choices
        return "text", []


@dataclass(frozen=True)
class Profile:
    """The columns of a file; `whole` where all of its rows were looked at."""

    columns: list[Column]
    rows: int
    whole: bool
    sample: list[list[str]]


def profile(
    rows: Iterable[list[str]],
    header: Sequence[str] | None,
    *,
    blanks: frozenset[str] = frozenset(),
    most: int = MOST_ROWS,
) -> Profile:
    """Look at the rows behind the names. `blanks` are words, in small letters, read as nothing."""
    columns = [Column(name.strip()) for name in header or ()]
    filled = (row for row in rows if any(row))
    left, sample, seen = iter(islice(filled, most + 1)), list[list[str]](), 0
    while chunk := list(islice(left, _CHUNK)):
        sample = sample or chunk[:5]
        seen += len(chunk)
        if header is None:
            columns += [Column("") for _ in range(max(map(len, chunk)) - len(columns))]
        width = len(columns)
        distinct = max(20, min(2_000, _DISTINCT // (width or 1)))
        padded = [row[:width] + [""] * (width - len(row)) for row in chunk]
        for column, cells in zip(columns, zip(*padded, strict=True), strict=True):
            column.add(cells, distinct, blanks)
    return Profile(columns, min(seen, most), seen <= most, sample)


def _passes(check: object, value: object) -> bool:
    assert callable(check)
    try:
        check(value)
    except ValueError:
        return False
    return True


def _is_date(value: str) -> bool:
    try:
        return len(value) == 10 and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_number(value: str) -> bool:
    if _NUMBER.fullmatch(value) is None or sum(map(str.isdigit, value)) > 15:
        return False
    # A very small fraction prints with an exponent.
    return "." not in value or values.as_text(float(value)) == value


_IS = {
    "number": _is_number,
    "bool": lambda v: v.lower() in _BOOLS,
    "date": _is_date,
}
