"""Readers of export files that are not ours: Python's, DuckDB's, and one strict one for CSV.

The strict one exists because neither of the others tells whether a field was quoted, which is how
NULL and the empty text differ.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

BOM = b"\xef\xbb\xbf"


class Field(NamedTuple):
    """One field of a CSV record. `text` is None where nothing stood there."""

    text: str | None
    quoted: bool


def strict(data: bytes, delimiter: str = ",") -> list[list[Field]]:
    """Records of an RFC 4180 text, without its byte order mark. Anything laxer is an error."""
    text, at = data.decode(), 0
    records: list[list[Field]] = []
    record: list[Field] = []
    while at < len(text):
        if text[at] == '"':
            end = at + 1
            while text[end] != '"' or text[end : end + 2] == '""':
                end += 2 if text[end] == '"' else 1
            record.append(Field(text[at + 1 : end].replace('""', '"'), True))
            at = end + 1
        else:
            end = at
            while text[end] not in delimiter + '"\r\n':
                end += 1
            record.append(Field(text[at:end] or None, False))
            at = end
        if text[at] == delimiter:
            at += 1
        else:
            assert text[at : at + 2] == "\r\n", f"a record ends with {text[at : at + 2]!r}"
            at += 2
            records.append(record)
            record = []
    assert not record
    return records


def by_python(data: bytes, delimiter: str = ",") -> list[list[str]]:
    """Records as Python's csv module reads them; NULL and "" are the same to it."""
    with io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter, strict=True))


def by_duckdb(data: bytes, folder: Path, names: list[str], delimiter: str = ",") -> list[list[Any]]:
    """Records below the header as DuckDB reads them, all as text."""
    path = folder / "read.csv"
    path.write_bytes(data)
    columns = ", ".join(f"{_literal(f'c{i}')}: 'VARCHAR'" for i in range(len(names)))
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT * FROM read_csv({_literal(str(path))}, auto_detect=false, header=true, "
            f"delim={_literal(delimiter)}, quote='\"', escape='\"', new_line='\\r\\n', "
            f"allow_quoted_nulls=false, parallel=false, columns={{{columns}}})"
        ).fetchall()
    return [list(row) for row in rows]


def json_by_python(data: bytes) -> list[Any]:
    found = json.loads(data)
    assert isinstance(found, list)
    return found


def lines_by_python(data: bytes) -> list[Any]:
    assert data == b"" or data.endswith(b"\n")
    return [json.loads(line) for line in data.split(b"\n")[:-1]]


def json_by_duckdb(data: bytes, folder: Path, types: dict[str, str], *, lines: bool) -> list[Any]:
    """Objects as DuckDB reads them, with its names of types by key."""
    path = folder / "read.json"
    path.write_bytes(data)
    columns = ", ".join(f"{_literal(key)}: {_literal(type)}" for key, type in types.items())
    form = "newline_delimited" if lines else "array"
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT * FROM read_json({_literal(str(path))}, format='{form}', "
            f"columns={{{columns}}}, maximum_object_size=100000000)"
        ).fetchall()
    return [dict(zip(types, row, strict=True)) for row in rows]


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
