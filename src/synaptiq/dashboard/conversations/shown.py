"""A conversation as pages show it: in words, and as the entries of its transcript."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from synaptiq.conversations import queries
from synaptiq.conversations.closing import MOST_MESSAGES
from synaptiq.conversations.models import (
    MESSAGE,
    STATES,
    Conversation,
    ConversationNote,
    Event,
)
from synaptiq.dashboard.components import figures, tones
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
        return tones.CONVERSATION_TONES[self.conversation.state]

    @property
    def lasted(self) -> str:
        """`8 min`; nothing while it goes on."""
        one = self.conversation
        return figures.span(one.ended_at - one.started_at) if one.ended_at else ""


@dataclass(frozen=True)
class Entry:
    """A message (`kind` ai, visitor, agent, system), an event or a note, with the name of whoever
    it is of. `day` stands before the first of a day; `seq` is its place in the log, 0 of a note.
    `parts` are the text in pieces, each with the criterion that it is the evidence of, or ""."""

    kind: str
    at: datetime
    who: str
    text: str
    more: str = ""
    icon: str = ""
    day: str = ""
    seq: int = 0
    parts: tuple[tuple[str, str], ...] = ()


def called(conversation: Conversation) -> str:
    """The lead, or "Visitor" while nobody knows who it is."""
    return str(conversation.lead) if conversation.lead else VISITOR


def state_of(conversation: Conversation) -> str:
    if conversation.state == "human" and conversation.member:
        return f"With {conversation.member.user.called}"
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
    evidence: Mapping[int, Sequence[tuple[str, str]]] | None = None,
) -> list[Entry]:
    """Messages, events and notes in the order in which they came. `evidence` is, by the place of a
    message, what was quoted of it: (words, criterion)."""
    quoted = evidence or {}
    entries = [_entry(conversation, event, quoted.get(event.seq, ())) for event in log]
    entries += [Entry("note", note.at, note.member.user.called, note.text) for note in notes]
    # Stable: of one moment the log keeps its own order.
    return list(_dated(sorted(entries, key=lambda e: e.at), timezone, language))


def events_alone(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.kind == "event"]


def check_said(data: Mapping[str, Any]) -> str:
    """What a check came to: "Qualified, 82"."""
    result, score = data.get("result"), data.get("score")
    said = tones.outcome(str(result))[0] if result is not None else ""
    return ", ".join(filter(None, [said, "" if score is None else str(score)]))


def marked(text: str, quotes: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The text in pieces: the first place of each quote with its criterion, the rest with "".
    Of two quotes that overlap, the one that begins first is marked."""
    places = [(text.find(words), words, key) for words, key in quotes if words]
    pieces: list[tuple[str, str]] = []
    end = 0
    for start, words, key in sorted(places):
        if start < end:  # also what is not found: -1
            continue
        pieces += [(text[end:start], ""), (words, key)]
        end = start + len(words)
    return tuple(piece for piece in [*pieces, (text[end:], "")] if piece[0])


def _entry(conversation: Conversation, event: Event, quotes: Iterable[tuple[str, str]]) -> Entry:
    member = event.member.user.called if event.member else "A person"
    if event.type != MESSAGE:
        words, icon = EVENTS[event.type]
        more = ""
        if event.type == "given_back" and event.member is None:
            words = "Nobody came in time; back with the agent"
        elif event.type == "qualification_check":
            more = check_said(event.data)
        elif event.type == "closed":
            words, more = _closed(conversation, event)
        return Entry(
            "event", event.at, "", words.format(who=member), more, icon, seq=event.seq
        )  # fmt: skip
    who = {
        "ai": conversation.agent_name, "visitor": called(conversation), "agent": member,
        "system": "",
    }[event.sender or ""]  # fmt: skip
    text = event.content or ""
    return Entry(
        event.sender or "", event.at, who, text, seq=event.seq, parts=marked(text, quotes)
    )  # fmt: skip


def _closed(conversation: Conversation, event: Event) -> tuple[str, str]:
    """Who ended it, and why where it was nobody."""
    if event.member is not None:
        return "{who} closed the conversation", ""
    if conversation.closed_by == "visitor":
        return "The visitor ended the conversation", ""
    words = EVENTS["closed"][0]
    if conversation.closed_by != "idle":
        return words, ""
    is_full = conversation.message_count >= MOST_MESSAGES
    return words, "it was full" if is_full else "nobody wrote for 30 minutes"


def _dated(entries: Sequence[Entry], timezone: str, language: Language) -> Iterator[Entry]:
    zone, last = ZoneInfo(timezone), None
    for entry in entries:
        day: date = entry.at.astimezone(zone).date()
        if day != last:
            last = day
            said = figures.weekday(entry.at, timezone, clock.now(), language)
            entry = replace(entry, day=said)
        yield entry
