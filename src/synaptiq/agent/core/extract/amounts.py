"""Which number belongs to which criterion: the one whose noun stands beside it, else the one that
was asked for, else none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from synaptiq.agent.core.criteria import Criterion
from synaptiq.agent.core.extract.numbers import Quantity
from synaptiq.agent.core.extract.tokens import Message, phrase

# How many words may stand between a number and its noun, behind it ("20 full-time sales people")
# and before it ("our team is about 20").
_BEHIND, _BEFORE = 3, 5
# What may not stand between: there another thing begins.
_BETWEEN = frozenset(".!?;,()") | {"and", "but", "or", "with", "for", "per", "to", "in"}
_LEADS = frozenset((
    "is", "are", "of", ":", "was", "be", "has", "have", "about", "around", "size", "count", "=",
    "would", "will", "with", "approximately", "roughly", "currently", "maybe", "up", "to", "over",
    "under", "at", "least", "most", "more", "less", "than", "between", "only", "just", "a", "our",
    "the", "probably", "now", "it's", "we're", "for", "can", "could", "should", "s", "number",
    "year", "annual", "yearly", "total", "somewhere", "near", "close", "from", "not", "isn't",
    "likely", "say", "-", "–", "we", "i", "spend", "pay", "here", "~", "using", "this",
))  # fmt: skip
# A number of these is a time or a share, whatever was asked.
_UNITS = frozenset(
    f"{word}{plural}"
    for word in ("day", "week", "month", "year", "hour", "minute", "second", "percent", "night",
                 "quarter", "time", "yr", "hr", "min", "gb", "mb", "tb", "km", "mile")
    for plural in ("", "s")
)  # fmt: skip
_PEOPLE = frozenset((
    "people", "persons", "person", "folks", "guys", "heads", "of", "us", "employees", "users",
    "total", "in", "or", "so", "right", "at", "please", "i", "we", "for", "more", "plus", "ish",
    "maybe", "currently", "across", "including", "if", "as", "thanks", "per", "is", "was",
))  # fmt: skip
_ARTICLES = {"a": 1, "an": 1, "one": 1, "another": 1, "the": 1, "my": 1, "our": 1, "no": 0}
NUMERIC = ("number", "range", "money")


@dataclass(frozen=True)
class Assigned:
    criterion: Criterion
    quantity: Quantity
    beside: bool


@lru_cache(maxsize=256)
def phrases(nouns: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(phrase(noun) for noun in nouns)


def value_of(criterion: Criterion, quantity: Quantity) -> Any:
    """A quantity in the shape that the criterion's type has."""
    low, high = quantity.low, quantity.high
    if criterion.type == "money":
        if quantity.single:
            return {"amount": low, "currency": quantity.currency}
        return {"min": low, "max": high, "currency": quantity.currency}
    if criterion.type == "number" and quantity.single:
        return low
    return {"min": low, "max": high}


def fits(criterion: Criterion, quantity: Quantity) -> bool:
    """Dollars are no people, and a person is not one and a half."""
    if criterion.type == "money":
        return True
    if criterion.type in ("number", "range"):
        return quantity.currency is None
    return False


def behind(message: Message, quantity: Quantity, noun: tuple[str, ...]) -> int | None:
    """How many words lie between the number and the noun behind it."""
    for distance in range(_BEHIND + 1):
        place = quantity.last + distance
        if message.find(noun, place, min(place + len(noun), len(message.tokens))) == place:
            return distance
        if place >= len(message.tokens):
            return None
        token = message.tokens[place]
        if token.is_number or (
            token.text in _BETWEEN and not (distance == 0 and token.text == "+")
        ):
            return None
    return None


def before(message: Message, quantity: Quantity, noun: tuple[str, ...]) -> int | None:
    """How many words lie between the noun and the number behind it; all must lead on to it."""
    for distance in range(_BEFORE + 1):
        end = quantity.first - distance
        start = end - len(noun)
        if start >= 0 and message.find(noun, start, end) == start:
            return distance
        if end <= 0 or message.tokens[end - 1].text not in _LEADS:
            return None
    return None


