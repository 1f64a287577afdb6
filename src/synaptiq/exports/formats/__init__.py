"""How rows become bytes: one literal table, dataset × format.

SQL formats let PostgreSQL write the bytes by COPY; Python moves, counts and hashes them. A
further format is one file here and one row in the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import QuerySet

from synaptiq.exports.columns import Column
from synaptiq.exports.formats.csv import CSV
from synaptiq.exports.formats.json import JSON, JSONLines

if TYPE_CHECKING:
    from synaptiq.exports.spec import Options


class SQLFormat(Protocol):
    """A format that PostgreSQL writes. One COPY message is one row."""

    key: str
    label: str
    extension: str
    media_type: str

    def copy(
        self, rows: QuerySet[Any, Any], columns: Sequence[Column], options: Options
    ) -> tuple[str, tuple[Any, ...]]:
        """The statement `COPY (…) TO STDOUT …` and its parameters, for ordered rows.

        Raises EmptyResultSet where the filter can match nothing.
        """
        ...

    def chunks(
        self, messages: Iterable[Any], columns: Sequence[Column], options: Options
    ) -> Iterator[tuple[bytes, int]]:
        """The file in pieces of some hundred rows, each with the number of rows that it ends."""
        ...


FORMATS: dict[tuple[str, str], SQLFormat] = {
    ("leads", "csv"): CSV(),
    ("leads", "json"): JSON(
        # A reference to each lead's conversations; none exist before the chat does.
        groups=("custom_properties",),
        constants={"conversations": "[]"},
    ),
    ("leads", "jsonl"): JSONLines(
        groups=("custom_properties",),
        constants={"conversations": "[]"},
    ),
}


def formats_of(dataset: str) -> list[str]:
    """The formats that a dataset can be exported as."""
    return [format for of, format in FORMATS if of == dataset]
