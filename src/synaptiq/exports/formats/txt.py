"""TXT (PRODUCT 1.4): one conversation is its transcript, several are a ZIP of one file each.

The only format that is more than its rows: PostgreSQL gives a JSON object for each conversation,
by the same COPY as all others, and the lines are made of it here (`transcript`). `index.csv` in the
ZIP holds the columns of each, as an export as CSV would.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from pydantic_core import from_json

from synaptiq.exports.columns import OBJECTS, REDACTED, Column
from synaptiq.exports.datasets.conversations import transcript
from synaptiq.exports.formats import transcript as transcripts
from synaptiq.exports.formats.csv import BOM
from synaptiq.exports.formats.frame import Frame
from synaptiq.exports.formats.json import JSON
from synaptiq.exports.formats.zip import Packed, Zip
from synaptiq.kit.spreadsheet import guard

if TYPE_CHECKING:
    from synaptiq.exports.spec import Options

INDEX = "index.csv"
_PIECE = 256 * 1024


class TXT:
    key = "txt"
    label = "TXT"
    extension = "txt"
    media_type = "text/plain; charset=utf-8"
    nested = False
    options: frozenset[str] = frozenset({"headings"})
    several: tuple[str, str] | None = ("zip", "application/zip")

    def columns(self) -> list[Column]:
        return transcript()

    def copy(
        self, rows: QuerySet[Any, Any], columns: Sequence[Column], options: Options
    ) -> tuple[str, tuple[Any, ...]]:
        return JSON().copy(rows, columns, options)

    def chunks(
        self, messages: Iterable[Any], columns: Sequence[Column], frame: Frame
    ) -> Iterator[tuple[bytes, int]]:
        found = (from_json(bytes(message)) for message in messages)
        if frame.rows == 1:
            for one in found:
                yield _text(one, columns, frame), 1
            return
        yield from _zipped(found, columns, frame)


def _zipped(
    found: Iterable[Mapping[str, Any]], columns: Sequence[Column], frame: Frame
) -> Iterator[tuple[bytes, int]]:
    own = {column.key for column in transcript()}
    listed = [column for column in columns if column.key not in own]
    index = Packed()
    try:
        index.write(BOM + ",".join(["file", *(c.key for c in listed)]).encode() + b"\r\n")
        with Zip(frame.generated_at) as file:
            pieces: list[bytes] = []
            size = 0
            for one in found:
                name = f"{one['conversation_id']}.txt"
                index.write(_record(name, one, listed))
                pieces.append(file.member(name, _text(one, columns, frame)))
                size += len(pieces[-1])
                if size >= _PIECE:
                    yield b"".join(pieces), len(pieces)
                    pieces, size = [], 0
            yield b"".join(pieces), len(pieces)
            for piece in file.packed(INDEX, index):
                yield piece, 0
            for piece in file.end():
                yield piece, 0
    finally:
        index.close()


def _text(one: Mapping[str, Any], columns: Sequence[Column], frame: Frame) -> bytes:
    """A transcript. What is restricted reads so: the visitor's name, or all that was said."""
    kinds = {column.key: column.kind for column in columns}
    if kinds["messages"] != OBJECTS:
        return f"{REDACTED}\n".encode()
    persons = {said["name"] for said in one["messages"] if said["sender"] == "agent"}
    names = transcripts.names_of(one["agent"], one["name"], persons)
    if kinds["name"] != "text":
        names["visitor"] = REDACTED
    zone, headings = ZoneInfo(frame.timezone), frame.options.headings
    said = transcripts.lines(one["messages"], zone, names, dated=headings)
    heads = _heads(one, frame) if headings else []
    # What cannot be stored cannot be here: text in the database is Unicode without surrogates.
    return transcripts.as_text([*heads, *said]).encode()


def _heads(one: Mapping[str, Any], frame: Frame) -> list[str]:
    return [f"# Conversation {one['conversation_id']}", f"# Times in {frame.timezone}"]


def _record(name: str, one: Mapping[str, Any], columns: Sequence[Column]) -> bytes:
    """A line of the index, as `formats.csv` would have PostgreSQL write it."""
    fields = [f'"{name}"', *(_field(one[c.key], c.kind) for c in columns)]
    return (",".join(fields) + "\r\n").encode()


def _field(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "bool":
        return "true" if value else "false"
    if kind == "number":
        return str(value)
    text = guard(value) if kind == "text" else value
    return '"' + text.replace('"', '""') + '"'
