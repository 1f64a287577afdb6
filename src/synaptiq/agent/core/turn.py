"""One turn: from what a visitor wrote to what is learned, what happens and what is said.

`step` puts the stages together; each is a function of its own, so that another engine can put a
model's proposals in between: extract → validate → apply → decide → phrase → guard. The same
state gives the same step, however often it is computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from synaptiq.agent.core import deciding, learning, phrasing
from synaptiq.agent.core.criteria import CONTACT
from synaptiq.agent.core.deciding import Act, Answer, AnswerPort
from synaptiq.agent.core.learning import Capture
from synaptiq.agent.core.phrasing import Reply
from synaptiq.agent.core.profile import Profile
from synaptiq.agent.core.scheduling import Offer, Pick, SlotPort
from synaptiq.agent.core.score import Score, assess, check_event
from synaptiq.agent.core.state import VISITOR, Fact, Said, State

__all__ = [
    "Act", "Answer", "AnswerPort", "Capture", "Event", "Offer", "Pick", "Reply", "SlotPort", "Step",
    "step",
]  # fmt: skip


@dataclass(frozen=True)
class Event:
    """Something for the conversation's log beside messages: its type and data."""

    type: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Step:
    """What a turn changes.

    `facts` are new, in order; their `seq` goes on from the state's highest, and `supersedes` names
    a fact of the state or of this step. `captures`: how the visitor can be reached, newly. `events`
    are for the log. `messages` are the agent's answers. `books` is a time to be booked, of which
    the agent's answer says what came. `handoff`: a person is wanted. `asked`,
    `answered`, `volunteered` are to be added to the conversation's counts. `score` is the present
    one; `trace` says for people how it came to this.
    """

    facts: tuple[Fact, ...] = ()
    captures: tuple[Capture, ...] = ()
    events: tuple[Event, ...] = ()
    messages: tuple[Reply, ...] = ()
    books: Pick | None = None
    handoff: bool = False
    asked: int = 0
    answered: int = 0
    volunteered: int = 0
    score: Score | None = None
    trace: tuple[dict[str, Any], ...] = field(default=())


def step(
    profile: Profile,
    state: State,
    new: Sequence[Said],
    port: AnswerPort,
    calendar: SlotPort | None = None,
) -> Step:
    """The turn that answers `new`, the visitor's messages that are not answered yet, in order.
    No message, no turn: then the step is empty. Without a calendar no free times are offered."""
    said = [message for message in new if message.sender == VISITOR]
    if not said:
        return Step()
    before = replace(state, log=tuple(m for m in state.log if m.seq < said[0].seq))
    pending = learning.pending(before)
    commands = learning.validate(profile, said, learning.extract(profile, before, said))
    after, facts, captures = learning.apply(before, commands)
    after = replace(after, log=(*before.log, *said))
    closed = learning.closed(profile, after)
    score = assess(profile, after.facts, after.contact, closed)
    act = deciding.decide(profile, before, after, said, score, closed, port, calendar)
    messages = tuple(
        guarded
        for reply in phrasing.phrase(profile, act, before, facts, captures, pending, said)
        if (guarded := phrasing.guard(profile, act, reply)) is not None
    )
    check = check_event(state.checked, score)
    asks = [reply.data["asks"] for reply in messages if "asks" in reply.data]
    already = {m.data.get("asks") for m in before.log}
    known = [fact for fact in facts if fact.status == "known"]
    return Step(
        facts=facts,
        captures=captures,
        events=(Event("qualification_check", dict(check)),) if check else (),
        messages=messages,
        books=act.pick if act.kind == "book" else None,
        handoff=act.handoff,
        asked=len({key for key in asks if key not in already}),
        answered=int(
            any(fact.criterion == pending for fact in known)
            or (pending == CONTACT and after.contact.reachable)
        ),
        volunteered=len({fact.criterion for fact in known if fact.criterion != pending}),
        score=score,
        trace=(
            {"stage": "extract", "pending": pending, "commands": len(commands)},
            {"stage": "apply", "facts": [fact.criterion for fact in facts],
             "captures": [capture.field for capture in captures]},
            {"stage": "score", "score": score.score, "best": score.best,
             "outcome": score.outcome, "settled": score.settled, "closed": sorted(closed)},
            {"stage": "decide", "act": act.kind, "asks": act.asks,
             "source": act.answer.source if act.answer else None},
        ),
    )  # fmt: skip
