"""The address of the list: its filters and its order."""

from __future__ import annotations

from django.http import QueryDict

from synaptiq.dashboard.components import filtering
from synaptiq.dashboard.components.filtering import Filtering
from synaptiq.leads.filters import LEAD_FILTERS

SORT = "sort"


def read(params: QueryDict, *carried: str) -> Filtering:
    """Its filters, which carry the order along, and what else is named."""
    return filtering.read(LEAD_FILTERS, params, carried=(SORT, *carried))
