"""A conversation is said to be a test or spam, or not, and its meetings follow: those of either
block nobody's time, stand in no list, and no letter is sent of them."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import actions as conversations
from synaptiq.conversations.models import Conversation
from synaptiq.kit.errors import Conflict
from synaptiq.meetings.actions.writing import is_overlap, write
from synaptiq.meetings.models import BLOCKING, Meeting


class TimeTaken(Conflict):
    """Its time is somebody else's by now."""

    def __init__(self) -> None:
        super().__init__(
            "It holds a meeting at a time that somebody else has booked since. Cancel one of the "
            "two first, then unmark it."
        )


def mark_conversation(
    actor: Actor, conversation_id: str, *, test: bool | None = None, spam: bool | None = None
) -> Conversation:
    """As `conversations.actions.mark`. Raises TimeTaken where a meeting of a conversation that is
    neither any more could not have its time back; then nothing is changed."""
    with transaction.atomic():
        held = conversations.mark(actor, conversation_id, test=test, spam=spam)
        with acting_for(actor.account.pk):
            _follow(held)
    return held


def _follow(held: Conversation) -> None:
    is_out = held.is_test or held.is_spam
    rows = Meeting.objects.select_for_update(of=("self",)).filter(conversation=held.pk)
    for meeting in rows.filter(state__in=BLOCKING).exclude(is_test=is_out).order_by("pk"):
        try:
            with transaction.atomic():
                write(meeting, is_test=is_out)
        except IntegrityError as error:
            if not is_overlap(error):
                raise
            raise TimeTaken from None
