"""What is wrong with a profile, field by field: the sentences that forms, API and terminal show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from synaptiq.agent.core.criteria import (
    CONTACT,
    KEY,
    LONGEST,
    MOST_CRITERIA,
    OPS,
    Condition,
    Criterion,
    Disqualifier,
)
from synaptiq.agent.core.profile import Profile
from synaptiq.agent.core.values import NUMERIC, TYPES, WITH_OPTIONS, is_value
from synaptiq.kit.text import is_letterless

MOST_QUICK_REPLIES = 8
# A button, or what stands in a table: more is no name of anything.
LONGEST_SHORT = 120
MOST_OPTIONS = 100
MOST_WORDS = 50


def problems(profile: Profile) -> dict[str, str]:
    """Field → sentence, in the order of the profile; the first sentence of a field counts."""
    found: dict[str, str] = {}
    for field, sentence in _problems(profile):
        found.setdefault(field, sentence)
    return found


def _problems(profile: Profile) -> Iterator[tuple[str, str]]:
    yield from _words("name", profile.name, 60)
    yield from _words("greeting", profile.greeting, LONGEST)
    if not 0 <= profile.qualified <= 100:
        yield "qualified", "Give a score from 0 to 100."
    if not 0 <= profile.nurture <= 100:
        yield "nurture", "Give a score from 0 to 100."
    if profile.nurture > profile.qualified:
        yield "nurture", "Nurture cannot need a higher score than qualified."
    if len(profile.criteria) > MOST_CRITERIA:
        yield "criteria", f"At most {MOST_CRITERIA} criteria."
    before: dict[str, Criterion] = {}
    for place, criterion in enumerate(profile.criteria):
        field = f"criteria.{place}"
        if criterion.key in before:
            yield f"{field}.key", f"Another criterion has the key “{criterion.key}”."
        for name, sentence in _of_criterion(criterion, before):
            yield f"{field}.{name}", sentence
        before[criterion.key] = criterion
    for place, disqualifier in enumerate(profile.disqualifiers):
        for name, sentence in _of_condition(disqualifier, before):
            yield f"disqualifiers.{place}.{name}", sentence
        yield from _words(f"disqualifiers.{place}.reason", disqualifier.reason, LONGEST)


def _words(field: str, text: str, longest: int) -> Iterator[tuple[str, str]]:
    if is_letterless(text):
        yield field, "Fill this in."
    elif len(text) > longest:
        yield field, f"Use at most {longest} characters."


def _short(field: str, what: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        if is_letterless(text):
            yield field, f"A {what} is blank."
        elif len(text) > LONGEST_SHORT:
            yield field, f"A {what} has at most {LONGEST_SHORT} characters."


def _of_criterion(criterion: Criterion, before: dict[str, Criterion]) -> Iterator[tuple[str, str]]:
    if not KEY.fullmatch(criterion.key):
        yield "key", "Use a small letter, then small letters, digits and _ (at most 63)."
    elif criterion.key == CONTACT:
        yield "key", f"“{CONTACT}” is the question for name and email; choose another key."
    yield from _words("label", criterion.label, 120)
    yield from _words("question", criterion.question, LONGEST)
    if criterion.type not in TYPES:
        yield "type", f"Choose one of {', '.join(TYPES)}."
        return
    if not 0 <= criterion.weight <= 100:
        yield "weight", "Give a weight from 0 to 100."
    if len(criterion.quick_replies) > MOST_QUICK_REPLIES:
        yield "quick_replies", f"At most {MOST_QUICK_REPLIES} quick replies."
    yield from _short("quick_replies", "quick reply", criterion.quick_replies)
    if len(criterion.nouns) > MOST_WORDS:
        yield "nouns", f"At most {MOST_WORDS} words."
    yield from _short("nouns", "word", criterion.nouns)
    yield from _of_scoring(criterion)
    if criterion.when is not None:
        if criterion.when.criterion not in before:
            yield "when.criterion", "Choose a criterion that stands above this one."
        for name, sentence in _of_condition(criterion.when, before):
            yield f"when.{name}", sentence


def _of_scoring(criterion: Criterion) -> Iterator[tuple[str, str]]:
    scoring = criterion.scoring
    fractions = [scoring.yes, scoring.no, scoring.given]
    fractions += [option.fraction for option in scoring.options]
    fractions += [fraction for _, fraction in (*scoring.steps, *scoring.within)]
    if not all(0 <= fraction <= 1 for fraction in fractions):
        yield "scoring", "What a value earns lies between 0 and 1 (0 and 100 %)."
    if criterion.type == "enum" and len(scoring.options) < 2:
        yield "scoring.options", "Give at least two options."
    if criterion.type in WITH_OPTIONS:
        named = [option.value for option in scoring.options]
        if len(set(named)) < len(named):
            yield "scoring.options", "Two options have the same value."
        if any(is_letterless(o.value) or is_letterless(o.label) for o in scoring.options):
            yield "scoring.options", "Each option needs a value and a label."
        if len(scoring.options) > MOST_OPTIONS:
            yield "scoring.options", f"At most {MOST_OPTIONS} options."
        for option in scoring.options:
            yield from _short("scoring.options", "label", (option.label, option.value))
            if len(option.words) > MOST_WORDS:
                yield "scoring.options", f"“Also called” holds at most {MOST_WORDS} words."
            yield from _short("scoring.options", "word", option.words)
    if criterion.type in ("number", "range", "money") and not scoring.steps:
        yield "scoring.steps", "Say from which number on how much is earned."
    if criterion.type == "date" and not scoring.within:
        yield "scoring.within", "Say within how many days how much is earned."
    for name, steps in (("steps", scoring.steps), ("within", scoring.within)):
        if len({edge for edge, _ in steps}) < len(steps):
            yield f"scoring.{name}", "The same number stands twice."


def _of_condition(
    condition: Condition | Disqualifier, known: dict[str, Criterion]
) -> Iterator[tuple[str, str]]:
    criterion = known.get(condition.criterion)
    if criterion is None:
        yield "criterion", "There is no such criterion."
        return
    if condition.op not in OPS:
        yield "op", f"Choose one of {', '.join(OPS)}."
    elif condition.op in ("is", "is_not"):
        if criterion.type in NUMERIC:
            # "50" as a text would equal no number, and 50 no range around it.
            kind = "date (compared in days)" if criterion.type == "date" else "number"
            yield "op", f"{criterion.label} is a {kind}: choose “is at least” or “is at most”."
        elif not isinstance(condition.value, list | tuple) or not condition.value:
            yield "value", "Give at least one value."
        elif criterion.type == "enum":
            options = {option.value for option in criterion.scoring.options}
            if not all(value in options for value in condition.value):
                yield "value", f"{criterion.label} has no such option."
        elif not all(is_value(criterion.type, value) for value in condition.value):
            yield "value", f"{criterion.label} has no such value."
    elif condition.op in ("at_least", "at_most"):
        if criterion.type not in NUMERIC:
            yield "op", f"{criterion.label} is not a number."
        elif not _is_number(condition.value):
            yield "value", "Give a number."


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)
