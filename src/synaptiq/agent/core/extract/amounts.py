"""Which number belongs to which criterion: the one whose noun stands beside it, else the one that
was asked for, else none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from synaptiq.agent.core.criteria import Criterion
from synaptiq.agent.core.extract import counting, things
from synaptiq.agent.core.extract.numbers import Quantity
from synaptiq.agent.core.extract.tokens import Message, phrase

# How many words may stand between a number and its noun, behind it ("20 full-time sales people")
# and before it ("our team is about 20").
_BEHIND, _BEFORE = 3, 5
# What may not stand between: there another thing begins.
_BETWEEN = frozenset(".!?;,()") | {"and", "but", "or", "with", "for", "per", "to", "in"}
NUMERIC = ("number", "range", "money")


@dataclass(frozen=True)
class Assigned:
    criterion: Criterion
    quantity: Quantity
    beside: bool
    # Counted by its article ("a room"), not by a number.
    article: bool = False


@lru_cache(maxsize=256)
def phrases(nouns: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(phrase(noun) for noun in nouns)


@lru_cache(maxsize=256)
def counted(nouns: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The nouns of a criterion for what stands beside a number; who counts employees, counts
    drivers and nurses."""
    return phrases(nouns) + (things.POSTS if "employees" in nouns else ())


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
        if distance == 0 and token.text == "-":
            continue
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
        if end <= 0 or message.tokens[end - 1].text not in things.LEADS:
            return None
    return None


def nearest(
    message: Message, quantity: Quantity, criteria: Iterable[Criterion]
) -> Criterion | None:
    best: tuple[float, Criterion] | None = None
    for criterion in criteria:
        if criterion.type not in NUMERIC or not fits(criterion, quantity):
            continue
        for noun in counted(criterion.nouns):
            if noun[0] in ("a", "an", "my") and len(noun) > 1:
                noun = noun[1:]
            if noun[0] not in message.places:
                continue
            after = behind(message, quantity, noun)
            ahead = before(message, quantity, noun)
            for far in (after, None if ahead is None else ahead + 0.5):
                # A longer noun says more: "team members" before "team".
                if far is not None and (best is None or far - len(noun) / 10 < best[0]):
                    best = far - len(noun) / 10, criterion
    if best is None and quantity.currency is not None:
        # "Our budget for this is capped at $40k".
        first, _ = message.clause(quantity.first)
        for criterion in criteria:
            if criterion.type == "money" and any(
                message.find(noun, max(first, quantity.first - 8), quantity.first) is not None
                for noun in phrases(criterion.nouns)
            ):
                return criterion
    return best[1] if best else None


def _is_of_unit(message: Message, quantity: Quantity, criterion: Criterion) -> bool:
    """A length of time ("2 nights for …"), unless that is what the criterion is about."""
    unit = message.words(quantity.last, quantity.last + 1)
    if unit == ["-"]:
        unit = message.words(quantity.last + 1, quantity.last + 2)
    return bool(unit) and unit[0] in things.UNITS and tuple(unit) not in phrases(criterion.nouns)


def uncounted(message: Message, criteria: Iterable[Criterion]) -> Iterator[Assigned]:
    """What is counted without a number, for the criteria that have nouns for it (`counting`)."""
    for criterion in criteria:
        if criterion.type in ("number", "range"):
            for found in counting.find(message, phrases(criterion.nouns)):
                yield Assigned(criterion, found, True, article=found.low != 0)


def assign(
    message: Message,
    quantities: list[Quantity],
    criteria: tuple[Criterion, ...],
    targets: Sequence[str | None],
    beside: Sequence[Criterion | None],
) -> list[Assigned]:
    """Each quantity at most once; those said not to be so are left out. `beside`: for each the
    criterion that its words name; `targets`: the key of the one that it is of where they name
    none."""
    found: list[Assigned] = []
    by_key = {criterion.key: criterion for criterion in criteria}
    for quantity, key, criterion in zip(quantities, targets, beside, strict=True):
        target = by_key.get(key or "")
        if quantity.negated or things.is_one_of(message, quantity):
            continue
        if criterion is not None and _is_of_unit(message, quantity, criterion):
            continue
        if criterion is not None:
            found.append(Assigned(criterion, quantity, True))
        elif (
            target is not None
            and target.type in NUMERIC
            and fits(target, quantity)
            and not things.is_pronoun(message, quantity)
            and not things.is_odd(message, quantity, target)
            and not things.is_other_thing(message, quantity, money=target.type == "money")
        ):
            found.append(Assigned(target, quantity, False))
    told = {one.criterion.key for one in found}
    found += [one for one in uncounted(message, criteria) if one.criterion.key not in told]
    return found


def with_noun(message: Message, one: Assigned) -> tuple[int, int]:
    """The characters of the quote: the number, and the noun beside it."""
    first, last = one.quantity.first, one.quantity.last
    if one.beside:
        for noun in phrases(one.criterion.nouns):
            noun = noun[1:] if noun[0] in ("a", "an", "my") and len(noun) > 1 else noun
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
