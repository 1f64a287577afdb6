"""CSV (PRODUCT 1.2): RFC 4180, and safe and readable in Excel unless asked otherwise.

Everything but the line ends is written by PostgreSQL: FORCE_QUOTE quotes text, dates and
addresses (NULL stays nothing, the empty text is `""`), numbers and booleans are bare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, Func, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from synaptiq.exports.columns import ROWS_PER_CHUNK, Column, Moment, select
from synaptiq.exports.formats.frame import Frame
from synaptiq.kit.spreadsheet import guard

if TYPE_CHECKING:
    from synaptiq.exports.spec import Options

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
BOM = b"\xef\xbb\xbf"


class Guarded(Func):
    function = "synaptiq_guard"
    output_field = TextField()


class StartsPlainly(Func):
    """Whether the first character is a–z: no guard needed, and cheaper to see than by regexp."""

    template = "ascii(%(expressions)s) BETWEEN 97 AND 122"
    output_field = BooleanField()


class Joined(Func):
    template = "array_to_string(%(expressions)s, ',')"
    output_field = TextField()


class CSV:
    key = "csv"
    label = "CSV"
    extension = "csv"
    media_type = "text/csv; charset=utf-8"
    nested = False
    options: frozenset[str] = frozenset({"bom", "delimiter", "dialect"})
    several: tuple[str, str] | None = None

    def columns(self) -> list[Column]:
        return []

    def copy(
        self, rows: QuerySet[Any, Any], columns: Sequence[Column], options: Options
    ) -> tuple[str, tuple[Any, ...]]:
        sql, params = select(rows, [as_text(c, options.dialect == "default") for c in columns])
        quoted = [f"c{i}" for i, c in enumerate(columns) if c.kind not in {"number", "bool"}]
        delimiter = DELIMITERS[options.delimiter]
        return (
            f"COPY ({sql}) TO STDOUT (FORMAT csv, ENCODING 'UTF8', DELIMITER E'{delimiter}', "
            f"FORCE_QUOTE ({', '.join(quoted)}))",
            params,
        )

    def chunks(
        self, messages: Iterable[Any], columns: Sequence[Column], frame: Frame
    ) -> Iterator[tuple[bytes, int]]:
        yield head(columns, frame.options), 0
        lines: list[bytes] = []
        add = lines.append
        for message in messages:
            # One message is one record and ends with the LF that becomes CRLF; line breaks
            # inside quotes stay as they are.
            add(bytes(message[:-1]))
            if len(lines) == ROWS_PER_CHUNK:
                yield b"\r\n".join(lines) + b"\r\n", ROWS_PER_CHUNK
                lines.clear()
        if lines:
            yield b"\r\n".join(lines) + b"\r\n", len(lines)


def head(columns: Sequence[Column], options: Options) -> bytes:
    """The byte order mark, where it is wanted, and the line of the columns' names."""
    names = [guard(c.key) if options.dialect == "default" else c.key for c in columns]
    line = DELIMITERS[options.delimiter].join(names) + "\r\n"
    return (BOM if options.bom else b"") + line.encode()


def as_text(column: Column, guarded: bool) -> Any:
    """The expression of a column's text in a CSV, with the spreadsheet guard or without."""
    value = column.value
    if column.kind == "time":
        return Moment(value)
    if column.kind in {"number", "bool", "word"}:
        return Cast(value, TextField())
    if column.kind == "texts":
        value = Joined(value)
    if not guarded:
        return value
    if not column.judged:
        return Case(
            When(StartsPlainly(value), then=value), default=Guarded(value), output_field=TextField()
        )
    # The flag is stored with the row: the guard's regular expressions would cost more than all
    # the rest of an export (docs/performance.md).
    return Case(
        When(plain=Value(True), then=value), default=Guarded(value), output_field=TextField()
    )
