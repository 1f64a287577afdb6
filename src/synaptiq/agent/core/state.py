"""What a turn starts from: the facts, what was said, the contact. Plain immutable values.

The present value of a criterion is a fold over its facts by `seq`, so it does not matter in which
order they are read. Unknown is no fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

SOURCES = ("stated", "button", "form", "human", "inferred")
STATUSES = ("known", "refused", "withdrawn")
# What takes the place of whatever was known before.
_SETTLED = ("known", "withdrawn")
INFERRED = "inferred"
# The log's sender of what a visitor wrote, of the agent, of a person, and of what nobody wrote.
VISITOR, AI, PERSON, SYSTEM = "visitor", "ai", "agent", "system"


@dataclass(frozen=True)
class Fact:
    """One thing that the visitor said of a criterion.

    `value` has the shape that `values` names for the criterion's type, None where refused, or
    where a person withdrew what was known: then nothing is, until something is said again. `quote`
    is a part of the visitor's own (masked) message `message_seq`, "" where there is none (a person
    entered it). `supersedes` is the `seq` of the fact that this one corrects.
    """

    criterion: str
    value: Any
    quote: str
    message_seq: int
    source: str = "stated"
    status: str = "known"
    seq: int = 0
    supersedes: int | None = None


@dataclass(frozen=True)
class Said:
    """One message of the log. `sender` as in the log: ai, visitor, agent (a person), system.

    `data` of an AI message: {"asks": a criterion's key or "contact", "quick_replies": [text, …],
    "form": {"fields": ["name", "email"]}}, each only where it is so; "slots", "books" and "meeting"
    as `scheduling` has them. Of a visitor's message: {"reply": text} where a quick reply was
    pressed (its text is the reply's), {"form": {"name": …, "email": …}} where the form was sent,
    {"slot": {"starts_at": …, "zone": …}} where a time was picked.
    """

    seq: int
    sender: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Contact:
    """How the visitor can be reached; a text each, None where not known. What is here is valid."""

    email: str | None = None
    name: str | None = None
    phone: str | None = None

    @property
    def reachable(self) -> bool:
        return bool(self.email or self.phone)


@dataclass(frozen=True)
class State:
    """All that a turn looks at.

    `today` is the day in the account's zone when the answered message came (not when the turn is
    computed: computed again it gives the same). `facts` are all of this visitor or lead, any
    order. `log` holds the messages in order; what is still to be answered may be in it or not.
    `checked` is the (result, score) of the last qualification check. `language` is the primary
    subtag of the visitor's, for the names of months.
    """

    today: date
    facts: tuple[Fact, ...] = ()
    log: tuple[Said, ...] = ()
    contact: Contact = Contact()
    checked: tuple[str, int | None] | None = None
    language: str = "en"


def present(facts: Iterable[Fact]) -> dict[str, Fact]:
    """Criterion → the fact that holds now: the newest known or withdrawn that is not inferred, else
    the newest inferred, else the newest refusal. A refusal takes no known value away, but holds
    where it came after that was withdrawn."""
    found: dict[str, Fact] = {}
    refusals: dict[str, Fact] = {}
    for fact in facts:
        held = found.get(fact.criterion)
        if held is None or _rank(fact) > _rank(held):
            found[fact.criterion] = fact
        if fact.status == "refused":
            last = refusals.get(fact.criterion)
            if last is None or fact.seq > last.seq:
                refusals[fact.criterion] = fact
    for key, fact in refusals.items():
        if found[key].status == "withdrawn" and fact.seq > found[key].seq:
            found[key] = fact
    return found


def _rank(fact: Fact) -> tuple[bool, bool, int]:
    return fact.status in _SETTLED, fact.source != INFERRED, fact.seq


def known(facts: Iterable[Fact]) -> dict[str, Fact]:
    """Only those of `present` whose value is known."""
    return {key: fact for key, fact in present(facts).items() if fact.status == "known"}
