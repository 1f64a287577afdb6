"""Merging two leads: what is kept, what moves, and that nothing is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import isolate_apps

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit.errors import Conflict, Denied, Invalid, NotFound, OutOfDate
from synaptiq.leads import actions, queries
from synaptiq.leads.actions.merging import MOVES
from synaptiq.leads.models import (
    Batch,
    BatchState,
    CustomProperty,
    Lead,
    LeadEvent,
    Note,
    Selection,
)
from tests import database
from tests.conftest import make_account

FIRST = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def agent(account: Account, actor: Callable[..., Actor]) -> Actor:
    return actor("agent", name="Alex")


def make(day: int = 0, **fields: Any) -> Lead:
    at = FIRST + timedelta(days=day)
    return Lead.objects.create(
        **{"name": f"Lead {day}", "created_at": at, "last_activity_at": at, **fields}
    )


def test_the_one_that_was_first_keeps_its_id_whichever_is_named_first(agent: Actor) -> None:
    for order in (1, -1):
        first, later = make(0), make(1)
        merged = actions.merge_leads(agent, *[first.public_id, later.public_id][::order])
        assert merged.public_id == first.public_id
        assert merged.created_at == first.created_at
        assert queries.merged_into(later.public_id) == first.public_id
        with pytest.raises(NotFound):
            queries.get(later.public_id)


def test_blanks_are_filled_and_of_two_words_the_chosen_one_is_kept(
    agent: Actor, member: Callable[..., Member]
) -> None:
    priya = member("agent", "viewer", name="Priya")
    CustomProperty.objects.create(slug="seats", label="Seats", type="number", position=1)
    first = make(
        0, name="Jane", email="jane@acme.com", company="", phone="+1-555-0123",
        phone_normal="+15550123", custom={"seats": 50},
    )  # fmt: skip
    later = make(
        1, name="Jane Smith", email="jane@private.example", company="Acme",
        phone="+44 20 7946 0018", phone_normal="+442079460018", external_id="crm-7",
        assigned_to=priya, score=82, custom={"seats": 60, "plan": "pro"},
    )  # fmt: skip
    choices = {"name": later.public_id, "phone": later.public_id, "custom.seats": later.public_id}
    merged = actions.merge_leads(agent, first.public_id, later.public_id, choices)
    assert (merged.name, merged.email, merged.company) == ("Jane Smith", "jane@acme.com", "Acme")
    assert (merged.phone, merged.phone_normal) == ("+44 20 7946 0018", "+442079460018")
    assert (merged.external_id, merged.assigned_to, merged.score) == ("crm-7", priya, 82)
    assert merged.custom == {"seats": 60, "plan": "pro"}


def test_tags_are_united_and_of_each_stage_the_earliest_moment_is_kept(agent: Actor) -> None:
    days = [FIRST + timedelta(days=n) for n in range(6)]
    first = make(0, tags=["a", "b"], first_visit_at=days[3], won_at=days[5], is_test=True)
    later = make(
        1, tags=["c", "a"], first_visit_at=days[1], first_qualified_at=days[2], won_at=days[4]
    )
    merged = actions.merge_leads(agent, first.public_id, later.public_id)
    assert merged.tags == ["a", "b", "c"]
    assert merged.first_visit_at == days[1]
    assert merged.first_qualified_at == days[2]
    assert merged.won_at == days[4]
    assert merged.meeting_held_at is None
    assert not merged.is_test, "a person who is one lead of two is no test"


def test_a_status_that_a_person_set_is_proposed_and_stays_locked(agent: Actor) -> None:
    first, later = make(0, status="new"), make(1, status="lost", status_locked=True)
    assert actions.plan_merge(first, later).default["status"] == later.public_id
    merged = actions.merge_leads(agent, first.public_id, later.public_id)
    assert (merged.status, merged.status_locked) == ("lost", True)


def test_more_tags_than_a_lead_holds_are_refused(agent: Actor) -> None:
    first = make(0, tags=[f"a{n}" for n in range(60)])
    later = make(1, tags=[f"b{n}" for n in range(60)])
    with pytest.raises(Invalid, match="Take some away first"):
        actions.merge_leads(agent, first.public_id, later.public_id)
    assert Lead.objects.alive().count() == 2


def test_notes_events_ticks_and_earlier_tombstones_move(agent: Actor) -> None:
    oldest, first, later = make(0), make(1), make(2)
    actions.add_note(agent, later.public_id, "Called her")
    actions.edit_lead(agent, later.public_id, {"company": "Acme"})
    actions.change_selection(agent, "k", add=[first.public_id, later.public_id])
    actions.merge_leads(agent, first.public_id, later.public_id)
    actions.merge_leads(agent, first.public_id, oldest.public_id)
    lead = queries.get(oldest.public_id)
    assert Note.objects.get().lead == lead
    assert set(LeadEvent.objects.values_list("lead__public_id", flat=True)) == {lead.public_id}
    assert Selection.objects.get().lead_ids == [lead.public_id]
    assert queries.merged_into(later.public_id) == lead.public_id, "in one step"


def test_it_is_an_event_with_what_was_taken_and_an_entry_of_the_log(agent: Actor) -> None:
    first, later = make(0, name="Jane"), make(1, company="Acme")
    actions.merge_leads(agent, first.public_id, later.public_id)
    event = LeadEvent.objects.get()
    assert (event.type, event.member) == ("merged", agent.member)
    assert event.changes == {"company": [None, "Acme"]}
    assert event.detail["merged"] == later.public_id
    assert event.detail["name"] == "Lead 1"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target) == ("lead.merged", first.public_id)
    assert entry.detail == {"merged": later.public_id, "fields": ["company"]}
    assert "Acme" not in str(entry.detail), "names of fields, not what they hold"


def test_equal_leads_merge_with_an_event_too(agent: Actor) -> None:
    first, later = make(0, name="Jane"), make(1, name="Jane")
    actions.merge_leads(agent, first.public_id, later.public_id)
    assert LeadEvent.objects.get().changes == {}


def test_a_tombstone_of_a_merge_does_not_come_back(agent: Actor) -> None:
    first, later = make(0), make(1)
    actions.merge_leads(agent, first.public_id, later.public_id)
    assert later not in queries.deleted()
    with pytest.raises(Conflict, match="cannot be undone"):
        actions.restore_lead(agent, later.public_id)


def test_undoing_an_act_on_many_leaves_what_a_merge_decided(agent: Actor) -> None:
    first, later = make(0, status="new"), make(1, status="nurture")
    batch = actions.change_many(agent, {"status": "won"}, ids=[later.public_id])
    later.refresh_from_db()
    merged = actions.merge_leads(
        agent, first.public_id, later.public_id, {"status": later.public_id}
    )
    assert merged.status == "won"
    assert actions.undo_batch(agent, batch.public_id).changed == 0
    assert queries.get(first.public_id).status == "won"


def test_undoing_an_import_does_not_take_along_whom_others_knew(agent: Actor) -> None:
    batch = Batch.objects.create(kind="import", via="member", said="x", state=BatchState.DONE)
    first, later = make(0, import_batch=batch), make(1)
    twin, other = make(2, import_batch=batch), make(3, import_batch=batch)
    actions.merge_leads(agent, first.public_id, later.public_id)
    actions.merge_leads(agent, twin.public_id, other.public_id)
    actions.undo_batch(agent, batch.public_id)
    alive = Lead.objects.alive().values_list("public_id", flat=True)
    assert list(alive) == [first.public_id]


def test_choices_made_on_what_has_changed_since_are_refused(agent: Actor) -> None:
    first, later = make(0), make(1)
    first.refresh_from_db()
    later.refresh_from_db()
    seen = {first.public_id: first.version, later.public_id: later.version}
    actions.edit_lead(agent, later.public_id, {"company": "Acme"})
    with pytest.raises(OutOfDate):
        actions.merge_leads(agent, first.public_id, later.public_id, seen=seen)
    assert Lead.objects.alive().count() == 2


def test_nobody_merges_a_lead_with_itself_or_by_a_third_ones_word(agent: Actor) -> None:
    first, later, third = make(0), make(1), make(2)
    with pytest.raises(Invalid):
        actions.merge_leads(agent, first.public_id, first.public_id)
    with pytest.raises(Invalid):
        actions.merge_leads(agent, first.public_id, later.public_id, {"name": third.public_id})


def test_a_foreign_or_deleted_lead_is_not_found(agent: Actor) -> None:
    lead, gone = make(0), make(1, deleted_at=FIRST)
    with acting_for(make_account("Other").pk):
        foreign = make(2)
    for other in (gone, foreign):
        with pytest.raises(NotFound):
            actions.merge_leads(agent, lead.public_id, other.public_id)
    with acting_for(foreign.account_id):
        assert Lead.objects.get().deleted_at is None


def test_who_may_not_edit_does_not_merge(account: Account, actor: Callable[..., Actor]) -> None:
    first, later = make(0), make(1)
    with pytest.raises(Denied):
        actions.merge_leads(actor("viewer"), first.public_id, later.public_id)
    assert AuditEntry.objects.get().outcome == "denied"


# ── Nothing that points to a lead is forgotten ──────────────────────────────────────────────────

# Lists of public ids, which no foreign key tells of.
LISTS = {"leads.Selection.lead_ids"}


def pointing(every: Iterable[type[models.Model]]) -> Iterator[str]:
    """`app.Model.field` of each foreign key to a lead."""
    for model in every:
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.related_model is Lead:
                yield f"{model._meta.label}.{field.name}"


def tables_pointing() -> set[tuple[str, str]]:
    """(table, column) of each foreign key to a lead that the database has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c "
            "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) "
            "WHERE c.contype = 'f' AND c.confrelid = 'leads_lead'::regclass "
            "AND a.attname <> 'account_id'"
        )
        return set(cursor.fetchall())


