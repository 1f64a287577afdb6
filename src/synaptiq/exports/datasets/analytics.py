"""Figures as columns (PRODUCT 1.5): a row for each day, week or month, and segment.

They are no rows of a table: `rows` reckons them in the run's snapshot, in the order of the file,
and a format writes them as it would write what PostgreSQL sends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from synaptiq.analytics import queries
from synaptiq.analytics.filters import ANALYTICS_FILTERS
from synaptiq.analytics.metrics import IN_CSV
from synaptiq.analytics.queries import Ask
from synaptiq.analytics.report import Row
from synaptiq.analytics.spec import Settled, spec_of
from synaptiq.exports.columns import REDACTED, Column
from synaptiq.kit import clock
from synaptiq.kit.filters import FilterSet

if TYPE_CHECKING:
    from synaptiq.exports.spec import ExportSpec

SEGMENT, DATE = "segment", "date"


class Analytics:
    key = "analytics"
    label = "Analytics"
    filters: FilterSet = ANALYTICS_FILTERS

    def columns(self, *, archived: bool = False) -> list[Column]:
        return [
            Column(SEGMENT, "text", None),
            Column(DATE, "word", None, locked=True),
            *(Column(metric.key, "number", None) for metric in IN_CSV),
        ]

    def left_out(self, values: Mapping[str, Any]) -> frozenset[str]:
        """Without a breakdown there is nothing to tell segments apart."""
        return frozenset() if "breakdown" in values else frozenset({SEGMENT})

    def check(self, settled: Settled, values: Mapping[str, Any]) -> None:
        """Raise Invalid for what no report is made of."""
        spec_of(settled, values, clock.now())

    def count(self, spec: ExportSpec) -> int | None:
        """How many records there are, where that is known without reckoning them."""
        figures = spec_of(spec, self.filters.from_json(spec.filter), spec.generated_at)
        return None if figures.breakdown else len(figures.range.buckets)

    def rows(
        self, spec: ExportSpec, columns: Sequence[Column], ask: Ask | None = None
    ) -> list[list[str | None]]:
        """The texts of the file's records. `ask` reads in the run's snapshot."""
        figures = spec_of(spec, self.filters.from_json(spec.filter), spec.generated_at)
        # What stands beside the columns is for pages and reports.
        report = queries.report(figures, ask=ask, as_of=spec.generated_at, with_totals=False)
        return [[_text(row, column) for column in columns] for row in report.rows(IN_CSV)]


def _text(row: Row, column: Column) -> str | None:
    if column.value is not None:
        return REDACTED
    if column.key == DATE:
        return row.bucket.label.isoformat()
    if column.key == SEGMENT:
        return row.segment.label if row.segment else None
    place, metric = next((i, m) for i, m in enumerate(IN_CSV) if m.key == column.key)
    return metric.said(row.values[place])
