"""How a lead's fields change: what differs is written, with an event that says from what to what.

Whatever changes the fields of a lead that is there goes this way, by hand, by API, in bulk or by an
import, so that a timeline is whole and whatever was done in bulk can be undone: an undo is the same
with the sides swapped. Making a lead is not a change; a property that gets another type
(`converting`) and a merge's tombstone (`merging`) are written beside it, with events of their own.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member
from synaptiq.kit import clock
from synaptiq.leads import announcing
from synaptiq.leads.models import CUSTOM as CUSTOM
from synaptiq.leads.models import MILESTONES, Batch, Lead, LeadEvent

_MOMENTS = {*MILESTONES, "deleted_at"}
# The moment that a status marks, when a person sets it and it was not reached before.
REACHED = {
    "qualified": "first_qualified_at", "meeting_booked": "meeting_booked_at", "won": "won_at",
}  # fmt: skip

# What is set along with a field, and makes no sense without it.
_FOLLOWERS = {"status": {"status_locked", *REACHED.values()}, "phone": {"phone_normal"}}
_LEADERS = {follower: field for field, some in _FOLLOWERS.items() for follower in some}

Wanted = Callable[[Lead], Mapping[str, Any]]


def now() -> datetime:
    """The database's time, which moments of leads are kept by."""
    with connection.cursor() as cursor:
        sql, params = clock.DatabaseNow().as_sql(None, connection)
        cursor.execute(f"SELECT {sql}", params)
        at: datetime = cursor.fetchone()[0]
    return at


def apply(
    actor: Actor,
    leads: Sequence[Lead],
    wanted: Wanted,
    *,
    at: datetime | None = None,
    batch: Batch | None = None,
    is_activity: bool = True,
    type: str = "",
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Give each lead what `wanted` says (field → value, as in events), write what differs.

    The leads must be locked by the caller's transaction. Returns how many changed; those are
    touched (`updated_at`, `version`, and `last_activity_at` where this is an activity). With a
    `type` that the fields do not tell (merged) each has an event, whatever differs.
    """
    at = at or now()
    events: list[LeadEvent] = []
    # Leads that get the same values are written by one statement.
    alike: defaultdict[str, list[int]] = defaultdict(list)
    for lead in leads:
        changes = differences(lead, wanted(lead))
        if not changes and not type:
            continue
        events.append(
            LeadEvent(
                lead=lead, at=at, type=type or _type(changes), via=actor.kind,
                member=actor.member, batch=batch, changes=changes, detail=dict(detail or {}),
            )
        )  # fmt: skip
        alike[json.dumps(_columns(lead, changes), sort_keys=True)].append(lead.pk)
    members = _members(events)
    touched: dict[str, Any] = {"updated_at": at, "version": F("version") + 1}
    if is_activity:
        touched["last_activity_at"] = at
    for columns, pks in alike.items():
        values = {
            _column(field): _native(field, value, members)
            for field, value in json.loads(columns).items()
        }
        Lead.objects.filter(pk__in=pks).update(**values, **touched)
    LeadEvent.objects.bulk_create(events, batch_size=2_000)
    announcing.changed([event.lead_id for event in events])
    return len(events)


def differences(lead: Lead, wanted: Mapping[str, Any]) -> dict[str, list[Any]]:
    """`{field: [before, after]}` of those fields that would become something else."""
    found: dict[str, list[Any]] = {}
    for field, after in wanted.items():
        before = value(lead, field)
        # True equals 1, and 1 equals 1.0: in JSON they are not the same.
        if json.dumps(before) != json.dumps(after):
            found[field] = [before, after]
    return found


def value(lead: Lead, field: str) -> Any:
    """A field as events hold it. The assignee must have been selected with the lead."""
    if field.startswith(CUSTOM):
        return lead.custom.get(field.removeprefix(CUSTOM))
    if field == "assigned_to":
        return lead.assigned_to.public_id if lead.assigned_to else None
    found = getattr(lead, field)
    return found.isoformat() if field in _MOMENTS and found else found


def with_status(lead: Lead | None, status: str, at: datetime) -> dict[str, Any]:
    """What comes with a status that a person sets: it is locked, and its stage is reached.

    Without a lead it is one that is to be made: "new" says nothing of it.
    """
    if lead is None and status == "new":
        return {"status": status}
    values: dict[str, Any] = {"status": status, "status_locked": True}
    reached = REACHED.get(status)
    if reached and (lead is None or getattr(lead, reached) is None):
        values[reached] = at.isoformat()
    return values


def back(lead: Lead, changes: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """The values before an event, of those fields that nobody has changed since.

    What follows another field goes back with it alone: else an undo would take the lock from a
    status that somebody has set since.
    """
    same = {
        field
        for field, (_, after) in changes.items()
        if json.dumps(value(lead, field)) == json.dumps(after)
    }
    return {field: changes[field][0] for field in same if _LEADERS.get(field, field) in same}


def _type(changes: Mapping[str, Sequence[Any]]) -> str:
    if "deleted_at" not in changes:
        return "edited"
    return "deleted" if changes["deleted_at"][1] else "restored"


def _columns(lead: Lead, changes: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Columns and their new values in JSON; custom properties are one column."""
    columns = {f: after for f, (_, after) in changes.items() if not f.startswith(CUSTOM)}
    custom = {f.removeprefix(CUSTOM): v[1] for f, v in changes.items() if f.startswith(CUSTOM)}
    if custom:
        merged = {**lead.custom, **custom}
        columns["custom"] = {k: v for k, v in merged.items() if v is not None}
    return columns


def _column(field: str) -> str:
    return "assigned_to_id" if field == "assigned_to" else field


def _native(field: str, value: Any, members: Mapping[str, int]) -> Any:
    if field == "assigned_to":
        return members[value] if value else None
    return datetime.fromisoformat(value) if field in _MOMENTS and value else value


def _members(events: Sequence[LeadEvent]) -> dict[str, int]:
    """Integer keys of the members that leads are given to."""
    wanted = {after for e in events for _, after in [e.changes.get("assigned_to", (0, None))]}
    wanted.discard(None)
    if not wanted:
        return {}
    return dict(Member.objects.filter(public_id__in=wanted).values_list("public_id", "pk"))
