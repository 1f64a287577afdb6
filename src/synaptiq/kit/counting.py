"""How many rows match: exactly up to a bound, then about.

Counting a million rows takes longer than anybody looks at the figure. What must be exact, such as
an export's count, is counted by `count()` of the rows themselves.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

# The longest list of matches that is looked at in full.
BOUND = 10_000


@dataclass(frozen=True)
class Count:
    """`number` is exact, or else PostgreSQL's own estimate, which is more than the bound."""

    number: int
    is_exact: bool = True


@dataclass(frozen=True)
class Matches:
    """How many rows match and, where they are few, which: `keys` are their integer keys."""

    count: Count
    keys: list[int] | None

    def of(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        """These rows of `rows`, to be ordered and paged.

        Of a few that are known PostgreSQL reads just those and sorts them. Left to itself it may
        follow the index of the order, past a million rows that do not match, until a page is full.
        """
        return rows if self.keys is None else rows.filter(pk__any_of=self.keys)


def look(rows: QuerySet[Any, Any], bound: int = BOUND) -> Matches:
    """Count the rows; no more than `bound` and one are looked at."""
    bare = rows.order_by()
    keys = list(bare.values_list("pk", flat=True)[: bound + 1])
    if len(keys) <= bound:
        return Matches(Count(len(keys)), keys)
    estimate = json.loads(bare.values("pk").explain(format="json"))[0]["Plan"]["Plan Rows"]
    return Matches(Count(max(int(estimate), bound + 1), is_exact=False), None)
