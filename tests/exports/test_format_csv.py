"""CSV: the contract of all formats, and what is its own (bytes, dialects, delimiters)."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.exports.formats.csv import CSV
from synaptiq.exports.spec import Options
from synaptiq.kit.spreadsheet import guard
from tests.exports import reading
from tests.exports.contract import COLUMNS, FormatContract, Row
from tests.exports.running import add_leads, exported, frame

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
BARE = {"score", "custom_seats", "custom_paid"}


def head(columns: tuple[str, ...] = COLUMNS, delimiter: str = ",") -> bytes:
    return delimiter.join(columns).encode() + b"\r\n"


class TestCSV(FormatContract):
    format = "csv"
    empty = (
        b"\xef\xbb\xbfid,email,name,phone,company,status,score,source_url,created_at,"
        b"last_activity_at,tags,assigned_to\r\n"
    )
    delimiter = ","

    def readers(self, folder: Path, columns: tuple[str, ...]) -> list[Callable[[bytes], list[Row]]]:
        def body(data: bytes) -> bytes:
            data = data.removeprefix(reading.BOM)
            assert data.startswith(head(columns, self.delimiter))
            return data

        def named(records: list[list[Any]]) -> list[Row]:
            return [dict(zip(columns, record, strict=True)) for record in records]

        def strict(data: bytes) -> list[Row]:
            records = reading.strict(body(data), self.delimiter)[1:]
            for key, field in zip(columns * len(records), chain(*records), strict=True):
                redacted = field.text == "[REDACTED]"
                assert field.quoted == (field.text is not None and (key not in BARE or redacted))
            return named([[field.text for field in record] for record in records])

        def duckdb(data: bytes) -> list[Row]:
            return named(reading.by_duckdb(body(data), folder, list(columns), self.delimiter))

        def python(data: bytes) -> list[Row]:
            # Python's reader cannot tell NULL from "": what it says, with the strict one's NULLs.
            records = reading.by_python(body(data), self.delimiter)[1:]
            nulls = strict(data)
            return [
                {key: None if null[key] is None and not text else text for key, text in row.items()}
                for row, null in zip(named(records), nulls, strict=True)
            ]

        return [strict, duckdb, python]

    def shown(self, column: str, value: Any, options: Options) -> str | None:
        if value is None or value == "[REDACTED]":
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            # Decimal, since PostgreSQL writes no exponents.
            return f"{Decimal(json.dumps(value)):f}"
        text = ",".join(value) if isinstance(value, list) else str(value)
        return text if options.dialect == "raw" else guard(text)

    @pytest.mark.parametrize("delimiter", DELIMITERS)
    @pytest.mark.parametrize("dialect", ["default", "raw"])
    def test_delimiter_and_dialect(
        self, rows: list[Row], tmp_path: Path, delimiter: str, dialect: str
    ) -> None:
        given = {"delimiter": delimiter, "dialect": dialect}
        self.delimiter = DELIMITERS[delimiter]
        data = exported(self.asking, options=given)
        self.expect(tmp_path, data, rows, options=Options.model_validate(given))

    def test_the_byte_order_mark_can_be_left_out_and_nothing_else_changes(
        self, rows: list[Row]
    ) -> None:
        with_mark = exported(self.asking)
        assert with_mark.startswith(reading.BOM)
        assert exported(self.asking, options={"bom": False}) == with_mark[3:]

    def test_a_file_of_bytes_typed_by_hand(
        self, account: Account, actor: Callable[..., Actor]
    ) -> None:
        add_leads(account.pk, 2, name='=a"b')
        assert exported(actor("export"), columns=["id", "name", "company", "score"]) == (
            b"\xef\xbb\xbfid,name,company,score\r\n"
            b'"lead_0000001","\'=a""b 1",,\r\n'
            b'"lead_0000002","\'=a""b 2",,\r\n'
        )
        raw = {"dialect": "raw", "bom": False, "delimiter": "tab"}
        assert exported(actor("export", email="b@c.d"), columns=["id", "name"], options=raw) == (
            b'id\tname\r\n"lead_0000001"\t"=a""b 1"\r\n"lead_0000002"\t"=a""b 2"\r\n'
        )


def test_headers_are_guarded_in_the_default_dialect_alone() -> None:
    from synaptiq.exports.columns import Column

    columns = [Column("id", "word", None), Column("=cmd", "text", None)]
    default = b"".join(c for c, _ in CSV().chunks([], columns, frame()))
    raw = b"".join(c for c, _ in CSV().chunks([], columns, frame(dialect="raw", bom=False)))
    assert default == b"\xef\xbb\xbfid,'=cmd\r\n"
    assert raw == b"id,=cmd\r\n"


def test_chunks_count_the_rows_that_they_end() -> None:
    messages = [b'"a"\n'] * 1300
    counts = [rows for _, rows in CSV().chunks(messages, [], frame())]
    assert counts == [0, 512, 512, 276]
