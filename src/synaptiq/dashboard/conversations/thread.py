"""The part of a conversation's log that a page shows: its end at first, what came since while it is
open, what was before as somebody scrolls up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synaptiq.conversations import queries
from synaptiq.conversations.models import Conversation, Event
from synaptiq.dashboard.conversations import shown
from synaptiq.kit.languages import Language

# Entries of the log that a page begins with, and that come with each step back.
FIRST, EARLIER = 60, 200
# Of what is there already so many are made anew: a fact may rest on them since.
LOOKED_AT_AGAIN = 12

Evidence = Mapping[int, Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Part:
    """Entries in order. `first` is the seq of the earliest of the log among them (0: none),
    `has_earlier` whether there is something ahead of it; `notes` counts all of the conversation's
    notes."""

    entries: list[shown.Entry]
    first: int
    has_earlier: bool
    notes: int


def end(found: Conversation, reader: Reader, *, since: int = 0) -> Part:
    """The end of it; from the seq `since` on, where that is given."""
    events = queries.log_of(found, after=since - 1) if since else queries.log_of(found, most=FIRST)
    return _part(found, reader, events)


def earlier(found: Conversation, reader: Reader, before: int) -> Part:
    """What was ahead of that seq."""
    events = queries.log_of(found, before=before, most=EARLIER)
    return _part(found, reader, events, before=before)


def news(found: Conversation, reader: Reader, *, after: int, notes: int) -> Part:
    """What came behind that seq and those first notes, after some of what is there already."""
    events = queries.log_of(found, after=max(after - LOOKED_AT_AGAIN, 0))
    numbered = list(enumerate(queries.notes_of(found), 1))
    entries = reader.entries(found, events, numbered[notes:])
    return Part(entries, events[0].seq if events else 0, False, len(numbered))


@dataclass(frozen=True)
class Reader:
    """For whom it is shown: days and times, and the words that facts rest on."""

    timezone: str
    language: Language
    evidence: Evidence

    def entries(
        self, found: Conversation, events: Sequence[Event], notes: Sequence[shown.Numbered]
    ) -> list[shown.Entry]:
        return shown.transcript(found, events, notes, self.timezone, self.language, self.evidence)


def _part(
    found: Conversation, reader: Reader, events: Sequence[Event], before: int | None = None
) -> Part:
    has_earlier = bool(events) and queries.is_read_before(found, events[0].seq)
    numbered = list(enumerate(queries.notes_of(found), 1))
    # A note stands where it was written: ahead of nothing that is not shown yet.
    begin = events[0].at if has_earlier else None
    stop = queries.at_of(found, before) if before else None
    notes = [
        (number, note)
        for number, note in numbered
        if (begin is None or note.at >= begin) and (stop is None or note.at < stop)
    ]
    return Part(
        reader.entries(found, events, notes), events[0].seq if events else 0, has_earlier,
        len(numbered),
    )  # fmt: skip
