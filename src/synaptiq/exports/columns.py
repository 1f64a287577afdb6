"""A column of an export: its key, what it holds, and the expression that reads it.

One source for every format. What a kind looks like in CSV or JSON is the format's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

REDACTED = "[REDACTED]"
# The column that tells rows apart: never left out, never restricted.
KEY = "id"


@dataclass(frozen=True)
class Column:
    """`value` is a Django expression of the native value.

    `kind`: word (from a closed list of ours, safe as it is), text (typed by anybody), texts (a
    list of them), time (a moment), number or bool.

    `judged` says that the row's stored flag `plain` has judged this text for the spreadsheet
    guard. `group` puts the column into an object of that name in nested formats, as `name`.
    """

    key: str
    kind: str
    value: Any
    personal: bool = False
    judged: bool = False
    group: str = ""
    name: str = ""
