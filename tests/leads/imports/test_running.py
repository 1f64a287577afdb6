"""Bringing a file in: what is made, what changes, what is given back, and going on after a kill."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, Member, Notice, User
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Denied
from synaptiq.leads import actions, queries, tasks
from synaptiq.leads.imports import running, work
from synaptiq.leads.models import Batch, CustomProperty, Import, Lead, LeadEvent, Tag
from tests.leads.imports.bringing import bring, counts, give, look, rejected, start

NOW = datetime(2026, 3, 15, 9, 22, 41, tzinfo=UTC)
THREE = "Email,Name,Phone,Score,Status,Tags\n" + (
    'jane@acme.com,Jane Smith,+1 415 555 0123,82,qualified,"a,b"\n'
    "omar@acme.com,,,,,\n"
    ",Wei Chen,,0,Meeting booked,a\n"
)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two records are a piece."""
    monkeypatch.setattr(work, "PIECE", 2)


def emails() -> list[str | None]:
    return list(Lead.objects.alive().order_by("pk").values_list("email", flat=True))


def test_new_leads_hold_what_the_rows_say(admin: Actor) -> None:
    with clock.freeze(NOW):
        imported = bring(admin, THREE)
    assert counts(imported) == (3, 0, 0, 0)
    jane, omar, wei = Lead.objects.order_by("pk")
    assert (jane.email, jane.name, jane.phone) == ("jane@acme.com", "Jane Smith", "+1 415 555 0123")
    assert (jane.phone_normal, jane.score, jane.status) == ("+14155550123", 82, "qualified")
    assert (jane.status_locked, jane.first_qualified_at) == (True, NOW), "as if it were set by hand"
    assert (omar.status_locked, omar.first_qualified_at) == (False, None)
    assert jane.tags == ["a", "b"]
    assert (omar.name, omar.score, omar.status, omar.tags) == (None, None, "new", [])
    assert (wei.email, wei.score, wei.status) == (None, 0, "meeting_booked")
    assert {lead.origin for lead in (jane, omar, wei)} == {"import"}
    assert jane.created_at == jane.updated_at == jane.last_activity_at == NOW
    assert jane.import_batch == imported.batch
    assert not LeadEvent.objects.exists(), "the lead itself says from where it came"
    assert set(Tag.objects.values_list("name", flat=True)) == {"a", "b"}
    batch = Batch.objects.get()
    assert (batch.kind, batch.state, batch.total, batch.seen, batch.changed) == (
        "import", "done", 3, 3, 3,
    )  # fmt: skip


def test_the_same_file_again_changes_nothing(admin: Actor) -> None:
    content = THREE.replace(",Wei", "wei@acme.com,Wei")
    with clock.freeze(NOW):
        bring(admin, content)
    with clock.freeze(NOW + timedelta(days=1)):
        for match in ("fill", "overwrite", "skip"):
            assert counts(bring(admin, content, match=match)) == (0, 0, 3, 0)
    assert set(Lead.objects.values_list("updated_at", "version")) == {(NOW, 1)}
    assert not LeadEvent.objects.exists()


def test_rows_about_one_lead_are_put_together_in_the_order_of_the_file(admin: Actor) -> None:
    content = "email,name,company\nA@acme.com,Old,\na@acme.com,New,Acme\n"
    assert counts(bring(admin, content)) == (1, 0, 1, 0)
    lead = Lead.objects.get()
    assert (lead.email, lead.name, lead.company) == ("A@acme.com", "Old", "Acme")
    overwritten = bring(admin, content, match="overwrite")
    assert counts(overwritten) == (0, 1, 1, 0)
    lead.refresh_from_db()
    assert (lead.email, lead.name) == ("a@acme.com", "New")
    assert counts(bring(admin, content, match="overwrite")) == (0, 0, 2, 0)


