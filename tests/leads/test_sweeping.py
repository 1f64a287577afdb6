"""What no job will end is failed, and what no undo needs any more is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from synaptiq.accounts import actors
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, Notice
from synaptiq.kit import clock
from synaptiq.kit.database import own_connection
from synaptiq.leads import actions, queries, tasks
from synaptiq.leads.actions import bulk, converting
from synaptiq.leads.models import Batch, CustomProperty, Import
from tests.leads.imports.bringing import bring, give, look, start


@pytest.fixture
def admin(account: Account, actor: Callable[..., Actor], settings: Any, tmp_path: Path) -> Actor:
    settings.IMPORT_DIR = tmp_path
    return actor("admin")


@pytest.fixture
def asked(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> Batch:
    """An act that waits for its job."""
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    lead = actions.create_lead(admin, {"name": "Jane Doe"})
    return actions.change_many(admin, {"status": "won"}, filter={"text": lead.name})


def swept(**later: float) -> int:
    with clock.freeze(clock.now() + timedelta(**later)):
        return actions.fail_lost()


def without_jobs(status: str = "failed") -> None:
    with own_connection() as connection:
        connection.execute("UPDATE procrastinate_jobs SET status = %s", [status])


@pytest.mark.usefixtures("committed_db")
def test_an_act_is_left_to_its_job_and_failed_without_one(asked: Batch) -> None:
    assert swept(seconds=61) == 0
    without_jobs("doing")
    assert swept(seconds=61) == 0
    without_jobs()
    assert swept(seconds=59) == 0
    assert swept(seconds=61) == 1
    assert swept(seconds=61) == 0
    asked.refresh_from_db()
    assert (asked.state, asked.reason[:20]) == ("failed", "Its worker was lost,")
    tasks.run_batch(account_id=asked.account_id, batch_id=asked.pk)
    assert not queries.touched_by(asked.pk).exists(), "and nobody goes on with it"


@pytest.mark.usefixtures("committed_db")
def test_an_act_that_somebody_works_on_is_not_lost(asked: Batch) -> None:
    without_jobs()
    with own_connection() as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT FROM leads_batch WHERE id = %s FOR UPDATE", [asked.pk])
        assert swept(seconds=61) == 0
    assert swept(seconds=61) == 1


@pytest.mark.usefixtures("committed_db")
def test_an_import_without_a_job_is_failed_as_an_import(admin: Actor) -> None:
    given = give(admin, "email\na@acme.com\n")
    started = actions.start_import(admin, given.public_id, look(admin, given))
    assert swept(seconds=61) == 0
    without_jobs()
    assert swept(seconds=61) == 1
    ended = queries.imported(started.public_id).batch
    assert ended is not None
    assert (ended.state, ended.reason[:20]) == ("failed", "Its worker was lost,")
    assert AuditEntry.objects.get(action="import.finished").outcome == "failed"
    assert "worker was lost" in Notice.objects.get().text


def test_an_import_of_the_terminal_can_be_resumed_for_a_day(account: Account, admin: Actor) -> None:
    started = start(actors.of_terminal(account), "email\na@acme.com\n")
    assert swept(hours=23) == 0
    assert swept(hours=25) == 1
    ended = Import.objects.select_related("batch").get(pk=started.pk).batch
    assert ended is not None
    assert ended.state == "failed"
    tasks.fail_lost(0)


@pytest.mark.usefixtures("committed_db")
def test_a_conversion_without_a_job_is_given_up(
    admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converting, "AT_ONCE", 0)
    made = actions.define_property(admin, slug="p", label="P")
    actions.create_lead(admin, {"name": "A"}, custom={"p": "12"})
    waiting = actions.convert_property(admin, made.public_id, "number")
    assert waiting.converting
    assert actions.fail_lost() == 0
    without_jobs()
    assert actions.fail_lost() == 1
    assert CustomProperty.objects.get().converting is None
    assert "P could not be changed to number: Its worker was lost" in Notice.objects.get().text


def test_one_that_cannot_be_ended_holds_up_no_other(
    asked: Batch, admin: Actor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fail = bulk.fail
    other = actions.change_many(admin, {"status": "lost"}, filter={"status": ["new"]})

    def failing(batch: Batch, reason: str) -> None:
        if batch.pk == asked.pk:
            raise RuntimeError("broken")
        fail(batch, reason)

    monkeypatch.setattr(bulk, "fail", failing)
    monkeypatch.setattr("synaptiq.leads.actions.sweeping._has_job", lambda *_, **__: False)
    assert swept(seconds=61) == 1
    other.refresh_from_db()
    assert other.state == "failed"
    assert f"Ending {asked.public_id} failed" in caplog.text


def test_what_an_act_was_about_is_forgotten_when_it_can_be_undone_no_more(
    asked: Batch, admin: Actor
) -> None:
    assert "Jane Doe" in str(asked.scope)
    actions.run_batch(asked)
    imported = bring(admin, "email\na@acme.com\n").batch
    for days, is_forgotten in ((29, False), (31, True)):
        with clock.freeze(clock.now() + timedelta(days=days)):
            tasks.forget_scopes(0)
        asked.refresh_from_db()
        assert (asked.scope == {}) is is_forgotten
    assert imported
    imported.refresh_from_db()
    assert imported.scope["import"], "by which its page is found"
