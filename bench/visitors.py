"""Twenty simulated visitors, each with facts that they keep until they are asked.

They answer what the agent asks, each in their own words; two would rather not say something, two
say something wrong first. What they should come to is computed here from what is true of them, by
a table of its own that shares no code with the product: the outcome from all of it (so that asking
less may not change it), the score from what they have told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from synaptiq.agent.core.profile import DEFAULT
from synaptiq.agent.core.state import AI, VISITOR, Said, State
from synaptiq.agent.core.turn import Answer, Step, step

TODAY = date(2026, 11, 27)
MOST_TURNS = 20
WEIGHTS = {"team_size": 30, "budget": 25, "timeline": 20, "role": 15, "use_case": 10}


@dataclass(frozen=True)
class Person:
    """`truth`: team size, budget, days until it is needed (None: no date), role, use case.
    `says`: what they write when asked for each. `refuses`: what they would rather not say.
    `email`: None for whoever keeps it back. `corrects`: what they write behind an answer that was
    wrong (what is true stands in `truth`)."""

    name: str
    truth: Mapping[str, Any]
    says: Mapping[str, str]
    opens: str = "hi"
    refuses: tuple[str, ...] = ()
    email: str | None = "someone@example.com"
    corrects: Mapping[str, str] = field(default_factory=dict)
    # Told in the first message, unasked.
    opened_with: tuple[str, ...] = ()


def _person(
    name: str, team: int, budget: int, days: int | None, role: str, says: list[str], **more: Any
) -> Person:
    truth = {"team_size": team, "budget": budget, "timeline": days, "role": role, "use_case": "x"}
    return Person(name, truth, dict(zip(WEIGHTS, says, strict=True)), **more)


PEOPLE = (
    _person("Ada", 60, 30_000, 20, "decides",
            ["We are 60 people", "around $30k a year", "in 20 days", "I'm the founder",
             "qualify the visitors of our web site"]),
    _person("Ben", 12, 4_000, 150, "uses",
            ["twelve", "4,000 dollars", "in five months", "I'd just use it myself",
             "answer questions about our courses"]),
    _person("Cem", 1, 900, 10, "decides",
            ["just me", "900 euros", "next week", "I decide", "book meetings"]),
    _person("Dot", 30, 12_000, 90, "recommends",
            ["roughly thirty of us", "12k", "in 90 days", "I evaluate, my boss decides",
             "we want more demos from our pricing page"]),
    _person("Eli", 200, 50_000, None, "recommends",
            ["200 employees", "50 thousand dollars", "no rush at all", "I advise the board",
             "replace our contact form"], opens="Hello!"),
    _person("Fay", 25, 10_000, 31, "decides",
            ["25", "$10,000", "within a month", "Head of sales", "lead qualification"]),
    _person("Gus", 8, 2_500, 300, "uses",
            ["8 people", "about 2500", "in 10 months", "I am an intern",
             "try it out for a course"]),
    _person("Hal", 45, 20_000, 60, "decides",
            ["45 seats", "twenty thousand", "two months from now", "It's my decision",
             "route leads to the right rep"], opens="Hi, we're a team of 45",
            opened_with=("team_size",)),
    _person("Ida", 75, 18_000, 100, "recommends",
            ["75 users", "18k EUR", "in 100 days", "I recommend", "support in three languages"],
            refuses=("budget",)),
    _person("Jon", 20, 15_000, 60, "decides",
            ["We have 50 people", "15k", "in 2 months", "CEO", "sell more to returning visitors"],
            corrects={"team_size": "no, 20 not 50"}),
    _person("Kim", 120, 25_000, 30, "decides",
            ["a hundred and twenty", "25,000 USD", "in 30 days", "I sign off on it",
             "inbound sales outside office hours"], email=None),
    _person("Lou", 10, 6_000, 200, "recommends",
            ["ten people", "six thousand dollars", "in 200 days",
             "I make the shortlist", "collect emails"]),
    _person("Max", 55, 9_000, 14, "decides",
            ["55 of us", "$12k", "in two weeks", "I'm the managing director",
             "answer pricing questions"], corrects={"budget": "sorry, I meant $9k"}),
    _person("Nia", 3, 30_000, 30, "decides",
            ["there are 3 of us", "30 grand", "in 30 days", "co-founder", "qualify leads"]),
    _person("Oda", 40, 7_000, 365, "uses",
            ["40 people or so", "7k", "in a year", "end user", "learn what visitors ask"],
            opens="What does it cost?"),
    _person("Pia", 500, 100_000, 90, "decides",
            ["500+ employees", "$100k", "in three months", "VP of marketing",
             "enterprise lead routing"], refuses=("timeline",)),
    _person("Rex", 15, 5_000, 31, "recommends",
            ["15 reps", "5 thousand", "in 31 days", "team lead", "fewer missed chats"]),
    _person("Sue", 26, 11_000, 45, "decides",
            ["twenty-six", "eleven thousand dollars", "in 45 days", "owner", "book more demos"],
            opens="Hi! Our budget is $11,000 and we need it in 45 days",
            opened_with=("budget", "timeline")),
    _person("Tim", 9, 800, None, "uses",
            ["9", "800 dollars", "just browsing, no rush", "I'm a student",
             "write a thesis on it"]),
    _person("Uma", 35, 16_000, 180, "decides",
            ["35 colleagues", "16k", "in 6 months", "I make the final call",
             "handle webinar leads"]),
)  # fmt: skip


def earned(key: str, truth: Any) -> float:
    """The default profile's table, typed a second time: the part of the weight, in tenths."""
    if key == "team_size":
        return 10 if truth >= 50 else 8 if truth >= 25 else 5 if truth >= 10 else 2
    if key == "budget":
        return 10 if truth >= 20_000 else 7 if truth >= 10_000 else 4 if truth >= 5_000 else 1
    if key == "timeline":
        if truth is None:
            return 0
        return (
            10
            if truth <= 31
            else 8
            if truth <= 100
            else 5
            if truth <= 190
            else (2 if truth <= 400 else 0)
        )
    if key == "role":
        return {"decides": 10, "recommends": 6, "uses": 2}[truth]
    return 10


