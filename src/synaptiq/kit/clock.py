"""The only source of now, so that tests can stop it.

Python's time is for what people see and for expiry; what export windows depend on
(`created_at`, `closed_at`) is the database's time, because there every writer shares one clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db.models import DateTimeField
from django.db.models.expressions import Func

_frozen: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen or datetime.now(UTC)


class DatabaseNow(Func):
    """`statement_timestamp()`, or the frozen moment as a literal."""

    template = "statement_timestamp()"
    output_field = DateTimeField()

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...]]:
        if _frozen is not None:
            return "%s::timestamptz", (_frozen,)
        return self.template, ()


def database_clock() -> tuple[str, list[Any]]:
    """SQL and parameters of the database's time at this very point of a statement; frozen, of that
    moment. For what is ordered by a row's lock: a statement that waited for it began earlier."""
    return ("%s::timestamptz", [_frozen]) if _frozen is not None else ("clock_timestamp()", [])


@contextmanager
def freeze(at: datetime) -> Iterator[None]:
    """Stop the clock at `at` (aware) for this process.

    For tests, and for what the demo lets happen in the past. A module variable and not a context
    variable: request and worker threads must see it too.
    """
    global _frozen
    if at.tzinfo is None:
        raise ValueError("freeze() needs an aware datetime")
    before, _frozen = _frozen, at.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
