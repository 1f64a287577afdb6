"""The last of a turn: words for the act, and the guard over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from synaptiq.agent.core import guards, scheduling, words
from synaptiq.agent.core.criteria import CONTACT, Criterion
from synaptiq.agent.core.deciding import Act
from synaptiq.agent.core.extract import contacts
from synaptiq.agent.core.learning import Capture
from synaptiq.agent.core.profile import Profile
from synaptiq.agent.core.state import AI, Fact, Said, State


@dataclass(frozen=True)
class Reply:
    """A message of the agent: its text, and what is shown with it, as `state.Said.data` says; an
    answer has {"source": where it stands}, an offer {"offers": "person" or "meeting"}. What a
    booking comes to is said by whoever books."""

    text: str
    data: Mapping[str, Any] = field(default_factory=dict)


_FORM = {"fields": ["name", "email"]}
_ALONE = {
    "unknown": words.DONT_KNOW, "bot": words.BOT, "safety": words.SAFETY, "why": words.WHY,
    "objection": words.OBJECTION, "meeting_no": words.MEETING_NO, "meeting_yes": words.MEETING_YES,
    "no_more": words.NO_MORE, "meeting": words.MEETING, "book_no": words.BOOK_NO_EMAIL,
    "meeting_stands": words.MEETING_STANDS, "farewell": words.FAREWELL,
}  # fmt: skip


def phrase(
    profile: Profile,
    act: Act,
    before: State,
    facts: Sequence[Fact],
    captures: Sequence[Capture],
    pending: str | None,
    new: Sequence[Said],
) -> list[Reply]:
    """The replies: one message, whose last part is the question, if there is one."""
    data: dict[str, Any] = {}
    parts: list[str] = []
    if act.kind == "book":
        return []
    if act.kind == "human":
        parts.append(words.PERSON_FORM if act.asks else words.PERSON)
    elif act.kind == "answer" and act.answer is not None:
        parts.append(act.answer.text.strip())
        data["source"] = act.answer.source
    elif act.kind == "confirm" and act.fact is not None:
        criterion = profile.criterion(act.fact.criterion)
        assert criterion is not None
        text = words.CONFIRM.format(label=criterion.label, value=shown(criterion, act.fact.value))
        return [Reply(text, {"asks": criterion.key, "confirms": True,
                             "quick_replies": [words.YES, words.NO]})]  # fmt: skip
    elif act.kind == "slots" and act.offer is not None:
        parts.append(scheduling.offering(act.why, act.offer))
        data |= act.offer.shown(act.asked)
    elif act.kind == "no_times":
        parts.append(words.NO_TIMES_FORM if act.asks else words.NO_TIMES)
    elif act.kind in _ALONE:
        if act.kind == "meeting" and (ack := _ack(before, facts, captures, pending, None, new)):
            parts.append(ack)
        if act.meeting is not None:
            data["meeting"] = dict(act.meeting)
        if act.offer is not None:
            parts.append(words.MEETING_SLOTS)
            data |= act.offer.shown()
        else:
            parts.append(_ALONE[act.kind].format(name=profile.name))
        if act.kind in ("unknown", "meeting") and act.offer is None:
            data["offers"] = "person" if act.kind == "unknown" else "meeting"
            data["quick_replies"] = [words.YES, words.NO]
    elif act.kind == "close":
        wrong = _wrong_form(captures, new)
        parts += [wrong] if wrong else []
        parts.append(_close(before, act.outcome))
        data["closes"] = True
    elif act.kind == "question":
        # A time that was picked is no answer to what was asked before.
        is_pick = scheduling.picked(new) is not None
        ack = "" if is_pick else _ack(before, facts, captures, pending, act.asks, new)
        parts += [ack] if ack else []
    if act.asks is not None:
        question, shown_with = _question(profile, act)
        parts += [question] if question else []
        data |= shown_with
    glue = "\n\n" if act.kind == "answer" else " "
    return [Reply(glue.join(parts), data)]


def _question(profile: Profile, act: Act) -> tuple[str, dict[str, Any]]:
    if act.asks == CONTACT:
        data: dict[str, Any] = {"asks": CONTACT, "form": _FORM}
        if act.pick is not None:
            return words.BOOK_CONTACT, data | {"books": act.pick.shown()}
        return "" if act.kind in ("human", "no_times") else words.CONTACT, data
    criterion = profile.criterion(act.asks or "")
    assert criterion is not None
    data = {"asks": criterion.key}
    replies = list(criterion.quick_replies)
    if not replies and criterion.type == "bool":
        replies = [words.YES, words.NO]
    if not replies and criterion.type == "enum":
        replies = [option.label for option in criterion.scoring.options]
    if replies:
        data["quick_replies"] = replies
    return criterion.question, data


def _ack(
    before: State,
    facts: Sequence[Fact],
    captures: Sequence[Capture],
    pending: str | None,
    asks: str | None,
    new: Sequence[Said],
) -> str:
    """A word on what was just said."""
    if any(fact.supersedes is not None for fact in facts):
        return words.CORRECTED
    wrong = _wrong_form(captures, new)
    if not wrong and pending == asks == CONTACT:
        wrong = _no_contact(new)
    if wrong:
        return wrong
    if any(fact.status == "refused" for fact in facts):
        return words.NO_PROBLEM
    if facts or captures:
        return words.THANKS
    if not any(said.sender == AI for said in before.log):
        return words.HELLO
    if pending is not None and pending == asks:
        return words.AGAIN
    return words.NO_PROBLEM if pending is not None else ""


def _wrong_form(captures: Sequence[Capture], new: Sequence[Said]) -> str:
    """What was wrong in a form, whether one was asked for or not; "" where it was taken."""
    taken = {capture.field for capture in captures}
    for said in new:
        form = said.data.get("form") or {}
        email, phone = (" ".join(str(form.get(f) or "").split()) for f in ("email", "phone"))
        if email and "email" not in taken and not contacts.is_email(email):
            return words.INVALID_EMAIL
        if phone and "phone" not in taken and not contacts.is_phone(phone, asked=True):
            return words.INVALID_PHONE
    return ""


def _no_contact(new: Sequence[Said]) -> str:
    """What was wrong with the answer to "where can we reach you?"; "" where none was tried."""
    given = [
        str(value)
        for said in new
        for value in (_reaches(said.data["form"]) if said.data.get("form") else (said.text,))
    ]
    tried = {contacts.tried(text) for text in given}
    if "email" in tried:
        return words.INVALID_EMAIL
    return words.INVALID_PHONE if "phone" in tried else ""


def _reaches(form: Mapping[str, Any]) -> list[Any]:
    return [value for field, value in form.items() if field != "name"]


def _close(before: State, outcome: str) -> str:
    if any(said.data.get("closes") for said in before.log):
        return words.HERE
    return words.CLOSE_DISQUALIFIED if outcome == "disqualified" else words.CLOSE


def shown(criterion: Criterion, value: Any) -> str:
    """A fact's value in words: `I decide`, `10 to 50`, `30,000 USD`, `by 28 Dec 2026`."""
    if criterion.type == "bool":
        return words.YES if value else words.NO
    if criterion.type in ("enum", "geo"):
        labels = {option.value: option.label for option in criterion.scoring.options}
        return labels.get(value, str(value))
    if criterion.type == "date":
        if value["end"] is None:
            return "no date"
        last = date.fromisoformat(value["end"])
        return f"by {last.day} {last:%b %Y}"
    if not isinstance(value, dict):
        return _figure(value)
    currency = f" {value['currency']}" if value.get("currency") else ""
    if "amount" in value:
        return _figure(value["amount"]) + currency
    low, high = value["min"], value["max"]
    if low is None:
        return f"up to {_figure(high)}{currency}"
    if high is None:
        return f"{_figure(low)} or more{currency}"
    return f"{_figure(low)} to {_figure(high)}{currency}"


def _figure(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def guard(profile: Profile, act: Act, reply: Reply) -> Reply | None:
    """The reply without what nobody has written (`guards`): sources are the cited answer and the
    profile's own words. None where nothing is left to say."""
    own = [profile.greeting, *(criterion.question for criterion in profile.criteria)]
    own += [label for each in profile.criteria for label in each.quick_replies]
    sources = [*own, act.answer.text] if act.answer is not None else own
    if act.kind == "confirm":
        # It repeats what the visitor said, and asks whether it is so.
        return reply
    text = guards.check(reply.text, sources)
    if not text and not reply.data.get("form"):
        return None
    return Reply(text or words.CONTACT, reply.data)
