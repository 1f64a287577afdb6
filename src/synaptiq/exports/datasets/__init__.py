"""What can be exported: one literal table of datasets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.db.models import QuerySet

from synaptiq.exports.columns import Column
from synaptiq.exports.datasets.analytics import Analytics
from synaptiq.exports.datasets.conversations import Conversations
from synaptiq.exports.datasets.leads import Leads
from synaptiq.kit.filters import Context, FilterSet


class Dataset(Protocol):
    """One kind of row. All methods work for the current account. One column is `locked`: it tells
    the rows apart."""

    key: str
    label: str
    filters: FilterSet

    def columns(self, *, archived: bool = False) -> list[Column]:
        """Every column of a new export, in file order; `archived` adds those of older ones."""
        ...

    def chosen(self, values: Mapping[str, Any], context: Context) -> QuerySet[Any, Any]:
        """The rows of a filter, bare: no joins of columns, no order."""
        ...

    def selected(self, ids: Sequence[str]) -> QuerySet[Any, Any]:
        """The rows of a selection, bare; ids that are not there fall away."""
        ...

    def ordered(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        """In the order of the file."""
        ...


# Rows of tables, which PostgreSQL writes by itself; and figures, which are reckoned.
DATASETS: dict[str, Dataset] = {"leads": Leads(), "conversations": Conversations()}
RECKONED: dict[str, Analytics] = {"analytics": Analytics()}
ALL: dict[str, Dataset | Analytics] = {**DATASETS, **RECKONED}
