"""Conversations by API key: pages of them, one, and its messages as they come.

Each is the object that a JSON export holds, to the byte, and what is read is counted into the audit
log, as it is of leads.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router

from synaptiq.accounts.actors import Actor, Scope
from synaptiq.accounts.authentication import count_reads
from synaptiq.accounts.queries import context_of
from synaptiq.accounts.roles import Permission
from synaptiq.api import schemas
from synaptiq.api.authentication import check_reading
from synaptiq.api.leads.reading import hint
from synaptiq.api.leads.routing import as_json
from synaptiq.api.parsing import check_query
from synaptiq.api.requests import READ, Cursor, Limit, Request, takes_only
from synaptiq.conversations import queries
from synaptiq.conversations.filters import CONVERSATION_FILTERS
from synaptiq.exports import queries as exports
from synaptiq.exports import redaction
from synaptiq.exports.columns import REDACTED
from synaptiq.kit import ids, paging
from synaptiq.kit.errors import NotFound

_OWN = {"limit", "cursor"}
FILTER_PARAMETERS: list[dict[str, Any]] = [
    {
        "in": "query",
        "name": one.key,
        "description": f"{one.label}. {hint(one.kind)}",
        "schema": {"type": "string"},
        "required": False,
    }
    for one in CONVERSATION_FILTERS.filters
]
AfterSeq = Annotated[
    int, Query(ge=0, le=2**31 - 1, description="Only what came after this `seq`; 0 for all.")
]

router = Router(tags=["Conversations"])


@router.api_operation(
    READ,
    "/conversations",
    response=schemas.ConversationPage,
    summary="List conversations",
    openapi_extra={"parameters": FILTER_PARAMETERS},
)
def list_conversations(request: Request, limit: Limit = 50, cursor: Cursor = None) -> HttpResponse:
    """The conversations that the filters choose, the oldest first. One that began in the seconds
    before a page was read may come to stand before its end: ask for the last minute again. Needs
    the scope conversations:read."""
    actor = _checked(request)
    given = {key: texts for key, texts in request.GET.lists() if key not in _OWN}
    chosen = queries.matching(CONVERSATION_FILTERS.from_text(given), context_of(actor.account))
    page = paging.page(chosen, by="created_at", newest_first=False, size=limit, cursor=cursor)
    objects = {
        json.loads(one)["conversation_id"]: one
        for one in exports.objects("conversations", [found.public_id for found in page.rows])
    }
    _count(actor, len(objects))
    data = b",\n".join(objects[one.public_id] for one in page.rows if one.public_id in objects)
    after = json.dumps(page.next).encode()
    return as_json(b'{"data":[' + data + b'],"next_cursor":' + after + b"}")


@router.api_operation(
    READ,
    "/conversations/{conversation_id}",
    response=schemas.Conversation,
    summary="Get a conversation",
)
def get_conversation(request: Request, conversation_id: str) -> HttpResponse:
    """One conversation with its messages and events so far. Needs the scope conversations:read."""
    actor = _checked(request)
    takes_only(request)
    found = exports.objects("conversations", [_id(conversation_id)])
    if not found:
        raise NotFound(queries.NO_CONVERSATION)
    _count(actor, 1)
    return as_json(found[0])


@router.api_operation(
    READ,
    "/conversations/{conversation_id}/messages",
    response=schemas.MessagePage,
    summary="List a conversation's messages",
)
def list_messages(
    request: Request, conversation_id: str, after_seq: AfterSeq = 0, limit: Limit = 50
) -> schemas.MessagePage:
    """Its messages in their order. Ask again with the last `seq` that you have, and you get what
    came since. Needs the scope conversations:read."""
    actor = _checked(request)
    takes_only(request, "after_seq", "limit")
    found = queries.get(_id(conversation_id))
    rows = queries.messages_after(found, after_seq, limit + 1)
    hides = "messages" in redaction.restricted_fields("conversations")
    _count(actor, 1)
    return schemas.MessagePage(
        data=[
            schemas.NumberedMessage(
                seq=one.seq, sender=one.sender or "",
                content=REDACTED if hides else one.content or "", timestamp=one.at,
            )
            for one in rows[:limit]
        ],
        next_after_seq=rows[limit - 1].seq if len(rows) > limit else None,
    )  # fmt: skip


def _checked(request: Request) -> Actor:
    check_query(request)
    check_reading(request.auth, Scope.CONVERSATIONS_READ, Permission.READ, "conversations")
    return request.auth


def _id(conversation_id: str) -> str:
    if not ids.is_id("conv", conversation_id):
        raise NotFound(queries.NO_CONVERSATION)
    return conversation_id


def _count(actor: Actor, rows: int) -> None:
    assert actor.api_key is not None
    count_reads(actor.api_key, "conversations", rows)
