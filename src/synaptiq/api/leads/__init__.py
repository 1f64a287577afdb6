"""Leads by API: reading, writing, notes.

All operations of an address must be in one router, so there is a single one, in `routing`. The
module `external` comes first: an external id may be any text, "notes" and "tags" too, and Django
takes the first address that fits.
"""

from __future__ import annotations

from synaptiq.api.leads import external, notes, reading, writing
from synaptiq.api.leads.routing import router

__all__ = ["external", "notes", "reading", "router", "writing"]
