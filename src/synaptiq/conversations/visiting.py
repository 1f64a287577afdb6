"""What a visitor is let see and change: the site and token they come with, and the allow-list of
what of a log is theirs.

The SQL stands here as text, since the event streams ask it over connections of their own, outside
of Django.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from synaptiq.conversations import limiting, linking, naming
from synaptiq.conversations.accepting import UnknownVisitor
from synaptiq.conversations.models import MESSAGE
from synaptiq.kit.errors import NotFound
from synaptiq.sites import queries as sites
from synaptiq.sites.tokens import hash_of

# So many entries of a log are read at a time.
MOST_ENTRIES = 500

# Site key, token's hash, conversation's public id twice (NULL: the visitor's newest).
VISIT_SQL = """
    SELECT s.account_id, s.id, s.origins, v.id, c.id, c.public_id, c.state
    FROM sites_site s
    LEFT JOIN sites_visitor v ON v.site_id = s.id AND v.token_sha256 = %s
    LEFT JOIN LATERAL (
      SELECT id, public_id, state FROM conversations_conversation
      WHERE visitor_id = v.id AND (%s::text IS NULL OR public_id = %s) ORDER BY id DESC LIMIT 1
    ) c ON true
    WHERE s.key = %s
"""
_ENTRY = """
    SELECT e.seq, e.type, e.at, e.sender, e.content, e.data, e.client_message_id, c.agent_name,
      u.name
    FROM conversations_event e
    JOIN conversations_conversation c ON c.id = e.conversation_id
    LEFT JOIN accounts_member m ON m.id = e.member_id
    LEFT JOIN accounts_user u ON u.id = m.user_id
    WHERE e.account_id = {account} AND c.account_id = e.account_id
      AND e.conversation_id = {conversation} AND e.seq > {after}
"""
# Account, conversation, after which seq.
LOG_SQL = (
    _ENTRY.format(account="%s", conversation="%s", after="%s")
    + f"ORDER BY e.seq LIMIT {MOST_ENTRIES}"
)
# The same of several at once, as three arrays; each row begins with the place of its log in them.
_OF_ASKED = _ENTRY.format(
    account="asked.account", conversation="asked.conversation", after="asked.after"
)
LOGS_SQL = f"""
    SELECT asked.place, entry.*
    FROM unnest(%s::bigint[], %s::bigint[], %s::integer[])
      WITH ORDINALITY AS asked(account, conversation, after, place)
    CROSS JOIN LATERAL (
      {_OF_ASKED} ORDER BY e.seq LIMIT {MOST_ENTRIES}
    ) entry
    ORDER BY asked.place, entry.seq
"""
# Account, members: what these are called.
TYPISTS_SQL = """
    SELECT u.name FROM accounts_member m JOIN accounts_user u ON u.id = m.user_id
    WHERE m.account_id = %s AND m.id = ANY(%s::bigint[]) ORDER BY m.id
