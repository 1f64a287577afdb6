"""A lookup that Django lacks: one of many texts or integers, as one parameter.

`__in` binds each value by itself: a selection of 50,000 ids then takes seconds to be put together,
several times for one dialog. As an array it is one value.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, Lookup, TextField


class _AnyOf(Lookup):
    """`name__any_of=["a", "b"]`: equal to one of these; none of them for an empty list."""

    lookup_name = "any_of"
    prepare_rhs = False
    array = "text[]"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::{self.array})", (*params, self.written())

    def written(self) -> Any:
        return list(self.rhs)


@TextField.register_lookup
class AnyText(_AnyOf):
    array = "text[]"

    def written(self) -> Any:
        return array_of(self.rhs)


@BigIntegerField.register_lookup
class AnyInteger(_AnyOf):
    array = "bigint[]"


def array_of(texts: Iterable[str]) -> str:
    """Texts as PostgreSQL writes an array of them; psycopg needs four times as long for a list."""
    quoted = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return "{" + ",".join([f'"{text}"' for text in quoted]) + "}"
