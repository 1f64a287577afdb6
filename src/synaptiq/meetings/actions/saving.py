"""A member's own calendar: when they have time, and how their meetings go."""

from __future__ import annotations

from typing import Any

from synaptiq.accounts import audit
from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.kit import clock
from synaptiq.kit.errors import Denied
from synaptiq.meetings import values
from synaptiq.meetings.models import Calendar


def save_calendar(actor: Actor, given: dict[str, Any]) -> Calendar:
    """Save one's own calendar; what is booked already stays as it is. Raises Invalid that names
    each wrong field."""
    with doing(actor, "calendar.saved", Permission.CONVERSE):
        if actor.member is None:
            raise Denied("Only a member has a calendar.")
        checked = values.calendar(given)
        found, _ = Calendar.objects.update_or_create(
            member=actor.member, defaults={**checked, "updated_at": clock.DatabaseNow()}
        )
        audit.record(
            actor, "calendar.saved", target=actor.member.public_id,
            detail={"is_on": checked["is_on"]},
        )  # fmt: skip
    found.refresh_from_db()
    return found
