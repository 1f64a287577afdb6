"""What an agent asks, and what the answers are worth: one immutable value, plain JSON outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synaptiq.agent.core.criteria import (
    CONTACT,
    OPS,
    Condition,
    Criterion,
    Disqualifier,
    Option,
    Scoring,
    criterion_from_json,
    criterion_to_json,
    plain,
    text,
    whole,
)

__all__ = ["CONTACT", "DEFAULT", "OPS", "Condition", "Criterion", "Disqualifier", "Option",
           "Profile", "Scoring"]  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """What one version of an agent asks. `qualified` and `nurture` are scores, 0..100."""

    name: str
    greeting: str
    criteria: tuple[Criterion, ...]
    disqualifiers: tuple[Disqualifier, ...] = ()
    qualified: int = 70
    nurture: int = 40

    def criterion(self, key: str) -> Criterion | None:
        return next((each for each in self.criteria if each.key == key), None)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, which `from_json` reads back to an equal profile."""
        return {
            "name": self.name,
            "greeting": self.greeting,
            "criteria": [criterion_to_json(each) for each in self.criteria],
            "disqualifiers": [
                {"criterion": d.criterion, "op": d.op, "value": plain(d.value), "reason": d.reason}
                for d in self.disqualifiers
            ],
            "qualified": self.qualified,
            "nurture": self.nurture,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Profile:
        """The profile of what `to_json` gave. ValueError where it has another shape; whether it
        makes sense, `problems` says."""
        try:
            return cls(
                name=text(data["name"]),
                greeting=text(data["greeting"]),
                criteria=tuple(criterion_from_json(each) for each in data["criteria"]),
                disqualifiers=tuple(
                    Disqualifier(
                        text(d["criterion"]), text(d["op"]), d.get("value"), text(d["reason"])
                    )
                    for d in data.get("disqualifiers", ())
                ),
                qualified=whole(data.get("qualified", 70)),
                nurture=whole(data.get("nurture", 40)),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"This is not a profile: {error!r}.") from error

    def problems(self) -> dict[str, str]:
        """What is wrong with it: field ("criteria.0.weight") → a sentence. None: use it."""
        from synaptiq.agent.core.checking import problems

        return problems(self)


# Of a new account: who sells software to companies can begin with it.
DEFAULT = Profile(
    name="Synaptiq",
    greeting="Hi! I can answer questions about our product. What brings you here?",
    criteria=(
        Criterion(
            key="team_size",
            label="Team size",
            type="number",
            weight=30,
            required=True,
            question="How many people would use it?",
            quick_replies=("1–10", "11–50", "51–200", "More than 200"),
            nouns=(
                "people", "persons", "person", "ppl", "folks", "employees", "users", "seats",
                "licenses", "licences", "team members", "members", "colleagues", "staff", "reps",
                "agents", "developers", "engineers", "salespeople", "sellers", "of us",
                "headcount", "team", "company",
            ),
            scoring=Scoring(steps=((0, 0.2), (10, 0.5), (25, 0.8), (50, 1.0))),
        ),
        Criterion(
            key="budget",
            label="Budget",
            type="money",
            weight=25,
            question="What budget have you set aside for a year?",
            quick_replies=("Under $5k", "$5k–$20k", "$20k–$50k", "Over $50k"),
            nouns=(
                "budget", "budgeted", "can spend", "could spend", "to spend", "would spend",
                "can pay", "could pay", "willing to pay", "afford", "can invest", "to invest",
                "set aside", "put aside", "earmarked", "allocated", "funds",
            ),
            scoring=Scoring(steps=((0, 0.1), (5_000, 0.4), (10_000, 0.7), (20_000, 1.0))),
        ),
        Criterion(
            key="timeline",
            label="Timeline",
            type="date",
            weight=20,
            question="By when would you like to have it running?",
            quick_replies=("This month", "In 3 months", "In 6 months", "No rush"),
            nouns=(
                "live", "launch", "begin", "get going", "get started",
                "kick off", "kick-off", "kickoff", "go live", "start",
                "starting", "running", "ready", "deadline", "timeline", "time line", "rollout",
                "roll out", "rolled out", "go-live", "implement", "implemented", "deploy",
                "deployed", "in place", "switch", "we need", "i need", "we want", "need it",
                "want it", "wants it", "want this", "wants this", "sorted",
                "looking to", "hope to", "hoping to", "plan to", "planning", "aim", "aiming",
                "target", "decide", "decision", "buy", "purchase", "onboard",
            ),
            scoring=Scoring(within=((31, 1.0), (100, 0.8), (190, 0.5), (400, 0.2))),
        ),
        Criterion(
            key="role",
            label="Role in the decision",
            type="enum",
            weight=15,
            question="What is your part in the decision?",
            quick_replies=("I decide", "I recommend", "I will use it"),
            scoring=Scoring(
                options=(
                    Option(
                        "decides", "I decide", 1.0,
                        (
                            "decision maker", "my decision", "my call", "final say", "owner",
                            "founder", "co-founder", "cofounder", "ceo", "cto", "cfo", "coo", "cmo",
                            "cro", "cio", "president", "managing director", "vp", "vice president",
                            "head of", "director", "i sign off", "i make the decision",
                            "i make the call", "final call", "final decision",
                            "decision is mine", "one who decides", "i decide", "i choose",
                            "sign the contract", "hold the budget",
                        ),
                    ),
                    Option(
                        "recommends", "I recommend", 0.6,
                        (
                            "i advise", "i evaluate", "evaluating for", "researching for",
                            "shortlist", "manager", "team lead", "consultant", "champion",
                            "my boss decides", "report to", "recommend",
                        ),
                    ),
                    Option(
                        "uses", "I will use it", 0.2,
                        (
                            "end user", "just a user", "student", "intern", "use it myself",
                            "just use it", "will use it",
                        ),
                    ),
                )
            ),
        ),
        Criterion(
            key="use_case",
            label="Use case",
            type="text",
            weight=10,
            question="What would you like to do with it?",
            scoring=Scoring(given=1.0),
        ),
    ),
    disqualifiers=(
        Disqualifier("team_size", "at_most", 1, "Made for teams of two and more."),
    ),
)  # fmt: skip
