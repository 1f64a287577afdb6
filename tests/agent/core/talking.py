"""A conversation with the pure agent, as the log keeps it: for the tests and the bench."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from synaptiq.agent.core.profile import DEFAULT, Profile
from synaptiq.agent.core.state import AI, VISITOR, Contact, Said, State
from synaptiq.agent.core.turn import Answer, Step, step

TODAY = date(2026, 11, 27)  # A Friday.
JANE = {"form": {"name": "Jane Smith", "email": "jane@acme.com"}}


class Answers:
    """An answering port over a few words: a stand-in for the search, which has tests of its own."""

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        self.answers = answers or {}

    def search(self, text: str) -> Answer | None:
        for word, answer in self.answers.items():
            if word in text.lower():
                return Answer(answer, f"Q&A: {word}", 1.0)
        return None


class Talk:
    """Keeps the state between turns as a caller does."""

    def __init__(
        self,
        profile: Profile = DEFAULT,
        answers: Mapping[str, str] | None = None,
        stepping: Callable[..., Step] = step,
        **state: Any,
    ) -> None:
        self.profile, self.port, self.stepping = profile, Answers(answers), stepping
        self.state = State(today=TODAY, **state)
        self.steps: list[Step] = []
        self.asked: list[str] = []
        self.events: list[dict[str, Any]] = []

    def say(self, *texts: str, **data: Any) -> Step:
        """One turn that answers these messages."""
        top = max((said.seq for said in self.state.log), default=0)
        new = [Said(top + place, VISITOR, text, data) for place, text in enumerate(texts, 1)]
        made = self.stepping(self.profile, self.state, new, self.port)
        top += len(new)
        replies = [
            Said(top + place, AI, reply.text, reply.data)
            for place, reply in enumerate(made.messages, 1)
        ]
        contact = replace(
            self.state.contact, **{capture.field: capture.value for capture in made.captures}
        )
        checked = self.state.checked
        for event in made.events:
            self.events.append(event.data)
            checked = (event.data["result"], event.data["score"])
        self.state = replace(
            self.state, facts=(*self.state.facts, *made.facts), contact=contact, checked=checked,
            log=(*self.state.log, *new, *replies),
        )  # fmt: skip
        self.steps.append(made)
        self.asked += [reply.data["asks"] for reply in made.messages if "asks" in reply.data]
        return made

    def fill_in(self, **fields: str) -> Step:
        """The form, sent."""
        return self.say(", ".join(fields.values()), form=fields)

    @property
    def values(self) -> dict[str, Any]:
        from synaptiq.agent.core.state import known

        return {key: fact.value for key, fact in known(self.state.facts).items()}

    @property
    def last(self) -> Said:
        return self.state.log[-1]

    @property
    def contact(self) -> Contact:
        return self.state.contact
