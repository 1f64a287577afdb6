"""The middle of a turn: ONE next act, by fixed priority.

human wanted → safety → confirm a slot → change a meeting → confirm a fact → free times → answer →
objection → offer a meeting → best next question → close.
An answer or an objection leaves the open question standing: it is put again below.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from synaptiq.agent.core import learning, scheduling
from synaptiq.agent.core.criteria import CONTACT, Criterion
from synaptiq.agent.core.extract import attitudes
from synaptiq.agent.core.profile import Profile
from synaptiq.agent.core.scheduling import NoSlots, Offer, Pick, SlotPort
from synaptiq.agent.core.score import Score, applicable
from synaptiq.agent.core.state import AI, INFERRED, Fact, Said, State, known, present


@dataclass(frozen=True)
class Answer:
    """Words that somebody of the account wrote. `source` names where they stand; `score` says how
    well they fit, in the port's own measure."""

    text: str
    source: str
    score: float


class AnswerPort(Protocol):
    """Where answers come from. None where nothing fits well enough: then the agent says so."""

    def search(self, text: str) -> Answer | None: ...


@dataclass(frozen=True)
class Act:
    """What the agent does. `kind`: human, safety, book, book_no, confirm, slots, answer, unknown,
    bot, objection, why, no_times, meeting, meeting_yes, meeting_no, meeting_stands, farewell,
    question, close, no_more.
    `asks` is the question that goes with it: a criterion's key or "contact". `offer` is shown as
    free times (for slots, `why` says for which reason, `asked` what was said of the time); `pick`
    is to be booked, or waits for an email; `meeting` stands already, and is shown."""

    kind: str
    asks: str | None = None
    answer: Answer | None = None
    fact: Fact | None = None
    outcome: str = ""
    handoff: bool = False
    offer: Offer | None = None
    why: str = ""
    asked: str = ""
    pick: Pick | None = None
    meeting: Mapping[str, Any] | None = None


def next_question(
    profile: Profile, state: State, score: Score, closed: Collection[str]
) -> str | None:
    """The question whose answer tells most; None where none can change the outcome.

    First what can end the matter or is required, then by weight, then by the profile's order. Name
    and email as soon as the visitor is worth coming back to, or nothing else is left to ask.
    """
    if score.settled:
        return None
    values = known(state.facts)
    left = [
        criterion
        for criterion in applicable(profile, values)
        if criterion.key not in closed and criterion.key not in values
    ]
    if not state.contact.reachable and CONTACT not in closed:
        worth = score.score is not None and score.score >= profile.nurture
        if worth or not left:
            return CONTACT
    if not left:
        return None
    decisive = {disqualifier.criterion for disqualifier in profile.disqualifiers}
    order = {criterion.key: place for place, criterion in enumerate(profile.criteria)}

    def rank(criterion: Criterion) -> tuple[bool, int, int]:
        first = criterion.required or criterion.key in decisive
        return not first, -criterion.weight, order[criterion.key]

    return min(left, key=rank).key


def to_confirm(profile: Profile, state: State) -> Fact | None:
    """What was only inferred and was not asked about yet."""
    confirmed = {said.data.get("asks") for said in state.log if said.data.get("confirms")}
    for criterion in profile.criteria:
        fact = known(state.facts).get(criterion.key)
        if fact is not None and fact.source == INFERRED and criterion.key not in confirmed:
            return fact
    return None


