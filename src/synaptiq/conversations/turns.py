"""The agent's turns: claimed by a worker, thought out without any lock, committed if still wanted.

The turn itself is what waits in line: it is due when it is opened, and a worker that takes it puts
that off for as long as it gives word of itself. So a turn whose worker died is due again, and one
that nobody would ever take cannot be.

Between `claim` and `commit` no transaction is open, however long the agent thinks. `commit` then
decides under the conversation's lock whether the answer is still the right one: a person may have
taken over meanwhile (it is thrown away), the visitor may have written more (it is made again, so
that three quick messages get one answer), or the worker was taken for dead and another one
answers (the later attempt counts).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import handover, log
from synaptiq.conversations.log import Entry
from synaptiq.conversations.models import FACT_CORRECTED, MESSAGE, Conversation, Event, Turn
from synaptiq.kit import clock
from synaptiq.kit.database import ask

# The line of turns, as operators name it among the queues of a worker.
QUEUE = "chat"
# NOTIFY when a turn is opened; nothing is said with it.
CHANNEL = "synaptiq_turn"
MOST_ATTEMPTS = 3
# A worker that answers gives word several times within this.
LEASE = timedelta(seconds=8)
# Nobody puts a turn off for so long: the clock has gone back meanwhile, and it is due.
FARTHEST = timedelta(seconds=60)
# After an attempt that failed; doubled after the second.
PAUSE = timedelta(seconds=0.5)

logger = logging.getLogger(__name__)


class Result(StrEnum):
    """What became of an answer: written; to be made again, since more was said; not wanted."""

    DONE = "done"
    AGAIN = "again"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Claim:
    """A turn that this worker has. `attempt` counts from 1; `conversation` is as it was read when
    the turn was claimed, with its account."""

    turn_pk: int
    turn_id: str
    attempt: int
    epoch: int
    conversation: Conversation


@dataclass(frozen=True)
class Answer:
    """What is to be written: entries for the log, and columns of the conversation."""

    entries: Sequence[Entry]
    changed: Mapping[str, Any] = field(default_factory=dict)


def claim_due(most: int) -> list[Claim]:
    """Take up to `most` turns of any account that are due, the longest due first, and commit that.
    Whoever answers one asks `may_try` first.

    One that was claimed before is claimed again: its worker is taken for dead, and whatever that
    would still commit is refused. Not within another transaction: that of a claim does not wait for
    the disk.
    """
    return _take(_DUE, [FARTHEST.total_seconds(), most])


def claim(turn_pk: int) -> Claim | None:
    """Take this one, due or not; None where there is nothing to answer any more."""
    taken = _take(_THIS, [turn_pk])
    return taken[0] if taken and may_try(taken[0]) else None


def may_try(claim: Claim) -> bool:
    """Whether it is one of the attempts. After three the turn is failed, and a person is asked for,
    so that the visitor is not left alone."""
    if claim.attempt <= MOST_ATTEMPTS:
        return True
    logger.error("Turn %s failed after %s attempts", claim.turn_id, MOST_ATTEMPTS)
    with acting_for(claim.conversation.account_id), transaction.atomic():
        held = handover.hold_by_key(claim.conversation.pk)
        if _fail(claim) and handover.can_go(held, "request"):
            asked = handover.go(held, "request", "system", reason="agent_failed")
            log.append(held, [asked])
    return False


def keep(claims: Iterable[Claim]) -> None:
    """Say that whoever has these still answers them."""
    _put_off(claims, LEASE, "running")


def give_back(claim: Claim) -> timedelta:
    """Let it be tried again, after the pause that is returned: this attempt has failed."""
    pause: timedelta = PAUSE * 2 ** (claim.attempt - 1)
    _put_off([claim], pause, "pending")
    return pause


def let_go(claims: Iterable[Claim]) -> None:
    """Let another worker have these now: this one ends."""
    _put_off(claims, timedelta(), "pending")
    _notify()


def commit(claim: Claim, seen_seq: int, write: Callable[[Conversation], Answer]) -> Result:
    """Write an answer that was made of the log up to `seen_seq`, in one transaction.

    `write` is called with the conversation held, and only if the answer is still wanted; what it
    changes belongs to the transaction, and what it returns is written too. What it raises undoes
    all; the turn can then be claimed again.
    """
    try:
        with transaction.atomic():
            held = handover.hold_by_key(claim.conversation.pk)
            if held.epoch != claim.epoch or held.state not in handover.AGENT_SPEAKS:
                # Whoever silenced the agent has ended the turn.
                return Result.SUPERSEDED
            if held.last_seq > seen_seq and _is_news(held, seen_seq, claim):
                return Result.AGAIN
            answer = write(held)
            ending = log.Ending(claim.turn_pk, claim.attempt)
            log.append(held, answer.entries, answer.changed, ending)
    except log.TurnTaken:
        return Result.SUPERSEDED
    return Result.DONE


def keep_trace(claim: Claim, trace: Sequence[Mapping[str, Any]]) -> None:
    """Keep how a turn came to its answer, for whoever tries the agent out."""
    Turn.objects.filter(pk=claim.turn_pk).update(trace=list(trace))


def open_for(conversation: Conversation) -> Turn | None:
    """Let the agent answer what the visitor said last: a turn, for a conversation that is held.
    None where the agent does not speak, nothing is unanswered, or a turn is open."""
    is_open = Turn.objects.filter(conversation=conversation, state__in=handover.OPEN_TURN).exists()
    if conversation.state not in handover.AGENT_SPEAKS or is_open:
        return None
    if conversation.last_sender != "visitor":
        return None
    said = Event.objects.filter(conversation=conversation, type=MESSAGE, sender="visitor")
    turn = Turn.objects.create(
        conversation=conversation, epoch=conversation.epoch, due_at=clock.DatabaseNow(),
        received_at=said.order_by("-seq").values_list("at", flat=True)[0],
    )  # fmt: skip
    _notify()
    return turn


# What is claimed need not be on disk before it is answered: where the server itself falls over, the
# claim is forgotten, and the turn is due as it was.
_DUE = """SELECT id, set_config('synchronous_commit', 'off', true) FROM conversations_turn
    WHERE state IN ('pending', 'running')
      AND (due_at <= NOW OR due_at > NOW + make_interval(secs => %s))
    ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED"""
_THIS = """SELECT id FROM conversations_turn
    WHERE state IN ('pending', 'running') AND id = %s FOR UPDATE"""
_ACCOUNT = [field.attname for field in Account._meta.concrete_fields]
_CLAIM = f"""
WITH taken AS (WHICH)
UPDATE conversations_turn t
SET state = 'running', attempt = attempt + 1, claimed_at = NOW,
    due_at = NOW + make_interval(secs => %s)
