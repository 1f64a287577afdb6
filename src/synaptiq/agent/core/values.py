"""What a criterion's value is, by the criterion's type, as plain JSON.

enum    the option's value, a text
number  20, or {"min": 10, "max": 50} where a range was said; an open end is null
money   {"amount": 5000, "currency": "USD"} or {"min": …, "max": …, "currency": …};
        currency is null where none was said
range   {"min": 10, "max": 50}; an open end is null
date    {"start": "2027-03-01", "end": "2027-03-31", "said": "2026-11-27"}: first and last day
        of what was meant, and the day on which it was said, from which scoring counts;
        start and end are null where the visitor said that there is no date ("no rush")
bool    true or false
text    a text
geo     an option's value, or the place as it was said
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

TYPES = ("enum", "number", "range", "money", "date", "bool", "text", "geo")
# Those that have options, and those that compare as numbers (a date as days from when it was said).
WITH_OPTIONS = ("enum", "geo")
NUMERIC = ("number", "range", "money", "date")


@lru_cache(maxsize=4096, typed=True)
def exact(number: float) -> Fraction:
    """A number as it is written: 0.7 is seven tenths, not the nearest binary fraction. Those of a
    profile are asked again in each turn."""
    return Fraction(str(number))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_span(value: Any) -> bool:
    if not isinstance(value, Mapping) or not {"min", "max"} <= set(value):
        return False
    low, high = value["min"], value["max"]
    if not all(end is None or _is_number(end) for end in (low, high)):
        return False
    if low is None and high is None:
        return False
    return low is None or high is None or low <= high


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def is_value(type: str, value: Any) -> bool:
    """Whether `value` has the shape of this type (the head of this file says which)."""
    if type in ("enum", "text", "geo"):
        return isinstance(value, str) and bool(value.strip())
    if type == "bool":
        return isinstance(value, bool)
    if type == "number":
        return _is_number(value) or (_is_span(value) and set(value) == {"min", "max"})
    if type == "range":
        return _is_span(value) and set(value) == {"min", "max"}
    if type == "money":
        if not isinstance(value, Mapping) or "currency" not in value:
            return False
        if not (value["currency"] is None or isinstance(value["currency"], str)):
            return False
        return _is_span(value) or _is_number(value.get("amount"))
    if type == "date":
        if not isinstance(value, Mapping) or set(value) != {"start", "end", "said"}:
            return False
        said, start, end = (_day(value[key]) for key in ("said", "start", "end"))
        if said is None:
            return False
        if value["start"] is None and value["end"] is None:
            return True
        return start is not None and end is not None and start <= end
    return False


def bounds(type: str, value: Any) -> tuple[Fraction | None, Fraction | None]:
    """The lowest and the highest number that a value of a numeric type may mean; None is open.

    A date counts the days from when it was said, never below 0. "No date" is (None, None).
    """
    if type == "date":
        said, start, end = (_day(value[key]) for key in ("said", "start", "end"))
        if said is None or start is None or end is None:
            return None, None
        return Fraction(max(0, (start - said).days)), Fraction(max(0, (end - said).days))
    if _is_number(value):
        return exact(value), exact(value)
    if "amount" in value:
        return exact(value["amount"]), exact(value["amount"])
    low, high = value["min"], value["max"]
    return (None if low is None else exact(low)), (None if high is None else exact(high))


def amount(type: str, value: Any) -> Fraction | None:
    """The one number that scoring takes: the middle of a range, the known end of an open one; of a
    date the last day, since that is what was promised. None where there is no number."""
    low, high = bounds(type, value)
    if type == "date":
        return high
    if low is None or high is None:
        return low if high is None else high
    return (low + high) / 2


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same. When a date was said makes no difference."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {**one, "said": None} == {**other, "said": None}
    # True is no 1.
    return (type(one) is type(other) and bool(one == other)) or (
        _is_number(one) and _is_number(other) and bool(one == other)
    )
