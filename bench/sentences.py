"""Sentences that somebody wrote who never saw the rules: what is in them, and what is not.

A file of [{"text", "asked", "facts": {criterion: value}, "kind": "fact" | "correction" | "none"}]
beside the checkout. It was written before the default profile: there "decision_maker" is a question
to be answered by yes or no, which takes the place of the profile's "role" here; a range is [low,
high] or {low, high, currency}; a date is its day, or the words themselves; the day on which it was
written is not in it, but its dates say that it was in March 2026.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from synaptiq.agent.core.extract import dates, find
from synaptiq.agent.core.profile import DEFAULT, Criterion
from synaptiq.agent.core.state import Fact

WRITTEN = date(2026, 3, 15)
_DECIDES = Criterion(
    key="decision_maker", label="Decision maker", type="bool", weight=15,
    question="Are you the one who decides on this?",
    nouns=("decision maker", "decision-maker", "decide", "decides", "decision", "decisions",
           "final say", "sign off", "sign-off", "approve", "budget holder", "in charge",
           "final call", "sign the contract", "buyer", "the call", "purchasing"),
)  # fmt: skip
PROFILE = replace(
    DEFAULT, criteria=tuple(_DECIDES if c.key == "role" else c for c in DEFAULT.criteria)
)


def _bounds(value: Any) -> tuple[Any, Any]:
    if isinstance(value, list | tuple):
        return value[0], value[1]
    if isinstance(value, dict):
        if "amount" in value:
            return value["amount"], value["amount"]
        return value.get("low", value.get("min")), value.get("high", value.get("max"))
    return value, value


def _is_same_number(wanted: Any, got: Any) -> bool:
    """The file keeps one number of "at least 300", the product the open range."""
    (low, high), said = _bounds(wanted), _bounds(got)
    return (low, high) == said or (low == high and None in said and low in said)


def _is_shortened(short: str, text: str) -> bool:
    """Whether the words of one stand in the other, in this order: the file shortens."""
    words = iter(text.lower().replace(",", " ").replace(".", " ").split())
    return all(word in words for word in short.lower().replace(",", " ").split())


def is_same(key: str, wanted: Any, got: Any, today: date) -> bool:
    if key == "team_size":
        return _is_same_number(wanted, got)
    if key == "budget":
        return _is_same_number(wanted, got) and wanted["currency"] == got["currency"]
    if key == "timeline":
        span = next(iter(dates.find(str(wanted), today)), None)
        if span is None:
            return False
        day = span.start and span.start.isoformat(), span.end and span.end.isoformat()
        # A day is meant by a period that begins or ends with it.
        return day == (got["start"], got["end"]) or (
            day[0] == day[1] and day[0] in (got["start"], got["end"])
        )
    if key == "use_case":
        return _is_shortened(wanted, got) or _is_shortened(got, wanted)
    return bool(wanted == got)


def held(known: dict[str, Any], today: date) -> dict[str, Fact]:
    """What was said before, as the facts that the agent would have of it."""
    facts = {}
    for seq, (key, said) in enumerate(known.items(), 1):
        value = said
        if key == "timeline":
            span = next(iter(dates.find(str(said), today)), None)
            ends = [span.start, span.end] if span else [today, today]
            start, end = (each and each.isoformat() for each in ends)
            value = {"start": start, "end": end, "said": today.isoformat()}
        elif isinstance(said, list):
            value = {"min": said[0], "max": said[1]}
        elif isinstance(said, dict) and "low" in said:
            value = {"min": said["low"], "max": said["high"], "currency": said["currency"]}
        facts[key] = Fact(key, value, "", 1, seq=seq)
    return facts


def report(path: Path, today: date = WRITTEN, *, say: bool = False) -> dict[str, tuple[int, int]]:
    """Prints precision and recall by criterion, corrections, and false facts in the sentences
    without any; returns (right, of) for each."""
    right, found, wanted = Counter[str](), Counter[str](), Counter[str]()
    whole, kinds, false = Counter[str](), Counter[str](), 0
    for each in json.loads(path.read_text("utf-8")):
        known = held(each.get("known", {}), today)
        read = find(PROFILE, each["text"], asked=each["asked"], known=known, today=today)
        got = {one.criterion: one.value for one in read.facts if one.status == "known"}
        facts = each["facts"]
        good = {k for k in facts if k in got and is_same(k, facts[k], got[k], today)}
        right.update(good)
        found.update(got.keys())
        wanted.update(facts.keys())
        kinds[each["kind"]] += 1
        whole[each["kind"]] += len(good) == len(facts) == len(got)
        false += len(got) if each["kind"] == "none" else 0
        if say and not len(good) == len(facts) == len(got):
            print(f"    {each['kind']:11}{each['text']!r} asked {each['asked']}: "
                  f"wanted {facts}, got {got}")  # fmt: skip
    for key in wanted:
        print(f"  {key:15}{right[key] / max(1, found[key]):6.2f} /{right[key] / wanted[key]:5.2f}"
              f"   of {wanted[key]}")  # fmt: skip
    print(f"  whole sentences {whole['fact']} of {kinds['fact']}, "
          f"corrections {whole['correction']} of {kinds['correction']}, "
          f"false facts {false} in {kinds['none']}")  # fmt: skip
    return {
        "fact": (whole["fact"], kinds["fact"]),
        "correction": (whole["correction"], kinds["correction"]),
        "none": (false, kinds["none"]),
    }
