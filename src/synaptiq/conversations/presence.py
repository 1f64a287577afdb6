"""Who is at a conversation: its visitor, while a stream of theirs is open, and members who have its
page before them; and what each member has not read yet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for, current_account_id
from synaptiq.conversations import queries, telling
from synaptiq.conversations.models import Conversation, Looking, Online
from synaptiq.kit import clock
from synaptiq.kit.database import ask

# A web process says whose streams it has at least so often, a page that it is looked at.
SAID_EVERY = timedelta(seconds=20)
# Two of them may be lost.
COUNTS_FOR = timedelta(seconds=50)
# Beyond, the number in the navigation is "99+".
MOST_UNREAD = 100
# So long a conversation that ended unread stands out in the list.
UNREAD_FOR = timedelta(days=7)

# One statement for all streams of a process. Who is new there, or gone, is told to the account.
ONLINE_SQL = """
WITH asked AS (
    SELECT DISTINCT c.account_id, c.id FROM unnest(%(conversations)s::bigint[]) AS a(id)
    JOIN conversations_conversation c ON c.id = a.id
), gone AS (
    DELETE FROM conversations_online
    WHERE process = %(process)s AND NOT conversation_id = ANY(%(conversations)s::bigint[])
    RETURNING account_id, conversation_id
), here AS (
    INSERT INTO conversations_online AS o (account_id, conversation_id, process, seen_at)
    SELECT account_id, id, %(process)s, %(now)s::timestamptz FROM asked
    ON CONFLICT (conversation_id, process) DO UPDATE SET seen_at = excluded.seen_at
    RETURNING account_id, conversation_id, xmax = 0 AS is_new
)
SELECT pg_notify(%(channel)s, 'c' || conversation_id || ' a' || account_id) FROM (
    SELECT account_id, conversation_id FROM gone
    UNION ALL SELECT account_id, conversation_id FROM here WHERE is_new
) changed
"""


def online_params(process: UUID, conversations: Iterable[int]) -> dict[str, Any]:
    """For `ONLINE_SQL`: whose streams (integer keys of conversations) this process has."""
    return {
        "process": process, "conversations": list(conversations), "channel": telling.BESIDE,
        "now": clock.now(),
    }  # fmt: skip


def online(conversations: Collection[int]) -> set[int]:
    """Of these conversations (integer keys) those whose visitor is there."""
    rows = Online.objects.filter(conversation__in=conversations, seen_at__gt=_since())
    return set(rows.values_list("conversation", flat=True))


def look(actor: Actor, conversation_id: str, *, seq: int | None = None) -> None:
    """A member has this conversation before them, and read it up to `seq` (None: its end)."""
    actor.check(Permission.READ)
    if actor.member is None:
        return
    with acting_for(actor.account.pk):
        found = queries.get(conversation_id)
        about: dict[str, Any] = {"account": current_account_id(), "conversation": found.pk}
        about |= {"member": actor.member.pk, "now": clock.now(), "since": _since()}
        if ask(_LOOK, about)[0][0]:
            telling.beside(found.pk)
        read(actor.member, found, found.last_seq if seq is None else min(seq, found.last_seq))


def leave(actor: Actor, conversation_id: str) -> None:
    """A member has it before them no more."""
    actor.check(Permission.READ)
    if actor.member is None:
        return
    with acting_for(actor.account.pk):
        found = queries.get(conversation_id)
        if Looking.objects.filter(conversation=found, member=actor.member).delete()[0]:
            telling.beside(found.pk)


def lookers(conversation: Conversation, but: Member | None) -> list[Member]:
    """Which members have it before them, but for this one; in the order of their names."""
    rows = Looking.objects.filter(conversation=conversation, seen_at__gt=_since())
    found = rows.exclude(member=but).select_related("member__user")
    there = [row.member for row in found if row.member.removed_at is None]
    return sorted(there, key=lambda member: (member.user.called, member.pk))


def read(member: Member, conversation: Conversation, seq: int) -> None:
    """Keep that this member has read it up to `seq`; never back."""
    rows = ask(_READ, [current_account_id(), conversation.pk, member.pk, seq])
    if rows:
        telling.unread(member.pk)


def unread_of(member: Member, conversations: Collection[int]) -> dict[int, int]:
    """How many messages their visitors wrote that this member has not read, by the integer keys of
    those conversations where there are any. What ended long ago is over, read or not, and what had
    ended before they joined was for others to read."""
    about = {"account": current_account_id(), "member": member.pk, "these": list(conversations)}
    about |= {"since": clock.now() - UNREAD_FOR, "joined": member.created_at}
    rows = ask(_UNREAD_OF, about)
    return {pk: count for pk, count in rows if count}


def unread_count(member: Member) -> int:
    """How many open conversations hold something of their visitors that this member has not read;
    at most `MOST_UNREAD`."""
    about = {"account": current_account_id(), "member": member.pk, "most": MOST_UNREAD}
    # What is older was closed.
    return int(ask(_UNREAD, {**about, "since": clock.now() - timedelta(days=1)})[0][0])


def forget() -> int:
    """Delete what was said of presence and counts no more, of all accounts."""
    past = clock.now() - 2 * COUNTS_FOR
    gone, _ = Online.across_accounts.filter(seen_at__lte=past).delete()
    left, _ = Looking.across_accounts.filter(seen_at__lte=past).delete()
    return gone + left


def _since() -> datetime:
    return clock.now() - COUNTS_FOR


# Whether the member was not there before: of the row as it was, a subquery still sees the time.
_LOOK = """
INSERT INTO conversations_looking AS l (account_id, conversation_id, member_id, seen_at)
VALUES (%(account)s, %(conversation)s, %(member)s, %(now)s)
ON CONFLICT (conversation_id, member_id) DO UPDATE SET seen_at = excluded.seen_at
RETURNING NOT EXISTS (
    SELECT 1 FROM conversations_looking b WHERE b.id = l.id AND b.seen_at > %(since)s)