def test_a_status_that_a_later_row_of_the_file_gives_counts_too(admin: Actor) -> None:
    content = "email,status\na@acme.com,qualified\na@acme.com,won\nb@acme.com,\nb@acme.com,won\n"
    with clock.freeze(NOW):
        bring(admin, content, match="overwrite")
    one, two = Lead.objects.order_by("pk")
    assert (one.status, one.status_locked, one.won_at) == ("won", True, NOW)
    assert one.first_qualified_at == NOW
    assert (two.status, two.status_locked, two.won_at) == ("won", True, NOW)


@pytest.mark.parametrize(
    ("match", "name", "phone", "changed"),
    [
        ("fill", "Jane", "0123", 1),
        ("overwrite", "Janet", "0123", 1),
        ("skip", "Jane", None, 0),
    ],
)
def test_what_a_match_changes_is_chosen(
    admin: Actor, match: str, name: str, phone: str | None, changed: int
) -> None:
    lead = actions.create_lead(admin, {"email": "jane@acme.com", "name": "Jane", "score": 5})
    imported = bring(admin, "email,name,phone,score\nJANE@acme.com,Janet,0123,\n", match=match)
    assert counts(imported) == (0, changed, 1 - changed, 0)
    before = lead.last_activity_at
    lead.refresh_from_db()
    assert (lead.name, lead.phone, lead.score) == (name, phone, 5), "a blank cell erases nothing"
    assert lead.last_activity_at == before, "an import is no activity of the lead"
    assert LeadEvent.objects.filter(batch=imported.batch).count() == changed


def test_an_external_id_goes_before_an_email_and_never_changes(admin: Actor) -> None:
    actions.create_lead(admin, {"email": "jane@acme.com", "external_id": "A", "name": "A"})
    actions.create_lead(admin, {"email": "eve@acme.com", "name": "Eve"})
    imported = bring(
        admin,
        "external id,email,name,company\n"
        "A,other@acme.com,,by external id\n"
        "B,jane@acme.com,B,another lead with the same email\n"
        "C,eve@acme.com,,takes the external id\n",
    )
    assert counts(imported) == (1, 2, 0, 0)
    found = Lead.objects.order_by("pk").values_list("external_id", "email", "company")
    assert list(found) == [
        ("A", "jane@acme.com", "by external id"),
        ("C", "eve@acme.com", "takes the external id"),
        ("B", "jane@acme.com", "another lead with the same email"),
    ]


def test_a_lead_is_found_by_its_own_id_as_our_exports_have_it(admin: Actor) -> None:
    one = actions.create_lead(admin, {"name": "One", "external_id": "1"})
    two = actions.create_lead(admin, {"name": "Two", "external_id": "2"})
    content = (
        "id,external_id,name,company\n"
        f"{one.public_id},,,Acme\n{two.public_id},1,,Globex\n{one.public_id},3,,\n"
        "lead_unknown,,New,\n"
    )
    imported = bring(admin, content, match="overwrite")
    assert counts(imported) == (1, 1, 0, 2)
    assert [row[1] for row in rejected(admin, imported)[1:]] == [
        "Another lead has this external id.",
        "The lead has another external id (1), and an import never changes one.",
    ]
    assert Lead.objects.get(name="New").public_id != "lead_unknown"


