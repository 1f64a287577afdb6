"""Custom properties are defined, renamed, ordered, archived; their slug stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import AuditEntry
from synaptiq.exports import actions as exports
from synaptiq.exports import files, pipeline
from synaptiq.exports.datasets import DATASETS
from synaptiq.kit.errors import Conflict, Denied, Invalid, NotFound
from synaptiq.leads import actions, queries, values
from synaptiq.leads.models import CustomProperty, Lead


@pytest.fixture
def admin(actor: Callable[..., Actor]) -> Actor:
    return actor("admin")


@pytest.fixture
def three(admin: Actor) -> list[str]:
    """Ids of the properties a, b and c."""
    return [actions.define_property(admin, slug=s, label=s.upper()).public_id for s in "abc"]


def _order() -> list[str]:
    return [p.slug for p in queries.custom_properties()]


def _columns() -> list[str]:
    keys = [column.key for column in DATASETS["leads"].columns()]
    return [key for key in keys if key.startswith("custom_")]


def _written() -> list[Any]:
    entries = AuditEntry.objects.filter(action__startswith="property.").order_by("pk")
    return list(entries.values_list("action", "detail"))


def test_the_label_makes_a_slug_where_none_is_given(admin: Actor) -> None:
    assert actions.define_property(admin, label="Company size").slug == "company_size"
    with pytest.raises(Invalid) as refused:
        actions.define_property(admin, label="会社")
    assert list(refused.value.fields) == ["slug"]


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("Company size", "company_size"),
        ("  Budget (in €)  ", "budget_in"),
        ("Größe", "groe"),
        ("Área", "area"),
        ("2nd contact", "nd_contact"),
        ("x" * 100, "x" * 63),
        ("漢", ""),
    ],
)
def test_slugs_are_made_of_labels(label: str, slug: str) -> None:
    assert values.slug_of(label) == slug


def test_a_new_label_leaves_the_slug(admin: Actor, three: list[str]) -> None:
    after = actions.rename_property(admin, three[0], "  Budget ")
    assert (after.slug, after.label) == ("a", "Budget")
    actions.rename_property(admin, three[0], "Budget")
    assert _written()[3:] == [("property.changed", {"slug": "a", "what": "label"})]
    for wrong in ("", " ", "x" * 121, "\u200b", None):
        with pytest.raises(Invalid):
            actions.rename_property(admin, three[0], wrong)


def test_the_order_is_that_of_an_export(admin: Actor, three: list[str]) -> None:
    actions.move_property(admin, three[2], up=True)
    assert _order() == ["a", "c", "b"]
    assert _columns() == ["custom_a", "custom_c", "custom_b"]
    actions.move_property(admin, three[0], up=True)
    actions.move_property(admin, three[1], up=False)
    assert _order() == ["a", "c", "b"]
    assert _written()[3:] == [("property.changed", {"slug": "c", "place": 2})]
    actions.move_property(admin, three[0], up=False)
    assert _order() == ["c", "a", "b"]


def test_moving_passes_over_what_is_archived(admin: Actor, three: list[str]) -> None:
    actions.archive_property(admin, three[1])
    actions.move_property(admin, three[2], up=True)
    assert _order() == ["c", "a"]
    actions.restore_property(admin, three[1])
    assert _order() == ["c", "b", "a"]


@pytest.mark.usefixtures("committed_db")
def test_a_file_has_the_columns_of_this_moment(account: Any, actor: Callable[..., Actor]) -> None:
    admin = actor("admin", email="boss@example.com")
    ids = [actions.define_property(admin, slug=s, label=s).public_id for s in "abc"]
    actions.create_lead(admin, {"name": "Jane"}, custom={"a": "1", "b": "2", "c": "3"})
    actions.move_property(admin, ids[2], up=True)
    actions.archive_property(admin, ids[0])
    run = exports.request(
        admin,
        {"dataset": "leads", "scope": "filter", "options": {"bom": False}},
        in_this_process=True,
    )
    pipeline.run(run)
    run.refresh_from_db()
    with files.open_file(run.file_key) as file:
        head, row = file.read().decode().splitlines()
    assert head.endswith(",assigned_to,custom_c,custom_b")
    assert row.endswith(',,"3","2"')


def test_an_archived_property_leaves_exports_and_comes_back_with_its_values(
    admin: Actor, three: list[str]
) -> None:
    lead = actions.create_lead(admin, {"name": "Jane"}, custom={"b": "x"})
    actions.archive_property(admin, three[1])
    assert _columns() == ["custom_a", "custom_c"]
    with pytest.raises(Invalid):
        actions.edit_lead(admin, lead.public_id, {}, custom={"b": "y"})
    for again in (
        lambda: actions.archive_property(admin, three[1]),
        lambda: actions.move_property(admin, three[1], up=True),
        lambda: actions.convert_property(admin, three[1], "number"),
        lambda: actions.restore_property(admin, three[0]),
    ):
        with pytest.raises(Conflict):
            again()
    actions.restore_property(admin, three[1])
    assert _columns() == ["custom_a", "custom_b", "custom_c"]
    assert Lead.objects.get().custom == {"b": "x"}
    assert [action for action, _ in _written()[3:]] == ["property.archived", "property.restored"]


def test_only_who_may_change_settings_changes_properties(
    three: list[str], actor: Callable[..., Actor]
) -> None:
    agent = actor("agent")
    for act in (
        lambda: actions.define_property(agent, label="D"),
        lambda: actions.rename_property(agent, three[0], "D"),
        lambda: actions.move_property(agent, three[0], up=False),
        lambda: actions.archive_property(agent, three[0]),
        lambda: actions.restore_property(agent, three[0]),
        lambda: actions.convert_property(agent, three[0], "number"),
        lambda: actions.stop_conversion(agent, three[0]),
    ):
        with pytest.raises(Denied):
            act()
    with pytest.raises(Denied):
        actions.plan_conversion(agent, three[0], "number")
    assert _order() == ["a", "b", "c"]
    assert AuditEntry.objects.filter(outcome="denied").count() == 7


def test_a_property_of_another_account_is_not_found(
    admin: Actor, three: list[str], account: Any
) -> None:
    from synaptiq.accounts import actors
    from tests.conftest import make_account, make_member

    other = actors.of_member(make_member(make_account("Other"), "owner"))
    for act in (
        lambda: actions.rename_property(other, three[0], "D"),
        lambda: actions.move_property(other, three[0], up=False),
        lambda: actions.archive_property(other, three[0]),
        lambda: actions.plan_conversion(other, three[0], "number"),
        lambda: actions.convert_property(other, three[0], "number"),
    ):
        with pytest.raises(NotFound):
            act()
    assert CustomProperty.objects.filter(type="text", archived_at=None).count() == 3


def test_uses_are_counted_over_living_leads(admin: Actor, three: list[str]) -> None:
    made = [
        actions.create_lead(admin, {"name": str(n)}, custom={"a": "x", **({"b": "y"} if n else {})})
        for n in range(3)
    ]
    actions.delete_lead(admin, made[0].public_id)
    assert queries.property_uses() == queries.PropertyUses({"a": 2, "b": 2})
    assert queries.property_uses(most=1) == queries.PropertyUses({"a": 1, "b": 1}, of_newest=1)
    assert queries.count_up_to(Lead.objects.all(), 2) == 3
    assert queries.count_up_to(Lead.objects.all(), 3) == 3
