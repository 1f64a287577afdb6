"""Figures as CSV: as any other CSV to the byte, of records that were reckoned and not copied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from synaptiq.accounts.models import Account
from synaptiq.analytics.queries import Ask
from synaptiq.exports.columns import Column
from synaptiq.exports.datasets import RECKONED
from synaptiq.exports.formats.csv import CSV, DELIMITERS
from synaptiq.kit.spreadsheet import guard

if TYPE_CHECKING:
    from synaptiq.exports.spec import ExportSpec, Options


class FiguresCSV(CSV):
    def reckoned(
        self, account: Account, spec: ExportSpec, columns: Sequence[Column], ask: Ask
    ) -> tuple[int, Iterator[bytes]]:
        """How many records there are, and each as PostgreSQL would send it."""
        rows = RECKONED[spec.dataset].rows(spec, columns, ask)
        return len(rows), self.messages(rows, columns, spec.options)

    def messages(
        self, rows: Sequence[Sequence[str | None]], columns: Sequence[Column], options: Options
    ) -> Iterator[bytes]:
        """Each record as PostgreSQL would send it: text and dates quoted, numbers bare, nothing for
        what is missing."""
        delimiter = DELIMITERS[options.delimiter]
        for row in rows:
            fields = (
                _field(text, column, options) for text, column in zip(row, columns, strict=True)
            )
            yield (delimiter.join(fields) + "\n").encode()


def _field(text: str | None, column: Column, options: Options) -> str:
    if text is None:
        return ""
    if column.kind == "number":
        return text
    if column.kind == "text" and options.dialect == "default":
        text = guard(text)
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
