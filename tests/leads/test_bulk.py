"""Acts on many leads: what they do, progress, cancelling, going on after a kill, and undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import Model
from procrastinate.contrib.django.models import ProcrastinateJob

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, Member, Notice, User
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.leads import actions, queries, tasks
from synaptiq.leads.actions import bulk
from synaptiq.leads.models import Batch, Lead, LeadEvent


@pytest.fixture
def agent(account: Account, actor: Callable[..., Actor]) -> Actor:
    return actor("agent")


@pytest.fixture
def leads(agent: Actor) -> list[Lead]:
    return [
        actions.create_lead(agent, {"name": f"Lead {n}", "status": "new" if n % 2 else "lost"})
        for n in range(6)
    ]


@pytest.fixture
def by_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """Acts on more than one lead are a job's, two leads at a time."""
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    monkeypatch.setattr(bulk, "PIECE", 2)


def ids(leads: list[Lead]) -> list[str]:
    return [lead.public_id for lead in leads]


def statuses() -> list[str]:
    return list(Lead.objects.alive().order_by("pk").values_list("status", flat=True))


def test_a_selection_is_changed_at_once_and_each_change_is_an_event(
    agent: Actor, leads: list[Lead]
) -> None:
    batch = actions.change_many(agent, {"status": "lost"}, ids=ids(leads[:3]))
    assert (batch.state, batch.total, batch.seen, batch.changed) == ("done", 3, 3, 1)
    assert batch.said == "Status set to lost"
    event = LeadEvent.objects.get()
    assert event.changes == {"status": ["new", "lost"], "status_locked": [False, True]}
    assert (event.batch, event.lead) == (batch, leads[1])
    entry = AuditEntry.objects.get(action="leads.changed")
    assert (entry.rows, entry.target) == (3, batch.public_id)
    assert entry.detail == {"kind": "change", "act": "status"}


def test_all_that_match_a_filter_are_changed_though_they_then_match_no_more(
    agent: Actor, leads: list[Lead], by_job: None
) -> None:
    batch = actions.change_many(agent, {"status": "won"}, filter={"status": ["new"]})
    assert batch.state == "requested"
    assert ProcrastinateJob.objects.filter(task_name="leads.run_batch").count() == 1
    late = actions.create_lead(agent, {"name": "Came later"})
    tasks.run_batch(account_id=agent.account.pk, batch_id=batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.seen, batch.changed) == ("done", 3, 3)
    assert statuses() == ["lost", "won"] * 3 + ["new"]
    late.refresh_from_db()
    assert late.status == "new", "only what matched when it was asked for"
    assert Notice.objects.get().text == "Status set to won: 3 leads"


def test_a_worker_that_dies_between_pieces_is_followed_by_one_that_goes_on(
    agent: Actor, leads: list[Lead], by_job: None
) -> None:
    batch = actions.change_many(agent, {"add_tags": "vip"}, ids=ids(leads))
    assert bulk._piece(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.seen) == ("running", 2)
    actions.run_batch(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.seen, batch.changed) == ("done", 6, 6)
    assert LeadEvent.objects.count() == 6


def test_what_was_cancelled_stays_done_so_far_and_can_be_undone(
    agent: Actor, leads: list[Lead], by_job: None
) -> None:
    batch = actions.change_many(agent, {"delete": True}, ids=ids(leads))
    with pytest.raises(Conflict, match="not finished"):
        actions.undo_batch(agent, batch.public_id)
    bulk._piece(batch)
    actions.cancel_batch(agent, batch.public_id)
    actions.run_batch(batch)
    assert Lead.objects.alive().count() == 4
    undo = actions.undo_batch(agent, batch.public_id)
    actions.run_batch(undo)
    assert Lead.objects.alive().count() == 6
    with pytest.raises(Conflict, match="ended already"):
        actions.cancel_batch(agent, batch.public_id)


def test_an_import_is_not_cancelled_as_an_act(agent: Actor, leads: list[Lead]) -> None:
    batch = Batch.objects.create(kind="import", via="member", said="Imported x", total=1)
    with pytest.raises(Conflict, match="its own page"):
        actions.cancel_batch(agent, batch.public_id)


def test_undo_puts_back_what_nobody_has_changed_since(agent: Actor, leads: list[Lead]) -> None:
    batch = actions.change_many(agent, {"status": "qualified"}, ids=ids(leads))
    actions.edit_lead(agent, leads[0].public_id, {"status": "won", "company": "Acme"})
    undo = actions.undo_batch(agent, batch.public_id)
    assert (undo.state, undo.kind, undo.changed) == ("done", "undo", 5)
    assert statuses() == ["won", "new", "lost", "new", "lost", "new"]
    assert not Lead.objects.filter(first_qualified_at__isnull=False, status="new").exists()
    assert not Lead.objects.get(pk=leads[1].pk).status_locked
    with pytest.raises(Conflict, match="undone already"):
        actions.undo_batch(agent, batch.public_id)
    with pytest.raises(Conflict, match="cannot be undone"):
        actions.undo_batch(agent, undo.public_id)


def test_undo_takes_no_lock_from_a_status_that_somebody_has_set_since(
    agent: Actor, leads: list[Lead]
) -> None:
    batch = actions.change_many(agent, {"status": "won"}, ids=ids(leads[1:4:2]))
    actions.edit_lead(agent, leads[1].public_id, {"status": "nurture"})
    actions.undo_batch(agent, batch.public_id)
    set_since, undone = (Lead.objects.get(pk=leads[n].pk) for n in (1, 3))
    assert (set_since.status, set_since.status_locked) == ("nurture", True)
    assert set_since.won_at is not None, "it was won, as the timeline says"
    assert (undone.status, undone.status_locked, undone.won_at) == ("new", False, None)


