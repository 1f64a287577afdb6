"""Editing one lead, tags, and the events that tell of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, Member, Notice
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Denied, Invalid, NotFound, OutOfDate
from synaptiq.leads import actions
from synaptiq.leads.actions import Edited
from synaptiq.leads.models import Lead, LeadEvent, Tag


@pytest.fixture
def agent(account: Account, actor: Callable[..., Actor]) -> Actor:
    return actor("agent")


@pytest.fixture
def lead(agent: Actor) -> Lead:
    return actions.create_lead(agent, {"email": "jane@acme.com", "name": "Jane", "tags": ["a"]})


def events(lead: Lead) -> list[tuple[str, dict[str, list[object]]]]:
    return [(e.type, e.changes) for e in LeadEvent.objects.filter(lead=lead).order_by("id")]


def test_what_is_changed_is_written_with_an_event_and_the_rest_stays(
    agent: Actor, lead: Lead
) -> None:
    with clock.freeze(clock.now() + timedelta(hours=1)):
        after = actions.edit_lead(agent, lead.public_id, {"name": "Jane Smith", "company": "Acme"})
    assert (after.name, after.company, after.email) == ("Jane Smith", "Acme", "jane@acme.com")
    assert after.version == lead.version + 1
    assert after.last_activity_at == after.updated_at > lead.updated_at
    assert events(after) == [
        ("edited", {"name": ["Jane", "Jane Smith"], "company": [None, "Acme"]})
    ]
    assert LeadEvent.objects.get().member == agent.member


def test_what_is_so_already_touches_nothing(agent: Actor, lead: Lead) -> None:
    with clock.freeze(clock.now() + timedelta(hours=1)):
        after = actions.edit_lead(agent, lead.public_id, {"name": "Jane", "tags": ["a"]})
    assert (after.version, after.updated_at) == (lead.version, lead.updated_at)
    assert events(after) == []


def test_a_status_that_a_person_sets_is_locked_and_marks_its_stage(
    agent: Actor, lead: Lead
) -> None:
    after = actions.edit_lead(agent, lead.public_id, {"status": "qualified"})
    assert after.status_locked
    assert after.first_qualified_at == after.updated_at
    again = actions.edit_lead(agent, lead.public_id, {"status": "lost"})
    assert again.first_qualified_at == after.first_qualified_at


def test_a_status_given_at_once_counts_like_one_set_afterwards(agent: Actor) -> None:
    lead = actions.create_lead(agent, {"name": "Jane", "status": "qualified"})
    assert lead.status_locked
    assert lead.first_qualified_at == lead.created_at
    plain = actions.create_lead(agent, {"name": "Joe"})
    assert (plain.status_locked, plain.first_qualified_at) == (False, None)


def test_two_people_editing_one_field_the_second_is_told_and_nothing_is_lost(
    agent: Actor, lead: Lead
) -> None:
    actions.edit_lead(agent, lead.public_id, {"name": "Jane Smith"}, was={"name": "Jane"})
    with pytest.raises(Edited) as told:
        actions.edit_lead(
            agent, lead.public_id, {"name": "Janet", "company": "Acme"},
            was={"name": "Jane", "company": None},
        )  # fmt: skip
    assert told.value.theirs == {"name": "Jane Smith"}
    lead.refresh_from_db()
    assert (lead.name, lead.company) == ("Jane Smith", None)


def test_two_people_editing_different_fields_or_to_the_same_value_do_not_meet(
    agent: Actor, lead: Lead
) -> None:
    actions.edit_lead(agent, lead.public_id, {"name": "Jane Smith"}, was={"name": "Jane"})
    actions.edit_lead(agent, lead.public_id, {"company": "Acme"}, was={"company": None})
    actions.edit_lead(agent, lead.public_id, {"name": "Jane Smith"}, was={"name": "Jane"})
    lead.refresh_from_db()
    assert (lead.name, lead.company) == ("Jane Smith", "Acme")


def test_a_version_that_is_not_the_present_one_changes_nothing(agent: Actor, lead: Lead) -> None:
    actions.edit_lead(agent, lead.public_id, {"name": "Jane Smith"}, version=lead.version)
    with pytest.raises(OutOfDate):
        actions.edit_lead(agent, lead.public_id, {"name": "Janet"}, version=lead.version)
    lead.refresh_from_db()
    assert lead.name == "Jane Smith"


def test_every_wrong_field_is_named_at_once(agent: Actor, lead: Lead) -> None:
    with pytest.raises(Invalid) as refused:
        actions.edit_lead(
            agent, lead.public_id, {"email": "jane", "status": "?", "assigned_to": "nobody@x"},
            custom={"size": 1},
        )  # fmt: skip
    assert set(refused.value.fields) == {
        "email", "status", "assigned_to", "custom_properties.size",
    }  # fmt: skip


def test_the_last_way_to_reach_somebody_cannot_be_taken_away(agent: Actor, lead: Lead) -> None:
    with pytest.raises(Invalid, match="keep an email"):
        actions.edit_lead(agent, lead.public_id, {"email": None, "name": None})


def test_custom_properties_keep_their_types_and_can_be_emptied(
    agent: Actor, actor: Callable[..., Actor], lead: Lead
) -> None:
    actions.define_property(actor("admin"), slug="seats", label="Seats", type="number")
    after = actions.edit_lead(agent, lead.public_id, {}, custom={"seats": 20})
    assert after.custom == {"seats": 20}
    after = actions.edit_lead(agent, lead.public_id, {}, custom={"seats": None})
    assert after.custom == {}
    assert events(after) == [
        ("edited", {"custom.seats": [None, 20]}), ("edited", {"custom.seats": [20, None]}),
    ]  # fmt: skip


@pytest.mark.parametrize("way", ["name", "phone", "email", "external_id"])
def test_blanks_are_no_way_to_know_a_lead_by(agent: Actor, lead: Lead, way: str) -> None:
    with pytest.raises(Invalid, match="external id"):
        actions.create_lead(agent, {way: " \u3000 "})
    with pytest.raises(Invalid, match="external id"):
        actions.edit_lead(
            agent, lead.public_id, {"name": None, "email": None, "phone": None} | {way: "  "}
        )
    with pytest.raises(Invalid, match="blanks"):
        actions.upsert_lead(agent, " ", {"name": "Jane"})
    assert Lead.objects.count() == 1


def test_an_external_id_of_a_living_lead_is_taken_and_that_of_a_deleted_one_is_free(
    agent: Actor, lead: Lead
) -> None:
    other = actions.create_lead(agent, {"name": "Other", "external_id": "x"})
    with pytest.raises(Conflict):
        actions.edit_lead(agent, lead.public_id, {"external_id": "x"})
    actions.delete_lead(agent, other.public_id)
    assert actions.edit_lead(agent, lead.public_id, {"external_id": "x"}).external_id == "x"
    with pytest.raises(Conflict, match="external id"):
        actions.restore_lead(agent, other.public_id)


def test_who_gets_a_lead_is_told_unless_they_took_it(
    agent: Actor, lead: Lead, member: Callable[..., Member]
) -> None:
    alex = member("agent", email="alex@yourteam.com")
    after = actions.edit_lead(agent, lead.public_id, {"assigned_to": "Alex@yourteam.com"})
    assert after.assigned_to == alex
    assert [(n.member, n.target) for n in Notice.objects.all()] == [(alex, lead.public_id)]
    assert agent.member
    actions.edit_lead(agent, lead.public_id, {"assigned_to": agent.member.public_id})
    assert Notice.objects.count() == 1
    after = actions.edit_lead(agent, lead.public_id, {"assigned_to": None})
    assert after.assigned_to is None
    assert events(after)[-1][1] == {"assigned_to": [agent.member.public_id, None]}


def test_tags_are_added_and_taken_away_one_by_one(agent: Actor, lead: Lead) -> None:
    after = actions.tag_lead(agent, lead.public_id, add=["b", "a", "c"], remove=["a"])
    assert after.tags == ["a", "b", "c"], "what is asked for both ways stays"
    assert actions.tag_lead(agent, lead.public_id, remove=["a", "c"]).tags == ["b"]
    assert set(Tag.objects.values_list("name", flat=True)) == {"a", "b", "c"}
    with pytest.raises(Invalid, match="comma"):
        actions.tag_lead(agent, lead.public_id, add=["x,y"])


def test_deleting_and_bringing_back_stand_in_the_timeline(agent: Actor, lead: Lead) -> None:
    actions.delete_lead(agent, lead.public_id)
    with pytest.raises(NotFound):
        actions.edit_lead(agent, lead.public_id, {"name": "x"})
    after = actions.restore_lead(agent, lead.public_id)
    assert [kind for kind, _ in events(after)] == ["deleted", "restored"]
    assert after.last_activity_at == lead.last_activity_at


@pytest.mark.parametrize("role", ["viewer", "export", "auditor"])
def test_who_may_not_edit_is_denied_and_the_denial_is_recorded(
    lead: Lead, actor: Callable[..., Actor], role: str
) -> None:
    reader = actor(role)
    for act in (
        lambda: actions.edit_lead(reader, lead.public_id, {"name": "x"}),
        lambda: actions.tag_lead(reader, lead.public_id, add=["x"]),
        lambda: actions.change_many(reader, {"status": "won"}, ids=[lead.public_id]),
        lambda: actions.add_note(reader, lead.public_id, "x"),
    ):
        with pytest.raises(Denied):
            act()
    denied = AuditEntry.objects.filter(outcome="denied").values_list("action", flat=True)
    assert sorted(denied) == ["lead.edited", "lead.edited", "leads.changed", "note.added"]
    assert LeadEvent.objects.count() == 0
