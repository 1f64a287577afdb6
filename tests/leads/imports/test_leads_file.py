"""9,240 real leads, cell by cell: the file against our export, both as DuckDB reads them.

`leads_mapping.csv` is the golden mapping, column by column, agreed by eye: what each becomes and
how its cells are then spelled.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.leads.models import CustomProperty, Lead
from tests import shared
from tests.exports.running import exported
from tests.leads.imports.bringing import attempt, bring, counts, give, look

GOLDEN = Path(__file__).with_name("leads_mapping.csv")
SPELLED: dict[str, Callable[[str], str]] = {
    "same": lambda cell: cell,
    "bool": lambda cell: {"Yes": "true", "No": "false"}[cell],
}


def golden() -> list[dict[str, str]]:
    with open(GOLDEN, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read(path: Path) -> list[dict[str, str | None]]:
    """Every cell as text, None where nothing stands."""
    relation = duckdb.connect().sql(
        f"SELECT * FROM read_csv('{path}', header = true, all_varchar = true, delim = ',',"
        " quote = '\"', escape = '\"', nullstr = '')"
    )
    names = relation.columns
    return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]


@pytest.fixture
def data() -> bytes:
    return shared.data("leads/Leads.csv").read_bytes()


def test_the_proposal_is_the_golden_mapping(admin: Actor, data: bytes) -> None:
    columns = look(admin, give(admin, data), blanks=["Select"])
    proposed = [(c.header, c.to, c.type if c.to.startswith("new.") else "") for c in columns]
    assert proposed == [(row["column"], row["to"], row["type"]) for row in golden()]
    assert columns[-1].why == "it has no name and holds nothing"
    assert {c.header for c in columns if "Select" in c.offered} == {
        "Specialization", "How did you hear about X Education", "Lead Profile", "City",
    }  # fmt: skip


def test_every_cell_comes_out_of_the_export_as_it_was_and_a_second_time_nothing_changes(
    committed_db: str, account: Account, actor: Callable[..., Actor], tmp_path: Path, data: bytes
) -> None:
    admin = actor("admin")
    tried = attempt(admin, data, blanks=["Select"])
    imported = bring(admin, data, blanks=["Select"])
    assert counts(imported) == counts(tried) == (9240, 0, 0, 0)
    ours = tmp_path / "export.csv"
    ours.write_bytes(exported(admin, format="csv"))
    out = {row["id"]: row for row in read(ours)}
    ids = dict(Lead.objects.values_list("external_id", "public_id"))
    compared = 0
    for row in read(shared.data("leads/Leads.csv")):
        lead = out[ids[row["Prospect ID"] or ""]]
        for column in golden()[:37]:
            cell = row[column["column"]]
            wanted = None if cell in (None, "Select") else SPELLED[column["spelled"]](cell)
            if column["to"] == "external_id":
                continue
            found = lead[column["export"]]
            assert found == wanted, (row["Prospect ID"], column["column"])
            compared += 1
    assert compared == 9240 * 36, "and the 37th is what each row was found by"
    assert CustomProperty.objects.count() == 36
    before = set(Lead.objects.values_list("pk", "updated_at", "version"))
    for match in ("fill", "overwrite"):
        assert counts(bring(admin, data, blanks=["Select"], match=match)) == (0, 0, 9240, 0)
    assert set(Lead.objects.values_list("pk", "updated_at", "version")) == before
