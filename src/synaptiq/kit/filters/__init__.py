"""How a filter is declared: once, for the list page, the export dialog, the API and schedules.

A dataset's `filters.py` holds a literal table of `Filter`s. Each has a key, a label, a kind (how
its value is written in an address and in JSON), a condition, and reads as a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from synaptiq.kit.errors import Invalid
from synaptiq.kit.filters.kinds import (
    Choice,
    Contains,
    DateRange,
    Kind,
    NumberRange,
    Properties,
    Words,
    say_date,
    say_dates,
)
from synaptiq.kit.localtime import day_range

__all__ = [
    "Choice", "Contains", "Context", "DateRange", "Filter", "FilterSet", "Kind", "NumberRange",
    "Properties", "Words", "in_days", "say_date", "say_dates",
]  # fmt: skip


@dataclass(frozen=True)
class Context:
    """What a condition may depend on besides its value.

    `timezone` is an IANA name; `facts` are whatever else a domain's conditions ask for.
    """

    timezone: str = "UTC"
    facts: Mapping[str, str] = field(default_factory=dict)


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

    @property
    def typed(self) -> frozenset[str]:
        """Keys of filters whose value a person typed."""
        return frozenset(f.key for f in self.filters if f.typed)

    def from_text(self, texts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Values from an address or a terminal: key → texts. Blank ones count as not given."""
        given = {k: [t for t in v if not self[k].kind.is_blank(t)] for k, v in texts.items()}
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
        first, last = value
        start, end = day_range(first, last, context.timezone)
        condition = Q()
        if start:
            condition &= Q(**{f"{column}__gte": start})
        if end:
            condition &= Q(**{f"{column}__lt": end})
        return condition

    return where


def _lower_first(label: str) -> str:
    return label[:1].lower() + label[1:]
