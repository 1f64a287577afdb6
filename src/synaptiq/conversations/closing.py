"""Ending a conversation: by a person, by the visitor, since nobody wrote for 30 minutes, since
it is full, or since its lead was deleted.

Whoever is still waiting for a person then is offered to leave an email first.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from synaptiq.accounts.models import Member
from synaptiq.conversations import handover, log
from synaptiq.conversations.log import Entry
from synaptiq.conversations.models import Conversation
from synaptiq.kit import clock
from synaptiq.leads.models import Lead

IDLE_AFTER = timedelta(minutes=30)
# Who answers, reads or exports a conversation reads all of it, so it has an end. Accepting has the
# same number in its migration.
MOST_MESSAGES = 2_000
# How long a visitor waits for a person before the agent has them back.
CLAIM_WITHIN = timedelta(minutes=5)

# To whom we cannot write yet, and to whom we can.
LEAVE_EMAIL = "Nobody could come in time. Leave your email, and we will write to you."
WILL_WRITE = "Nobody could come in time. We will write to you."
# To one who ends it while waiting.
LEAVE_EMAIL_FIRST = "Leave your email if we shall write to you."
WILL_WRITE_TO_YOU = "We will write to you."
NOBODY_CAME = (
    "Nobody from the team is free right now. Leave your email, and they will write to you; "
    "or go on here with the assistant."
)
NOBODY_YET = "Nobody from the team is free right now. You can go on here with the assistant."
LEAVE_FORM = {"fields": ["name", "email"]}


def close(conversation: Conversation, by: str, *, member: Member | None = None) -> None:
    """Close a conversation that is held. `by` is person, visitor or system (idle or full).
    Raises Conflict where it is closed already."""
    if conversation.state == "pending_human":
        said = (LEAVE_EMAIL, WILL_WRITE)
        if by == "visitor":
            said = (LEAVE_EMAIL_FIRST, WILL_WRITE_TO_YOU)
        log.append(conversation, [_offer(conversation, *said)])
    log.append(conversation, [handover.go(conversation, "close", by, member=member)])


def close_idle(pk: int) -> bool:
    """Close it if it is still open and nobody wrote for 30 minutes; whether it was closed."""
    with transaction.atomic():
        return close_if_idle(handover.hold_by_key(pk))


def close_full(pk: int) -> bool:
    """Close it if it is still open and holds `MOST_MESSAGES`; whether it was closed."""
    with transaction.atomic():
        held = handover.hold_by_key(pk)
        if held.state == "closed" or held.message_count < MOST_MESSAGES:
            return False
        close(held, "system")
    return True


def close_of_deleted(pk: int) -> bool:
    """Close it if it is still open and its lead was deleted: nobody of the team sees it any more;
    whether it was closed."""
    with transaction.atomic():
        held = handover.hold_by_key(pk)
        if held.state == "closed" or not _is_deleted(held.lead_id):
            return False
        close(held, "system")
    return True


def close_if_idle(conversation: Conversation) -> bool:
    """The same of a conversation that is held. Whoever goes on in one asks this first: the sweep
    comes three times a minute, and what it was to close goes on no more."""
    if conversation.state == "closed" or not _is_past(conversation.pk, last_message_at=IDLE_AFTER):
        return False
    close(conversation, "system")
    return True


def time_out(pk: int) -> bool:
    """Give a visitor back to the agent for whom no person came within five minutes; whether so."""
    with transaction.atomic():
        held = handover.hold_by_key(pk)
        if held.state != "pending_human" or not _is_past(pk, waiting_since=CLAIM_WITHIN):
            return False
        back = handover.go(held, "time_out", "system")
        log.append(held, [back, _offer(held, NOBODY_CAME, NOBODY_YET)])
    return True


def _is_deleted(lead_pk: int | None) -> bool:
    gone = Lead.objects.filter(deleted_at__isnull=False)
    return lead_pk is not None and gone.filter(pk=lead_pk).exists()


def _is_past(pk: int, **since: timedelta) -> bool:
    """By the database's clock, which wrote the times."""
    past = {f"{name}__lte": clock.DatabaseNow() - long for name, long in since.items()}
    return Conversation.objects.filter(pk=pk, **past).exists()


def _offer(conversation: Conversation, unknown: str, known: str) -> Entry:
    """What the system says, with the form unless the visitor has become a lead already."""
    if conversation.lead_id is not None:
        return log.message("system", known)
    return log.message("system", unknown, form=LEAVE_FORM)