"""


@dataclass(frozen=True)
class Visit:
    """A visitor at a conversation of theirs, by integer keys; `conversation` is its public id."""

    account_id: int
    conversation_pk: int
    conversation: str
    is_closed: bool


def visit(
    site_key: str, *, token: str | None, conversation: str | None, origin: str | None,
    address: str | None, needs_origin: bool = True,
) -> Visit:  # fmt: skip
    """The visitor of this token at that conversation (None: at their newest). For what changes
    something (`needs_origin`) `origin` must be one of the site's. Raises NotFound, Denied, TooMany,
    Unauthenticated."""
    with connection.cursor() as cursor:
        cursor.execute(VISIT_SQL, visit_params(site_key, token, conversation))
        row = cursor.fetchone()
    account_id, site_pk = site_of(row, origin=origin, needs_origin=needs_origin)
    # Who only reads, and is nobody, leaves nothing behind.
    known = None if needs_origin else visit_of(row, token=token)
    limiting.count(account_id, site_pk, address)
    return known or visit_of(row, token=token)


def visit_params(site_key: str, token: str | None, conversation: str | None) -> list[Any]:
    """For `VISIT_SQL`."""
    # PostgreSQL has no NUL to look for.
    conversation = conversation and conversation.replace("\x00", " ")
    return [hash_of(token or ""), conversation, conversation, site_key.replace("\x00", " ")]


def site_of(
    row: Sequence[Any] | None, *, origin: str | None, needs_origin: bool
) -> tuple[int, int]:
    """Account and site (integer keys) of what came of `VISIT_SQL`. Raises NotFound, and Denied as
    `sites.check_origin` does."""
    if row is None:
        raise NotFound(sites.NO_SITE)
    account_id, site_pk, origins = row[:3]
    sites.check_origin(origins, origin, needs_origin=needs_origin)
    return account_id, site_pk


def visit_of(row: Sequence[Any], *, token: str | None) -> Visit:
    """The visit of the same row. Raises Unauthenticated, NotFound."""
    account_id, _, _, visitor, pk, public_id, state = row
    if token is None or visitor is None:
        raise UnknownVisitor
    if pk is None:
        raise NotFound("This visitor has no such conversation.")
    return Visit(account_id, pk, public_id, state == "closed")


def shown(row: Sequence[Any]) -> dict[str, Any] | None:
    """An entry of the log as its visitor gets it, from a row of `LOG_SQL`; None where it is none of
    theirs. Only what is named here leaves: no data, no member, no email."""
    seq, type, at, sender, content, data, client_message_id, agent_name, member = row
    # Django's connections leave JSON as text, plain ones read it.
    data = json.loads(data) if isinstance(data, str) else data
    show = _SHOWN.get(type)
    if show is None:
        return None
    made = {"type": type, "seq": seq, "at": _moment(at)}
    return made | show(sender, content, data, client_message_id, agent_name, naming.person(member))


def typing(member: str | None) -> dict[str, Any]:
    """What the visitor gets while this member writes to them."""
    return {"type": "typing", "sender": "agent", "name": naming.person(member)}


def _message(
    sender: str, content: str, data: Any, client_message_id: Any, agent_name: str, person: str
) -> dict[str, Any]:
    made: dict[str, Any] = {"sender": sender, "text": content}
    if sender == "visitor":
        made["client_message_id"] = str(client_message_id) if client_message_id else None
        return made
    if name := {"ai": agent_name, "agent": person}.get(sender):
        made["name"] = name
    replies = data.get("quick_replies")
    if isinstance(replies, list):
        made["quick_replies"] = [str(one) for one in replies]
    form = data.get("form")
    if isinstance(form, dict) and isinstance(form.get("fields"), list):
        made["form"] = {"fields": [str(one) for one in form["fields"]]}
    slots = data.get("slots")
    if isinstance(slots, dict):
        made["slots"] = {"minutes": slots.get("minutes"), "name": slots.get("name")}
    meeting = data.get("meeting")
    if isinstance(meeting, dict):
        made["meeting"] = _meeting(meeting)
    return made


def _meeting(card: dict[str, Any]) -> dict[str, Any]:
    """A meeting, with the links that are made anew for whoever reads."""
    made = {name: card.get(name) for name in _OF_MEETING}
    address = linking.address_of(str(made["id"]))
    return made | {"manage_url": address, "ics_url": linking.file_of(str(made["id"]))}


_OF_MEETING = ("id", "state", "starts_at", "ends_at", "zone", "name", "email")


def _nothing(*_: Any) -> dict[str, Any]:
    return {}


def _changed(*about: Any) -> dict[str, Any]:
    _, _, data, *_ = about
    return {"meeting": _meeting(data["meeting"])} if "meeting" in data else {}


_SHOWN: dict[str, Callable[..., dict[str, Any]]] = {
    MESSAGE: _message,
    "taken_over": lambda *about: {"name": about[-1]},
    "given_back": _nothing,
    "handoff_requested": _nothing,
    # What they booked is told by a message; these come also by the meeting's own page.
    "meeting_rescheduled": _changed,
    "meeting_cancelled": _changed,
    "meeting_handed_over": _changed,
    "closed": _nothing,
}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
