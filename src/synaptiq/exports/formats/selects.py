"""Columns as a SELECT with names that cannot clash.

`annotate(name=…)` refuses the names of fields, and PostgreSQL cuts names at 63 bytes; so the
columns are `c0 … cN`, and headers and keys come from Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Func, QuerySet, TextField

# How many rows of a COPY, which come one by one, go to the spool as one piece.
ROWS_PER_CHUNK = 512


def select(rows: QuerySet[Any, Any], values: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
    """SQL and parameters of these expressions over ordered rows, as `c0 … cN`."""
    names = {f"c{i}": value for i, value in enumerate(values)}
    sql, params = rows.annotate(**names).values_list(*names).query.sql_with_params()
    return sql, tuple(params)


class Moment(Func):
    """`YYYY-MM-DDTHH:MM:SSZ` of a timestamptz, fractions cut.

    The session's time zone is UTC and its date style ISO. Cutting and editing the text costs a
    third of `to_char` (docs/performance.md).
    """

    template = (
        "replace(date_trunc('second', %(expressions)s AT TIME ZONE 'UTC')::text, ' ', 'T') || 'Z'"
    )
    output_field = TextField()
