"""The numbers of a message as values of criteria: what is taken back, of which criterion a
correction is, and whether the number is the visitor's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from synaptiq.agent.core import values
from synaptiq.agent.core.criteria import Criterion
from synaptiq.agent.core.extract import (
    amounts,
    cues,
    numbers,
    replaced,
    restated,
    spending,
    things,
    whose,
)
from synaptiq.agent.core.extract.amounts import Assigned
from synaptiq.agent.core.extract.finding import Finding
from synaptiq.agent.core.extract.tokens import Message, phrase
from synaptiq.agent.core.profile import Profile
from synaptiq.agent.core.state import Fact

# A bare number corrects what was said last only where it is of about that size.
_ALIKE = 20
# No budget is as small as this; no correction by a reason as short.
_SMALL, _SHORT = 500, 4


def held(profile: Profile, known: Mapping[str, Fact]) -> frozenset[float]:
    """The single numbers that hold now."""
    found = set()
    for criterion in profile.criteria:
        if criterion.type in amounts.NUMERIC and criterion.key in known:
            found |= {
                float(end)
                for end in values.bounds(criterion.type, known[criterion.key].value)
                if end is not None
            }
    return frozenset(found)


def find(
    profile: Profile,
    message: Message,
    quantities: list[numbers.Quantity],
    asked: str | None,
    known: Mapping[str, Fact],
) -> list[Finding]:
    """At most one value for each criterion."""
    beside = [amounts.nearest(message, one, profile.criteria) for one in quantities]
    kinds = [
        noted.key if noted else one.currency and "money"
        for one, noted in zip(quantities, beside, strict=True)
    ]
    quantities = marked(message, quantities, kinds, held(profile, known))
    cue = cues.is_correction(message.text) or any(one.negated for one in quantities)
    cue = cue or (len(quantities) > 1 and message.find(("but",)) is not None)
    cue = cue or _is_restated(profile, message, quantities, asked, known)
    quantities = spending.with_currency(message, quantities, corrects=cue)
    beside = _spent(profile, message, quantities, beside)
    targets: list[str | None] = [asked for _ in quantities]
    if cue:
        targets = _corrected(profile, message, quantities, beside, known, asked)
    others = [
        one
        for one, noted in zip(quantities, beside, strict=True)
        if one.negated and noted is None and not any(beside)
    ]
    kept: list[Assigned] = []
    for one in amounts.assign(message, quantities, profile.criteria, targets, beside):
        if cue and not one.beside and (
            _is_beside_another(message, one, others)
            or (one.criterion.key != asked and things.names_thing(message, one.quantity))
        ):  # fmt: skip
            continue
        corrects = cue and (one.criterion.key in known or any(q.negated for q in quantities))
        if not _is_own(message, one, asked, cue=cue, corrects=corrects):
            continue
        if one.criterion.type != "money" and one.quantity.low is not None and one.quantity.low < 0:
            continue
        kept.append(one)
    found = []
    for one in amounts.merged(message, kept, cue):
        first, last = amounts.with_noun(message, one)
        value = amounts.value_of(one.criterion, one.quantity)
        before = known.get(one.criterion.key)
        if one.criterion.type == "money" and before and before.value and cue:
            value = _as_before(value, before.value, one.quantity.marked)
        found.append(Finding(one.criterion.key, value, message.text[first:last]))
    return found


def _as_before(value: dict[str, Any], before: Mapping[str, Any], marked: bool) -> dict[str, Any]:
    """ "No, 900 a month": who corrects the amount does not change the currency; and of 18 thousand
    "fourteen" are thousands too."""
    held = max((end for end in values.bounds("money", before) if end is not None), default=0)
    ends = [value[key] for key in ("amount", "min", "max") if value.get(key)]
    if not marked and held >= 1000 and ends and max(ends) * _ALIKE < held <= max(ends) * 1000 * 4:
        value = {
            key: end * 1000 if key != "currency" and end else end for key, end in value.items()
        }
    return value if value["currency"] else {**value, "currency": before["currency"]}


def _is_restated(
    profile: Profile,
    message: Message,
    quantities: list[numbers.Quantity],
    asked: str | None,
    known: Mapping[str, Fact],
) -> bool:
    numeric = {c.key: c for c in profile.criteria if c.type in amounts.NUMERIC and c.key in known}
    return any(
        any(amounts.fits(numeric[key], one) and _is_alike(numeric[key], known[key], one)
            for key in numeric)
        and restated.is_said(
            message,
            message.tokens[one.first].start,
            message.tokens[one.last - 1].end,
            asked=any(asked == c.key and c.type in amounts.NUMERIC for c in profile.criteria),
        )
        for one in quantities
    )  # fmt: skip


def _spent(
    profile: Profile,
    message: Message,
    quantities: list[numbers.Quantity],
    beside: list[Criterion | None],
) -> list[Criterion | None]:
    """With the one criterion of money for amounts that have no noun, but are said to be spent, or
    stand in a list of facts ("12 people, 8k usd")."""
    money = [criterion for criterion in profile.criteria if criterion.type == "money"]
    if len(money) != 1 or money[0] in beside:
        return beside
    facts = any(beside)
    return [
        money[0]
        if noted is None
        and (spending.is_own(message, one) or (facts and spending.is_listed(message, one)))
        else noted
        for one, noted in zip(quantities, beside, strict=True)
    ]


def marked(
    message: Message,
    quantities: list[numbers.Quantity],
    kinds: list[str | None],
    so_far: frozenset[float],
) -> list[numbers.Quantity]:
    """With what is taken back as `negated`; "can't spend more than 5k" is no denial, but 5k at
    most."""
    wrong = replaced.old(message, [(one.first, one.last) for one in quantities], kinds)
    for place, one in enumerate(quantities[:-1]):
        if one.low in so_far and message.words(max(0, one.first - 1), one.first) == ["from"]:
            wrong.add(place)
    if cues.is_correction(message.text):
        # What was known is the old one where another of its kind is said.
        again = {place for place, one in enumerate(quantities) if one.single and one.low in so_far}
        if any(
            place not in wrong | again and any(kinds[old] in (None, kinds[place]) for old in again)
            and not cues.CHANGED_BY.match(message.text[message.tokens[one.last - 1].end :])
            for place, one in enumerate(quantities)
        ):  # fmt: skip
            wrong |= again
    found = []
    for place, one in enumerate(quantities):
        if place not in wrong:
            found.append(one)
            continue
        edge = not one.single and cues.EDGES.intersection(message.words(one.first, one.last))
        if edge and (one.low is None) != (one.high is None):
            found.append(replace(one, low=one.high, high=one.low))
        else:
            found.append(replace(one, negated=True))
    return found


def _is_beside_another(message: Message, one: Assigned, others: list[numbers.Quantity]) -> bool:
    """ "3 instead of 5 steps" are steps both."""
    money = one.criterion.type == "money"
    return any(things.is_other_thing(message, other, money=money) for other in others)


def _is_own(
    message: Message, one: Assigned, asked: str | None, *, cue: bool, corrects: bool
) -> bool:
    place = one.quantity.first
    if spending.is_limit(message, one.quantity):
        return False
    if one.criterion.key != asked:
        short = len(message.tokens) <= 5
        return whose.is_said_of_us(message, place, short=short, date=one.article, corrects=corrects)
    if whose.is_elsewhere(whose.sentence_at(message, place), corrects=cue):
        return False
    if message.is_question(place) and not corrects and not cues.REQUEST.search(message.text):
        cue = False
    long = len(message.tokens) > (4 if "?" in message.text else 6)
    mine = not one.beside and "?" not in message.text
    return cue or not long or whose.is_said_of_us(message, place, short=False, date=mine)


def _corrected(
    profile: Profile,
    message: Message,
    quantities: list[numbers.Quantity],
    beside: list[Criterion | None],
    known: Mapping[str, Fact],
    asked: str | None,
) -> list[str | None]:
    """Which criterion each number is of where something is corrected: the one whose noun stands
    beside it or beside its neighbour ("20 people, sorry, 25"), else that of its whole group.
    Behind "and" another group begins."""
    noted = {criterion.key for criterion in beside if criterion is not None}
    targets: list[str | None] = []
    first = 0
    for last in range(1, len(quantities) + 1):
        if last < len(quantities) and "and" not in message.words(
            quantities[last - 1].last, quantities[last].first
        ):
            continue
        group = quantities[first:last]
        whole = _of_group(profile, message, group, known, asked, noted) or asked
        for place in range(first, last):
            nearby = (*range(place, first - 1, -1), *range(place + 1, last))
            near = (beside[other] for other in nearby)
            fits = (c for c in near if c is not None and amounts.fits(c, quantities[place]))
            targets.append(getattr(next(fits, None), "key", whole))
        first = last
    return targets


def _of_group(
    profile: Profile,
    message: Message,
    quantities: list[numbers.Quantity],
    known: Mapping[str, Fact],
    asked: str | None,
    beside: set[str],
) -> str | None:
    """Which criterion "no, 20 not 50" is of: the one that is 50, or the one that is named anywhere
    (unless its number stands `beside` it); else, where the question that was asked takes no number
    or the message surely corrects, the numeric one that was said last. None: what was asked."""
    numeric = {c.key: c for c in profile.criteria if c.type in amounts.NUMERIC}
    # "I said 50, but it is 45" repeats what was wrong as "not 50" does.
    wrong = [one for one in quantities if one.negated]
    for one in wrong + (quantities[:1] if len(quantities) > 1 else []):
        for key, criterion in numeric.items():
            if key in known and _is(criterion, known[key], one):
                return key
    said = [one for one in quantities if not one.negated]
    if not said:
        return None
    new = said[-1]
    named = _named(
        message, [c for c in numeric.values() if c.key not in beside and amounts.fits(c, new)]
    )
    if named is not None:
        return named.key
    counted = _counted_again(message, numeric, new, known, asked)
    if counted is not None:
        return counted
    takes_number = asked in numeric and amounts.fits(numeric[asked], new)
    sure = bool(wrong) or bool(cues.STRONG.search(message.text))
    if takes_number and (asked in known or not sure):
        return None
    fitting = [
        fact for key, fact in known.items()
        if key in numeric and amounts.fits(numeric[key], new)
        and (new.currency is None or numeric[key].type == "money")
        and (not takes_number or _is_alike(numeric[key], fact, new))
    ]  # fmt: skip
    if fitting:
        # Of about its size before what was said last.
        return max(
            fitting,
            key=lambda fact: (_is_alike(numeric[fact.criterion], fact, new), fact.seq),
        ).criterion
    if takes_number or not (sure or new.currency) or new.low == 1:
        return None
    if (new.marked and new.currency is None) or things.names_thing(message, new):
        return None
    alike = [c.key for c in numeric.values() if (c.type == "money") == (new.currency is not None)]
    return alike[0] if len(alike) == 1 else None


def _counted_again(
    message: Message,
    numeric: Mapping[str, Criterion],
    new: numbers.Quantity,
    known: Mapping[str, Fact],
    asked: str | None,
) -> str | None:
    """Where money was asked for, a small number without a currency in a whole sentence is of what
    was counted before: "the interns won't need an account, so it's 14"."""
    if asked is None or asked in known or asked not in numeric:
        return None
    if numeric[asked].type != "money":
        return None
    if new.marked or (new.low or new.high or 0) >= _SMALL or len(message.tokens) <= _SHORT:
        return None
    again = [
        key for key, criterion in numeric.items()
        if key in known and criterion.type != "money" and _is_alike(criterion, known[key], new)
    ]  # fmt: skip
    return again[0] if len(again) == 1 else None


def _is(criterion: Criterion, fact: Fact, one: numbers.Quantity) -> bool:
    bounds = values.bounds(criterion.type, fact.value)
    return one.low is not None and values.exact(one.low) in bounds


def _is_alike(criterion: Criterion, fact: Fact, one: numbers.Quantity) -> bool:
    before, now = values.amount(criterion.type, fact.value), one.low or one.high
    if not before or not now:
        return False
    return 1 / _ALIKE <= values.exact(now) / before <= _ALIKE


def _named(message: Message, criteria: list[Criterion]) -> Criterion | None:
    """The criterion that the message names anywhere, by its label or the longest of its nouns."""
    best: tuple[int, Criterion] | None = None
    for criterion in criteria:
        for noun in (phrase(criterion.label), *amounts.phrases(criterion.nouns)):
            if noun and message.find(noun) is not None and (best is None or len(noun) > best[0]):
                best = len(noun), criterion
    return best[1] if best else None