def test_a_lead_stays_deleted_where_another_one_has_its_external_id_by_now(
    agent: Actor, leads: list[Lead]
) -> None:
    first = actions.create_lead(agent, {"external_id": "A"})
    second = actions.create_lead(agent, {"external_id": "B"})
    batch = actions.change_many(agent, {"delete": True}, ids=ids([*leads, first, second]))
    actions.create_lead(agent, {"external_id": "A"})
    undo = actions.undo_batch(agent, batch.public_id)
    assert (undo.state, undo.seen, undo.changed) == ("done", 8, 7)
    assert undo.left == [
        (1, "stays deleted, because another lead has its external ID by now"),
    ]  # fmt: skip
    assert not Lead.objects.alive().filter(pk=first.pk).exists()
    assert Lead.objects.alive().filter(pk=second.pk).exists()


def test_an_external_id_that_is_taken_in_that_very_moment_is_seen_the_next_time(
    agent: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = actions.create_lead(agent, {"external_id": "A"})
    batch = actions.change_many(agent, {"delete": True}, ids=ids([lead]))
    actions.create_lead(agent, {"external_id": "A"})
    look, looked = queries.external_ids_taken, list[int]()

    def late(external_ids: list[str]) -> set[str]:
        looked.append(1)
        return look(external_ids) if len(looked) > 1 else set()

    monkeypatch.setattr(queries, "external_ids_taken", late)
    undo = actions.undo_batch(agent, batch.public_id)
    assert (undo.state, undo.changed, undo.kept) == ("done", 0, {"taken": 1})


def test_undo_is_possible_for_thirty_days(agent: Actor, leads: list[Lead]) -> None:
    batch = actions.change_many(agent, {"status": "won"}, ids=ids(leads))
    with clock.freeze(clock.now() + timedelta(days=31)), pytest.raises(Conflict, match="30 days"):
        actions.undo_batch(agent, batch.public_id)


def test_a_request_that_is_killed_is_followed_by_a_job(
    agent: Actor, leads: list[Lead], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_: Batch) -> None:
        raise KeyboardInterrupt

    run = bulk.run_batch
    monkeypatch.setattr(bulk, "run_batch", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.change_many(agent, {"status": "won"}, ids=ids(leads))
    monkeypatch.setattr(bulk, "run_batch", run)
    job = ProcrastinateJob.objects.get(task_name="leads.run_batch")
    for _ in range(2):
        tasks.run_batch(**job.args)
    batch = Batch.objects.get()
    assert (batch.state, batch.seen, batch.changed) == ("done", 6, 6)


def test_what_somebody_typed_is_not_in_the_log(agent: Actor, leads: list[Lead]) -> None:
    batch = actions.change_many(agent, {"add_tags": "jane doe"}, ids=ids(leads))
    actions.undo_batch(agent, batch.public_id)
    act, undo = AuditEntry.objects.filter(action="leads.changed").order_by("pk")
    assert act.detail == {"kind": "change", "act": "add_tags"}
    assert undo.detail == {"kind": "undo", "undoes": batch.public_id}


def test_tags_are_added_and_taken_away(agent: Actor, leads: list[Lead]) -> None:
    actions.change_many(agent, {"add_tags": "vip, hot"}, ids=ids(leads[:2]))
    batch = actions.change_many(agent, {"remove_tags": ["vip"]}, ids=ids(leads))
    assert batch.changed == 2
    assert [queries.get(i).tags for i in ids(leads[:3])] == [["hot"], ["hot"], []]


def test_who_gets_many_leads_is_told_once(
    agent: Actor, leads: list[Lead], member: Callable[..., Member]
) -> None:
    alex = member("viewer", name="Alex")
    batch = actions.change_many(agent, {"assigned_to": alex.public_id}, ids=ids(leads))
    assert batch.said == "Assigned to Alex"
    notice = Notice.objects.get()
    assert (notice.member, notice.target) == (alex, batch.public_id)
    assert notice.text == f"6 leads were assigned to you by {agent.member}"


@pytest.mark.parametrize(
    ("model", "change", "said"),
    [
        (Member, {"roles": ["viewer"]}, "Agent"),
        (User, {"is_active": False}, "has left"),
        (Account, {"closed_at": clock.now()}, "was closed"),
    ],
)
def test_a_member_who_lost_the_right_meanwhile_stops_it(
    agent: Actor, leads: list[Lead], by_job: None, model: type[Model], change: dict[str, object],
    said: str,
) -> None:  # fmt: skip
    batch = actions.change_many(agent, {"status": "won"}, ids=ids(leads))
    model._default_manager.update(**change)
    actions.run_batch(queries.batch_by_key(batch.pk))
    batch.refresh_from_db()
    assert (batch.state, batch.seen) == ("failed", 0)
    assert said in batch.reason
    assert statuses() == ["lost", "new"] * 3


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ({"status": "great"}, "none of new"),
        ({"add_tags": " , "}, "at least one"),
        ({"assigned_to": "stranger@x.example"}, "no member"),
        ({"erase": True}, "give one of"),
        ({}, "give one of"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is(
    agent: Actor, leads: list[Lead], act: dict[str, object], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        actions.change_many(agent, act, ids=ids(leads))
    assert not Batch.objects.exists()


def test_leads_of_others_and_gone_ones_are_not_there(agent: Actor, leads: list[Lead]) -> None:
    with pytest.raises(Invalid, match="moved on"):
        actions.change_many(agent, {"status": "won"}, ids=["lead_somebodyelses"])
    with pytest.raises(Invalid, match="not both"):
        actions.change_many(agent, {"status": "won"})
