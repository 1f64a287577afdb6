"""A lookup that Django lacks: one of many values, as one parameter.

`__in` binds each value by itself: a selection of 50,000 ids then takes seconds to be put together,
several times for one dialog. As an array it is one value.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Lookup, TextField


@TextField.register_lookup
class AnyOf(Lookup):
    """`name__any_of=["a", "b"]`: equal to one of these texts; none of them for an empty list."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::text[])", (*params, list(self.rhs))
