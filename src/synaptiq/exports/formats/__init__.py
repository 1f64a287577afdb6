"""How rows become bytes: one literal table, dataset × format.

PostgreSQL writes rows by COPY. For CSV and JSON these are the file's bytes, and Python moves,
counts and hashes them; where a file is more than its rows (TXT), Python makes it of them. A further
format is one file here and one row in the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import QuerySet

from synaptiq.exports.columns import OBJECTS, Column
from synaptiq.exports.datasets.conversations import references
from synaptiq.exports.formats.csv import CSV
from synaptiq.exports.formats.figures import FiguresCSV
from synaptiq.exports.formats.frame import Frame
from synaptiq.exports.formats.json import JSON, JSONLines
from synaptiq.exports.formats.pdf import PDF
from synaptiq.exports.formats.txt import TXT

if TYPE_CHECKING:
    from synaptiq.exports.spec import Options


class Format(Protocol):
    """How rows are written. One COPY message is one row.

    `nested`: it can hold lists of objects. `options` are the names of those that it takes.
    `several`: extension and media type of a file of any number of rows but one, where it is
    another kind of file then.
    """

    key: str
    label: str
    extension: str
    media_type: str
    nested: bool
    options: frozenset[str]
    several: tuple[str, str] | None

    def columns(self) -> list[Column]:
        """What it needs of a row beside the columns that were chosen."""
        ...

    def copy(
        self, rows: QuerySet[Any, Any], columns: Sequence[Column], options: Options
    ) -> tuple[str, tuple[Any, ...]]:
        """The statement `COPY (…) TO STDOUT …` and its parameters, for ordered rows.

        Raises EmptyResultSet where the filter can match nothing.
        """
        ...

    def chunks(
        self, messages: Iterable[Any], columns: Sequence[Column], frame: Frame
    ) -> Iterator[tuple[bytes, int]]:
        """The file in pieces of some hundred rows, each with the number of rows that it ends."""
        ...


# The first of a dataset is what it is exported as unless asked otherwise.
FORMATS: dict[tuple[str, str], Format] = {
    ("leads", "csv"): CSV(),
    ("leads", "json"): JSON(groups=("custom_properties",), more={"conversations": references}),
    ("leads", "jsonl"): JSONLines(
        groups=("custom_properties",), more={"conversations": references}
    ),
    ("conversations", "json"): JSON(),
    ("conversations", "txt"): TXT(),
    ("conversations", "jsonl"): JSONLines(),
    ("conversations", "csv"): CSV(),
    ("analytics", "csv"): FiguresCSV(),
    ("analytics", "pdf"): PDF(),
}


def formats_of(dataset: str) -> list[str]:
    """The formats that a dataset can be exported as."""
    return [format for of, format in FORMATS if of == dataset]


def held_by(format: Format, columns: Iterable[Column]) -> list[Column]:
    """Those of a dataset's columns that a file of this format can hold."""
    return [column for column in columns if format.nested or column.kind != OBJECTS]


def extension_of(format: Format, rows: int) -> str:
    return format.several[0] if format.several and rows != 1 else format.extension


def media_type_of(format: Format, rows: int) -> str:
    return format.several[1] if format.several and rows != 1 else format.media_type
