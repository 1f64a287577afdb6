"""A conversation as pages show it: in words, and as the entries of its transcript."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from synaptiq.conversations import queries
from synaptiq.conversations.models import (
    CLOSED_BY,
    MESSAGE,
    STATES,
    Conversation,
    ConversationNote,
    Event,
)
from synaptiq.dashboard.components import figures
from synaptiq.dashboard.components.tones import CONVERSATION_TONES
from synaptiq.kit import clock
from synaptiq.kit.languages import Language

VISITOR = "Visitor"
# What an event is in words, and its icon. `{who}` is the person, where it was one.
EVENTS: dict[str, tuple[str, str]] = {
    "qualification_check": ("Qualification check", "good"),
    "lead_captured": ("Lead captured", "users"),
    "handoff_requested": ("A person was asked for", "bell"),
    "taken_over": ("{who} took over", "user"),
    "given_back": ("{who} gave back to the agent", "undo"),
    "meeting_booked": ("Meeting booked", "check"),
    "meeting_rescheduled": ("Meeting rescheduled", "refresh"),
    "meeting_cancelled": ("Meeting cancelled", "x"),
    "closed": ("The conversation was closed", "stop"),
}
# What checks come to, in words.
RESULTS: dict[str, str] = {
    "qualified": "Qualified",
    "disqualified": "Disqualified",
    "nurture": "Nurture",
    "unreachable": "Unreachable",
    "undecided": "Undecided",
}


@dataclass(frozen=True)
class Row:
    """A conversation in a list."""

    conversation: Conversation
    first: str = ""

    @property
    def who(self) -> str:
        return called(self.conversation)

    @property
    def state(self) -> str:
        return state_of(self.conversation)

    @property
    def tone(self) -> str:
        return CONVERSATION_TONES[self.conversation.state]


@dataclass(frozen=True)
class Entry:
    """A message (`kind` ai, visitor, agent, system), an event or a note, with the name of whoever
    it is of. `day` stands before the first of a day."""

    kind: str
    at: datetime
    who: str
    text: str
    more: str = ""
    icon: str = ""
    day: str = ""


def called(conversation: Conversation) -> str:
    """The lead, or "Visitor" while nobody knows who it is."""
    return str(conversation.lead) if conversation.lead else VISITOR


def state_of(conversation: Conversation) -> str:
    if conversation.state == "human" and conversation.member:
        return f"With {conversation.member.user.called}"
    if conversation.state == "closed" and conversation.closed_by:
        return f"Closed: {CLOSED_BY[conversation.closed_by].lower()}"
    return STATES[conversation.state]


def rows(conversations: Sequence[Conversation]) -> list[Row]:
    first = queries.first_words(conversations)
    return [Row(one, first.get(one.pk, "")) for one in conversations]


def transcript(
    conversation: Conversation,
    log: Sequence[Event],
    notes: Sequence[ConversationNote],
    timezone: str,
    language: Language,
) -> list[Entry]:
    """Messages, events and notes in the order in which they came."""
    entries = [_entry(conversation, event) for event in log]
    entries += [Entry("note", note.at, note.member.user.called, note.text) for note in notes]
    # Stable: of one moment the log keeps its own order.
    return list(_dated(sorted(entries, key=lambda e: e.at), timezone, language))


def events_alone(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.kind == "event"]


def check_said(data: Mapping[str, Any]) -> str:
    """What a check came to: "Qualified, 82"."""
    result, score = data.get("result"), data.get("score")
    said = RESULTS.get(str(result), str(result)) if result is not None else ""
    return ", ".join(filter(None, [said, "" if score is None else str(score)]))


def _entry(conversation: Conversation, event: Event) -> Entry:
    member = event.member.user.called if event.member else "A person"
    if event.type != MESSAGE:
        words, icon = EVENTS[event.type]
        if event.type == "given_back" and event.member is None:
            words = "Nobody came in time; back with the agent"
        more = check_said(event.data) if event.type == "qualification_check" else ""
        return Entry("event", event.at, "", words.format(who=member), more, icon)
    who = {
        "ai": conversation.agent_name, "visitor": called(conversation), "agent": member,
        "system": "",
    }[event.sender or ""]  # fmt: skip
    return Entry(event.sender or "", event.at, who, event.content or "")


def _dated(entries: Sequence[Entry], timezone: str, language: Language) -> Iterator[Entry]:
    zone, last = ZoneInfo(timezone), None
    for entry in entries:
        day: date = entry.at.astimezone(zone).date()
        if day != last:
            last = day
            said = figures.weekday(entry.at, timezone, clock.now(), language)
            entry = replace(entry, day=said)
        yield entry
