"""A column of an export: its key, what it holds, and the expression that reads it.

One source for every format. What a kind looks like in CSV or JSON is the format's business.

Selected, columns are `c0 … cN`, and headers and keys come from Python: `annotate(name=…)` refuses
the names of fields, and PostgreSQL cuts names at 63 bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Func, QuerySet, TextField

REDACTED = "[REDACTED]"
# A kind that only nested formats can hold: a list of objects, as JSON.
OBJECTS = "objects"
# How many rows of a COPY, which come one by one, go to the spool as one piece.
ROWS_PER_CHUNK = 512


@dataclass(frozen=True)
class Column:
    """`value` is a Django expression of the native value.

    `kind`: word (from a closed list of ours, safe as it is), text (typed by anybody), texts (a
    list of them), time (a moment), number, bool, or objects (a list of them).

    `judged` says that the row's stored flag `plain` has judged this text for the spreadsheet
    guard. `group` puts the column into an object of that name in nested formats, as `name`.

    `locked` marks the column that tells rows apart: never left out, never restricted.
    `redacting` gives the value where parts of it are restricted, of the restricted keys.
    """

    key: str
    kind: str
    value: Any
    personal: bool = False
    judged: bool = False
    group: str = ""
    name: str = ""
    locked: bool = False
    redacting: Callable[[frozenset[str]], Any] | None = None


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
