"""Accepting what a visitor writes: token, origin, limit, masking, order and turn, all in one
statement (`migrations/0010_preview.py` has it), so that a message is either whole or not there.

A visitor has no account: what opens a conversation is a token that its first message gets. That
of a first message is made of the site and the message's own id, so that a first message that is
sent again, since its answer was lost, gets the same token and makes no second conversation.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.crypto import salted_hmac

from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import closing, limiting, log, turns
from synaptiq.conversations.greeting import Greeting
from synaptiq.conversations.masking import mask
from synaptiq.conversations.models import new_conversation_id, new_turn_id
from synaptiq.kit import clock
from synaptiq.kit.database import cause
from synaptiq.kit.errors import Denied, Gone, Invalid, NotFound, Refusal, Unauthenticated
from synaptiq.kit.steps import without_waiting
from synaptiq.sites.models import new_visitor_id
from synaptiq.sites.queries import NO_SITE, WRONG_ORIGIN
from synaptiq.sites.tokens import TOKEN_PREFIX, hash_of

Row = tuple[Any, ...]
Ask = Callable[[str, list[Any]], Awaitable[list[Row]]]

LONGEST_TEXT = 4_000
# As the form card shows them; only these are collected.
FORM_FIELDS: dict[str, str] = {"name": "Name", "email": "Email", "phone": "Phone"}
# What the statement raises where another message took the last place within the limit.
_LIMIT_STATE = "SQ429"
# And a trigger of the table of visitors, where the token is of one who was erased.
_ERASED_STATE = "SQ410"
# One that was idle, or is full, is closed first; between the two another may be opened.
_TRIES = 4

_CLOSED_FIRST: dict[str, Callable[[int], bool]] = {
    "idle": closing.close_idle, "full": closing.close_full, "gone": closing.close_of_deleted,
}  # fmt: skip

_CALL = (
    "SELECT outcome, account_id, conversation_pk, conversation, turn, seq, used, reset "
    "FROM synaptiq_chat_accept(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, "
    "%s, %s, %s, %s)"
)


class ErasedVisitor(Gone):
    """The message began a conversation that its visitor has erased since."""

    status, code, title = 410, "visitor_erased", "What this message began was erased"

    def __init__(self) -> None:
        super().__init__(
            "This message was sent before, and all that came of it was deleted since. "
            "Write it anew, with another client_message_id."
        )


class UnknownVisitor(Unauthenticated):
    """No visitor of this site has the token that came."""

    status, code, title = 401, "visitor_token_unknown", "The visitor is not known"

    def __init__(self) -> None:
        super().__init__(
            "This visitor token is not known on this site. Send the message without one."
        )


@dataclass(frozen=True)
class Message:
    """What a visitor sent. `data` is {} for free text, {"reply": text} for a quick reply that was
    pressed, {"form": {field: text}} for a form; `text` is what the log says in each case."""

    client_id: UUID
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    conversation: str | None = None
    page_url: str | None = None
    device: str | None = None
    language: str | None = None
    greeting: Greeting | None = None


@dataclass(frozen=True)
class Accepted:
    """Where the message is now: in which conversation (public id), its `seq`, the turn that will
    answer it (None while a person has the conversation). `token` is the visitor's, only where they
    came without one. `remaining` of `limit` messages may still come this minute."""

    conversation: str
    turn: str | None
    seq: int
    token: str | None
    limit: int
    remaining: int
    reset_seconds: int


def accept(
    site_key: str, message: Message, *, origin: str | None, token: str | None, address: str | None
) -> Accepted:
    """Write a visitor's message into their open conversation, or into a new one.

    The same `client_id` again gives what it gave before. Raises NotFound (no such site, or no such
    conversation of this visitor), Denied (`origin` is none of the site's), Unauthenticated (the
    token is not known there), TooMany.
    """
    return without_waiting(
        accept_by(_ask, _close_now, site_key, message, origin=origin, token=token, address=address)
    )


async def accept_by(
    ask: Ask, close: Callable[[Row], Awaitable[None]], site_key: str, message: Message, *,
    origin: str | None, token: str | None, address: str | None,
) -> Accepted:  # fmt: skip
    """The same by another way to the database: `ask` gives the rows of a statement, `close` does
    `close_first`."""
    params = _params_of(site_key, message, origin=origin, token=token, address=address)
    for _ in range(_TRIES):
        try:
            row = (await ask(_CALL, params))[0]
        except (DatabaseError, psycopg.Error) as error:
            if not _is_to_be_asked_again(cause(error)):
                raise
            continue
        if (got := _accepted(row, site_key, message, token)) is None:
            await close(row)
        else:
            return got
    raise RuntimeError("a conversation that is over could not be closed")


def close_first(row: Row) -> None:
    """Close the conversation that is idle or full, or whose lead was deleted, so that the message
    begins another."""
    outcome, account_id, pk, *_ = row
    with acting_for(account_id):
        _CLOSED_FIRST[outcome](pk)


def token_of(site_key: str, client_id: UUID) -> str:
    """The token of a visitor whose first message on that site has this id."""
    made = salted_hmac("synaptiq.visitor", f"{site_key} {client_id}", algorithm="sha256")
    return TOKEN_PREFIX + made.hexdigest()


def form_text(form: Mapping[str, str]) -> str:
    """A form that was sent, as the log shows it: a line for each field. Raises Invalid."""
    fields = {name: " ".join(value.split()) for name, value in form.items()}
    if unknown := fields.keys() - FORM_FIELDS.keys():
        raise Invalid({"reply": f"“{min(unknown)[:40]}” is not a field that is asked for."})
    lines = [f"{FORM_FIELDS[name]}: {fields[name]}" for name in FORM_FIELDS if fields.get(name)]
    if not lines:
        raise Invalid({"reply": "Fill in at least one field."})
    return "\n".join(lines)


def _params_of(
    site_key: str, message: Message, *, origin: str | None, token: str | None, address: str | None
) -> list[Any]:
    """For `_CALL`."""
    _, frozen = clock.database_clock()
    about = {
        "device": message.device, "language": message.language,
        "page_url": message.page_url and _page(message.page_url),
    }  # fmt: skip
    return [
        site_key, origin, limiting.network_of(address), settings.CHAT_LIMIT,
        hash_of(token or token_of(site_key, message.client_id)), token is None, new_visitor_id(),
        message.client_id, message.conversation, mask(message.text),
        json.dumps(_masked(message.data)), new_conversation_id(), new_turn_id(), json.dumps(about),
        message.greeting and json.dumps(message.greeting.kept()), closing.IDLE_AFTER, log.CHANNEL,
        turns.CHANNEL, frozen[0] if frozen else None,
    ]  # fmt: skip


def _accepted(row: Row, site_key: str, message: Message, token: str | None) -> Accepted | None:
    """What came of `_CALL`; None where `close_first` must make room. Raises what it refuses."""
    outcome, _, _, conversation, turn, seq, used, reset = row
    if outcome in {"ok", "again"}:
        left = max(settings.CHAT_LIMIT - used, 0)
        new_token = token_of(site_key, message.client_id) if token is None else None
        return Accepted(conversation, turn, seq, new_token, settings.CHAT_LIMIT, left, reset)
    if outcome == "limit":
        raise limiting.too_many(settings.CHAT_LIMIT, reset, "messages")
    if outcome not in _CLOSED_FIRST:
        raise _REFUSALS[outcome]()
    return None


def _is_to_be_asked_again(error: BaseException) -> bool:
    """Whether what the database raised says only that another message was quicker: the same one at
    the same moment, whose conversation was closed since. Nothing of this one was written, and now
    the other is seen. Raises TooMany where the other took the last place within the limit."""
    if isinstance(error, psycopg.Error) and error.sqlstate == _LIMIT_STATE:
        reset = int(error.diag.message_detail or 0)
        raise limiting.too_many(settings.CHAT_LIMIT, reset, "messages") from None
    if isinstance(error, psycopg.Error) and error.sqlstate == _ERASED_STATE:
        raise ErasedVisitor from None
    return isinstance(error, psycopg.IntegrityError)


async def _ask(sql: str, params: list[Any]) -> list[Row]:
    # No transaction around it: the statement is one.
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Row] = cursor.fetchall()
    return rows


async def _close_now(row: Row) -> None:
    close_first(row)


def _page(url: str) -> str:
    """Without its fragment, which no server ever sees: pages keep there what is theirs alone."""
    return mask(url.partition("#")[0])


def _masked(data: Mapping[str, Any]) -> dict[str, Any]:
    """Data holds text one or two levels deep."""
    return {
        key: mask(value) if isinstance(value, str) else _masked(value)
        for key, value in data.items()
    }


_REFUSALS: dict[str, Callable[[], Refusal]] = {
    "site": lambda: NotFound(NO_SITE),
    "origin": lambda: Denied(WRONG_ORIGIN, code="origin_not_allowed"),
    "token": UnknownVisitor,
    "conversation": lambda: NotFound("This visitor has no such conversation."),
}
