"""How many rows match: exactly up to a bound, then about.

Counting a million rows takes longer than anybody looks at the figure. What must be exact, such as
an export's count, is counted by `count()` of the rows themselves.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from synaptiq.kit import paging

# The longest list of matches that is looked at in full, whatever PostgreSQL expects.
BOUND = 10_000
# The longest where PostgreSQL expects no more. Reading so many takes less than following the
# index of the order past half a million rows that do not match, when those that do lie far down.
WHOLE = 30_000


@dataclass(frozen=True)
class Count:
    """`number` is exact, or else PostgreSQL's own estimate, which is more than the bound."""

    number: int
    is_exact: bool = True


@dataclass(frozen=True)
class Matches:
    """How many rows match and, where they are few, which a page is made of: `keys` are their
    integer keys."""

    count: Count
    keys: list[int] | None

    def of(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        """These rows of `rows`, for `paging.page`.

        Of a few that are known PostgreSQL reads just those. Left to itself it may follow the index
        of the order, past a million rows that do not match, until a page is full.
        """
        return rows if self.keys is None else rows.filter(pk__any_of=self.keys)


def look(
    rows: QuerySet[Any, Any],
    *,
    by: paging.Key,
    newest_first: bool,
    size: int,
    cursor: str | None,
) -> Matches:
    """Count the rows, and find those of one page where they are few; `by` to `cursor` as
    `paging.page` takes them. No more than `BOUND` and one are looked at, or `WHOLE`."""
    place = {"by": by, "newest_first": newest_first, "size": size, "cursor": cursor}
    number, keys = _look(rows, BOUND, place)
    if number <= BOUND:
        return Matches(Count(number), keys)
    expected = about(rows)
    if expected.number <= WHOLE:
        number, keys = _look(rows, WHOLE, place)
        if number <= WHOLE:
            return Matches(Count(number), keys)
    return Matches(expected, None)


def _look(rows: QuerySet[Any, Any], bound: int, place: dict[str, Any]) -> tuple[int, list[int]]:
    keyed = rows.order_by().annotate(page_key=place["by"].expression)
    found = keyed.values_list("pk", "page_key", "public_id")[: bound + 1]
    end, more = paging.wanted(**place)
    try:
        sql, params = found.query.sql_with_params()
    except EmptyResultSet:
        # Django sees that nothing can match: an assignee whom the account does not know.
        return 0, []
    with connection.cursor() as asked:
        asked.execute(
            f"WITH found (pk, page_key, public_id) AS MATERIALIZED ({sql}) "
            f"SELECT (SELECT count(*) FROM found), ARRAY(SELECT pk FROM found {end})",
            [*params, *more],
        )
        number, keys = asked.fetchone()
    return number, keys


def count(rows: QuerySet[Any, Any]) -> Count:
    """How many rows there are, as `look` counts them."""
    bare = rows.order_by()
    number = bare[: BOUND + 1].count()
    if number <= BOUND:
        return Count(number)
    expected = about(rows)
    if expected.number <= WHOLE:
        number = bare[: WHOLE + 1].count()
        if number <= WHOLE:
            return Count(number)
    return expected


def about(rows: QuerySet[Any, Any]) -> Count:
    """PostgreSQL's estimate of rows that are more than `BOUND`."""
    plan = json.loads(rows.order_by().values("pk").explain(format="json"))[0]["Plan"]
    return Count(max(int(plan["Plan Rows"]), BOUND + 1), is_exact=False)
