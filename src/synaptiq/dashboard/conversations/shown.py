"""A conversation as pages show it: in words, and as the entries of its transcript."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member
from synaptiq.conversations import presence, queries
from synaptiq.conversations.closing import MOST_MESSAGES
from synaptiq.conversations.models import (
    FACT_CORRECTED,
    MEETING_HANDED_OVER,
    MESSAGE,
    STATES,
    Conversation,
    ConversationNote,
    Event,
)
from synaptiq.conversations.naming import TEAM
from synaptiq.conversations.presence import MOST_UNREAD
from synaptiq.dashboard.components import figures, tones
from synaptiq.kit import clock
from synaptiq.kit.languages import Language
from synaptiq.kit.localtime import is_timezone
from synaptiq.meetings import wording
from synaptiq.meetings.values import moment

VISITOR = "Visitor"
# A note, and the how many-eth of its conversation it is.
Numbered = tuple[int, ConversationNote]
_ICONS = {"ai": "agent", "pending_human": "bell", "human": "user", "closed": "stop"}
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
    MEETING_HANDED_OVER: ("Meeting handed over", "user"),
    "closed": ("The conversation was closed", "stop"),
    FACT_CORRECTED: ("{who} corrected", "edit"),
}


@dataclass(frozen=True)
class Row:
    """A conversation in a list; `words` are the first of its visitor, or what was said last."""

    conversation: Conversation
    words: str = ""
    unread: int = 0
    is_online: bool = False

    @property
    def who(self) -> str:
        return called(self.conversation)

    @property
    def aloud(self) -> str:
        return aloud(self.conversation)

    @property
    def state(self) -> str:
        return state_of(self.conversation)

    @property
    def icon(self) -> str:
        return _ICONS[self.conversation.state]

    @property
    def outcome(self) -> str:
        """What the latest check came to, in words; nothing before one."""
        found = self.conversation.qualification
        return tones.outcome(found)[0].lower() if found else ""

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
    `parts` are the text in pieces, each with the criterion that it is the evidence of, or "".
    `key` is the element's id; `member` the member (public id) who wrote it; `aloud` is who it is of
    to a screen reader, without an address."""

    kind: str
    at: datetime
    who: str
    text: str
    more: str = ""
    icon: str = ""
    day: str = ""
    seq: int = 0
    parts: tuple[tuple[str, str], ...] = ()
    key: str = ""
    member: str = ""
    aloud: str = ""


def called(conversation: Conversation) -> str:
    """The lead, or "Visitor 4c9e" while nobody knows who it is."""
    return str(conversation.lead) if conversation.lead else numbered(conversation)


def numbered(conversation: Conversation) -> str:
    """A visitor without a name, told from others by the beginning of the conversation's id."""
    return f"{VISITOR} {conversation.public_id.removeprefix('conv_')[:4]}"


def aloud(conversation: Conversation) -> str:
    """What a screen reader says of its visitor: never an address."""
    name = conversation.lead.name if conversation.lead else None
    return name or numbered(conversation)


def _member_aloud(member: Member) -> str:
    name = member.user.name
    return name if name and "@" not in name else TEAM


def state_of(conversation: Conversation) -> str:
    if conversation.state == "human" and conversation.member:
        return f"With {conversation.member.user.called}"
    return STATES[conversation.state]


def rows(conversations: Sequence[Conversation], reader: Member | None) -> list[Row]:
    """With what each visitor said first: what it is about. `reader` is whose unread messages are
    counted."""
    return _rows(conversations, queries.first_words(conversations), reader)


def inbox(conversations: Sequence[Conversation], reader: Member | None) -> list[Row]:
    """With what was said last: where it stands."""
    last = queries.last_messages(conversations)
    words = {one.pk: _said_last(one, last.get(one.pk)) for one in conversations}
    return _rows(conversations, words, reader)


def _rows(
    conversations: Sequence[Conversation], words: Mapping[int, str], reader: Member | None
) -> list[Row]:
    unread = presence.unread_of(reader, [one.pk for one in conversations]) if reader else {}
    online = presence.online([one.pk for one in conversations if one.closed_at is None])
    return [
        Row(one, words.get(one.pk, ""), unread.get(one.pk, 0), one.pk in online)
        for one in conversations
    ]


def _said_last(conversation: Conversation, message: Event | None) -> str:
    if message is None:
        return ""
    person = message.member.user.called if message.member else "A person"
    who = {"ai": conversation.agent_name, "agent": person}.get(message.sender or "")
    return f"{who}: {message.content}" if who else message.content or ""


class Unread:
    """How many open conversations a member has not read, asked for when it is drawn."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    @cached_property
    def count(self) -> int:
        member = self._actor.member
        return presence.unread_count(member) if member else 0

    @property
    def figure(self) -> str:
        return f"{MOST_UNREAD - 1}+" if self.count >= MOST_UNREAD else str(self.count)


def transcript(
    conversation: Conversation,
    log: Sequence[Event],
    notes: Sequence[Numbered],
    timezone: str,
    language: Language,
    evidence: Mapping[int, Sequence[tuple[str, str]]] | None = None,
) -> list[Entry]:
    """Messages, events and notes (each with its number) in the order in which they came.
    `evidence` is, by the place of a message, what was quoted of it: (words, criterion)."""
    quoted = evidence or {}
    entries = [_entry(conversation, event, quoted.get(event.seq, ())) for event in log]
    entries += [
        Entry(
            "note",
            note.at,
            note.member.user.called,
            note.text,
            key=f"n{number}",
            member=note.member.public_id,
            aloud=_member_aloud(note.member),
        )
        for number, note in notes
    ]
    # Stable: of one moment the log keeps its own order.
    return list(_dated(sorted(entries, key=lambda e: e.at), timezone, language))


def happened(conversation: Conversation, events: Iterable[Event]) -> list[Entry]:
    """What happened beside messages, for a list of its own."""
    return [_entry(conversation, event, ()) for event in events]


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
        elif event.type == FACT_CORRECTED:
            more = str(event.data.get("label", ""))
        elif event.type.startswith("meeting_"):
            more = when(event.data)
        elif event.type == "closed":
            words, more = _closed(conversation, event)
        return Entry(
            "event", event.at, "", words.format(who=member), more, icon, seq=event.seq,
            key=f"m{event.seq}",
        )  # fmt: skip
    who = {
        "ai": conversation.agent_name, "visitor": called(conversation), "agent": member,
        "system": "",
    }[event.sender or ""]  # fmt: skip
    text = event.content or ""
    return Entry(
        event.sender or "", event.at, who, text, seq=event.seq, parts=marked(text, quotes),
        key=f"m{event.seq}", member=event.member.public_id if event.member else "",
        aloud={
            "visitor": aloud(conversation),
            "agent": _member_aloud(event.member) if event.member else who,
        }.get(event.sender or "", who),
    )  # fmt: skip


def when(data: Mapping[str, Any]) -> str:
    """When a meeting is, on the visitor's clocks, and with whom."""
    at, zone, member = (data.get(name) for name in ("starts_at", "zone", "member"))
    start = moment(at)
    if start is None or not isinstance(zone, str) or not is_timezone(zone):
        return ""
    said = wording.start(start, zone)
    return f"{said}, with {member}" if member else said


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
