"""Writing the log of a conversation: all but what a visitor writes (`accepting.py`).

The statement changes the conversation's row first, and so holds its lock until the caller's
transaction ends: whoever writes next gets the next number and no earlier time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import current_account_id
from synaptiq.conversations.models import MESSAGE, Conversation, Event
from synaptiq.kit import clock
from synaptiq.kit.database import ask

# NOTIFY with the integer keys of conversation and account (`telling`), and nothing of what it says.
CHANNEL = "synaptiq_conversation"


@dataclass(frozen=True)
class Entry:
    """What is to be written: a message (`sender`, `content`) or something else that happened."""

    type: str = MESSAGE
    sender: str | None = None
    content: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    member: Member | None = None


@dataclass(frozen=True)
class Ending:
    """The turn that entries answer, as its worker claimed it: it ends with them."""

    turn_pk: int
    attempt: int


class TurnTaken(Exception):
    """Another worker has the turn, or nobody any more: nothing that was written for it counts."""


def message(sender: str, content: str, *, member: Member | None = None, **data: Any) -> Entry:
    """A message; `data` is what it shows beside its text (quick replies, a form)."""
    return Entry(MESSAGE, sender, content, data, member)


def append(
    conversation: Conversation,
    entries: Sequence[Entry],
    changed: Mapping[str, Any] | None = None,
    ending: Ending | None = None,
) -> list[Event]:
    """Write entries in this order; the conversation's own counts and times follow. `changed` are
    other columns of its row that are written with them.

    Needs a transaction: the row's lock is held until it ends. Listeners hear of it at the commit.
    Raises TurnTaken where the turn is no more that worker's; the caller undoes what was written.
    """
    changed = changed or {}
    if not entries and not changed and not ending:
        return []
    said = [entry for entry in entries if entry.type == MESSAGE]
    now, params = clock.database_clock()
    columns = "".join(f"{column} = %s, " for column in changed)
    ended = (
        [*params, any(one.sender == "ai" for one in said), ending.turn_pk, ending.attempt]
        if ending
        else []
    )
    rows = ask(
        _APPEND.replace("{ended}", _ENDED if ending else "")
        .replace("{from}", "c, ended" if ending else "c")
        .replace("{now}", now)
        .replace("{changed}", columns),
        [
            *params, conversation.pk, current_account_id(), *changed.values(),
            len(entries), bool(entries), len(said),
            sum(entry.sender == "visitor" for entry in said),
            said[-1].sender if said else None, bool(said),
            len(entries),
            [entry.type for entry in entries], [entry.sender for entry in entries],
            [entry.content for entry in entries],
            [json.dumps(dict(entry.data)) for entry in entries],
            [entry.member.pk if entry.member else None for entry in entries],
            *ended, CHANNEL,
        ],
    )  # fmt: skip
    if not rows:
        raise TurnTaken if ending else Conversation.DoesNotExist
    (
        conversation.last_seq, conversation.last_event_at, conversation.updated_at,
        conversation.message_count, conversation.visitor_message_count,
        conversation.last_sender, conversation.last_message_at, keys, _,
    ) = rows[0]  # fmt: skip
    first = conversation.last_seq - len(entries) + 1
    return [
        Event(
            pk=key, account_id=conversation.account_id, conversation=conversation, seq=seq,
            type=entry.type, at=conversation.last_event_at, sender=entry.sender,
            content=entry.content, data=dict(entry.data), member=entry.member,
        )
        for seq, key, entry in zip(count(first), keys, entries, strict=False)
    ]  # fmt: skip


# Lock, time, numbers, rows and the word to listeners, in one statement. The time is read once, and
# after the lock is held: PostgreSQL locks a row before it computes what it gives of it.
_APPEND = """
WITH held AS MATERIALIZED (
    SELECT id, greatest(last_event_at, {now}) AS now FROM conversations_conversation
    WHERE id = %s AND account_id = %s FOR UPDATE
), c AS (
    UPDATE conversations_conversation AS c SET {changed}
        last_seq = last_seq + %s,
        last_event_at = CASE WHEN %s THEN now ELSE last_event_at END,
        updated_at = greatest(updated_at, now),
        message_count = message_count + %s,
        visitor_message_count = visitor_message_count + %s,
        last_sender = coalesce(%s, last_sender),
        last_message_at = CASE WHEN %s THEN now ELSE last_message_at END
    FROM held WHERE c.id = held.id
    RETURNING c.*
), e AS (
    INSERT INTO conversations_event
        (account_id, conversation_id, seq, type, at, sender, content, data, member_id)
    SELECT c.account_id, c.id, c.last_seq - %s + n.place, n.type, c.last_event_at, n.sender,
        n.content, n.data::jsonb, n.member
    FROM c, unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[])
        WITH ORDINALITY AS n(type, sender, content, data, member, place)
    RETURNING id, seq
){ended}
SELECT c.last_seq, c.last_event_at, c.updated_at, c.message_count, c.visitor_message_count,
    c.last_sender, c.last_message_at, (SELECT array_agg(id ORDER BY seq) FROM e),
    pg_notify(%s, c.id || ' a' || c.account_id)
FROM {from}
"""
# Of a visitor who wrote twice before the answer, the later message is the one that waited.
_ENDED = """, ended AS (
    UPDATE conversations_turn AS t SET state = 'done', ended_at = {now},
        agent_version = c.agent_version,
        first_output_at = CASE WHEN %s THEN c.last_event_at END,
        received_at = (
            SELECT at FROM conversations_event
            WHERE conversation_id = c.id AND sender = 'visitor' AND type = 'message'
            ORDER BY seq DESC LIMIT 1)
    FROM c WHERE t.id = %s AND t.conversation_id = c.id AND t.state = 'running' AND t.attempt = %s
    RETURNING t.id
)"""