FROM taken, conversations_conversation c, accounts_account a
WHERE t.id = taken.id AND c.id = t.conversation_id AND a.id = t.account_id
RETURNING t.id, t.public_id, t.attempt, t.epoch,
    {", ".join(f"c.{name}" for name in handover.COLUMNS)},
    {", ".join(f"a.{name}" for name in _ACCOUNT)}
"""


def _take(which: str, params: list[Any]) -> list[Claim]:
    now, frozen = clock.database_clock()
    sql = _CLAIM.replace("WHICH", which).replace("NOW", now)
    in_which = frozen * which.count("NOW")
    rows = ask(sql, [*in_which, *params, *frozen, *frozen, LEASE.total_seconds()])
    claims, size = [], len(handover.COLUMNS)
    for pk, public_id, attempt, epoch, *rest in rows:
        conversation = Conversation.from_db("default", handover.COLUMNS, rest[:size])
        conversation.account = Account.from_db("default", _ACCOUNT, rest[size:])
        claims.append(Claim(pk, public_id, attempt, epoch, conversation))
    return claims


def _notify() -> None:
    """Wake whoever waits for a turn, once this is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def _put_off(claims: Iterable[Claim], how_long: timedelta, state: str) -> None:
    """Make these due in that time, as far as they are still whose they were. One that is pending is
    nobody's: a word of its worker that comes late changes nothing, nor does an answer."""
    now, frozen = clock.database_clock()
    had = [(claim.turn_pk, claim.attempt) for claim in claims]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE conversations_turn t "
            f"SET due_at = {now} + make_interval(secs => %s), state = %s "
            "FROM unnest(%s::bigint[], %s::integer[]) AS had(id, attempt) "
            "WHERE t.id = had.id AND t.attempt = had.attempt AND t.state = 'running'",
            [*frozen, how_long.total_seconds(), state, [pk for pk, _ in had], [n for _, n in had]],
        )


def _fail(claim: Claim) -> bool:
    """End it unanswered; False where it is no more this claim's."""
    of_claim = Turn.objects.filter(pk=claim.turn_pk, attempt=claim.attempt, state="running")
    return bool(of_claim.update(state="failed", ended_at=clock.DatabaseNow(), reason="attempts"))


def _is_news(conversation: Conversation, seq: int, claim: Claim) -> bool:
    """Whether the visitor said something behind that seq, or a person corrected what is known since
    the conversation was read for this turn, before its facts were."""
    said = Q(type=MESSAGE, sender="visitor", seq__gt=seq)
    corrected = Q(type=FACT_CORRECTED, seq__gt=claim.conversation.last_seq)
    return Event.objects.filter(said | corrected, conversation=conversation).exists()
