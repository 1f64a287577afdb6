"""JSON and JSON Lines (PRODUCT 1.3): compact, keys in CSV order, other scripts raw.

`row_to_json` writes the objects, because `json_build_object` puts blanks around colons and jsonb
reorders keys. The COPY is CSV with a quote and a delimiter that no JSON text can hold (control
characters are escaped there), since COPY's text format would double backslashes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from synaptiq.exports.columns import ROWS_PER_CHUNK, Column, Moment, select
from synaptiq.exports.formats.frame import Frame

if TYPE_CHECKING:
    from synaptiq.exports.spec import Options


class JSON:
    """An array, `[obj,\\nobj]`; nothing after the last bracket.

    `groups` are nested objects of columns, there even when empty; `more` further keys at the end,
    each with what makes the expression of its JSON for the current account.
    """

    key = "json"
    label = "JSON"
    extension = "json"
    media_type = "application/json"
    nested = True
    options: frozenset[str] = frozenset()
    several: tuple[str, str] | None = None

    def __init__(
        self, groups: Sequence[str] = (), more: Mapping[str, Callable[[], Any]] | None = None
    ) -> None:
        self.groups, self.more = groups, more or {}

    def columns(self) -> list[Column]:
        return []

    def copy(
        self, rows: QuerySet[Any, Any], columns: Sequence[Column], options: Options
    ) -> tuple[str, tuple[Any, ...]]:
        values = [_as_value(c) for c in columns] + [make() for make in self.more.values()]
        sql, params = select(rows, values)
        named = [(f"q.c{i}", c) for i, c in enumerate(columns)]
        keys = [f"{source} AS {_name(c.key)}" for source, c in named if not c.group]
        for group in self.groups:
            inner = [f"{source} AS {_name(c.name)}" for source, c in named if c.group == group]
            nested = (
                f"(SELECT row_to_json(g) FROM (SELECT {', '.join(inner)}) g)"
                if inner
                else "'{}'::json"
            )
            keys.append(f"{nested} AS {_name(group)}")
        keys += [f"q.c{i} AS {_name(key)}" for i, key in enumerate(self.more, len(columns))]
        return (
            f"COPY (SELECT row_to_json(r) FROM (SELECT {', '.join(keys)} FROM ({sql}) q) r) "
            "TO STDOUT (FORMAT csv, ENCODING 'UTF8', QUOTE E'\\x01', DELIMITER E'\\x02')",
            params,
        )

    def chunks(
        self, messages: Iterable[Any], columns: Sequence[Column], frame: Frame
    ) -> Iterator[tuple[bytes, int]]:
        start = b"["
        for objects in _batches(messages):
            yield start + b",\n".join(objects), len(objects)
            start = b",\n"
        yield (b"]" if start != b"[" else b"[]"), 0


class JSONLines(JSON):
    """The same objects, a line each."""

    key = "jsonl"
    label = "JSON Lines"
    extension = "jsonl"
    media_type = "application/x-ndjson"

    def chunks(
        self, messages: Iterable[Any], columns: Sequence[Column], frame: Frame
    ) -> Iterator[tuple[bytes, int]]:
        for objects in _batches(messages):
            yield b"\n".join(objects) + b"\n", len(objects)


def _batches(messages: Iterable[Any]) -> Iterator[list[bytes]]:
    """Objects without their line ends, some hundred at a time."""
    objects: list[bytes] = []
    for message in messages:
        objects.append(bytes(message[:-1]))
        if len(objects) == ROWS_PER_CHUNK:
            yield objects
            objects = []
    if objects:
        yield objects


def _as_value(column: Column) -> Any:
    return Moment(column.value) if column.kind == "time" else column.value


def _name(key: str) -> str:
    """An SQL identifier; keys are ours or checked slugs, 63 bytes at most."""
    return '"' + key.replace('"', '""') + '"'
