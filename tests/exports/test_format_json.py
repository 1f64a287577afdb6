"""JSON and JSON Lines: the contract of all formats, and their own bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.exports.formats import FORMATS
from synaptiq.exports.spec import Options
from tests.exports import reading
from tests.exports.contract import FormatContract, Row
from tests.exports.running import add_leads, exported, frame

TYPES = {
    "score": "INTEGER",
    "tags": "VARCHAR[]",
    "custom_seats": "DOUBLE",
    "custom_paid": "BOOLEAN",
}


def flattened(found: dict[str, Any], columns: tuple[str, ...]) -> Row:
    """An object as a row, after a look at its shape."""
    own = [c for c in columns if not c.startswith("custom_")]
    assert list(found) == [*own, "custom_properties", "conversations"]
    assert found["conversations"] in ([], "[]")
    custom = {"custom_" + slug: value for slug, value in found["custom_properties"].items()}
    assert list(custom) == [c for c in columns if c.startswith("custom_")]
    return {**{key: found[key] for key in own}, **custom}


class TestJSON(FormatContract):
    format = "json"
    empty = b"[]"
    lines = False

    def readers(self, folder: Path, columns: tuple[str, ...]) -> list[Callable[[bytes], list[Row]]]:
        def python(data: bytes) -> list[Row]:
            read = reading.lines_by_python if self.lines else reading.json_by_python
            return [flattened(found, columns) for found in read(data)]

        def duckdb(data: bytes) -> list[Row]:
            redacted = b'"[REDACTED]"' in data
            types = {} if redacted else TYPES
            own = {c: types.get(c, "VARCHAR") for c in columns if not c.startswith("custom_")}
            custom = [c for c in columns if c.startswith("custom_")]
            fields = ", ".join(f"{c[7:]} {types.get(c, 'VARCHAR')}" for c in custom)
            # A struct has at least one field; an empty object is read as its text.
            struct = f"STRUCT({fields})" if custom else "JSON"
            asked = {**own, "custom_properties": struct, "conversations": "JSON"}
            found = reading.json_by_duckdb(data, folder, asked, lines=self.lines)
            for row in found:
                if not custom:
                    assert row["custom_properties"] == "{}"
                    row["custom_properties"] = {}
                seats = row["custom_properties"].get("seats")
                if seats is not None and seats == int(seats):
                    row["custom_properties"]["seats"] = int(seats)
            return [flattened(row, columns) for row in found]

        return [python] if self.has_restrictions() else [python, duckdb]

    def has_restrictions(self) -> bool:
        """DuckDB takes one type for each column, and a redacted one has another."""
        from synaptiq.exports.models import RestrictedField

        return RestrictedField.objects.exists()

    def shown(self, column: str, value: Any, options: Options) -> Any:
        return value

    def test_options_of_csv_change_nothing(self, rows: list[Row]) -> None:
        plain = exported(self.asking, format=self.format)
        options = {"bom": False, "delimiter": "tab", "dialect": "raw"}
        assert exported(self.asking, format=self.format, options=options) == plain

    def test_a_file_of_bytes_typed_by_hand(
        self, account: Account, actor: Callable[..., Actor]
    ) -> None:
        add_leads(account.pk, 2, name='=a"é\\')
        objects = [
            b'{"id":"lead_0000001","name":"=a\\"\xc3\xa9\\\\ 1","score":null,"tags":[],'
            b'"custom_properties":{},"conversations":[]}',
            b'{"id":"lead_0000002","name":"=a\\"\xc3\xa9\\\\ 2","score":null,"tags":[],'
            b'"custom_properties":{},"conversations":[]}',
        ]
        expected = b"\n".join(objects) + b"\n" if self.lines else b"[" + b",\n".join(objects) + b"]"
        columns = ["id", "name", "score", "tags"]
        assert exported(actor("export"), format=self.format, columns=columns) == expected


class TestJSONLines(TestJSON):
    format = "jsonl"
    empty = b""
    lines = True


def test_chunks_count_the_rows_that_they_end() -> None:
    for key, counts in {"json": [512, 512, 276, 0], "jsonl": [512, 512, 276]}.items():
        chunks = list(FORMATS["leads", key].chunks([b"{}\n"] * 1300, [], frame()))
        assert [rows for _, rows in chunks] == counts
