"""How many rows match: exactly up to a bound, then about.

Counting a million rows takes longer than anybody looks at the figure. What must be exact, such as
an export's count, is counted by `count()` of the rows themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from synaptiq.kit import paging

# The longest list of matches that is looked at in full, whatever PostgreSQL expects.
BOUND = 10_000
# The longest where PostgreSQL expects no more. Reading so many takes less than following the
# index of the order past half a million rows that do not match, when those that do lie far down.
WHOLE = 30_000
# By its own costs, which are of a disk that turns, PostgreSQL reads the table from its beginning,
# past a million leads of another account, and takes a bitmap of half a million entries for cheap.
# What is looked at lies in memory, and is best reached by an index that begins with the account.
_COSTS = {"enable_seqscan": "off", "random_page_cost": "1.1", "cpu_index_tuple_cost": "0.02"}


@dataclass(frozen=True)
class Count:
    """`number` is exact, or else PostgreSQL's estimate; a count that was broken off says no less
    than what it met."""

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
    end, more = paging.wanted(by=by, newest_first=newest_first, size=size, cursor=cursor)
    expected = about(rows)
    bound = _bound(expected)
    keyed = rows.order_by().annotate(page_key=by.expression)
    found = keyed.values_list("pk", "page_key", "public_id")[: bound + 1]
    try:
        sql, params = found.query.sql_with_params()
    except EmptyResultSet:
        # Django sees that nothing can match: an assignee whom the account does not know.
        return Matches(Count(0), [])
    with _looking(), connection.cursor() as asked:
        asked.execute(
            f"WITH found (pk, page_key, public_id) AS MATERIALIZED ({sql}) "
            f"SELECT (SELECT count(*) FROM found), ARRAY(SELECT pk FROM found {end})",
            [*params, *more],
        )
        number, keys = asked.fetchone()
    counted = _said(number, bound, expected)
    return Matches(counted, keys if counted.is_exact else None)


def count(rows: QuerySet[Any, Any]) -> Count:
    """How many rows there are, as `look` counts them."""
    expected = about(rows)
    bound = _bound(expected)
    with _looking():
        number = rows.order_by()[: bound + 1].count()
    return _said(number, bound, expected)


def about(rows: QuerySet[Any, Any]) -> Count:
    """PostgreSQL's estimate of how many rows there are."""
    plan = rows.order_by().values("pk").explain(format="json")
    # None where Django sees that nothing can match.
    return Count(int(json.loads(plan)[0]["Plan"]["Plan Rows"]) if plan else 0, is_exact=False)


def _bound(expected: Count) -> int:
    return WHOLE if expected.number <= WHOLE else BOUND


def _said(number: int, bound: int, expected: Count) -> Count:
    """The count, where no more were met than `bound`; or else what is expected, if that is more."""
    if number <= bound:
        return Count(number)
    return Count(max(expected.number, bound + 1), is_exact=False)


@contextmanager
def _looking() -> Iterator[None]:
    """PostgreSQL plans by `_COSTS` until the block ends, which only reads."""
    with transaction.atomic():
        with connection.cursor() as asked:
            settings = ", ".join(f"set_config('{n}', '{cost}', true)" for n, cost in _COSTS.items())
            asked.execute(f"SELECT {settings}")
        yield
        # A transaction around this one goes on with the costs that it had.
        transaction.set_rollback(True)
