"""Reading leads: lists, one lead, and what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from synaptiq.accounts.tenancy import AccountQuerySet
from synaptiq.kit import clock, lookups  # noqa: F401 (any_of)
from synaptiq.kit.errors import NotFound
from synaptiq.kit.filters import Context
from synaptiq.leads.filters import LEAD_FILTERS
from synaptiq.leads.models import (
    Batch,
    CustomProperty,
    Lead,
    LeadEvent,
    ListSettings,
    Note,
    SavedFilter,
    Selection,
    Tag,
)

# For how long a deleted lead can be brought back, and an act on many be undone.
UNDO_TIME = timedelta(days=30)
NO_LEAD = "There is no such lead in this account; it may have been deleted."


def matching(values: Mapping[str, Any], context: Context) -> AccountQuerySet[Lead]:
    """Living leads of the current account that the filter chooses."""
    return Lead.objects.alive().filter(LEAD_FILTERS.where(values, context))


def selected(public_ids: Sequence[str]) -> AccountQuerySet[Lead]:
    """Living leads of the current account with these public ids; others are simply not there."""
    return Lead.objects.alive().filter(public_id__any_of=list(public_ids))


def get(public_id: str) -> Lead:
    """One living lead with its assignee, or NotFound."""
    lead = one(public_id).select_related("assigned_to__user").first()
    if lead is None:
        raise NotFound(NO_LEAD)
    return lead


def one(public_id: str) -> AccountQuerySet[Lead]:
    """The living lead of this public id, or none."""
    return Lead.objects.alive().filter(public_id=public_id)


def locked(rows: QuerySet[Lead, Lead]) -> QuerySet[Lead, Lead]:
    """These leads with their assignees, locked until the transaction ends: to be changed."""
    return rows.select_related("assigned_to").select_for_update(of=("self",))


def deleted(public_id: str) -> Lead | None:
    """A lead that was deleted and may still come back, else None."""
    since = clock.now() - UNDO_TIME
    return Lead.objects.filter(public_id=public_id, deleted_at__gt=since).first()


def custom_properties(*, archived: bool = False) -> list[CustomProperty]:
    """The account's custom properties in definition order."""
    rows = CustomProperty.objects.all()
    return list(rows if archived else rows.filter(archived_at=None))


def tag_names(most: int) -> list[str]:
    """The first registered tags, by name."""
    return list(Tag.objects.order_by("name").values_list("name", flat=True)[:most])


def selection(member: Any, key: str) -> Selection | None:
    """What this member ticked under this session's key."""
    return Selection.objects.filter(key=key, member=member).first()


def saved_filters(member: Any) -> list[SavedFilter]:
    """A member's own filters and those that others share, by name."""
    mine = Q(shared=True) | Q(member=member)
    return list(
        SavedFilter.objects.filter(mine).select_related("member__user").order_by("name", "pk")
    )


def saved_filter(member: Any, public_id: str) -> SavedFilter:
    """A filter that this member sees, or NotFound."""
    mine = Q(shared=True) | Q(member=member)
    found = SavedFilter.objects.filter(mine, public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such saved filter; it may have been deleted.")
    return found


def list_settings(member: Any) -> ListSettings | None:
    """How this member wants to see the list; None where they never chose."""
    return ListSettings.objects.filter(member=member).first()


def batch(public_id: str) -> Batch:
    """One act on many leads, or NotFound."""
    found = Batch.objects.select_related("member__user").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such act in this account.")
    return found


def batch_by_key(key: int) -> Batch:
    """For its job."""
    return Batch.objects.select_related("member__user", "account").get(pk=key)


def touched_by(batch: int | None) -> QuerySet[Lead, Lead]:
    """Leads that an act changed or, as an import, made; deleted ones too."""
    events = LeadEvent.objects.filter(batch=batch).values("lead")
    return Lead.objects.filter(Q(pk__in=events) | Q(import_batch=batch))


def changes_of(batch: int | None, leads: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What an act changed, by the leads' integer keys."""
    events = LeadEvent.objects.filter(batch=batch, lead__in=leads)
    return dict(events.values_list("lead", "changes"))


def events(lead: Lead, most: int) -> list[LeadEvent]:
    """The newest events of a lead, the newest first."""
    found = LeadEvent.objects.filter(lead=lead).select_related("member__user", "batch")
    return list(found.order_by("-id")[:most])


def notes(lead: Lead) -> list[Note]:
    """The notes about a lead, the newest first."""
    found = Note.objects.filter(lead=lead, deleted_at=None).select_related("member__user")
    return list(found.order_by("-id"))
