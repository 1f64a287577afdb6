"""What every format has to keep: a class that the tests of each format inherit.

A format says how its files are read (`readers`) and how one value looks in it (`shown`); all the
rest is asked of all of them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.exports.models import RestrictedField
from synaptiq.exports.spec import Options
from synaptiq.leads.models import Lead
from tests.exports import nasty
from tests.exports.running import add_leads, ask, content, exported, run

OWN = (
    "id", "email", "name", "phone", "company", "status", "score", "source_url", "created_at",
    "last_activity_at", "tags", "assigned_to",
)  # fmt: skip
CUSTOM = tuple("custom_" + p["slug"] for p in nasty.PROPERTIES)
COLUMNS = OWN + CUSTOM

Row = Mapping[str, Any]


@pytest.mark.usefixtures("committed_db")
class FormatContract:
    """Inherit, set `format`, and define `readers` and `shown`."""

    format: str
    empty: bytes

    def readers(self, folder: Path, columns: tuple[str, ...]) -> list[Callable[[bytes], list[Row]]]:
        """Functions from a file's bytes to its rows, column key → value, whatever they can tell."""
        raise NotImplementedError

    def shown(self, column: str, value: Any, options: Options) -> Any:
        """A native value as a reader of this format gives it back."""
        raise NotImplementedError

    @pytest.fixture
    def rows(self, actor: Callable[..., Actor], member: Callable[..., Any]) -> list[Row]:
        self.asking = actor("admin")
        return [flat(row) for row in nasty.make(self.asking, member)]

    def expect(
        self, folder: Path, data: bytes, rows: list[Row], columns: tuple[str, ...] = COLUMNS,
        options: Options | None = None,
    ) -> None:  # fmt: skip
        options = options or Options()
        expected = [{key: self.shown(key, row[key], options) for key in columns} for row in rows]
        for read in self.readers(folder, columns):
            found = read(data)
            assert [list(row) for row in found] == [list(row) for row in expected]
            differ = [
                f"{read.__name__}: {key} of {row['id']}: {row[key]!r} is not {was[key]!r}"
                for row, was in zip(found, expected, strict=True)
                for key in columns
                if (row[key], type(row[key])) != (was[key], type(was[key]))
            ]
            assert differ == []

    def test_every_value_comes_back_through_every_reader(
        self, rows: list[Row], tmp_path: Path
    ) -> None:
        self.expect(tmp_path, exported(self.asking, format=self.format), rows)

    @pytest.mark.parametrize("columns", [["id"], ["name", "id"], ["id", "score", "custom_seats"]])
    def test_columns_may_be_left_out_and_keep_their_order(
        self, rows: list[Row], tmp_path: Path, columns: list[str]
    ) -> None:
        data = exported(self.asking, format=self.format, columns=columns)
        self.expect(tmp_path, data, rows, tuple(c for c in COLUMNS if c in columns))

    def test_a_restricted_column_is_redacted_in_every_row_whatever_it_holds(
        self, rows: list[Row], tmp_path: Path
    ) -> None:
        hidden = ("name", "score", "tags", "created_at", "custom_seats", "custom_unused")
        for column in hidden:
            RestrictedField.objects.create(dataset="leads", column=column)
        data = exported(self.asking, format=self.format)
        redacted = [{**row, **dict.fromkeys(hidden, "[REDACTED]")} for row in rows]
        self.expect(tmp_path, data, redacted)

    def test_a_selection_holds_those_rows_alone_in_file_order(
        self, rows: list[Row], tmp_path: Path
    ) -> None:
        ids = ["lead_0004", "lead_0001", "lead_9999", "lead_0001"]
        data = exported(self.asking, format=self.format, scope="selection", ids=ids)
        self.expect(tmp_path, data, [rows[1], rows[4]])

    def test_no_rows_are_a_file_too(self, actor: Callable[..., Actor]) -> None:
        asking = actor("export")
        assert exported(asking, format=self.format) == self.empty
        gone = {"scope": "selection", "ids": ["lead_gone"]}
        assert exported(asking, format=self.format, **gone) == self.empty

    def test_a_filter_that_can_match_nothing_gives_the_same(
        self, actor: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            "synaptiq.exports.datasets.leads.Leads.chosen", lambda *_: Lead.objects.none()
        )
        assert exported(actor("export"), format=self.format) == self.empty

    @pytest.mark.parametrize("count", [511, 512, 513, 1025])
    def test_rows_over_several_chunks_come_once_each_in_order(
        self, account: Account, actor: Callable[..., Actor], tmp_path: Path, count: int
    ) -> None:
        add_leads(account.pk, count)
        export = run(ask(actor("export"), format=self.format, columns=["id", "name"]))
        expected = [{"id": f"lead_{i:07d}", "name": f"Person {i}"} for i in range(1, count + 1)]
        self.expect(tmp_path, content(export), expected, ("id", "name"))
        assert (export.rows_total, export.rows_written) == (count, count)

    def test_rows_of_one_moment_are_ordered_by_the_bytes_of_their_ids(
        self, account: Account, actor: Callable[..., Actor], tmp_path: Path
    ) -> None:
        add_leads(account.pk, 40)
        for lead in Lead.objects.all():
            name = str(lead.name).partition(" ")[2]
            Lead.objects.filter(pk=lead.pk).update(
                created_at=nasty.START, public_id=f"lead_{int(name) * 7919 % 97:x}z"
            )
        ids = sorted(Lead.objects.values_list("public_id", flat=True), key=str.encode)
        data = exported(actor("export"), format=self.format, columns=["id"])
        self.expect(tmp_path, data, [{"id": i} for i in ids], ("id",))


def flat(row: Mapping[str, Any]) -> Row:
    """A row of `nasty`, with its custom properties as columns."""
    custom = {"custom_" + slug: value for slug, value in row["custom_properties"].items()}
    return {**{key: value for key, value in row.items() if key != "custom_properties"}, **custom}
