"""A list's filters as a page shows them: read from its address, as chips, as a form.

Made generically from a dataset's one declaration (`kit.filters`), by each kind's `widget`; knows
of no dataset. The address is the only state: what is wrong in it is shown beside its field, and
nothing else of it is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from synaptiq.kit.errors import Invalid
from synaptiq.kit.filters import Filter, FilterSet

CURSOR = "cursor"
# What a form sends for the two ends of a range, which an address holds as one `70..100`, and for
# the two halves of a property, which it holds as `budget:over $50k`.
_LOW, _HIGH = ".from", ".to"
_NAME, _VALUE = ".name", ".value"
_ENDS = (_LOW, _HIGH, _NAME, _VALUE)


@dataclass(frozen=True)
class Chip:
    """A filter that is on, as a sentence, and the query of the list without it."""

    text: str
    remove: str


@dataclass(frozen=True)
class Field:
    """A filter's place in the form. `ends` are the texts of a range or the halves of a property,
    `more` further properties, `options` (value, words, on), `suggestions` values to offer while a
    name is typed, or the properties that there are."""

    key: str
    label: str
    widget: str
    text: str
    ends: tuple[str, str]
    more: list[str]
    options: list[tuple[str, str, bool]]
    lowest: int | None
    highest: int | None
    suggestions: Sequence[Any]
    said: str
    error: str

    @property
    def on(self) -> bool:
        return bool(self.said or self.error)


@dataclass(frozen=True)
class Filtering:
    """The filters in an address: `values` of those that could be read, `errors` of the others."""

    declared: FilterSet
    texts: dict[str, list[str]]
    values: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    carried: list[tuple[str, str]] = field(default_factory=list)

    @property
    def query(self) -> str:
        """As the canonical query of an address, wrong ones included."""
        return urlencode(_pairs(self.texts))

    @property
    def address(self) -> str:
        """The query with what the list carries beside its filters, such as the order."""
        return urlencode([*_pairs(self.texts), *self.carried])

    @property
    def sentence(self) -> str:
        return self.declared.sentence(self.values)

    def chips(self) -> list[Chip]:
        """One for each filter that is on, the wrong ones as they were given."""
        return [Chip(self._said(key), self._without(key)) for key in self.texts]

    def wrong(self) -> list[tuple[str, str, str]]:
        """`(label, sentence, query without it)` of each filter that could not be read."""
        return [(self._label(key), text, self._without(key)) for key, text in self.errors.items()]

    def fields(
        self, *, leave_out: Sequence[str] = (), suggestions: Mapping[str, Sequence[Any]]
    ) -> list[Field]:
        """The form's fields, in the order of the declaration."""
        return [
            self._field(f, suggestions.get(f.key, ()))
            for f in self.declared.filters
            if f.key not in leave_out
        ]

    def hidden(self, *, leave_out: Sequence[str]) -> list[tuple[str, str]]:
        """Name and value of what a form must carry along that does not show these filters."""
        own = [(key, text) for key, text in _pairs(self.texts) if key not in leave_out]
        return [*own, *self.carried]

    def _field(self, declared: Filter, suggestions: Sequence[Any]) -> Field:
        key, kind = declared.key, declared.kind
        texts = self.texts.get(key, [])
        chosen = {part for text in texts for part in text.split(",")}
        between = ":" if kind.widget == "property" else ".."
        low, dots, high = (texts[0] if texts else "").partition(between)
        options: Mapping[str, str] = getattr(kind, "options", {})
        return Field(
            key=key,
            label=declared.label,
            widget=kind.widget,
            text=", ".join(texts),
            ends=(low, high if dots or between == ":" else low),
            more=texts[1:],
            options=[(value, words, value in chosen) for value, words in options.items()],
            lowest=getattr(kind, "lowest", None),
            highest=getattr(kind, "highest", None),
            suggestions=suggestions,
            said=kind.say("", self.values[key]).strip() if key in self.values else "",
            error=self.errors.get(key, ""),
        )

    def _said(self, key: str) -> str:
        if key in self.values:
            found = self.declared[key]
            return found.kind.say(found.label, self.values[key])
        return f"{self._label(key)}: {', '.join(self.texts[key])}"

    def _label(self, key: str) -> str:
        labels = {f.key: f.label for f in self.declared.filters}
        return labels.get(key, key[:60])

    def _without(self, key: str) -> str:
        rest = {other: texts for other, texts in self.texts.items() if other != key}
        return urlencode([*_pairs(rest), *self.carried])


def read(declared: FilterSet, query: QueryDict, *, carried: Sequence[str] = ()) -> Filtering:
    """What an address asks for; its cursor is the list's affair, and so are the names `carried`."""
    texts: dict[str, list[str]] = {}
    for name in query:
        key = name
        for end in _ENDS:
            key = key.removesuffix(end)
        if key not in {CURSOR, *carried, *texts} and (found := _texts(query, key)):
            texts[key] = found
    kept = [(name, str(query[name])) for name in carried if query.get(name)]
    ordered = [f.key for f in declared.filters if f.key in texts]
    texts = {key: texts[key] for key in [*ordered, *(k for k in texts if k not in ordered)]}
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for key, given in texts.items():
        try:
            values |= declared.from_text({key: given})
        except Invalid as invalid:
            errors[key] = next(iter(invalid.fields.values()))
    return Filtering(declared, texts, values, errors, kept)


def is_tidy(query: QueryDict) -> bool:
    """Whether an address is as `Filtering.query` writes it: no blank values, no ends of a range."""
    return not any(
        name.endswith(_ENDS) or not all(text.strip() for text in query.getlist(name))
        for name in query
    )


def _texts(query: QueryDict, key: str) -> list[str]:
    ends = [query.get(key + end, "").strip() for end in (_LOW, _HIGH)]
    if any(ends):
        return [f"{ends[0]}..{ends[1]}"]
    name, value = (query.get(key + end, "").strip() for end in (_NAME, _VALUE))
    texts = [f"{name}:{value}"] if name or value else []
    return [*texts, *(t for t in query.getlist(key) if t.strip() not in {"", "..", ":"})]


def _pairs(texts: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(key, text) for key, given in texts.items() for text in given]
