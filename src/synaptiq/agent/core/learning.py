"""The first half of a turn: what the visitor's messages say becomes facts and contacts.

Commands are proposals, by the rules or by a model; `validate` lets only those through that the
profile declares, that have the right shape, and whose quote the visitor really wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from synaptiq.agent.core import values
from synaptiq.agent.core.criteria import CONTACT
from synaptiq.agent.core.extract import attitudes, contacts, find
from synaptiq.agent.core.profile import Profile
from synaptiq.agent.core.state import (
    AI,
    INFERRED,
    PERSON,
    VISITOR,
    Contact,
    Fact,
    Said,
    State,
    known,
    present,
)

# How often a question may be passed over, and how often it is put at all.
MOST_PASSED, MOST_ASKS = 2, 4
_FIELDS = ("email", "name", "phone")


@dataclass(frozen=True)
class Command:
    """A proposal. `kind`: "fact" (of `key`, a criterion) or "contact" (`key` is a field)."""

    kind: str
    key: str
    value: Any
    quote: str
    message_seq: int
    source: str = "stated"
    status: str = "known"


@dataclass(frozen=True)
class Capture:
    """A way to reach the visitor, as it was given: field email, name or phone."""

    field: str
    value: str
    quote: str
    message_seq: int
    source: str = "stated"


def last_word(state: State) -> Said | None:
    """The last message that is not the visitor's."""
    return next((said for said in reversed(state.log) if said.sender in (AI, PERSON)), None)


def pending(state: State) -> str | None:
    """What the visitor was asked last: a criterion's key or "contact"; None where nothing is open,
    or a person spoke since."""
    last = last_word(state)
    if last is None or last.sender != AI:
        return None
    asks = last.data.get("asks")
    return asks if isinstance(asks, str) else None


def extract(profile: Profile, state: State, new: Sequence[Said]) -> list[Command]:
    """What the rules propose, message by message; what one says, the next may correct."""
    asked, held = pending(state), dict(known(state.facts))
    confirms = (last := last_word(state)) is not None and last.data.get("confirms") is True
    commands: list[Command] = []
    for said in new:
        form = said.data.get("form")
        if isinstance(form, Mapping):
            commands += _of_form(said, form)
            continue
        if said.data.get("slot"):
            # A day that was picked for a meeting says nothing of when they want to start.
            continue
        if confirms and asked in held:
            commands += _confirmed(said, held[asked])
        source = "button" if said.data.get("reply") else "stated"
        found = find(
            profile, said.text, asked=asked, known=held, today=state.today,
            language=state.language,
        )  # fmt: skip
        for one in found.facts:
            if confirms and one.criterion == asked and isinstance(one.value, bool):
                # The yes or no was to "is this right?".
                continue
            commands.append(
                Command("fact", one.criterion, one.value, one.quote, said.seq, source, one.status)
            )
            if one.status == "known":
                held[one.criterion] = Fact(
                    one.criterion, one.value, one.quote, said.seq, source, seq=_top(held) + 1
                )
        commands += [
            Command("contact", one.field, one.value, said.text[one.first : one.last], said.seq)
            for one in found.contacts
        ]
        if found.refused_contact is not None:
            commands.append(
                Command("fact", CONTACT, None, found.refused_contact, said.seq, source, "refused")
            )
    return commands


def _top(facts: Mapping[str, Fact]) -> int:
    return max((fact.seq for fact in facts.values()), default=0)


def _of_form(said: Said, form: Mapping[str, Any]) -> list[Command]:
    commands = []
    for field in _FIELDS:
        value = form.get(field)
        if isinstance(value, str) and value.strip():
            given = " ".join(value.split())
            quote = given if given in said.text else ""
            commands.append(Command("contact", field, given, quote, said.seq, "form"))
    return commands


def _confirmed(said: Said, fact: Fact) -> list[Command]:
    if fact.source != INFERRED or attitudes.yes_or_no(said.text) is not True:
        return []
    quote = said.text.strip()
    return [Command("fact", fact.criterion, fact.value, quote, said.seq)]