"""
_READ = """
INSERT INTO conversations_readupto AS r (account_id, conversation_id, member_id, seq)
VALUES (%s, %s, %s, %s)
ON CONFLICT (member_id, conversation_id) DO UPDATE SET seq = excluded.seq WHERE r.seq < excluded.seq
RETURNING id
"""
_UNREAD_OF = """
SELECT c.id, (
    SELECT count(*) FROM conversations_event e
    WHERE e.conversation_id = c.id AND e.sender = 'visitor' AND e.seq > coalesce(r.seq, 0))
FROM conversations_conversation c
LEFT JOIN conversations_readupto r ON r.member_id = %(member)s AND r.conversation_id = c.id
WHERE c.account_id = %(account)s AND c.id = ANY(%(these)s::bigint[])
  AND c.last_seq > coalesce(r.seq, 0)
  AND c.last_message_at > %(since)s AND (c.closed_at IS NULL OR c.closed_at > %(joined)s)
"""
_UNREAD = """
SELECT count(*) FROM (
    SELECT 1 FROM conversations_conversation c
    LEFT JOIN conversations_readupto r ON r.member_id = %(member)s AND r.conversation_id = c.id
    LEFT JOIN leads_lead l ON l.id = c.lead_id
    WHERE c.account_id = %(account)s AND c.last_message_at > %(since)s AND c.closed_at IS NULL
      AND NOT c.is_test AND NOT c.is_spam AND l.deleted_at IS NULL AND c.erased_at IS NULL
      AND c.last_seq > coalesce(r.seq, 0) AND EXISTS (
        SELECT 1 FROM conversations_event e
        WHERE e.conversation_id = c.id AND e.sender = 'visitor' AND e.seq > coalesce(r.seq, 0))
    LIMIT %(most)s
) unread
"""
