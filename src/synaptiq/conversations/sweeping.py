"""What time does to conversations, of all accounts: idle ones close, waits for a person end, and
counters of the limit and presence are forgotten."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import closing, presence
from synaptiq.conversations.models import ChatCounter, Conversation
from synaptiq.kit import clock
from synaptiq.kit.database import is_away
from synaptiq.kit.faults import log_failure

# So many at a time; the next sweep goes on.
AT_ONCE = 1_000
FORGET_AFTER = timedelta(hours=1)

logger = logging.getLogger(__name__)


def sweep() -> int:
    """All of it; returns how many conversations it moved on."""
    now = clock.now()
    idle = Conversation.across_accounts.filter(
        closed_at=None, last_message_at__lte=now - closing.IDLE_AFTER
    )
    waiting = Conversation.across_accounts.filter(
        state="pending_human", waiting_since__lte=now - closing.CLAIM_WITHIN
    )
    ChatCounter.across_accounts.filter(minute__lte=now - FORGET_AFTER).delete()
    presence.forget()
    # Those that wait come first: they get the sentence of who waited.
    timed_out = _each(waiting, lambda one: closing.time_out(one.pk))
    return timed_out + _each(idle, lambda one: closing.close_idle(one.pk))


def _each(rows: Any, act: Callable[[Any], bool]) -> int:
    """How many of these were moved on. One that cannot be must not hold up the others."""
    moved = 0
    for row in rows.order_by("pk")[:AT_ONCE]:
        try:
            with acting_for(row.account_id):
                moved += act(row)
        except Exception as error:
            if is_away(error):
                raise
            log_failure(logger, f"Sweeping {type(row).__name__} {row.public_id}", error)
    return moved
