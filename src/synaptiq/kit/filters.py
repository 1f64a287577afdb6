"""How a filter is declared: once, for the list page, the export dialog, the API and schedules.

A dataset's `filters.py` holds a literal table of `Filter`s. Each has a key, a label, a kind (how
its value is written in an address and in JSON), a condition, and reads as a sentence. The kinds
here know of no dataset.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.db.models import Q

from synaptiq.kit.errors import Invalid
from synaptiq.kit.localtime import day_range
from synaptiq.kit.text import TextError, clean


@dataclass(frozen=True)
class Context:
    """What a condition may depend on besides its value. `timezone` is an IANA name."""

    timezone: str = "UTC"
    conversion_goal: str = "meeting_booked"


class Kind(Protocol):
    """A typed value: read from an address or from JSON, written back, and said in words."""

    widget: str

    def from_text(self, texts: Sequence[str]) -> Any: ...
    def from_json(self, value: Any) -> Any: ...
    def to_text(self, value: Any) -> list[str]: ...
    def to_json(self, value: Any) -> Any: ...
    def say(self, label: str, value: Any) -> str: ...


@dataclass(frozen=True)
class Choice:
    """One or more of a closed list. `options` maps the value to its label."""

    options: Mapping[str, str]
    widget: str = "choice"

    def from_text(self, texts: Sequence[str]) -> tuple[str, ...]:
        return self.from_json([part for text in texts for part in text.split(",") if part])

    def from_json(self, value: Any) -> tuple[str, ...]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list | tuple) or not values:
            raise ValueError(f"give one or more of {', '.join(self.options)}")
        for one in values:
            if one not in self.options:
                raise ValueError(f"{_shown(one)} is none of {', '.join(self.options)}")
        return tuple(key for key in self.options if key in values)

    def to_text(self, value: Any) -> list[str]:
        return list(value)

    def to_json(self, value: Any) -> Any:
        return list(value)

    def say(self, label: str, value: Any) -> str:
        return f"{label} is {_either([self.options[v].lower() for v in value])}"


@dataclass(frozen=True)
class DateRange:
    """Whole local days, both ends included, either may be open: `2026-03-01..2026-03-31`."""

    widget: str = "dates"

    def from_text(self, texts: Sequence[str]) -> tuple[date | None, date | None]:
        first, dots, last = _one(texts).partition("..")
        return self.from_json({"from": first or None, "to": (last if dots else first) or None})

    def from_json(self, value: Any) -> tuple[date | None, date | None]:
        if not isinstance(value, dict) or set(value) - {"from", "to"}:
            raise ValueError(
                'give {"from": "2026-03-01", "to": "2026-03-31"}; either may be left out'
            )
        first, last = (self._date(value.get(end)) for end in ("from", "to"))
        if first is None and last is None:
            raise ValueError(
                "give a first day, a last day, or both, such as 2026-03-01..2026-03-31"
            )
        if first and last and last < first:
            raise ValueError(f"the last day {last} is before the first day {first}: swap them")
        return first, last

    def _date(self, text: Any) -> date | None:
        if text is None:
            return None
        try:
            # The years keep arithmetic and every zone's offsets within what PostgreSQL prints.
            day = date.fromisoformat(text)
            if len(text) == 10 and 1900 <= day.year <= 2200:
                return day
        except (TypeError, ValueError):
            pass
        raise ValueError(f"{_shown(text)} is not a date; write it like 2026-03-31")

    def to_text(self, value: Any) -> list[str]:
        first, last = value
        return [f"{first or ''}..{last or ''}"]

    def to_json(self, value: Any) -> Any:
        return {k: v.isoformat() for k, v in zip(("from", "to"), value, strict=True) if v}

    def say(self, label: str, value: Any) -> str:
        first, last = value
        if not first:
            return f"{label} up to {say_date(last)}"
        if not last:
            return f"{label} since {say_date(first)}"
        return f"{label} {say_dates(first, last)}"


@dataclass(frozen=True)
class NumberRange:
    """Whole numbers from `lowest` to `highest`, both ends included, either may be open: `70..100`."""

    lowest: int
    highest: int
    widget: str = "numbers"

    def from_text(self, texts: Sequence[str]) -> tuple[int | None, int | None]:
        low, dots, high = _one(texts).partition("..")
        return self.from_json({"min": low or None, "max": (high if dots else low) or None})

    def from_json(self, value: Any) -> tuple[int | None, int | None]:
        if not isinstance(value, dict) or set(value) - {"min", "max"}:
            raise ValueError('give {"min": 70, "max": 100}; either may be left out')
        low, high = (self._number(value.get(end)) for end in ("min", "max"))
        if low is None and high is None:
            raise ValueError("give a lower end, an upper end, or both, such as 70..100")
        if low is not None and high is not None and high < low:
            raise ValueError(f"the upper end {high} is below the lower end {low}: swap them")
        return low, high

    def _number(self, value: Any) -> int | None:
        if value is None:
            return None
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
            value = int(value)
        if type(value) is not int or not self.lowest <= value <= self.highest:
            raise ValueError(
                f"{_shown(value)} is not a whole number from {self.lowest} to {self.highest}"
            )
        return value

    def to_text(self, value: Any) -> list[str]:
        low, high = ("" if v is None else str(v) for v in value)
        return [f"{low}..{high}"]

    def to_json(self, value: Any) -> Any:
        return {k: v for k, v in zip(("min", "max"), value, strict=True) if v is not None}

    def say(self, label: str, value: Any) -> str:
        low, high = value
        if low is None:
            return f"{label} up to {high}"
        if high is None:
            return f"{label} {low} or more"
        return f"{label} {low}–{high}" if low != high else f"{label} {low}"


@dataclass(frozen=True)
class Words:
    """Names out of an open list (tags, members), comma-separated; `joined` reads them together."""

    joined: str = "or"
    verb: str = "is"
    widget: str = "words"
    limit: int = 50

    def from_text(self, texts: Sequence[str]) -> tuple[str, ...]:
        return self.from_json([p.strip() for text in texts for p in text.split(",") if p.strip()])

    def from_json(self, value: Any) -> tuple[str, ...]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list | tuple) or not values:
            raise ValueError("give one or more names")
        if len(values) > self.limit:
            raise ValueError(f"give at most {self.limit} names, not {len(values)}")
        return tuple(dict.fromkeys(_text(v) for v in values))

    def to_text(self, value: Any) -> list[str]:
        return [",".join(value)]

    def to_json(self, value: Any) -> Any:
        return list(value)

    def say(self, label: str, value: Any) -> str:
        return f"{label} {self.verb} {_either(list(value), self.joined)}"


@dataclass(frozen=True)
class Contains:
    """A piece of text, at most 200 characters."""

    verb: str = "contains"
    widget: str = "text"

    def from_text(self, texts: Sequence[str]) -> str:
        return self.from_json(_one(texts))

    def from_json(self, value: Any) -> str:
        text = _text(value)
        if not 1 <= len(text) <= 200:
            raise ValueError("give 1 to 200 characters")
        return text

    def to_text(self, value: Any) -> list[str]:
        return [value]

    def to_json(self, value: Any) -> Any:
        return value

    def say(self, label: str, value: Any) -> str:
        return f"{label} {self.verb} “{value}”"


@dataclass(frozen=True)
class Filter:
    """One row of a dataset's table.

    `where(value, context)` is the condition. `typed` marks text that a person typed: the audit
    log keeps only its salted hash. `label` is shown, and begins the sentence in lower case.
    """

    key: str
    label: str
    kind: Kind
    where: Callable[[Any, Context], Q]
    typed: bool = False


@dataclass(frozen=True)
class FilterSet:
    """A dataset's filters. `default` conditions hold unless a filter of that key is given."""

    filters: tuple[Filter, ...]
    default: Mapping[str, Q] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Filter:
        for one in self.filters:
            if one.key == key:
                return one
        known = ", ".join(f.key for f in self.filters)
        raise Invalid(
            {key[:60]: f"there is no such filter; there are {known}."}, code="unknown_filter"
        )

    def from_text(self, texts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Values from an address or a terminal: key → texts. Blank ones count as not given."""
        given = {k: [t for t in v if t.strip() and t.strip() != ".."] for k, v in texts.items()}
        return self._read({k: v for k, v in given.items() if v}, "from_text")

    def from_json(self, value: Any) -> dict[str, Any]:
        """Values from a JSON object. Raises Invalid naming every field that is wrong."""
        if not isinstance(value, dict):
            raise Invalid({"filter": "give an object, filter key to value."})
        return self._read(value, "from_json")

    def to_query(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Pairs for an address; reading them back gives the same values."""
        return [(k, text) for k, v in values.items() for text in self[k].kind.to_text(v)]

    def to_json(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {k: self[k].kind.to_json(v) for k, v in values.items()}

    def where(self, values: Mapping[str, Any], context: Context) -> Q:
        """All conditions, joined by AND."""
        condition = Q()
        for key, value in values.items():
            condition &= self[key].where(value, context)
        for key, q in self.default.items():
            if key not in values:
                condition &= q
        return condition

    def sentence(self, values: Mapping[str, Any]) -> str:
        """What is chosen, as a person would say it: "status is qualified, score 70–100"."""
        said = [self[k].kind.say(_lower_first(self[k].label), v) for k, v in values.items()]
        return ", ".join(said)

    def _read(self, given: Mapping[str, Any], how: str) -> dict[str, Any]:
        values, wrong = {}, {}
        for key, value in given.items():
            try:
                values[key] = getattr(self[key].kind, how)(value)
            except ValueError as error:
                wrong[key] = f"{error}."
        if wrong:
            raise Invalid(wrong, code="invalid_filter")
        return {f.key: values[f.key] for f in self.filters if f.key in values}


def in_days(column: str) -> Callable[[Any, Context], Q]:
    """The condition of a DateRange over a column of moments: `[start, end)` in UTC."""

    def where(value: Any, context: Context) -> Q:
        start, end = day_range(*value, context.timezone)
        condition = Q()
        if start:
            condition &= Q(**{f"{column}__gte": start})
        if end:
            condition &= Q(**{f"{column}__lt": end})
        return condition

    return where


def in_range(column: str) -> Callable[[Any, Context], Q]:
    """The condition of a NumberRange."""

    def where(value: Any, context: Context) -> Q:
        low, high = value
        condition = Q()
        if low is not None:
            condition &= Q(**{f"{column}__gte": low})
        if high is not None:
            condition &= Q(**{f"{column}__lte": high})
        return condition

    return where


def say_date(day: date) -> str:
    """`31 March 2026`."""
    return f"{day.day} {day:%B %Y}"


def say_dates(first: date, last: date) -> str:
    """`1–31 March 2026`, without what both ends share."""
    if first == last:
        return say_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{say_date(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} – {say_date(last)}"
    return f"{say_date(first)} – {say_date(last)}"


def _one(texts: Sequence[str]) -> str:
    if len(texts) != 1:
        raise ValueError("give it once")
    return _text(texts[0])


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{_shown(value)} is not text")
    try:
        return clean(value).strip()
    except TextError as error:
        raise ValueError(str(error).rstrip(".")) from error


def _either(words: list[str], joined: str = "or") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joined} {words[-1]}"


def _lower_first(label: str) -> str:
    return label[:1].lower() + label[1:]


def _shown(value: Any) -> str:
    """A wrong value as an error may quote it: short, and printable."""
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode()
    return f"“{text[:40]}”" + ("…" if len(text) > 40 else "")
