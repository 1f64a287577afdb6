"""How well the rules read what they were not made for: nlupp's hotel sentences, slot by slot.

The rules were made on folds 0 to 9; folds 10 to 19 say what they are worth. A "hotel" profile
maps each slot to a criterion. A sentence comes without the question that it answers, so it is read
as the answer to "how many?" and to "when?". Dates count where day and month are right, and where
the span in the text is too: the data's years contradict each other.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from synaptiq.agent.core.extract import find
from synaptiq.agent.core.profile import Criterion, Profile, Scoring

# The day from which the data counts "tomorrow".
TODAY = date(2022, 3, 15)
NUMBERS = ("number", "people", "adults", "kids", "rooms")
DATES = ("date", "date_from", "date_to")
_ANY = Scoring(steps=((0, 1.0),), within=((4000, 1.0),))


def _criterion(key: str, type: str, *nouns: str) -> Criterion:
    return Criterion(key, key, type, 10, "?", nouns=nouns, scoring=_ANY)


HOTEL = Profile(
    name="Hotel",
    greeting="Hello",
    criteria=(
        _criterion("number", "number"),
        _criterion("people", "number", "people", "persons", "person", "guests", "pax", "of us",
                   "for", "we are", "we're", "table for", "family of", "party of", "group of",
                   "we will be", "we'll be", "there will be", "friends"),
        _criterion("adults", "number", "adults", "adult", "grown-ups", "an adult", "men",
                   "women", "ladies", "seniors", "myself", "my wife", "my husband", "my partner",
                   "my mum", "my mom", "my mother", "my dad", "my father", "my brother",
                   "my sister", "my friend", "my girlfriend", "my boyfriend", "my boss",
                   "my colleague", "my spouse", "my fiancee", "single person"),
        _criterion("kids", "number", "kids", "kid", "children", "child", "sons", "daughters",
                   "boys", "girls", "babies", "toddlers", "infants", "teenagers", "little ones",
                   "a child", "a kid", "a toddler", "a baby", "a son", "a daughter", "a boy",
                   "a girl", "an infant", "my son", "my daughter", "my teenager", "my toddler",
                   "my baby", "my kid", "my child", "my boy", "my girl"),
        _criterion("rooms", "number", "rooms", "room", "bedrooms", "bedroom", "suites", "suite",
                   "a room", "a suite", "a bedroom"),
        _criterion("date", "date", "of the", "booking of", "on the date", "appointment",
                   "session", "table", "restaurant", "spa", "massage", "dinner", "lunch",
                   "treatment", "ago", "made", "service", "bath", "breakfast", "dinning",
                   "time"),
        _criterion("date_from", "date", "from", "arrive", "arriving", "arrival", "check in",
                   "checkin", "check-in", "starting", "start", "coming", "come", "since",
                   "after", "book", "room", "rooms", "stay", "nights", "night", "reservation",
                   "rebook"),
        _criterion("date_to", "date", "to", "until", "till", "leave", "leaving", "check out",
                   "checkout", "check-out", "depart", "departing", "departure"),
    ),
)  # fmt: skip


@dataclass
class Tally:
    """What was found, what was right, and what should have been, for each slot."""

    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    gold: Counter[str] = field(default_factory=Counter)

    def line(self, *slots: str) -> tuple[float, float, int]:
        """Precision, recall, and how many there are."""
        found, right, gold = (sum(count[s] for s in slots) for count in
                              (self.found, self.right, self.gold))  # fmt: skip
        return right / found if found else 1.0, right / gold if gold else 1.0, gold


def sentences(folder: Path, folds: Iterable[int]) -> Iterator[dict[str, Any]]:
    for fold in folds:
        yield from json.loads((folder / f"fold{fold}.json").read_text("utf-8"))


def read(text: str) -> dict[str, tuple[Any, str]]:
    """Slot → (value, quote), of a sentence that answers both "how many?" and "when?"."""
    found: dict[str, tuple[Any, str]] = {}
    for asked, slots in (("number", NUMBERS), ("date", DATES)):
        findings = find(HOTEL, text, asked=asked, known={}, today=TODAY)
        found |= {
            one.criterion: (one.value, one.quote)
            for one in findings.facts
            if one.criterion in slots and one.status == "known"
        }
    return found


def _overlaps(text: str, quote: str, span: list[int]) -> bool:
    place = text.find(quote)
    return place >= 0 and place < span[1] and span[0] < place + len(quote)


def is_right(slot: str, value: Any, quote: str, gold: dict[str, Any], text: str) -> bool:
    if slot in NUMBERS:
        return bool(value == gold.get("value"))
    day = gold.get("value") or {}
    if value["start"] is None or not _overlaps(text, quote, gold["span"]):
        return False
    said = date.fromisoformat(value["start"])
    return (said.day, said.month) == (day.get("day"), day.get("month"))


def measure(folder: Path, folds: Iterable[int], *, say: bool = False) -> tuple[Tally, Tally]:
    """Slot by slot; and with the slots of a kind taken as one ("which" left aside)."""
    each, kinds = Tally(), Tally()
    for sentence in sentences(folder, folds):
        text, gold = sentence["text"], sentence.get("slots", {})
        found = read(text)
        for slot in (*NUMBERS, *DATES):
            each.gold[slot] += slot in gold
            each.found[slot] += slot in found
            right = (
                slot in gold and slot in found and is_right(slot, *found[slot], gold[slot], text)
            )
            each.right[slot] += right
            if say and not right and (slot in gold or slot in found):
                print(f"{slot:10}{text!r}\n    gold {gold.get(slot)}\n    found {found.get(slot)}")
        for kind, slots in (("number", NUMBERS), ("date", DATES)):
            wanted = {slot: gold[slot] for slot in slots if slot in gold}
            kinds.gold[kind] += len(wanted)
            for slot in slots:
                if slot not in found:
                    continue
                kinds.found[kind] += 1
                match = next(
                    (s for s in wanted if is_right(slot, *found[slot], wanted[s], text)), None
                )
                if match is not None:
                    kinds.right[kind] += 1
                    del wanted[match]
    return each, kinds


def report(folder: Path, folds: Iterable[int], *, say: bool = False) -> tuple[Tally, Tally]:
    each, kinds = measure(folder, folds, say=say)
    for slot in (*NUMBERS, *DATES):
        precision, recall, count = each.line(slot)
        print(f"  {slot:12}{precision:6.2f} /{recall:5.2f}   of {count}")
    for kind in ("number", "date"):
        precision, recall, count = kinds.line(kind)
        print(f"  any {kind:8}{precision:6.2f} /{recall:5.2f}   of {count}")
    return each, kinds
