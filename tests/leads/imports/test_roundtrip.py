"""An export of ours comes back in as it was: values, types, tags, assignees, whatever they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from synaptiq.accounts import actors
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.leads import actions
from synaptiq.leads.models import Lead
from tests.conftest import make_account, make_member
from tests.exports import nasty
from tests.exports.running import exported
from tests.kit.guard_cases import CASES
from tests.leads.imports.bringing import bring, counts

FIELDS = (
    "email", "name", "phone", "phone_normal", "company", "status", "score", "source_url", "tags",
    "custom",
)  # fmt: skip
OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"delimiter": "semicolon"},
    {"delimiter": "tab", "bom": False},
    {"dialect": "raw"},
)


@pytest.fixture
def admin(committed_db: str, account: Account, actor: Callable[..., Actor]) -> Actor:
    """In a database where an export's own connection sees what was written."""
    return actor("admin")


def stored(by: str) -> dict[str, dict[str, Any]]:
    """What leads hold, by their public or external id, as it is after a blank cell was no value."""
    rows = {}
    for lead in Lead.objects.all():
        values = {name: getattr(lead, name) for name in FIELDS}
        values["custom"] = {k: v for k, v in values["custom"].items() if k != "archived"}
        for held in (values, values["custom"]):
            for name, value in list(held.items()):
                if isinstance(value, str) and not value.strip():
                    held[name] = None
        values["custom"] = {k: v for k, v in values["custom"].items() if v is not None}
        values["assigned_to"] = lead.assigned_to.user.email if lead.assigned_to else None
        rows[getattr(lead, by)] = values
    return rows


@pytest.mark.parametrize("options", OPTIONS)
def test_into_its_own_account_it_changes_nothing(
    admin: Actor, member: Callable[..., Member], options: dict[str, Any]
) -> None:
    nasty.make(admin, member)
    before = list(Lead.objects.order_by("pk").values())
    data = exported(admin, options=options)
    for match in ("overwrite", "fill", "skip"):
        imported = bring(
            admin, data, match=match, guarded=options.get("dialect") != "raw",
            found={"header": True},
        )  # fmt: skip
        assert counts(imported) == (0, 0, len(nasty.GIVEN), 0)
    assert list(Lead.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("options", OPTIONS)
def test_into_an_empty_account_it_makes_the_same_leads(
    admin: Actor, member: Callable[..., Member], options: dict[str, Any]
) -> None:
    nasty.make(admin, member)
    data, before = exported(admin, options=options), stored("public_id")
    theirs = make_account("Globex")
    make_member(theirs, "agent", email="=evil@acme.example")
    with acting_for(theirs.pk):
        operator = actors.of_terminal(theirs)
        for definition in nasty.PROPERTIES:
            actions.define_property(operator, **definition)
        raw = options.get("dialect") == "raw"
        imported = bring(operator, data, {"external_id": "id"}, guarded=not raw)
        assert counts(imported) == (len(nasty.GIVEN), 0, 0, 0)
        after = stored("external_id")
    if not raw:
        # Stored with an apostrophe of its own, it looks like one that was guarded.
        before["lead_0012"]["company"] = "=1"
    assert after == before


def test_the_types_of_new_properties_are_found_again(admin: Actor) -> None:
    for slug, type in (("seats", "number"), ("paid", "bool"), ("since", "date"), ("note", "text")):
        actions.define_property(admin, slug=slug, label=slug, type=type)
    for n in range(3):
        actions.create_lead(
            admin, {"email": f"{n}@acme.com"},
            custom={"seats": n + 0.5, "paid": n > 1, "since": f"2026-03-0{n + 1}", "note": "=x"},
        )  # fmt: skip
    data, before = exported(admin), [lead.custom for lead in Lead.objects.order_by("email")]
    theirs = make_account("Globex")
    with acting_for(theirs.pk):
        assert counts(bring(actors.of_terminal(theirs), data)) == (3, 0, 0, 0)
        assert [lead.custom for lead in Lead.objects.order_by("email")] == before


def test_the_guard_is_taken_away_exactly_where_it_was_put(admin: Actor) -> None:
    texts = [text for text, _ in CASES if text.strip() and "\x00" not in text]
    for n, text in enumerate(texts):
        actions.create_lead(admin, {"company": text, "external_id": str(n)})
    data, before = exported(admin), stored("public_id")
    theirs = make_account("Globex")
    with acting_for(theirs.pk):
        imported = bring(actors.of_terminal(theirs), data, {"external_id": "id"})
        assert counts(imported) == (len(texts), 0, 0, 0)
        after = stored("external_id")
    different = {
        before[lead]["company"] for lead in before if before[lead] != after[lead]
    }  # fmt: skip
    assert all(text.startswith("'") for text in different), "these were stored with an apostrophe"
