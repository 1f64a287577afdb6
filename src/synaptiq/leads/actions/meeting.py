"""What a meeting makes of a lead: its status, and the moments at which stages were reached.

Each of these works within the caller's transaction, with the lead held. As with the agent's
judgement a status only moves forward, and one that a person set stays.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from synaptiq.accounts.actors import Actor
from synaptiq.leads.actions import changes
from synaptiq.leads.actions.capturing import touch_lead
from synaptiq.leads.models import Lead

BOOKS = "meeting_booked"
# From these a booked meeting leads on; whoever books is worth another look, whatever was judged.
BEFORE_BOOKED = frozenset({"new", "nurture", "qualified", "disqualified"})


def book_lead(actor: Actor, lead: Lead, *, at: datetime) -> None:
    """A meeting was booked at that moment."""
    wanted: dict[str, Any] = {}
    if lead.status in BEFORE_BOOKED and not lead.status_locked:
        wanted["status"] = BOOKS
    if lead.meeting_booked_at is None:
        wanted["meeting_booked_at"] = at.isoformat()
    changes.apply(actor, [lead], lambda _: wanted, at=at)
    touch_lead(lead)


def unbook_lead(actor: Actor, lead: Lead, *, is_booked: bool) -> None:
    """A meeting was cancelled; `is_booked`: another one still stands. Without one the stage was not
    reached after all, unless a person says so; the status does not go back."""
    wanted: dict[str, Any] = {}
    if not is_booked and not (lead.status_locked and lead.status == BOOKS):
        wanted["meeting_booked_at"] = None
    changes.apply(actor, [lead], lambda _: wanted)
    touch_lead(lead)


def note_held(actor: Actor, lead: Lead, changed: datetime, first: datetime | None) -> None:
    """Whether a meeting took place was said, or taken back: of the one that began at `changed`.
    `first` is when the first one that took place began."""
    held = lead.meeting_held_at
    if held == changed:
        held = None
    if first is not None and (held is None or first < held):
        held = first
    wanted = {"meeting_held_at": held.isoformat() if held else None}
    changes.apply(actor, [lead], lambda _: wanted)
