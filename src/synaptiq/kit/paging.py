"""Pages by key: stable while rows are added, and as fast on page 500 as on page 1.

A cursor is the sort key of the last row seen, as opaque text. It holds nothing secret and gives
no right: every page is still asked of the caller's own rows.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from synaptiq.kit import ids
from synaptiq.kit.errors import Invalid

M = TypeVar("M", bound=Model)
_ID = re.compile("[a-z]{2,12}_" + ids.BODY, re.ASCII)


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows in order, and cursors of the pages beside (None: there is none)."""

    rows: Sequence[M]
    next: str | None
    previous: str | None


def page(
    rows: QuerySet[M, M], *, by: str, newest_first: bool, size: int, cursor: str | None
) -> Page[M]:
    """One page ordered by `by` (a column of moments, never NULL), then `public_id`.

    `cursor` comes from an earlier Page. Raises Invalid when it was not made here.
    """
    backwards = cursor is not None and cursor.startswith("p")
    down = newest_first != backwards
    if cursor:
        at, public_id = _read(cursor)
        side = "lt" if down else "gt"
        rows = rows.filter(
            Q(**{f"{by}__{side}e": at})
            & (Q(**{f"{by}__{side}": at}) | Q(**{f"public_id__{side}": public_id}))
        )
    sign = "-" if down else ""
    found = list(rows.order_by(sign + by, sign + "public_id")[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    key: Callable[[M], tuple[datetime, str]] = lambda row: (getattr(row, by), row.public_id)  # type: ignore[attr-defined]  # noqa: E731
    has_next = bool(found) and (more or backwards)
    has_previous = bool(found) and (more if backwards else bool(cursor))
    return Page(
        rows=found,
        next=_write("n", *key(found[-1])) if has_next else None,
        previous=_write("p", *key(found[0])) if has_previous else None,
    )


def _write(direction: str, at: datetime, public_id: str) -> str:
    raw = json.dumps([at.isoformat(), public_id], separators=(",", ":")).encode()
    return direction + urlsafe_b64encode(raw).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, str]:
    try:
        if cursor[0] not in "np":
            raise ValueError
        body = cursor[1:]
        at, public_id = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        moment = datetime.fromisoformat(at)
        if (
            moment.tzinfo is None
            or not 1900 <= moment.year <= 2200
            or not isinstance(public_id, str)
            or not _ID.fullmatch(public_id)
        ):
            raise ValueError
        return moment, public_id
    except (ValueError, TypeError, IndexError, RecursionError):
        raise Invalid(
            {"cursor": "is not one that this list gave; leave it out to begin anew."}
        ) from None
