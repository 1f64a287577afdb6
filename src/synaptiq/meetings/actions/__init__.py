"""Writing calendars and meetings: one function for each use case, called by the agent, pages, the
Chat API and jobs alike."""

from __future__ import annotations

from synaptiq.meetings.actions.booking import HELD_FOR, SlotTaken, book, forget_expired, reserve
from synaptiq.meetings.actions.bounds import BookedTooOften, HourIsFull, MovedTooOften
from synaptiq.meetings.actions.changing import (
    cancel,
    cancel_for_visitor,
    end_for_erased,
    mark,
    move,
    move_for_visitor,
)
from synaptiq.meetings.actions.handing import HostBusy, hand_over
from synaptiq.meetings.actions.marking import TimeTaken, mark_conversation
from synaptiq.meetings.actions.parting import FATES, Parted, leave, remove_member
from synaptiq.meetings.actions.saving import save_calendar

__all__ = [
    "FATES", "HELD_FOR", "BookedTooOften", "HostBusy", "HourIsFull",
    "MovedTooOften", "Parted", "SlotTaken",
    "TimeTaken", "book", "cancel", "cancel_for_visitor", "end_for_erased", "forget_expired",
    "hand_over", "leave", "mark", "mark_conversation", "move", "move_for_visitor",
    "remove_member", "reserve", "save_calendar",
]  # fmt: skip
