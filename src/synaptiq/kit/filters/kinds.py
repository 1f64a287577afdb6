"""The kinds of values that filters have. They know of no dataset.

Each reads its value from an address or from JSON, writes it back, and says it in words. A value
that cannot be is a ValueError with a sentence that says what to write instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from synaptiq.kit.text import TextError, clean

_SLUG = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)


class Kind(Protocol):
    """A typed value: read from an address or from JSON, written back, and said in words."""

    @property
    def widget(self) -> str:
        """Which control a form shows for it."""
        ...

    def is_blank(self, text: str) -> bool:
        """Whether a form sends this when nothing was filled in."""
        ...

    def from_text(self, texts: Sequence[str]) -> Any: ...
    def from_json(self, value: Any) -> Any: ...
    def to_text(self, value: Any) -> list[str]: ...
    def to_json(self, value: Any) -> Any: ...
    def say(self, label: str, value: Any) -> str: ...


class _Plain:
    """What is not filled in is blank."""

    def is_blank(self, text: str) -> bool:
        return not text.strip()


class _Ends:
    """Two fields of a form are joined by `..`, so both left blank are that alone."""

    def is_blank(self, text: str) -> bool:
        return text.strip() in {"", ".."}


@dataclass(frozen=True)
class Choice(_Plain):
    """One or more of a closed list. `options` maps the value to its label."""

    options: Mapping[str, str]
    widget: str = "choice"
    verb: str = "is"

    def from_text(self, texts: Sequence[str]) -> tuple[str, ...]:
        return self.from_json([part for text in texts for part in text.split(",") if part])

    def from_json(self, value: Any) -> tuple[str, ...]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list | tuple) or not values:
            raise ValueError(f"give one or more of {', '.join(self.options)}")
        for one in values:
            if not isinstance(one, str) or one not in self.options:
                raise ValueError(f"{_shown(one)} is none of {', '.join(self.options)}")
        return tuple(key for key in self.options if key in values)

    def to_text(self, value: Any) -> list[str]:
        return list(value)

    def to_json(self, value: Any) -> Any:
        return list(value)

    def say(self, label: str, value: Any) -> str:
        return f"{label} {self.verb} {_either([self.options[v].lower() for v in value])}"


@dataclass(frozen=True)
class DateRange(_Ends):
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
class NumberRange(_Ends):
    """Whole numbers from `lowest` to `highest`: `70..100`, ends included, either may be open."""

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
class Words(_Plain):
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
        names = tuple(dict.fromkeys(_text(v) for v in values))
        for name in names:
            if not name or "," in name:
                raise ValueError(f"{_shown(name)} is no name: it is blank or holds a comma")
        return names

    def to_text(self, value: Any) -> list[str]:
        return [",".join(value)]

    def to_json(self, value: Any) -> Any:
        return list(value)

    def say(self, label: str, value: Any) -> str:
        return " ".join(filter(None, (label, self.verb, _either(list(value), self.joined))))


# From here on a letter can be a word of its own: Chinese, Japanese, Korean.
_IDEOGRAPHS = "\u2e80"


@dataclass(frozen=True)
class Contains(_Plain):
    """A piece of text, at most 200 characters and, where it is `least` long, found by an index.

    A piece with an ideograph may be shorter: there two of them are a name.
    """

    verb: str = "contains"
    widget: str = "text"
    least: int = 1

    def from_text(self, texts: Sequence[str]) -> str:
        return self.from_json(_one(texts))

    def from_json(self, value: Any) -> str:
        text = _text(value)
        least = 1 if any(c >= _IDEOGRAPHS for c in text) else self.least
        if not least <= len(text) <= 200:
            raise ValueError(f"give {least} to 200 characters")
        return text

    def to_text(self, value: Any) -> list[str]:
        return [value]

    def to_json(self, value: Any) -> Any:
        return value

    def say(self, label: str, value: Any) -> str:
        return f"{label} {self.verb} “{value}”"


@dataclass(frozen=True)
class Properties:
    """Values of named properties, all of which must hold: `budget:over $50k`, in JSON
    `{"budget": "over $50k"}`. `called` gives the words for slugs that a person reads."""

    called: Callable[[Sequence[str]], Mapping[str, str]]
    widget: str = "property"
    limit: int = 10

    def is_blank(self, text: str) -> bool:
        return text.strip() in {"", ":"}

    def from_text(self, texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
        pairs: dict[str, str] = {}
        for text in texts:
            name, colon, value = text.partition(":")
            if not colon:
                raise ValueError(f"{_shown(text)} has no colon; write it like budget:over $50k")
            if pairs.setdefault(name.strip(), value) != value:
                raise ValueError(f"gives {_shown(name)} twice")
        return self.from_json(pairs)

    def from_json(self, value: Any) -> tuple[tuple[str, str], ...]:
        if not isinstance(value, dict) or not value:
            raise ValueError('give {"budget": "over $50k"}, slug to value')
        if len(value) > self.limit:
            raise ValueError(f"give at most {self.limit} properties, not {len(value)}")
        pairs = []
        for name, wanted in value.items():
            if not _SLUG.fullmatch(name):
                raise ValueError(f"{_shown(name)} is no slug of a custom property")
            text = _text(wanted) if isinstance(wanted, str) else json.dumps(wanted)
            if not 1 <= len(text) <= 200:
                raise ValueError(f"give {_shown(name)} a value of 1 to 200 characters")
            pairs.append((name, text))
        return tuple(pairs)

    def to_text(self, value: Any) -> list[str]:
        return [f"{name}:{text}" for name, text in value]

    def to_json(self, value: Any) -> Any:
        return dict(value)

    def say(self, label: str, value: Any) -> str:
        called = self.called([name for name, _ in value])
        return " and ".join(f"{called[name]} is “{text}”" for name, text in value)


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


def _shown(value: Any) -> str:
    """A wrong value as an error may quote it: short, and printable."""
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode()
    return f"“{text[:40]}”" + ("…" if len(text) > 40 else "")
