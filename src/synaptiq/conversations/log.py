"""Writing the log of a conversation: the only place that gives out `seq` and `at`.

One statement adds to the conversation's row, and so holds its lock until the caller's transaction
ends: whoever writes next gets the next number and no earlier time. Accepting a visitor's message
does the same within a statement of its own (`accepting.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import current_account_id
from synaptiq.conversations.models import MESSAGE, Conversation, Event
from synaptiq.kit import clock

# NOTIFY with a conversation's integer key, and nothing of what it says.
CHANNEL = "synaptiq_conversation"


@dataclass(frozen=True)
class Entry:
    """What is to be written: a message (`sender`, `content`) or something else that happened."""

    type: str = MESSAGE
    sender: str | None = None
    content: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    member: Member | None = None


def message(sender: str, content: str, *, member: Member | None = None, **data: Any) -> Entry:
    """A message; `data` is what it shows beside its text (quick replies, a form)."""
    return Entry(MESSAGE, sender, content, data, member)


def append(conversation: Conversation, entries: Sequence[Entry]) -> list[Event]:
    """Write entries in this order; the conversation's own counts and times follow.

    Needs a transaction: the row's lock is held until it ends. Listeners hear of it at the commit.
    """
    if not entries:
        return []
    said = [entry for entry in entries if entry.type == MESSAGE]
    now, params = clock.database_clock()
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE conversations_conversation AS c SET last_seq = last_seq + %s, "
            f"last_event_at = greatest(last_event_at, {now}), "
            f"updated_at = greatest(updated_at, {now}), "
            "message_count = message_count + %s, "
            "visitor_message_count = visitor_message_count + %s, "
            "last_sender = coalesce(%s, last_sender), "
            f"last_message_at = CASE WHEN %s THEN greatest(last_event_at, {now}) "
            "ELSE last_message_at END "
            "WHERE c.id = %s AND c.account_id = %s "
            "RETURNING last_seq, last_event_at, updated_at, message_count, visitor_message_count, "
            "last_sender, last_message_at",
            [
                len(entries), *params, *params, len(said),
                sum(entry.sender == "visitor" for entry in said),
                said[-1].sender if said else None, bool(said), *params,
                conversation.pk, current_account_id(),
            ],
        )  # fmt: skip
        row = cursor.fetchone()
        (
            conversation.last_seq, conversation.last_event_at, conversation.updated_at,
            conversation.message_count, conversation.visitor_message_count,
            conversation.last_sender, conversation.last_message_at,
        ) = row  # fmt: skip
        first = conversation.last_seq - len(entries) + 1
        events = Event.objects.bulk_create(
            Event(
                conversation=conversation, seq=seq, type=entry.type, at=conversation.last_event_at,
                sender=entry.sender, content=entry.content, data=dict(entry.data),
                member=entry.member,
            )
            for seq, entry in enumerate(entries, first)
        )  # fmt: skip
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(conversation.pk)])
    return events
