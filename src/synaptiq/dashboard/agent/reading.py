"""The form of a criterion: what its fields show, and the criterion that what was typed makes.

Rows of a table (options, steps) come as lists of equal length; blank rows are left out. Shares are
typed in percent and kept as fractions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from synaptiq.agent import editing
from synaptiq.agent.core.profile import (
    OPS,
    Condition,
    Criterion,
    Disqualifier,
    Option,
    Profile,
    Scoring,
)
from synaptiq.leads.values import slug_of

TYPES: dict[str, str] = {
    "enum": "One of a list",
    "number": "Number",
    "range": "Range",
    "money": "Money",
    "date": "Date",
    "bool": "Yes or no",
    "text": "Text",
    "geo": "Place",
}
TYPE_SAYS: dict[str, str] = {
    "enum": "the role in a decision, a plan, an industry.",
    "number": "how many people, seats, sites.",
    "range": "from so many to so many.",
    "money": "a budget, with or without a currency.",
    "date": "by when it is needed.",
    "bool": "whether something is so.",
    "text": "what somebody wants, in their own words.",
    "geo": "a country, a region, a city.",
}
AMOUNTS = ("number", "range", "money")
BLANK_ROWS = 2
# By type, what may be compared.
_OPS: dict[str, tuple[str, ...]] = {
    "enum": ("is", "is_not"), "geo": ("is", "is_not"), "bool": ("is",), "text": (),
    **dict.fromkeys((*AMOUNTS, "date"), ("at_most", "at_least")),
}  # fmt: skip


@dataclass(frozen=True)
class Read:
    """What a form made: the criterion, what disqualifies, and what could not be read."""

    criterion: Criterion
    ends: Disqualifier | None
    errors: Mapping[str, str]


def blank(type: str) -> Criterion:
    """A new criterion of this type, with sums that make sense."""
    scoring = Scoring()
    if type in AMOUNTS:
        scoring = Scoring(steps=((0, 0.2), (10, 0.5), (50, 1.0)))
    elif type == "date":
        scoring = Scoring(within=((31, 1.0), (100, 0.8), (190, 0.5)))
    return Criterion(key="", label="", type=type, weight=10, question="", scoring=scoring)


def operators(type: str) -> list[tuple[str, str]]:
    """What a value of this type can be compared by, and its words."""
    return [(op, OPS[op]) for op in _OPS[type]]


def fields(profile: Profile, one: Criterion) -> dict[str, Any]:
    """What the form shows of a criterion."""
    scoring, when = one.scoring, one.when
    ends = editing.disqualifier(profile, one.key)
    about = editing.criterion(profile, when.criterion) if when else None
    return {
        "label": one.label,
        "question": one.question,
        "weight": str(one.weight),
        "required": one.required,
        "quick_replies": "\n".join(one.quick_replies),
        "nouns": ", ".join(one.nouns),
        "options": [
            {"value": o.value, "label": o.label, "percent": _percent(o.fraction),
             "words": ", ".join(o.words)}
            for o in scoring.options
        ] + [{}] * BLANK_ROWS,
        "steps": [{"edge": f"{edge:g}" if edge < 1e6 else str(edge), "percent": _percent(share)}
                  for edge, share in scoring.steps] + [{}] * BLANK_ROWS,
        "within": [{"edge": str(days), "percent": _percent(share)}
                   for days, share in scoring.within] + [{}] * BLANK_ROWS,
        "yes": _percent(scoring.yes), "no": _percent(scoring.no), "given": _percent(scoring.given),
        "when_criterion": when.criterion if when else "",
        "when_op": when.op if when else "known",
        "when_value": shown_values(about, when) if about and when else "",
        "ends_op": ends.op if ends else "",
        "ends_value": shown_values(one, ends) if ends else "",
        "ends_reason": ends.reason if ends else "",
    }  # fmt: skip


def typed(given: QueryDict) -> dict[str, Any]:
    """What the form shows again after it was refused: as it was typed."""
    one = {
        name: given.get(name, "")
        for name in (
            "label", "question", "weight", "quick_replies", "nouns", "yes", "no", "given",
            "when_criterion", "when_op", "when_value", "ends_op", "ends_value", "ends_reason",
        )
    }  # fmt: skip
    edges = {
        name: [dict(zip(("edge", "percent"), row, strict=True)) for row in _rows(given, *keys)]
        for name, keys in _EDGES.items()
    }
    options = [
        dict(zip(("value", "label", "percent", "words"), row, strict=True))
        for row in _rows(given, *_OPTION)
    ]
    blanks: list[dict[str, str]] = [{}] * BLANK_ROWS
    return {
        **one, "required": "required" in given, "options": options + blanks,
        **{name: rows + blanks for name, rows in edges.items()},
    }  # fmt: skip


def read(given: QueryDict, profile: Profile, before: Criterion) -> Read:
    """The criterion of a form. What cannot be read keeps its value of `before` and has a sentence
    under the name of its field."""
    errors: dict[str, str] = {}
    label = given.get("label", "").strip()
    made = replace(
        before,
        key=before.key or editing.new_key(profile, label),
        label=label,
        question=given.get("question", "").strip(),
        weight=_number(given.get("weight", ""), "weight", errors, whole=True),
        required="required" in given,
        quick_replies=_lines(given.get("quick_replies", "")),
        nouns=_commas(given.get("nouns", "")) if before.type in AMOUNTS else before.nouns,
        scoring=_scoring(given, before, errors),
        when=_when(given, profile, errors),
    )
    ends = None
    if op := given.get("ends_op", ""):
        value = _value(made, op, given.get("ends_value", ""), "ends_value", errors)
        ends = Disqualifier(made.key, op, value, given.get("ends_reason", "").strip())
    return Read(made, ends, errors)


def shown_values(one: Criterion, condition: Condition | Disqualifier) -> str:
    """The values of a condition as people type them."""
    value = condition.value
    if condition.op == "known" or value is None:
        return ""
    if not isinstance(value, list | tuple):
        return f"{value:g}" if isinstance(value, float) else str(value)
    labels = {option.value: option.label for option in one.scoring.options}
    return ", ".join(
        ("yes" if v else "no") if isinstance(v, bool) else labels.get(v, str(v)) for v in value
    )


_OPTION = ("option_value", "option_label", "option_percent", "option_words")
_EDGES = {"steps": ("step_edge", "step_percent"), "within": ("within_edge", "within_percent")}


def _scoring(given: QueryDict, before: Criterion, errors: dict[str, str]) -> Scoring:
    scoring = before.scoring
    if before.type in ("enum", "geo"):
        options: list[Option] = []
        for value, label, percent, words in _rows(given, *_OPTION):
            share = _share(percent, "scoring", errors)
            kept = value or slug_of(label) or label.strip()
            options.append(Option(kept, label.strip(), share, _commas(words)))
        scoring = replace(scoring, options=tuple(options))
    if before.type in AMOUNTS:
        steps = [
            (_number(edge, "scoring", errors), _share(percent, "scoring", errors))
            for edge, percent in _rows(given, *_EDGES["steps"])
        ]
        scoring = replace(scoring, steps=tuple(sorted(steps)))
    if before.type == "date":
        days = [
            (_number(edge, "scoring", errors, whole=True), _share(percent, "scoring", errors))
            for edge, percent in _rows(given, *_EDGES["within"])
        ]
        scoring = replace(scoring, within=tuple(sorted(days)))

    def earns(name: str, kept: float) -> float:
        return _share(given.get(name, ""), "scoring", errors) if name in given else kept

    return replace(
        scoring, yes=earns("yes", scoring.yes), no=earns("no", scoring.no),
        given=earns("given", scoring.given),
    )  # fmt: skip


def _when(given: QueryDict, profile: Profile, errors: dict[str, str]) -> Condition | None:
    key = given.get("when_criterion", "")
    other = profile.criterion(key) if key else None
    if other is None:
        return None
    op = given.get("when_op", "known")
    if op == "known":
        return Condition(key, op)
    return Condition(key, op, _value(other, op, given.get("when_value", ""), "when", errors))


def _value(one: Criterion, op: str, text: str, field: str, errors: dict[str, str]) -> Any:
    if op in ("at_least", "at_most"):
        return _number(text, field, errors)
    words = _commas(text)
    if one.type == "bool":
        meant = {"yes": True, "no": False}
        if not all(word.lower() in meant for word in words):
            errors[field] = "Write yes or no."
        return [meant.get(word.lower(), True) for word in words]
    values = {option.label.lower(): option.value for option in one.scoring.options}
    return [values.get(word.lower(), word) for word in words]


def _rows(given: QueryDict, *names: str) -> list[tuple[str, ...]]:
    """Rows of a table of fields, without those that are blank."""
    columns: Sequence[Sequence[str]] = [given.getlist(name) for name in names]
    return [row for row in zip(*columns, strict=False) if any(cell.strip() for cell in row)]


def _share(percent: str, field: str, errors: dict[str, str]) -> float:
    number: float = _number(percent.strip().removesuffix("%"), field, errors)
    return round(number / 100, 4)


def _number(text: str, field: str, errors: dict[str, str], *, whole: bool = False) -> Any:
    plain = text.strip().replace(",", "").replace(" ", "")
    if plain[:1] in ("-", "−"):
        errors.setdefault(field, f"“{text}” is below 0. Give a number from 0 on.")
        return 0
    is_number = plain.isascii() and plain.replace(".", "", 1).isdigit() and len(plain) < 16
    if not is_number or (whole and "." in plain):
        errors.setdefault(field, f"“{text}” is no {'whole ' if whole else ''}number."
                          if text.strip() else "Give a number.")  # fmt: skip
        return 0
    number = float(plain)
    return int(number) if number.is_integer() else number


def _percent(fraction: float) -> str:
    return f"{100 * fraction:g}"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _commas(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
