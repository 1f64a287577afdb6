"""Pages by key: stable while rows are added, and as fast on page 500 as on page 1.

A cursor is the sort key of the last row seen, as opaque text. It holds nothing secret and gives
no right: every page is still asked of the caller's own rows.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import BooleanField, F, Func, Model, QuerySet, Value

from synaptiq.kit import ids
from synaptiq.kit.errors import Invalid

M = TypeVar("M", bound=Model)
_ID = re.compile("[a-z]{2,12}_" + ids.BODY, re.ASCII)


@dataclass(frozen=True)
class Key:
    """What rows are ordered by: an expression that is never NULL, and the kind of its values
    (moment, number or text)."""

    expression: Any
    kind: str = "moment"


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows in order, and cursors of the pages beside (None: there is none)."""

    rows: Sequence[M]
    next: str | None
    previous: str | None


def page(
    rows: QuerySet[M, M], *, by: str | Key, newest_first: bool, size: int, cursor: str | None
) -> Page[M]:
    """One page ordered by `by` (a column of moments, or a Key), then `public_id`.

    `cursor` comes from an earlier Page. Raises Invalid when it was not made here.
    """
    key = Key(F(by)) if isinstance(by, str) else by
    backwards = cursor is not None and cursor.startswith("p")
    down = newest_first != backwards
    keyed: Any = rows.annotate(page_key=key.expression)
    if cursor:
        at, public_id = _read(cursor, key.kind)
        keyed = keyed.filter(
            _Beyond(key.expression, F("public_id"), Value(at), Value(public_id), down=down)
        )
    sign = "-" if down else ""
    found = list(keyed.order_by(sign + "page_key", sign + "public_id")[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next = bool(found) and (more or backwards)
    has_previous = bool(found) and (more if backwards else bool(cursor))
    return Page(
        rows=found,
        next=_write("n", found[-1]) if has_next else None,
        previous=_write("p", found[0]) if has_previous else None,
    )


def beside(row: Model, *, by: Key, forward: bool) -> str:
    """The cursor of what comes after this row in an order, or before it; it need not be among the
    rows that are paged."""
    here = type(row)._base_manager.annotate(page_key=by.expression).get(pk=row.pk)
    return _write("n" if forward else "p", here)


def wanted(*, by: Key, newest_first: bool, size: int, cursor: str | None) -> tuple[str, list[Any]]:
    """What a page takes of rows that are known by `page_key` and `public_id`, as the end of a
    statement, from WHERE to LIMIT, and its parameters: as many as `page` looks at."""
    down = newest_first != (cursor is not None and cursor.startswith("p"))
    sign, params = ("<", "DESC") if down else (">", "ASC"), []
    where = ""
    if cursor:
        params = list(_read(cursor, by.kind))
        where = f"WHERE (page_key, public_id) {sign[0]} (%s, %s) "
    order = f"ORDER BY page_key {sign[1]}, public_id {sign[1]} LIMIT %s"
    return where + order, [*params, size + 1]


class _Beyond(Func):
    """`(key, public_id) < (…, …)`: as one comparison of rows PostgreSQL begins right there in the
    index, also where thousands of rows have the same key."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, *expressions: Any, down: bool) -> None:
        super().__init__(*expressions)
        self.down = down

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        key, public_id, at, after = (sql for sql, _ in parts)
        params = [param for _, given in parts for param in given]
        return f"({key}, {public_id}) {'<' if self.down else '>'} ({at}, {after})", params


def _write(direction: str, row: Any) -> str:
    key = row.page_key
    said = key.isoformat() if isinstance(key, datetime) else key
    raw = json.dumps([said, row.public_id], separators=(",", ":")).encode()
    return direction + urlsafe_b64encode(raw).decode().rstrip("=")


def _read(cursor: str, kind: str) -> tuple[Any, str]:
    try:
        if cursor[0] not in "np":
            raise ValueError
        body = cursor[1:]
        said, public_id = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        if not isinstance(public_id, str) or not _ID.fullmatch(public_id):
            raise ValueError
        return _KINDS[kind](said), public_id
    except (ValueError, TypeError, IndexError, RecursionError):
        raise Invalid(
            {"cursor": "is not one that this list gave; leave it out to begin anew."}
        ) from None


def _moment(said: Any) -> datetime:
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None or not 1900 <= moment.year <= 2200:
        raise ValueError
    return moment


def _number(said: Any) -> int:
    if type(said) is not int or not -(2**31) <= said < 2**31:
        raise ValueError
    return said


def _text(said: Any) -> str:
    if not isinstance(said, str) or len(said) > 1_000:
        raise ValueError
    # What is no Unicode text (a lone surrogate) or holds NUL cannot be compared.
    if "\0" in said or said.encode() == b"":
        raise ValueError
    return said


_KINDS = {"moment": _moment, "number": _number, "text": _text}
