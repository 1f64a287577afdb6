"""Reading about exports: runs, and what a file would hold before it is made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from synaptiq.accounts.queries import context_of
from synaptiq.accounts.tenancy import current_account_id
from synaptiq.analytics.queries import Ask
from synaptiq.exports import redaction
from synaptiq.exports.columns import OBJECTS, Column
from synaptiq.exports.datasets import ALL, DATASETS, RECKONED
from synaptiq.exports.formats import FORMATS, media_type_of
from synaptiq.exports.formats.csv import as_text
from synaptiq.exports.formats.frame import Frame
from synaptiq.exports.models import Export
from synaptiq.exports.spec import ExportSpec, Options
from synaptiq.kit.errors import Conflict, NotFound

FIRST_ROWS = 5
# A table that a statement reads, but that of people.
_TABLE = re.compile(r' (?:FROM|JOIN) "(?!accounts_user")')
_SAMPLE = 200


@dataclass(frozen=True)
class Preview:
    """What the dialog shows: exact rows, columns, the first rows as text, a size in bytes.

    `missing` are ids of a selection that are not there any more (or never were this account's).
    """

    rows: int
    missing: int
    columns: list[Column]
    restricted: frozenset[str]
    first: list[list[str | None]]
    estimated_bytes: int


def rows_of(spec: ExportSpec) -> QuerySet[Any, Any]:
    """The rows that a spec chooses, bare, in the current account."""
    dataset = DATASETS[spec.dataset]
    if spec.scope == "selection":
        return dataset.selected(spec.ids)
    return dataset.chosen(dataset.filters.from_json(spec.filter), context_of(spec))


def columns_of(spec: ExportSpec) -> list[Column]:
    """The columns of a spec with the restrictions of this moment applied."""
    known = {c.key: c for c in ALL[spec.dataset].columns(archived=True)}
    missing = [key for key in spec.columns if key not in known]
    if missing:
        # A file with fewer columns than were asked for must not pass for the whole one.
        raise Conflict(f"There is no column {', '.join(missing)} any more. Export again.")
    columns = [known[key] for key in spec.columns]
    return redaction.redact(columns, redaction.restricted_fields(spec.dataset))


def columns_for(spec: ExportSpec) -> list[Column]:
    """As `columns_of`, with what the format needs beside them, restricted likewise."""
    more = FORMATS[spec.dataset, spec.format].columns()
    restricted = redaction.restricted_fields(spec.dataset) if more else frozenset()
    return columns_of(spec) + redaction.redact(more, restricted)


def media_type(export: Export) -> str:
    """Of the file of a run that is ready."""
    return media_type_of(FORMATS[export.dataset, export.format], export.rows_written)


def count(spec: ExportSpec) -> int:
    """The exact number of rows."""
    if spec.dataset in RECKONED:
        known = RECKONED[spec.dataset].count(spec)
        return len(reckoned(spec, columns_of(spec))) if known is None else known
    return rows_of(spec).count()


def reckoned(
    spec: ExportSpec, columns: Sequence[Column], ask: Ask | None = None
) -> list[list[str | None]]:
    """The records of a dataset that is no table's, as texts; `ask` reads in a snapshot."""
    return RECKONED[spec.dataset].rows(spec, columns, ask)


def sentence(spec: ExportSpec) -> str:
    """What is exported, as a person would say it."""
    if spec.scope == "selection":
        return f"{len(spec.ids):,} selected"
    filters = ALL[spec.dataset].filters
    said = filters.sentence(filters.from_json(spec.filter))
    if spec.dataset in RECKONED and "dates" not in spec.filter:
        return ", ".join(filter(None, ("the last 30 complete days", said)))
    return said or f"all {ALL[spec.dataset].label.lower()}"


def preview(spec: ExportSpec) -> Preview:
    """What a file of this spec would hold now, already redacted."""
    if spec.dataset in RECKONED:
        return _preview_of_figures(spec)
    dataset = DATASETS[spec.dataset]
    bare = rows_of(spec)
    total = bare.count()
    # Lists of objects are for files.
    columns = [column for column in columns_of(spec) if column.kind != OBJECTS]
    texts = {f"c{i}": as_text(c, guarded=False) for i, c in enumerate(columns)}
    first = dataset.ordered(bare).annotate(**texts).values_list(*texts)[:FIRST_ROWS]
    return Preview(
        rows=total,
        missing=len(spec.ids) - total if spec.scope == "selection" else 0,
        columns=columns,
        restricted=redaction.restricted_fields(spec.dataset) & set(spec.columns),
        first=[list(row) for row in first],
        estimated_bytes=_estimate(spec, bare, total),
    )


def _preview_of_figures(spec: ExportSpec) -> Preview:
    columns = columns_of(spec)
    rows = reckoned(spec, columns)
    return Preview(
        rows=len(rows),
        missing=0,
        columns=columns,
        restricted=redaction.restricted_fields(spec.dataset) & set(spec.columns),
        first=rows[:FIRST_ROWS],
        estimated_bytes=sum(len(text or "") + 2 for row in rows for text in row),
    )


def objects(dataset: str, ids: Sequence[str]) -> list[bytes]:
    """The rows with these ids as JSON texts, in the order of a file: what a JSON export holds.

    The same road as a file's, so that whoever reads row by row gets the same keys and values,
    with the restrictions of this moment.
    """
    rows = DATASETS[dataset].ordered(DATASETS[dataset].selected(ids))
    columns = redaction.redact(DATASETS[dataset].columns(), redaction.restricted_fields(dataset))
    try:
        statement, params = FORMATS[dataset, "jsonl"].copy(rows, columns, Options())
    except EmptyResultSet:
        return []
    return [message.rstrip(b"\n") for message in _copied(statement, params)]


def check_account(statement: str, params: tuple[Any, ...], account_id: int) -> None:
    """The last belt: no COPY runs whose SQL does not name its account for each table it reads,
    also for those that are joined. People belong to no account."""
    # True equals 1, and so would stand for the first account.
    named = sum(type(param) is int and param == account_id for param in params)
    read = len(_TABLE.findall(statement))
    limited = statement.count('."account_id" = %s')
    if not 1 <= read <= limited <= named:
        raise RuntimeError("The SQL of a COPY is not limited to its account")


def get(public_id: str) -> Export:
    """One run of the current account, or NotFound. Its spec, which may hold 50,000 ids, is read
    when it is looked at."""
    export = runs().select_related("account").filter(public_id=public_id).first()
    if export is None:
        raise NotFound("There is no such export in this account.")
    return export


def runs() -> QuerySet[Export, Export]:
    """All runs of the current account; order and page them with kit.paging."""
    return Export.objects.select_related("member__user", "api_key").defer("spec")


def _estimate(spec: ExportSpec, bare: QuerySet[Any, Any], total: int) -> int:
    """The size of the file, from the first rows as the format itself would write them."""
    format, columns = FORMATS[spec.dataset, spec.format], columns_for(spec)
    sample: list[bytes] = []
    try:
        rows = DATASETS[spec.dataset].ordered(bare)[:_SAMPLE]
        statement, params = format.copy(rows, columns, spec.options)
        sample = _copied(statement, params)
    except EmptyResultSet:
        pass
    frame = Frame(spec.options, spec.timezone, spec.generated_at, total)
    size = sum(len(c) for c, _ in format.chunks(iter(sample), columns, frame))
    # Rows may have gone since they were counted.
    return round(size * max(total, len(sample)) / len(sample)) if sample else size


def _copied(statement: str, params: tuple[Any, ...]) -> list[bytes]:
    """The messages of a COPY of the current account, read at once."""
    check_account(statement, params, current_account_id())
    with connection.cursor() as cursor, cursor.copy(statement, params) as copy:
        return [bytes(message) for message in copy]
