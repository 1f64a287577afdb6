"""The frozen request: what it keeps, and what is refused with what is possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.exports import queries, spec
from synaptiq.kit.errors import Invalid
from synaptiq.leads import actions as leads
from synaptiq.leads.models import CustomProperty
from tests.exports.running import add_leads

BASE = {"dataset": "leads", "format": "csv", "scope": "filter"}


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"dataset": "tables"}, "dataset", "none of leads"),
        ({"format": "pdf"}, "format", "leads can be exported as csv, json, jsonl"),
        ({"scope": "everything"}, "scope", ""),
        ({"scope": None}, "scope", ""),
        ({"scope": "selection"}, "ids", "never means everything"),
        ({"scope": "selection", "ids": []}, "ids", "never means everything"),
        ({"scope": "selection", "ids": ["x"] * 50_001}, "ids", "more than 50,000"),
        ({"ids": ["lead_1"]}, "ids", "belong to the scope"),
        ({"columns": ["id", "secret"]}, "columns", "there is no secret; there are id, email"),
        ({"columns": ["email"]}, "columns", "id cannot be left out"),
        ({"columns": []}, "columns", "id cannot be left out"),
        ({"columns": "id"}, "columns", ""),
        ({"filter": {"colour": "red"}}, "colour", "there is no such filter; there are status"),
        ({"filter": {"status": ["pink"]}}, "status", "none of new"),
        ({"filter": []}, "filter", ""),
        ({"options": {"delimiter": "|"}}, "options.delimiter", ""),
        ({"options": {"bom": "yes"}}, "options.bom", ""),
        ({"options": {"quote": "'"}}, "options.quote", ""),
        ({"extra": 1}, "extra", ""),
    ],
)
def test_what_cannot_be_is_refused_naming_the_field(
    account: Account, given: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(Invalid) as caught:
        spec.make(account, {**BASE, **given})
    assert field in caught.value.fields
    assert says in caught.value.fields[field]


def test_columns_keep_the_order_of_the_file_and_each_stands_once(account: Account) -> None:
    made = spec.make(account, {**BASE, "columns": ["score", "id", "email", "id"]})
    assert made.columns == ("id", "email", "score")


def test_custom_properties_are_columns_in_definition_order_until_they_are_archived(
    account: Account, actor: Callable[..., Actor]
) -> None:
    for slug in ("zeta", "alpha"):
        leads.define_property(actor("admin", email=f"{slug}@a.b"), slug=slug, label=slug)
    assert spec.make(account, BASE).columns[-2:] == ("custom_zeta", "custom_alpha")
    CustomProperty.objects.filter(slug="zeta").update(archived_at=account.created_at)
    made = spec.make(account, BASE)
    assert made.columns[-1] == "custom_alpha"
    assert "custom_zeta" not in made.columns


def test_a_run_asked_before_a_property_was_archived_keeps_its_column(
    account: Account, actor: Callable[..., Actor]
) -> None:
    leads.define_property(actor("admin"), slug="zeta", label="Z")
    made = spec.make(account, BASE)
    CustomProperty.objects.update(archived_at=account.created_at)
    assert [c.key for c in queries.columns_of(made)] == list(made.columns)


def test_a_selection_wins_over_the_filter_and_holds_each_id_once(account: Account) -> None:
    made = spec.make(
        account,
        {**BASE, "scope": "selection", "ids": ["b", "a", "b"], "filter": {"status": ["new"]}},
    )
    assert (made.ids, made.filter) == (("b", "a"), {})


def test_the_largest_selection_can_be_counted(account: Account) -> None:
    add_leads(account.pk, 3)
    ids = [f"lead_{i:07d}" for i in range(50_000)]
    made = spec.make(account, {**BASE, "scope": "selection", "ids": ids})
    assert queries.count(made) == 3
    assert queries.preview(made).missing == 49_997


def test_days_are_those_of_the_account_when_it_was_asked(account: Account) -> None:
    account.timezone = "Asia/Tokyo"
    days = {"created": {"from": "2026-01-01", "to": "2026-01-01"}}
    made = spec.make(account, {**BASE, "filter": days})
    assert (made.timezone, made.filter) == ("Asia/Tokyo", days)
    assert queries.sentence(made) == "created 1 January 2026"
    add_leads(account.pk, 1)
    assert queries.count(made) == 1
    assert queries.count(made.model_copy(update={"timezone": "America/Los_Angeles"})) == 0


def test_a_spec_survives_its_record(account: Account) -> None:
    made = spec.make(account, {**BASE, "options": {"bom": False}, "filter": {"text": "été"}})
    assert spec.ExportSpec.model_validate(made.model_dump(mode="json")) == made


def test_the_preview_shows_what_a_file_would_hold(account: Account) -> None:
    add_leads(account.pk, 12, name="=x")
    made = spec.make(account, {**BASE, "columns": ["id", "name", "score"]})
    shown = queries.preview(made)
    assert (shown.rows, shown.missing, [c.key for c in shown.columns]) == (
        12, 0, ["id", "name", "score"],
    )  # fmt: skip
    assert shown.first == [[f"lead_{i:07d}", f"=x {i}", None] for i in range(1, 6)]
    assert shown.estimated_bytes == 3 + len("id,name,score\r\n") + sum(
        len(f'"lead_{i:07d}","\'=x {i}",\r\n') for i in range(1, 13)
    )