def expected_score(person: Person, told: set[str]) -> int:
    tenths = sum(WEIGHTS[key] * earned(key, person.truth[key]) for key in told)
    return int((tenths + 5) // 10)


def expected_outcome(person: Person) -> str:
    if person.truth["team_size"] <= 1:
        return "disqualified"
    score = expected_score(person, set(WEIGHTS) - set(person.refuses))
    if score < 40:
        return "undecided"
    if person.email is None:
        return "unreachable"
    return "qualified" if score >= 70 else "nurture"


class _Prices:
    def search(self, text: str) -> Answer | None:
        return Answer("Prices are on our pricing page.", "Pricing", 1.0) if "cost" in text else None


@dataclass
class Seen:
    """What a conversation came to."""

    outcome: str
    score: int | None
    told: set[str]
    turns: int
    asked: list[str]
    log: tuple[Said, ...]
    last: Step


def talk(person: Person) -> Seen:
    """One conversation, until the agent asks nothing any more."""
    state, told, asked = State(today=TODAY), set(person.opened_with), []
    text, data, made, corrected = person.opens, {}, None, ""
    turns = 0
    while turns < MOST_TURNS:
        turns += 1
        seq = len(state.log) + 1
        new = [Said(seq, VISITOR, text, data)]
        made = step(DEFAULT, state, new, _Prices())
        contact = replace(state.contact, **{c.field: c.value for c in made.captures})
        checked = state.checked
        for event in made.events:
            checked = (event.data["result"], event.data["score"])
        replies = [Said(seq + n, AI, r.text, r.data) for n, r in enumerate(made.messages, 1)]
        state = replace(state, facts=(*state.facts, *made.facts), contact=contact,
                        checked=checked, log=(*state.log, *new, *replies))  # fmt: skip
        last = made.messages[-1].data if made.messages else {}
        asks = last.get("asks")
        if asks:
            asked.append(asks)
        data = {}
        if corrected:
            text, corrected = corrected, ""
            continue
        if asks == "contact":
            if person.email is None:
                text = "I'd rather not leave my email"
            else:
                text, data = person.email, {"form": {"name": person.name, "email": person.email}}
        elif asks in person.refuses:
            text = "I'd rather not say"
        elif asks:
            text = person.says[asks]
            told.add(asks)
            corrected = person.corrects.get(asks, "")
        elif last.get("offers"):
            text = "no"
        else:
            break
    assert made is not None
    assert made.score is not None
    return Seen(made.score.outcome, made.score.score, told, turns, asked, state.log, made)


def report(*, say: bool = False) -> int:
    """Prints one line for each visitor; how many reached the expected outcome and exact score."""
    reached = 0
    for person in PEOPLE:
        seen = talk(person)
        wanted = expected_outcome(person), expected_score(person, seen.told)
        is_right = (seen.outcome, seen.score) == wanted
        reached += is_right
        print(f"  {person.name:5}{seen.outcome:13}{seen.score:4} in {seen.turns:2} turns"
              f"{'' if is_right else f'   EXPECTED {wanted[0]} {wanted[1]}'}")  # fmt: skip
        if say and not is_right:
            for said in seen.log:
                print("        ", said.sender, said.text)
    return reached