def nearest(
    message: Message, quantity: Quantity, criteria: Iterable[Criterion]
) -> Criterion | None:
    best: tuple[float, Criterion] | None = None
    for criterion in criteria:
        if criterion.type not in NUMERIC or not fits(criterion, quantity):
            continue
        for noun in phrases(criterion.nouns):
            if noun[0] in ("a", "an"):
                noun = noun[1:]
            after = behind(message, quantity, noun)
            ahead = before(message, quantity, noun)
            for far in (after, None if ahead is None else ahead + 0.5):
                # A longer noun says more: "team members" before "team".
                if far is not None and (best is None or far - len(noun) / 10 < best[0]):
                    best = far - len(noun) / 10, criterion
    return best[1] if best else None


def is_other_thing(message: Message, quantity: Quantity, *, money: bool) -> bool:
    """Whether a noun behind the number says that it counts something that was not asked for."""
    if quantity.last >= len(message.tokens):
        return False
    text = message.tokens[quantity.last].text
    if text in _UNITS:
        # "20k a year" has another word between; "3 months" is no number of people.
        return True
    if money or len(message.tokens) <= quantity.last - quantity.first + 1 or text in _PEOPLE:
        return False
    return text.isalpha() and len(text) > 3 and text.endswith("s") and not text.endswith("ss")


def articles(message: Message, criteria: Iterable[Criterion]) -> Iterator[Assigned]:
    """ "a room", "no children": one or none of a noun that the profile writes with its article."""
    for criterion in criteria:
        if criterion.type not in ("number", "range"):
            continue
        for noun in phrases(criterion.nouns):
            if noun[0] not in ("a", "an"):
                continue
            place = message.find(noun[1:])
            if place is None:
                continue
            for first in range(place - 1, max(-1, place - 5), -1):
                word = message.tokens[first].text
                if word in _ARTICLES:
                    count = _ARTICLES[word]
                    found = Quantity(count, count, first, place + len(noun) - 1)
                    yield Assigned(criterion, found, True)
                    break
                if not message.tokens[first].is_word or word in _BETWEEN:
                    break


def assign(
    message: Message, quantities: list[Quantity], criteria: tuple[Criterion, ...], asked: str | None
) -> list[Assigned]:
    """Each quantity at most once; those said not to be so are left out."""
    found: list[Assigned] = []
    by_key = {criterion.key: criterion for criterion in criteria}
    target = by_key.get(asked or "")
    for quantity in quantities:
        if quantity.negated:
            continue
        criterion = nearest(message, quantity, criteria)
        if criterion is not None:
            found.append(Assigned(criterion, quantity, True))
        elif (
            target is not None
            and target.type in NUMERIC
            and fits(target, quantity)
            and not is_other_thing(message, quantity, money=target.type == "money")
        ):
            found.append(Assigned(target, quantity, False))
    told = {one.criterion.key for one in found}
    found += [one for one in articles(message, criteria) if one.criterion.key not in told]
    return found


def with_noun(message: Message, one: Assigned) -> tuple[int, int]:
    """The characters of the quote: the number, and the noun beside it."""
    first, last = one.quantity.first, one.quantity.last
    if one.beside:
        for noun in phrases(one.criterion.nouns):
            noun = noun[1:] if noun[0] in ("a", "an") else noun
            after = behind(message, one.quantity, noun)
            if after is not None:
                last = max(last, one.quantity.last + after + len(noun))
                break
    return message.tokens[first].start, message.tokens[last - 1].end


def merged(message: Message, found: list[Assigned], cue: bool) -> list[Assigned]:
    """One for each criterion: after a correction the last, else the first beside its noun."""
    kept: dict[str, Assigned] = {}
    for one in found:
        held = kept.get(one.criterion.key)
        if (
            held is None
            or (cue and one.quantity.first > held.quantity.first)
            or (one.beside and not held.beside)
        ):
            kept[one.criterion.key] = one
    return list(kept.values())


__all__ = ["Assigned", "assign", "merged", "replace", "value_of", "with_noun"]
