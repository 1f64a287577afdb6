"""Field restrictions, applied to columns before any format sees them.

A restricted column reads `[REDACTED]` in every row, also where the value is missing, in every
format. The column that tells rows apart cannot be restricted.

What is restricted of a lead is restricted wherever it comes out again: `FOLLOWS` says where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import TextField, Value

from synaptiq.exports.columns import REDACTED, Column
from synaptiq.exports.models import RestrictedField

# Dataset → (dataset, column) that is restricted → the key that is restricted here with it. A key
# with a dot is a part of a column.
FOLLOWS: dict[str, dict[tuple[str, str], str]] = {
    "conversations": {
        ("leads", "email"): "lead_email",
        ("leads", "name"): "name",
        ("leads", "status"): "events.result",
        ("leads", "score"): "events.score",
    },
}


def restricted_fields(dataset: str) -> frozenset[str]:
    """Keys of the columns, and of parts of them, that the current account restricts here."""
    rows = set(RestrictedField.objects.values_list("dataset", "column"))
    follows = FOLLOWS.get(dataset, {})
    own = {column for of, column in rows if of == dataset}
    return frozenset(own | {key for restricted, key in follows.items() if restricted in rows})


def redact(columns: Sequence[Column], restricted: frozenset[str]) -> list[Column]:
    """The columns, with the restricted ones and restricted parts replaced by the literal."""
    return [_redacted(column, restricted) for column in columns]


def _redacted(column: Column, restricted: frozenset[str]) -> Column:
    if column.locked:
        return column
    if column.key in restricted:
        return replace(column, kind="word", value=Value(REDACTED, output_field=TextField()))
    parts = {key for key in restricted if key.startswith(f"{column.key}.")}
    if parts and column.redacting:
        return replace(column, value=column.redacting(frozenset(parts)))
    return column
