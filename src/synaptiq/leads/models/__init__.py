"""Leads and what belongs to them. A lead's own fields and its account's definitions stand in files
of their own; so do lists (what members ticked, saved and chose to see) and history.
"""

from __future__ import annotations

from synaptiq.leads.models.history import (
    BATCH_KINDS,
    EVENT_TYPES,
    Batch,
    BatchState,
    LeadEvent,
    Note,
)
from synaptiq.leads.models.imports import Import, new_import_id
from synaptiq.leads.models.lead import (
    MILESTONES,
    NAME_KEY,
    ORIGINS,
    PLAIN_SQL,
    SCORE_KEY,
    SEARCHED,
    STATUSES,
    Lead,
    new_lead_id,
)
from synaptiq.leads.models.lists import ListSettings, SavedFilter, Selection
from synaptiq.leads.models.property import (
    CUSTOM,
    PROPERTY_TYPES,
    CustomProperty,
    Tag,
    new_property_id,
)
from synaptiq.leads.models.requests import MadeOnce

__all__ = [
    "BATCH_KINDS", "CUSTOM", "EVENT_TYPES", "MILESTONES", "NAME_KEY", "ORIGINS", "PLAIN_SQL",
    "PROPERTY_TYPES",
    "SCORE_KEY", "SEARCHED", "STATUSES", "Batch", "BatchState", "CustomProperty", "Import",
    "Lead", "LeadEvent", "ListSettings", "MadeOnce", "Note", "SavedFilter", "Selection", "Tag",
    "new_import_id", "new_lead_id", "new_property_id",
]  # fmt: skip
