"""Writing leads: making, deleting, bringing back, and defining custom properties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from synaptiq.accounts import actors
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Denied, Invalid, NotFound
from synaptiq.leads import actions, queries
from synaptiq.leads.models import Lead, Tag
from tests.conftest import make_account, make_member


def test_a_lead_is_stored_as_it_was_given(actor: Callable[..., Actor]) -> None:
    agent = actor("agent")
    with clock.freeze(clock.now()):
        lead = actions.create_lead(agent, {"email": "a@b.example", "tags": ["x", "y"]})
        assert lead.created_at == lead.updated_at == lead.last_activity_at == clock.now()
    assert (lead.email, lead.tags, lead.status, lead.origin) == (
        "a@b.example", ["x", "y"], "new", "manual",
    )  # fmt: skip
    assert set(Tag.objects.values_list("name", flat=True)) == {"x", "y"}
    again = actions.create_lead(agent, {"email": "a@b.example"})
    assert again.pk != lead.pk


@pytest.mark.parametrize("given", [{}, {"company": "Acme"}, {"email": " ", "name": ""}])
def test_a_lead_needs_a_way_to_be_reached(
    actor: Callable[..., Actor], given: dict[str, Any]
) -> None:
    with pytest.raises(Invalid, match="give an email"):
        actions.create_lead(actor("agent"), given)


def test_an_external_id_stands_once_in_an_account(actor: Callable[..., Actor]) -> None:
    agent = actor("agent")
    actions.create_lead(agent, {"external_id": "42"})
    with pytest.raises(Conflict, match="external id"):
        actions.create_lead(agent, {"external_id": "42"})
    other = make_account("Other")
    with acting_for(other.pk):
        actions.create_lead(actors.of_terminal(other), {"external_id": "42"})


@pytest.mark.parametrize("role", ["viewer", "export", "auditor"])
def test_who_may_not_edit_changes_nothing(actor: Callable[..., Actor], role: str) -> None:
    lead = actions.create_lead(actor("agent"), {"name": "Jane"})
    asking = actor(role)
    for do in (
        lambda: actions.create_lead(asking, {"name": "x"}),
        lambda: actions.delete_lead(asking, lead.public_id),
        lambda: actions.restore_lead(asking, lead.public_id),
        lambda: actions.define_property(asking, slug="a", label="A"),
    ):
        with pytest.raises(Denied):
            do()
    assert list(Lead.objects.values_list("name", "deleted_at")) == [("Jane", None)]
    denied = AuditEntry.objects.filter(outcome="denied", actor=asking.name)
    assert set(denied.values_list("action", flat=True)) == {
        "lead.created", "lead.deleted", "lead.restored", "property.defined",
    }  # fmt: skip


def test_a_deleted_lead_leaves_lists_and_can_come_back_for_thirty_days(
    actor: Callable[..., Actor],
) -> None:
    agent = actor("agent")
    with clock.freeze(clock.now()):
        lead = actions.create_lead(agent, {"name": "Jane"})
        actions.delete_lead(agent, lead.public_id)
        deleted = clock.now()
        assert not Lead.objects.alive().exists()
        with pytest.raises(NotFound):
            queries.get(lead.public_id)
        with pytest.raises(NotFound):
            actions.delete_lead(agent, lead.public_id)
        assert list(queries.deleted()) == [lead]
    with clock.freeze(deleted + timedelta(days=30) - timedelta(seconds=1)):
        assert actions.restore_lead(agent, lead.public_id).name == "Jane"
        assert Lead.objects.alive().exists()
        actions.delete_lead(agent, lead.public_id)
        deleted = clock.now()
    with clock.freeze(deleted + timedelta(days=30)):
        with pytest.raises(NotFound, match="30 days"):
            actions.restore_lead(agent, lead.public_id)
        assert not queries.deleted()
    assert Lead.objects.count() == 1


def test_a_lead_that_was_not_deleted_cannot_be_brought_back(actor: Callable[..., Actor]) -> None:
    agent = actor("agent")
    lead = actions.create_lead(agent, {"name": "Jane"})
    with pytest.raises(NotFound):
        actions.restore_lead(agent, lead.public_id)


def test_leads_of_another_account_are_not_found(actor: Callable[..., Actor]) -> None:
    lead = actions.create_lead(actor("agent"), {"name": "Jane"})
    stranger = actors.of_terminal(make_account("Other"))
    for do in (actions.delete_lead, actions.restore_lead):
        with pytest.raises(NotFound):
            do(stranger, lead.public_id)
    assert Lead.objects.alive().count() == 1


def test_a_lead_cannot_be_assigned_to_a_member_of_another_account(
    actor: Callable[..., Actor],
) -> None:
    agent, foreign = actor("agent"), make_member(make_account("Other"), "agent", email="x@y.z")
    with pytest.raises(IntegrityError), transaction.atomic():  # noqa: PT012
        actions.create_lead(agent, {"name": "Jane"}, assigned_to=foreign)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_properties_come_in_the_order_of_their_definition(actor: Callable[..., Actor]) -> None:
    admin = actor("admin")
    for slug in ("zeta", "alpha", "x" * 63):
        actions.define_property(admin, slug=slug, label=slug[:60])
    actions.define_property(admin, slug="plan", label="Plan", type="choice", choices=["a", "b"])
    assert [p.slug for p in queries.custom_properties()] == ["zeta", "alpha", "x" * 63, "plan"]
    assert queries.custom_properties()[-1].choices == ["a", "b"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"slug": "Size"}, "slug"),
        ({"slug": "1size"}, "slug"),
        ({"slug": "a-b"}, "slug"),
        ({"slug": "x" * 64}, "slug"),
        ({"slug": "ß"}, "slug"),
        ({"slug": "size\n"}, "slug"),
        ({"label": " "}, "label"),
        ({"type": "money"}, "type"),
        ({"type": "choice"}, "choices"),
        ({"label": "x" * 121}, "label"),
        ({"label": "a\x00b"}, "label"),
        ({"type": "choice", "choices": ["a\x00b"]}, "choices"),
        ({"type": "choice", "choices": [" "]}, "choices"),
        ({"type": "choice", "choices": "ab"}, "choices"),
        ({"type": "choice", "choices": ["x" * 121]}, "choices"),
        ({"type": "choice", "choices": [str(n) for n in range(201)]}, "choices"),
    ],
)
def test_a_definition_that_cannot_be_is_refused(
    actor: Callable[..., Actor], given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        actions.define_property(actor("admin"), **{"slug": "size", "label": "Size", **given})
    assert list(caught.value.fields) == [field]


def test_a_definition_is_stored_as_it_was_checked(actor: Callable[..., Actor]) -> None:
    made = actions.define_property(
        actor("admin"), slug="size", label="  Size,\x07 in\n people ", type="choice",
        choices=[" 1,\t10 ", "1, 10", "more\x07"],
    )  # fmt: skip
    made.refresh_from_db()
    assert (made.label, made.choices) == ("Size, in people", ["1, 10", "more"])


def test_what_is_done_to_leads_and_properties_is_in_the_audit_log(
    account: Account, actor: Callable[..., Actor]
) -> None:
    admin = actor("admin")
    lead = actions.create_lead(admin, {"name": "Jane"}).public_id
    actions.delete_lead(admin, lead)
    actions.restore_lead(admin, lead)
    made = actions.define_property(admin, slug="size", label="Size")
    entries = AuditEntry.objects.order_by("pk").values_list("action", "outcome", "target")
    # A new lead says itself when and from where it came.
    assert list(entries) == [
        ("lead.deleted", "ok", lead),
        ("lead.restored", "ok", lead),
        ("property.defined", "ok", made.public_id),
    ]


def test_a_slug_is_never_used_twice_even_if_its_property_was_archived(
    account: Account, actor: Callable[..., Actor]
) -> None:
    admin = actor("admin")
    made = actions.define_property(admin, slug="size", label="Size")
    type(made).objects.update(archived_at=clock.now())
    with pytest.raises(Conflict, match="already there"):
        actions.define_property(admin, slug="size", label="Again")
    with pytest.raises(Invalid, match="not defined"):
        actions.create_lead(admin, {"name": "x"}, custom={"size": "1"})
    other = make_account("Other")
    actions.define_property(actors.of_terminal(other), slug="size", label="Size")


def test_a_selection_keeps_what_is_there_in_order_of_ticking(
    account: Account, actor: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = actor("agent")
    a, b, c = (actions.create_lead(agent, {"name": n}).public_id for n in "abc")
    other = make_account("Other")
    foreign = actions.create_lead(actors.of_terminal(other), {"name": "x"}).public_id
    assert actions.change_selection(agent, "k", add=[b, foreign, "lead_none", a, b]) == [b, a]
    assert actions.change_selection(agent, "k", add=[c], remove=[b]) == [a, c]
    row = queries.selection(agent.member, "k")
    assert row
    assert row.lead_ids == [a, c]
    monkeypatch.setattr(actions.selections, "MOST_SELECTED", 2)
    with pytest.raises(Invalid, match="at most 2"):
        actions.change_selection(agent, "k", add=[b])
    actions.clear_selection(agent, "k")
    assert queries.selection(agent.member, "k") is None
