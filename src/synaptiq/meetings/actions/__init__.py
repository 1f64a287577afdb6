"""Writing calendars and meetings: one function for each use case, called by the agent, pages, the
Chat API and jobs alike."""

from __future__ import annotations

from synaptiq.meetings.actions.booking import HELD_FOR, SlotTaken, book, forget_expired, reserve
from synaptiq.meetings.actions.changing import (
    cancel,
    cancel_for_visitor,
    end_for_erased,
    mark,
    move,
    move_for_visitor,
)
from synaptiq.meetings.actions.saving import save_calendar

__all__ = [
    "HELD_FOR", "SlotTaken", "book", "cancel", "cancel_for_visitor", "end_for_erased",
    "forget_expired", "mark",
    "move", "move_for_visitor", "reserve", "save_calendar",
]  # fmt: skip