def test_what_does_not_fit_comes_back_with_its_reason_and_goes_in_once_put_right(
    admin: Actor,
) -> None:
    for _ in range(2):
        actions.create_lead(admin, {"email": "twice@acme.com"})
    content = (
        "Email,Name,Score,Company\n"
        "ok@acme.com,=cmd,1,Acme\n"
        "twice@acme.com,,,\n"
        "no address,Eve,101,Acme\n"
        ",,,only a company\n"
        ",,,\n"
        "x@acme.com,a\0b,,\n"
        "y@acme.com,+SUM(1),1000,\n"
        "z@acme.com,a,1,b,c\n"
    )
    imported = bring(admin, content, {"score": "Score", "email": "Email"})
    assert counts(imported) == (1, 0, 0, 6)
    header, *rows = rejected(admin, imported)
    assert header == ["import_row", "import_reason", "Email", "Name", "Score", "Company"]
    assert [row[:2] for row in rows] == [
        ["3", "2 leads have this email, so it does not say which is meant."],
        ["4", "Email is not an email address: An email address must have an @-sign. "
              "Score is not a whole number from 0 to 100."],
        ["5", "Give an email, a phone number, a name or an external id."],
        ["7", "Name Remove the NUL character (U+0000): it cannot be stored."],
        ["8", "Score is not a whole number from 0 to 100."],
        ["9", "The row has 5 cells, and the file 4 columns."],
    ]  # fmt: skip
    assert rows[3][2:] == ["x@acme.com", "a\u2400b", "", ""]
    assert rows[4][3] == "'+SUM(1)", "guarded for spreadsheets"
    file, size = actions.open_rejected(admin, imported.public_id)
    with file:
        again = file.read(size).replace(b"1000", b"100")
    columns = look(admin, give(admin, again))
    assert [c.to for c in columns[:2]] == ["", ""], "our own columns are left out"
    corrected = bring(admin, again, {"score": "Score", "email": "Email"})
    assert counts(corrected) == (2, 0, 0, 4)
    assert Lead.objects.get(email="y@acme.com").name == "+SUM(1)"


def test_an_email_that_many_leads_share_loads_none_of_them(admin: Actor) -> None:
    for n in range(4):
        actions.create_lead(admin, {"email": "Info@acme.com", "name": f"Lead {n}"})
        actions.create_lead(admin, {"email": "sales@acme.com", "external_id": f"S{n}"})
    first, second, third, fourth = Lead.objects.filter(email="Info@acme.com").order_by("pk")
    content = "id,external_id,email,company\n" + "".join(
        # Some get another address by their own id: those that are left are many all the same.
        [f"{one.public_id},,{one.pk}@acme.com,\n" for one in (first, second, third)]
        + [",,info@acme.com,x\n", ",N,info@acme.com,x\n", ",N,sales@acme.com,x\n"]
        + [",,sales@acme.com,x\n"]
    )
    with CaptureQueriesContext(connection) as asked:
        imported = bring(admin, content, match="overwrite")
    assert counts(imported) == (1, 3, 0, 3)
    said = "Many leads have this email, so it does not say which is meant."
    assert [row[:2] for row in rejected(admin, imported)[1:]] == [
        ["5", said], ["6", said], ["8", said],
    ]  # fmt: skip
    assert Lead.objects.get(external_id="N").email == "sales@acme.com"
    (locks,) = [
        q["sql"] for q in asked if "FOR UPDATE OF" in q["sql"] and '"leads_lead"' in q["sql"]
    ]
    locked = re.findall(r"\d+", locks.partition("IN (")[2])
    assert str(first.pk) in locked
    assert str(fourth.pk) not in locked