def decide(
    profile: Profile,
    before: State,
    after: State,
    new: Sequence[Said],
    score: Score,
    closed: Collection[str],
    port: AnswerPort,
    calendar: SlotPort | None = None,
) -> Act:
    """The one act. `before` is the state without what `new` says, `after` with it."""
    calendar = calendar or NoSlots()
    texts = [said.text for said in new if not (said.data.get("form") or said.data.get("slot"))]
    last = learning.last_word(before)
    offers = last.data.get("offers") if last is not None and last.sender == AI else None
    reply = next(
        (said for text in reversed(texts) if (said := attitudes.yes_or_no(text)) is not None), None
    )
    asks = next_question(profile, after, score, closed)
    reach = CONTACT if not after.contact.reachable and CONTACT not in closed else None
    if any(attitudes.wants_person(text) for text in texts) or (
        offers == "person" and reply is True
    ):
        return Act("human", asks=reach, handoff=True)
    if any(attitudes.is_unsafe(text) for text in texts):
        return Act("safety", asks=asks)
    pick = scheduling.picked(new)
    waits = None if pick else scheduling.waiting(before)
    if booking := _booking(before, after, pick, waits):
        return booking
    if waits:
        # The question that stands open is where the invitation goes.
        asks = CONTACT
    learned = after.facts != before.facts or after.contact != before.contact
    if not waits and (change := _of_meeting(last, texts, after, calendar, learned=learned)):
        return change
    inferred = to_confirm(profile, after)
    if inferred is not None and not score.settled:
        return Act("confirm", asks=inferred.criterion, fact=inferred)
    if wants := scheduling.wants_offer(last, texts, reply, after.today, learned=learned):
        why, asked = wants
        if offer := calendar.offer():
            return Act("slots", offer=offer, why=why, asked=asked)
        if why == "asked":
            return Act("no_times", asks=reach, handoff=True)
    answer = _answered(texts, before, after, asks, port)
    if answer is not None:
        return replace(answer, pick=waits)
    if any(attitudes.wants_no_questions(text) for text in texts):
        return Act("no_more")
    if any(attitudes.is_objection(text) for text in texts):
        return Act("objection", asks=asks, pick=waits)
    if waits:
        return Act("question", asks=CONTACT, pick=waits)
    if offers == "meeting" and reply is not None:
        return Act("meeting_yes", handoff=True) if reply else Act("meeting_no", asks=asks)
    if score.outcome == "qualified" and not any(
        said.data.get("offers") == "meeting" for said in after.log
    ):
        offer = calendar.offer()
        if offer is None or not offer.moves:
            return Act("meeting", offer=offer)
    if asks is not None:
        return Act("question", asks=asks)
    return Act("close", outcome=score.outcome)


def _booking(before: State, after: State, pick: Pick | None, waits: Pick | None) -> Act | None:
    """What follows from a time that was picked, now or before the email was asked for."""
    chosen = pick or waits
    if chosen is None:
        return None
    if after.contact.email:
        return Act("book", pick=chosen)
    if pick:
        return Act("question", asks=CONTACT, pick=pick)
    refused = present(after.facts).get(CONTACT) != present(before.facts).get(CONTACT)
    if refused or scheduling.is_given_up(before, chosen):
        return Act("book_no")
    return None


def _of_meeting(
    last: Said | None, texts: Sequence[str], after: State, calendar: SlotPort, *, learned: bool
) -> Act | None:
    """What follows where somebody who has a meeting would move it, cancel it or go."""
    wants = scheduling.of_meeting(last, texts, after.today, learned=learned)
    if not wants or (meeting := calendar.meeting()) is None:
        return None
    what, asked = wants
    if what == "farewell":
        return Act("farewell")
    if what == "move" and (offer := calendar.offer()):
        return Act("slots", offer=offer, why="asked", asked=asked)
    return Act("meeting_stands", meeting=meeting)


def _answered(
    texts: Sequence[str], before: State, after: State, asks: str | None, port: AnswerPort
) -> Act | None:
    """What was asked, and what fits it. What is no question is looked up too, where nothing was
    learned from it; but then "I don't know" is not said."""
    learned = after.facts != before.facts or after.contact != before.contact
    pending = learning.pending(before)
    for text in reversed(texts):
        if attitudes.asks_whether_bot(text):
            return Act("bot", asks=asks)
        if attitudes.asks_why(text):
            return Act("why", asks=asks)
        is_question = "?" in text or (attitudes.is_question(text) and not learned)
        if is_question:
            sought = _question_of(text)
            found = port.search(sought)
            if found is not None:
                return Act("answer", asks=asks, answer=found)
            # "20?" answers our question as much as it asks.
            if not (learned and len(sought.split()) <= 4):
                return Act("unknown")
        elif not learned and pending is None and not attitudes.is_greeting(text):
            found = port.search(text)
            if found is not None:
                return Act("answer", asks=asks, answer=found)
    return None


def _question_of(text: str) -> str:
    """The sentences of it that ask; all of it where none is marked."""
    asking = re.findall(r"[^.!?\n]*\?", text)
    return " ".join(part.strip() for part in asking) or text
