"""Field restrictions, applied to columns before any format sees them.

A restricted column reads `[REDACTED]` in every row, also where the value is missing, in every
format. `id` cannot be restricted, or rows could no longer be told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import TextField, Value

from synaptiq.exports.columns import KEY, REDACTED, Column
from synaptiq.exports.models import RestrictedField


def restricted_fields(dataset: str) -> frozenset[str]:
    """Keys of the columns that the current account restricts in this dataset."""
    return frozenset(
        RestrictedField.objects.filter(dataset=dataset).values_list("column", flat=True)
    )


def redact(columns: Sequence[Column], restricted: frozenset[str]) -> list[Column]:
    """The columns, with the restricted ones replaced by the literal."""
    return [
        replace(column, kind="word", value=Value(REDACTED, output_field=TextField()))
        if column.key in restricted and column.key != KEY
        else column
        for column in columns
    ]