def tables_moved() -> set[tuple[str, str]]:
    moved = set()
    for place in MOVES.keys() - LISTS:
        model, _, field = place.rpartition(".")
        meta = apps.get_model(model)._meta
        column = meta.get_field(field).column  # type: ignore[union-attr]
        moved.add((meta.db_table, column))
    return moved


def test_every_model_that_points_to_a_lead_is_moved() -> None:
    assert set(pointing(apps.get_models())) | LISTS == set(MOVES)


def test_every_table_that_points_to_a_lead_is_moved(db: None) -> None:
    assert tables_pointing() == tables_moved()


@isolate_apps("synaptiq.leads")
def test_a_new_model_that_is_forgotten_is_found() -> None:
    class Call(models.Model):
        lead = models.ForeignKey(Lead, on_delete=models.DO_NOTHING, related_name="+")

        class Meta:
            app_label = "leads"

    assert set(pointing([*apps.get_models(), Call])) - set(MOVES) == {"leads.Call.lead"}


def test_a_new_table_that_is_forgotten_is_found(committed_db: str) -> None:
    # The role that serves makes no tables.
    owner = database.url_of(connection.settings_dict["NAME"], owner=True)
    with psycopg.connect(owner, autocommit=True) as connected:
        connected.execute(
            "CREATE TABLE leads_call (account_id bigint, lead_id bigint, FOREIGN KEY "
            "(account_id, lead_id) REFERENCES leads_lead (account_id, id))"
        )
    assert tables_pointing() - tables_moved() == {("leads_call", "lead_id")}
