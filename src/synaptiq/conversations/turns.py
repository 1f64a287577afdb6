"""The agent's turns: claimed by a job, thought out without any lock, committed if still wanted.

Between `claim` and `commit` no transaction is open, however long the agent thinks. `commit` then
decides under the conversation's lock whether the answer is still the right one: a person may have
taken over meanwhile (it is thrown away), the visitor may have written more (it is made again, so
that three quick messages get one answer), or the worker was taken for dead and another one
answers (the later attempt counts).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from synaptiq.accounts.tenancy import current_account_id
from synaptiq.conversations import handover, log
from synaptiq.conversations.log import Entry
from synaptiq.conversations.models import MESSAGE, Conversation, Event, Turn
from synaptiq.kit import clock

# The job that answers, by name: it belongs to the agent, which stands above the conversations.
TASK, QUEUE = "agent.answer", "chat"
MOST_ATTEMPTS = 3

logger = logging.getLogger(__name__)


class Result(StrEnum):
    """What became of an answer: written; to be made again, since more was said; not wanted."""

    DONE = "done"
    AGAIN = "again"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Claim:
    """A turn that this job works on. `attempt` counts from 1; `conversation` is as it was read
    when the turn was claimed."""

    turn_pk: int
    turn_id: str
    attempt: int
    conversation: Conversation


def claim(turn_pk: int) -> Claim | None:
    """Take the turn for this job and commit that; None where there is nothing to answer any more.

    One that was claimed before is claimed again: its worker is taken for dead, and whatever that
    would still commit is refused. After three attempts the turn is failed, and a person is asked
    for, so that the visitor is not left alone.
    """
    with transaction.atomic():
        conversation = handover.hold_by_key(
            Subquery(Turn.objects.filter(pk=turn_pk).values("conversation"))
        )
        turn = Turn.objects.get(pk=turn_pk)
        if turn.state not in handover.OPEN_TURN:
            return None
        if not _is_wanted(turn, conversation):
            _end(turn, "superseded", reason="hand-over")
            return None
        if turn.attempt >= MOST_ATTEMPTS:
            _fail(turn, conversation, "attempts")
            return None
        attempt = turn.attempt + 1
        Turn.objects.filter(pk=turn.pk).update(
            state="running", attempt=attempt, claimed_at=clock.DatabaseNow()
        )
    return Claim(turn.pk, turn.public_id, attempt, conversation)


def commit(claim: Claim, seen_seq: int, write: Callable[[Conversation], Sequence[Entry]]) -> Result:
    """Write an answer that was made of the log up to `seen_seq`, in one transaction.

    `write` is called with the conversation held, and only if the answer is still wanted; what it
    changes belongs to the transaction, and what it returns is appended to the log. What it raises
    undoes all; the turn can then be claimed again.
    """
    with transaction.atomic():
        conversation = handover.hold_by_key(claim.conversation.pk)
        turn = _turns_with_last_words().get(pk=claim.turn_pk)
        if turn.state != "running" or turn.attempt != claim.attempt:
            return Result.SUPERSEDED
        if not _is_wanted(turn, conversation):
            _end(turn, "superseded", reason="hand-over")
            return Result.SUPERSEDED
        if turn.said_seq > seen_seq:
            return Result.AGAIN
        events = log.append(conversation, write(conversation))
        first = next((event.at for event in events if event.sender == "ai"), None)
        version = conversation.agent_version
        _end(turn, "done", first_output_at=first, received_at=turn.said_at, agent_version=version)
    return Result.DONE


def open_for(conversation: Conversation) -> Turn | None:
    """Let the agent answer what the visitor said last: a turn and its job, for a conversation that
    is held. None where the agent does not speak, nothing is unanswered, or a turn is open."""
    is_open = Turn.objects.filter(conversation=conversation, state__in=handover.OPEN_TURN).exists()
    if conversation.state not in handover.AGENT_SPEAKS or is_open:
        return None
    if conversation.last_sender != "visitor":
        return None
    _, received_at = _last_of_visitor(conversation)
    turn = Turn.objects.create(
        conversation=conversation, epoch=conversation.epoch, received_at=received_at
    )
    _defer(turn)
    return turn


def rescue(turn: Turn) -> bool:
    """Give an open turn a job again whose own is gone; whether it had none."""
    with transaction.atomic():
        handover.hold_by_key(turn.conversation_id)
        held = Turn.objects.get(pk=turn.pk)
        if held.state not in handover.OPEN_TURN or _has_job(held):
            return False
        logger.error("Turn %s lost its job: it gets another", held.public_id)
        _defer(held)
    return True


def _is_wanted(turn: Turn, conversation: Conversation) -> bool:
    return turn.epoch == conversation.epoch and conversation.state in handover.AGENT_SPEAKS


def _turns_with_last_words() -> Any:
    """Turns with `said_seq` and `said_at` of what the visitor said last: one question, not two."""
    said = Event.objects.filter(
        conversation=OuterRef("conversation"), type=MESSAGE, sender="visitor"
    ).order_by("-seq")
    return Turn.objects.annotate(
        said_seq=Subquery(said.values("seq")[:1]), said_at=Subquery(said.values("at")[:1])
    )


def _last_of_visitor(conversation: Conversation) -> tuple[int, datetime]:
    said = Event.objects.filter(conversation=conversation, type=MESSAGE, sender="visitor")
    found: tuple[int, datetime] = said.order_by("-seq").values_list("seq", "at")[0]
    return found


def _fail(turn: Turn, conversation: Conversation, reason: str) -> None:
    logger.error("Turn %s failed after %s attempts", turn.public_id, turn.attempt)
    _end(turn, "failed", reason=reason)
    if handover.can_go(conversation, "request"):
        asked = handover.go(conversation, "request", "system", reason="agent_failed")
        log.append(conversation, [asked])


def _end(turn: Turn, state: str, **changed: Any) -> None:
    Turn.objects.filter(pk=turn.pk).update(state=state, ended_at=clock.DatabaseNow(), **changed)


def _defer(turn: Turn) -> None:
    # Within this transaction: a turn without its job would never be answered.
    app.configure_task(TASK, queue=QUEUE).defer(account_id=current_account_id(), turn_id=turn.pk)


def _has_job(turn: Turn) -> bool:
    found: bool = ProcrastinateJob.objects.filter(
        task_name=TASK, status__in=["todo", "doing"], args__contains={"turn_id": turn.pk}
    ).exists()
    return found