def validate(profile: Profile, new: Sequence[Said], commands: Sequence[Command]) -> list[Command]:
    """Only what may be kept: a declared criterion, a value of its type and among its options, a
    quote out of the message that it names, an address that is one."""
    texts = {said.seq: said.text for said in new}
    kept = []
    for command in commands:
        if command.message_seq not in texts or command.quote not in texts[command.message_seq]:
            continue
        if command.kind == "contact":
            if _is_contact(command):
                kept.append(command)
            continue
        if command.status == "refused":
            if command.key == CONTACT or profile.criterion(command.key) is not None:
                kept.append(command)
            continue
        criterion = profile.criterion(command.key)
        if criterion is None or not values.is_value(criterion.type, command.value):
            continue
        options = {option.value for option in criterion.scoring.options}
        if criterion.type == "enum" and command.value not in options:
            continue
        kept.append(command)
    return kept


def _is_contact(command: Command) -> bool:
    if not isinstance(command.value, str) or not command.value.isprintable():
        return False
    if command.key == "email":
        return contacts.is_email(command.value)
    if command.key == "phone":
        # As the answer to a question: whoever fills the form in was asked.
        return len(command.value) <= 60 and contacts.is_phone(command.value, asked=True)
    return command.key == "name" and 0 < len(command.value) <= contacts.LONGEST_NAME


def apply(
    state: State, commands: Sequence[Command]
) -> tuple[State, tuple[Fact, ...], tuple[Capture, ...]]:
    """The state after it, the new facts and the new contacts. What is known already makes no new
    fact, and a refusal of what is known none either."""
    facts, new, captures, contact = list(state.facts), [], [], state.contact
    top = max((fact.seq for fact in facts), default=0)
    for command in commands:
        if command.kind == "contact":
            if getattr(contact, command.key) != command.value:
                contact = _with(contact, command)
                captures.append(
                    Capture(command.key, command.value, command.quote, command.message_seq,
                            command.source)
                )  # fmt: skip
            continue
        held = present(facts).get(command.key)
        if held is not None and not _is_news(held, command):
            continue
        top += 1
        corrects = held is not None and held.status == "known"
        fact = Fact(
            command.key, command.value, command.quote, command.message_seq, command.source,
            command.status, top, held.seq if held is not None and corrects else None,
        )  # fmt: skip
        facts.append(fact)
        new.append(fact)
    after = replace(state, facts=tuple(facts), contact=contact)
    return after, tuple(new), tuple(captures)


def _is_news(held: Fact, command: Command) -> bool:
    if command.status == "refused":
        return held.status == "withdrawn"
    if held.status != "known" or not values.same(held.value, command.value):
        return True
    return held.source == INFERRED and command.source != INFERRED


def _with(contact: Contact, command: Command) -> Contact:
    return Contact(**{**contact.__dict__, command.key: command.value})


def closed(profile: Profile, state: State) -> frozenset[str]:
    """What is not asked (any more) although it is unknown: refused, asked often enough, said not to
    be known, or all of it where the visitor wants no more questions.

    A question that the visitor answered by another one, or by something else worth knowing, was not
    passed over: it may be put again, but not for ever.
    """
    asks: dict[str, int] = {}
    passed: dict[str, int] = {}
    shut = {key for key, fact in present(state.facts).items() if fact.status == "refused"}
    learned = {fact.message_seq for fact in state.facts}
    asked: str | None = None
    for said in state.log:
        if said.sender == AI:
            key = said.data.get("asks")
            asked = key if isinstance(key, str) and not said.data.get("confirms") else None
            if asked is not None:
                asks[asked] = asks.get(asked, 0) + 1
        elif said.sender == PERSON:
            asked = None
        elif said.sender == VISITOR:
            if attitudes.wants_no_questions(said.text):
                shut |= {criterion.key for criterion in profile.criteria} | {CONTACT}
            if asked is None:
                continue
            if attitudes.is_unknown(said.text):
                shut.add(asked)
            if not (
                said.seq in learned
                or said.data.get("form")
                or said.data.get("slot")
                or attitudes.is_question(said.text)
            ):
                passed[asked] = passed.get(asked, 0) + 1
            asked = None
    shut |= {key for key, count in passed.items() if count >= MOST_PASSED}
    return frozenset(shut | {key for key, count in asks.items() if count >= MOST_ASKS})
