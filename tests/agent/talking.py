"""Talking with the agent in tests: a visitor's message into the log, and the turn that answers."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from synaptiq.agent import actions
from synaptiq.conversations import handover, log, turns
from synaptiq.conversations.models import Conversation, Event, Turn
from synaptiq.conversations.turns import Result
from tests.conversations.making import make_conversation


def opened(text: str = "Hello", **fields: Any) -> Conversation:
    """A conversation whose first message waits for the agent."""
    made = make_conversation(("visitor", text), **fields)
    open_turn(made)
    return made


def open_turn(conversation: Conversation) -> Turn:
    with transaction.atomic():
        turn = turns.open_for(handover.hold_by_key(conversation.pk))
    assert turn
    return turn


def say(conversation: Conversation, text: str, **data: Any) -> None:
    """The visitor writes; `data` as the log has it (`reply`, `form`)."""
    with transaction.atomic():
        held = handover.hold_by_key(conversation.pk)
        log.append(held, [log.message("visitor", text, **data)])
        turns.open_for(held)


def answered(conversation: Conversation) -> Conversation:
    """Let the agent answer what waits, and give the conversation as it is then."""
    turn = Turn.objects.get(conversation=conversation, state__in=handover.OPEN_TURN)
    assert actions.answer_turn(turn.pk) is Result.DONE
    return Conversation.objects.get(pk=conversation.pk)


def talk(conversation: Conversation, *texts: str) -> Conversation:
    """The visitor writes each of these once the one before was answered."""
    for text in texts:
        say(conversation, text)
        conversation = answered(conversation)
    return conversation


def send_form(conversation: Conversation, **form: str) -> Conversation:
    """The visitor sends the form card."""
    say(conversation, "\n".join(form.values()), form=form)
    return answered(conversation)


def spoken(conversation: Conversation) -> list[tuple[str, str]]:
    """Sender and text of each message."""
    rows = Event.objects.filter(conversation=conversation, type="message").order_by("seq")
    return [(row.sender or "", row.content or "") for row in rows]


def types(conversation: Conversation) -> list[str]:
    """What else happened, in order."""
    rows = Event.objects.filter(conversation=conversation).exclude(type="message").order_by("seq")
    return [row.type for row in rows]
