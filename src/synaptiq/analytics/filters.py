"""How figures are chosen: the one declaration for page, API, terminal, files and reports.

No condition of rows, as of a list: a range of days, a granularity, a breakdown, and a segment each
that filters. `spec` makes of its values what is asked of the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from synaptiq.analytics.metrics import SEGMENTS
from synaptiq.analytics.periods import GRANULARITIES
from synaptiq.kit.filters import Choice, Context, DateRange, Filter, FilterSet, Words


@dataclass(frozen=True)
class One(Choice):
    """Exactly one of a closed list."""

    def from_json(self, value: Any) -> tuple[str, ...]:
        chosen = super().from_json(value)
        if len(chosen) != 1:
            raise ValueError(f"give one of {', '.join(self.options)}")
        return chosen


def _nowhere(value: Any, context: Context) -> Q:
    raise TypeError("figures are not rows")


ANALYTICS_FILTERS = FilterSet(
    (
        Filter("dates", "Days", DateRange(), _nowhere),
        Filter("granularity", "Granularity", One(GRANULARITIES), _nowhere),
        Filter("breakdown", "Breakdown", One(SEGMENTS), _nowhere),
        *(Filter(key, label, Words(), _nowhere) for key, label in SEGMENTS.items()),
    )
)