def test_whoever_goes_on_after_a_kill_does_no_row_twice(
    admin: Actor, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "email,score\n" + "".join(f"{n}@acme.com,{n + 97}\n" for n in range(7))
    imported = start(admin, content, {"score": "score"})
    write, calls = running._write, list[int]()

    def killed(*given: object) -> bool:
        calls.append(1)
        written = write(*given)  # type: ignore[arg-type]
        if len(calls) == 3:
            # Everything is written, the rejected rows to their file too, but nothing is committed.
            raise KeyboardInterrupt
        return written

    monkeypatch.setattr(running, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.run_import(imported)
    imported.refresh_from_db()
    assert (imported.row, counts(imported), imported.batch.seen) == (4, (3, 0, 0, 0), 3)
    monkeypatch.setattr(running, "_write", write)
    actions.run_import(queries.imported(imported.public_id))
    imported = queries.imported(imported.public_id)
    assert (counts(imported), imported.row) == ((4, 0, 0, 3), 8)
    assert emails() == [f"{n}@acme.com" for n in range(4)]
    assert [row[0] for row in rejected(admin, imported)[1:]] == ["6", "7", "8"]


def test_two_workers_at_once_do_each_row_once(admin: Actor, small: None) -> None:
    # Nothing but the position tells that these were done.
    imported = start(admin, "name\n" + "".join(f"Lead {n}\n" for n in range(9)))
    other = queries.imported(imported.public_id)
    done: list[int] = []

    def until_killed(one: Import) -> None:
        done.append(one.row)
        raise KeyboardInterrupt

    def meanwhile(one: Import) -> None:
        if not done:
            with pytest.raises(KeyboardInterrupt):
                actions.run_import(other, until_killed)

    actions.run_import(imported, meanwhile)
    assert done == [4]
    imported = queries.imported(imported.public_id)
    assert (imported.created, imported.batch.state, imported.batch.seen) == (9, "done", 9)
    names = Lead.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == [f"Lead {n}" for n in range(9)]
    assert AuditEntry.objects.filter(action="import.finished").count() == 1


def test_a_lead_that_somebody_makes_meanwhile_is_found_the_next_time(
    admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert, tries = running._insert, list[int]()

    def late(*given: object) -> None:
        if not tries:
            tries.append(1)
            raise running.IntegrityError("lead_external_id_once")
        insert(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "_insert", late)
    assert counts(bring(admin, "external_id\nA\n")) == (1, 0, 0, 0)


def test_undo_takes_an_import_back_as_a_whole(admin: Actor, small: None) -> None:
    lead = actions.create_lead(admin, {"email": "jane@acme.com", "name": "Jane"})
    content = "email,name,phone\njane@acme.com,Janet,1\na@acme.com,A,\nb@acme.com,B,\n"
    imported = bring(admin, content, match="overwrite")
    assert counts(imported) == (2, 1, 0, 0)
    undone = actions.undo_batch(admin, imported.batch.public_id)
    assert (undone.state, undone.changed) == ("done", 3)
    lead.refresh_from_db()
    assert (lead.name, lead.phone, emails()) == ("Jane", None, ["jane@acme.com"])
    assert counts(bring(admin, content)) == (2, 1, 0, 0), "and it can come in again"


def test_undo_keeps_leads_of_an_import_that_somebody_worked_on_since(
    admin: Actor, small: None
) -> None:
    imported = bring(admin, "email\n" + "".join(f"{n}@acme.com\n" for n in range(7)))
    edited, noted, tagged, noted_once, *_ = Lead.objects.order_by("pk")
    actions.edit_lead(admin, edited.public_id, {"company": "Acme"})
    actions.add_note(admin, noted.public_id, "Called, wants a demo.")
    note = actions.add_note(admin, noted_once.public_id, "Wrong lead")
    actions.delete_note(admin, note.public_id)
    undone = actions.change_many(admin, {"add_tags": "vip"}, ids=[tagged.public_id])
    actions.undo_batch(admin, undone.public_id)
    won = Lead.objects.get(email="5@acme.com").public_id
    actions.change_many(admin, {"status": "won"}, ids=[won])
    undo = actions.undo_batch(admin, imported.batch.public_id)
    assert (undo.state, undo.seen, undo.changed, undo.kept) == ("done", 7, 4, {"worked_on": 3})
    assert emails() == ["0@acme.com", "1@acme.com", "5@acme.com"]
    assert undo.left == [
        (3, "that the import made stay, because they were worked on since"),
    ]  # fmt: skip


def test_an_import_is_requested_and_finished_in_the_log_and_its_member_is_told(
    account: Account, actor: Callable[..., Actor]
) -> None:
    agent = actor("agent")
    imported = bring(agent, "email,score\na@acme.com,\nb@acme.com,x\n", {"score": "score"})
    asked, ended = AuditEntry.objects.order_by("pk")
    assert (asked.action, asked.rows, asked.fields, asked.target) == (
        "import.requested", 2, ["email", "score"], imported.public_id,
    )  # fmt: skip
    assert asked.sha256 == ended.sha256 == imported.sha256
    rejected(agent, imported)
    read = AuditEntry.objects.latest("pk")
    assert (read.action, read.target, read.rows) == ("import.rejected_read", imported.public_id, 1)
    assert read.bytes == imported.rejected_bytes
    assert (ended.action, ended.outcome, ended.rows) == ("import.finished", "ok", 2)
    assert ended.detail == {
        "batch": imported.batch.public_id, "created": 1, "changed": 0, "unchanged": 0,
        "rejected": 1,
    }  # fmt: skip
    notice = Notice.objects.get()
    assert (notice.text, notice.target) == (
        "leads.csv is imported: 1 lead created, 0 changed, 1 row rejected", imported.public_id,
    )  # fmt: skip


def test_a_job_does_it_and_large_ones_stand_in_their_own_queue(
    admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synaptiq.leads.actions.imports.SHORT_ROWS", 1)
    for rows, queue in (("a@acme.com\n", "short"), ("b@acme.com\nc@acme.com\n", "long")):
        given = give(admin, f"email\n{rows}")
        started = actions.start_import(admin, given.public_id, look(admin, given))
        job = ProcrastinateJob.objects.get(task_name="leads.run_import", queue_name=queue)
        assert started.batch.state == "requested"
        tasks.run_import(**job.args)
    assert emails() == ["a@acme.com", "b@acme.com", "c@acme.com"]


def test_a_cancelled_import_keeps_what_was_done(
    admin: Actor, small: None, actor: Callable[..., Actor]
) -> None:
    imported = start(admin, "email\n" + "".join(f"{n}@acme.com\n" for n in range(9)))
    actions.run_import(imported, lambda one: actions.cancel_import(admin, one.public_id))
    assert emails() == ["0@acme.com"]
    imported = queries.imported(imported.public_id)
    assert (imported.batch.state, imported.batch.seen) == ("cancelled", 1)
    assert AuditEntry.objects.get(action="import.finished").outcome == "cancelled"
    with pytest.raises(Conflict):
        actions.cancel_import(admin, imported.public_id)
    actions.run_import(imported)
    assert emails() == ["0@acme.com"], "and nobody goes on with it"


def test_rights_are_asked_at_the_start_and_at_each_piece(
    account: Account, actor: Callable[..., Actor], member: Callable[..., Member]
) -> None:
    with pytest.raises(Denied):
        give(actor("viewer"), "email\na@acme.com\n")
    agent = actor("agent")
    given = give(agent, "email,Plan\na@acme.com,x\n")
    columns = look(agent, given)
    assert columns[1].why == "only an Owner or Admin can define a custom property for it"
    with pytest.raises(Denied, match="custom properties"):
        actions.start_import(agent, given.public_id, look(agent, given, {"new.plan": "Plan"}))
    started = actions.start_import(agent, given.public_id, columns, in_this_process=True)
    Member.objects.filter(pk=agent.member.pk).update(roles=["viewer"])
    actions.run_import(started)
    batch = queries.imported(started.public_id).batch
    assert (batch.state, emails()) == ("failed", [])
    assert "needs the" in batch.reason


@pytest.mark.parametrize(
    ("model", "change", "said"),
    [
        (User, {"is_active": False}, "Whoever asked for it has left the account."),
        (Account, {"closed_at": NOW}, "The account was closed."),
    ],
)
def test_an_import_ends_with_whoever_asked_for_it(
    admin: Actor, small: None, model: type[Model], change: dict[str, object], said: str
) -> None:
    imported = start(admin, "email\n" + "".join(f"{n}@acme.com\n" for n in range(5)))
    actions.run_import(imported, lambda _: model._default_manager.update(**change) and None)
    batch = queries.imported(imported.public_id).batch
    assert (batch.state, batch.reason, emails()) == ("failed", said, ["0@acme.com"])


def test_a_file_that_breaks_off_fails_after_what_can_be_read(admin: Actor) -> None:
    given = give(admin, 'email,name\na@acme.com,A\nb@acme.com,B\nc@acme.com,"C\nd@acme.com,D\n')
    columns = look(admin, given, most=1)
    started = actions.start_import(admin, given.public_id, columns, in_this_process=True)
    actions.run_import(started)
    imported = queries.imported(started.public_id)
    assert (imported.batch.state, emails()) == ("failed", ["a@acme.com", "b@acme.com"])
    assert imported.batch.reason == "Row 4 cannot be read: it opens a quote that is never closed."


def test_an_assignee_is_a_member_by_email_or_the_row_is_rejected(
    admin: Actor, member: Callable[..., Member]
) -> None:
    alex = member("agent", email="alex@yourteam.com")
    content = "name,owner\nA,Alex@yourteam.com\nB,nobody@yourteam.com\n"
    imported = bring(admin, content)
    assert counts(imported) == (1, 0, 0, 1)
    assert Lead.objects.get().assigned_to == alex
    assert "is no member of this account" in rejected(admin, imported)[1][1]


def test_another_account_is_neither_matched_nor_touched(admin: Actor, account: Account) -> None:
    from synaptiq.accounts import actors
    from synaptiq.accounts.tenancy import acting_for
    from tests.conftest import make_account

    theirs = make_account("Globex")
    with acting_for(theirs.pk):
        lead = actions.create_lead(
            actors.of_terminal(theirs), {"email": "jane@acme.com", "external_id": "A"}
        )
    content = f"id,external_id,email,name\n{lead.public_id},A,jane@acme.com,Mine\n"
    assert counts(bring(admin, content, match="overwrite")) == (1, 0, 0, 0)
    assert Lead.objects.get().account == account
    with acting_for(theirs.pk):
        assert Lead.objects.get().name is None


def test_a_property_that_becomes_another_meanwhile_is_what_later_rows_are_checked_by(
    admin: Actor, small: None
) -> None:
    """Members cannot change a type while an import goes on; another version's process might."""
    imported = start(admin, "email,Seats\n" + "".join(f"{n}@acme.com,{n}\n" for n in range(5)))
    actions.run_import(imported, lambda _: CustomProperty.objects.update(type="text"))
    found = Lead.objects.order_by("pk").values_list("custom__seats", flat=True)
    assert list(found) == [0, "1", "2", "3", "4"]


def test_a_property_that_is_gone_meanwhile_ends_the_import_with_its_name(
    admin: Actor, small: None
) -> None:
    imported = start(admin, "email,Seats\n" + "".join(f"{n}@acme.com,{n}\n" for n in range(5)))
    actions.run_import(imported, lambda _: CustomProperty.objects.update(archived_at=NOW))
    batch = queries.imported(imported.public_id).batch
    assert (batch.state, batch.reason) == (
        "failed", "The custom property seats is no longer there.",
    )  # fmt: skip


@pytest.mark.parametrize("match", ["fill", "overwrite"])
def test_rows_about_a_merged_lead_are_about_the_one_that_stayed(admin: Actor, match: str) -> None:
    stays = actions.create_lead(admin, {"name": "Jane", "external_id": "a"})
    gone = actions.create_lead(admin, {"name": "Jane", "external_id": "b"})
    actions.merge_leads(admin, gone.public_id, stays.public_id, {"external_id": stays.public_id})
    content = f"id,external_id,name,company\n,b,Jane,Acme\n{gone.public_id},,Jane,Acme\n"
    assert counts(bring(admin, content, match=match)) == (0, 1, 1, 0)
    kept = Lead.objects.alive().get()
    assert (kept.pk, kept.external_id, kept.company) == (stays.pk, "a", "Acme")
    assert counts(bring(admin, content, match=match)) == (0, 0, 2, 0)
