"""Reading leads: lists, one lead, and what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from synaptiq.accounts.tenancy import AccountQuerySet
from synaptiq.kit import clock, lookups  # noqa: F401 (any_of)
from synaptiq.kit.errors import NotFound
from synaptiq.kit.filters import Context
from synaptiq.leads.filters import LEAD_FILTERS
from synaptiq.leads.models import CustomProperty, Lead, Selection, Tag

# For how long a deleted lead can be brought back.
UNDO_TIME = timedelta(days=30)


def matching(values: Mapping[str, Any], context: Context) -> AccountQuerySet[Lead]:
    """Living leads of the current account that the filter chooses."""
    return Lead.objects.alive().filter(LEAD_FILTERS.where(values, context))


def selected(public_ids: Sequence[str]) -> AccountQuerySet[Lead]:
    """Living leads of the current account with these public ids; others are simply not there."""
    return Lead.objects.alive().filter(public_id__any_of=list(public_ids))


def get(public_id: str) -> Lead:
    """One living lead with its assignee, or NotFound."""
    lead = (
        Lead.objects.alive().select_related("assigned_to__user").filter(public_id=public_id).first()
    )
    if lead is None:
        raise NotFound("There is no such lead in this account; it may have been deleted.")
    return lead


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


def selection(member: Any, key: str) -> list[str]:
    """The public ids that this member ticked under this session's key; none: []."""
    row = Selection.objects.filter(key=key, member=member).first()
    return row.lead_ids if row else []
