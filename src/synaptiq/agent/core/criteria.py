"""One criterion of a profile: what is asked, and what each answer is worth.

`values` says what a value of each type looks like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from synaptiq.agent.core import values
from synaptiq.agent.core.values import WITH_OPTIONS

KEY = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
# The name of the question for name and email; no criterion may have it.
CONTACT = "contact"
MOST_CRITERIA = 30
LONGEST = 500
OPS = {
    "is": "is one of",
    "is_not": "is none of",
    "at_least": "is at least",
    "at_most": "is at most",
    "known": "is known",
}


@dataclass(frozen=True)
class Option:
    """One value that an enum or geo criterion may have; `words` are what visitors call it."""

    value: str
    label: str
    fraction: float = 1.0
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scoring:
    """From a value to a fraction 0..1, by type; only what the type needs is looked at.

    `options`: enum, geo. `steps` (number, range, money): (at least, fraction), the highest step
    that the amount reaches. `within` (date): (days, fraction), the first that the date is within;
    later, or no date, is 0. `yes`, `no`: bool. `given`: text, and a place that no option names.
    """

    options: tuple[Option, ...] = ()
    steps: tuple[tuple[float, float], ...] = ()
    within: tuple[tuple[int, float], ...] = ()
    yes: float = 1.0
    no: float = 0.0
    given: float = 1.0


@dataclass(frozen=True)
class Condition:
    """Something about the value of one criterion. `value`: a list for is and is_not, a number for
    at_least and at_most (of a date: days), None for known."""

    criterion: str
    op: str
    value: Any = None


@dataclass(frozen=True)
class Disqualifier:
    """A value that ends the matter. A range must lie wholly on the side that `op` names."""

    criterion: str
    op: str
    value: Any
    reason: str


@dataclass(frozen=True)
class Criterion:
    """One thing to know of a visitor. `nouns` stand beside its number ("20 people"); `when` says
    that it only counts, and is only asked, where another criterion has such a value."""

    key: str
    label: str
    type: str
    weight: int
    question: str
    required: bool = False
    quick_replies: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    scoring: Scoring = Scoring()
    when: Condition | None = None

    def fraction(self, value: Any) -> Fraction:
        """What part of the weight this value earns, 0..1, exact."""
        scoring = self.scoring
        if self.type == "bool":
            return values.exact(scoring.yes if value else scoring.no)
        if self.type in WITH_OPTIONS:
            for option in scoring.options:
                if option.value == value:
                    return values.exact(option.fraction)
            return values.exact(scoring.given) if self.type == "geo" else Fraction(0)
        if self.type == "text":
            return values.exact(scoring.given)
        amount = values.amount(self.type, value)
        if amount is None:
            return Fraction(0)
        if self.type == "date":
            for days, fraction in sorted(scoring.within):
                if amount <= days:
                    return values.exact(fraction)
            return Fraction(0)
        reached = [step for step in scoring.steps if values.exact(step[0]) <= amount]
        return values.exact(max(reached)[1]) if reached else Fraction(0)

    def fractions(self) -> tuple[Fraction, ...]:
        """Every fraction that a value of this criterion can earn, ascending."""
        scoring = self.scoring
        if self.type == "bool":
            found = [scoring.yes, scoring.no]
        elif self.type in WITH_OPTIONS:
            found = [option.fraction for option in scoring.options]
            found += [scoring.given] if self.type == "geo" else []
        elif self.type == "text":
            found = [scoring.given]
        elif self.type == "date":
            found = [0.0, *(fraction for _, fraction in scoring.within)]
        else:
            found = [0.0, *(fraction for _, fraction in scoring.steps)]
        return tuple(sorted({values.exact(fraction) for fraction in found}))

    def meets(self, condition: Condition | Disqualifier, value: Any) -> bool:
        """Whether a known value of this criterion meets a condition on it."""
        if condition.op == "known":
            return True
        if condition.op in ("is", "is_not"):
            wanted = condition.value if isinstance(condition.value, list | tuple) else []
            return (value in wanted) == (condition.op == "is")
        low, high = values.bounds(self.type, value)
        edge = values.exact(condition.value)
        if condition.op == "at_least":
            return low is not None and low >= edge
        return high is not None and high <= edge


def plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        raise TypeError(f"{value!r} is not a number")
    number: float = value
    return number


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"{value!r} is not a list")
    return tuple(text(each) for each in value)


def criterion_to_json(criterion: Criterion) -> dict[str, Any]:
    scoring, when = criterion.scoring, criterion.when
    return {
        "key": criterion.key,
        "label": criterion.label,
        "type": criterion.type,
        "weight": criterion.weight,
        "question": criterion.question,
        "required": criterion.required,
        "quick_replies": list(criterion.quick_replies),
        "nouns": list(criterion.nouns),
        "scoring": {
            "options": [
                {"value": o.value, "label": o.label, "fraction": o.fraction, "words": list(o.words)}
                for o in scoring.options
            ],
            "steps": [list(step) for step in scoring.steps],
            "within": [list(step) for step in scoring.within],
            "yes": scoring.yes,
            "no": scoring.no,
            "given": scoring.given,
        },
        "when": when and {"criterion": when.criterion, "op": when.op, "value": plain(when.value)},
    }


def criterion_from_json(data: Mapping[str, Any]) -> Criterion:
    scoring = data.get("scoring") or {}
    when = data.get("when")
    return Criterion(
        key=text(data["key"]),
        label=text(data["label"]),
        type=text(data["type"]),
        weight=whole(data["weight"]),
        question=text(data["question"]),
        required=data.get("required", False) is True,
        quick_replies=_texts(data.get("quick_replies", ())),
        nouns=_texts(data.get("nouns", ())),
        scoring=Scoring(
            options=tuple(
                Option(
                    text(o["value"]), text(o["label"]), _number(o.get("fraction", 1.0)),
                    _texts(o.get("words", ())),
                )
                for o in scoring.get("options", ())
            ),
            steps=tuple((_number(a), _number(f)) for a, f in scoring.get("steps", ())),
            within=tuple((whole(d), _number(f)) for d, f in scoring.get("within", ())),
            yes=_number(scoring.get("yes", 1.0)),
            no=_number(scoring.get("no", 0.0)),
            given=_number(scoring.get("given", 1.0)),
        ),
        when=when and Condition(text(when["criterion"]), text(when["op"]), when.get("value")),
    )  # fmt: skip
