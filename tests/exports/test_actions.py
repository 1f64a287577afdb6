"""Asking, ending, fetching, and the sweeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from synaptiq.accounts import actors
from synaptiq.accounts.actions import create_api_key
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, Member, Notice
from synaptiq.accounts.tenancy import acting_for
from synaptiq.exports import actions, files, pipeline, queries
from synaptiq.exports.models import Export
from synaptiq.exports.spec import ExportSpec
from synaptiq.exports.states import State
from synaptiq.kit import clock
from synaptiq.kit.database import own_connection
from synaptiq.kit.errors import Conflict, Denied, Gone, Invalid, NotFound
from synaptiq.kit.ranges import Asked
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from tests.conftest import make_account
from tests.exports.running import add_leads, ask, content, left_over, logged, run

pytestmark = pytest.mark.usefixtures("committed_db")

GIVEN = {"dataset": "leads", "format": "csv", "scope": "filter"}
DENIED = ["agent", "viewer", "auditor"]


@pytest.fixture
def asking(account: Account, actor: Callable[..., Actor]) -> Actor:
    add_leads(account.pk, 20)
    return actor("export")


def jobs() -> list[tuple[str, int]]:
    rows = ProcrastinateJob.objects.filter(task_name="exports.run")
    return [(job.queue_name, job.args["export_id"]) for job in rows]


@pytest.mark.parametrize("role", DENIED)
def test_who_may_not_export_is_denied_and_the_denial_is_recorded(
    actor: Callable[..., Actor], role: str
) -> None:
    with pytest.raises(Denied, match="Export, Admin or Owner"):
        ask(actor(role))
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.outcome) == ("export.requested", "denied")
    assert entry.detail == {"reason": "role_missing"}
    assert not Export.objects.exists()


def test_a_request_commits_run_entry_and_job_together(
    asking: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = actions.request(asking, GIVEN)
    assert jobs() == [("short", export.pk)]
    assert logged(export) == [("export.requested", "ok")]
    monkeypatch.setattr(actions.audit, "record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.request(asking, GIVEN)
    assert (Export.objects.count(), len(jobs())) == (1, 1)


def test_many_rows_wait_in_a_queue_of_their_own(
    asking: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "SHORT_ROWS", 19)
    export = actions.request(asking, GIVEN)
    assert jobs() == [("long", export.pk)]


def test_the_same_key_and_body_give_the_same_run(asking: Actor) -> None:
    first = actions.request(asking, GIVEN, idempotency_key="k")
    again = actions.request(asking, GIVEN, idempotency_key="k")
    other = actions.request(asking, GIVEN, idempotency_key="k2")
    assert first.pk == again.pk != other.pk
    assert len(jobs()) == 2
    assert logged(first) == [("export.requested", "ok")]


def test_the_same_key_with_another_body_is_refused(asking: Actor) -> None:
    actions.request(asking, GIVEN, idempotency_key="k")
    with pytest.raises(Invalid, match="another request") as caught:
        actions.request(asking, {**GIVEN, "format": "json"}, idempotency_key="k")
    assert caught.value.code == "idempotency_key_reused"
    assert Export.objects.count() == 1


def test_keys_of_others_do_not_clash(asking: Actor, actor: Callable[..., Actor]) -> None:
    one = actions.request(asking, GIVEN, idempotency_key="k")
    two = actions.request(actor("admin"), GIVEN, idempotency_key="k")
    assert one.pk != two.pk


@pytest.mark.parametrize("key", ["", "x" * 256, "a\n", "é"])
def test_a_key_that_no_header_can_hold_is_refused(asking: Actor, key: str) -> None:
    with pytest.raises(Invalid, match="Idempotency-Key"):
        actions.request(asking, GIVEN, idempotency_key=key)


@pytest.mark.parametrize("state", [State.REQUESTED, State.RUNNING])
def test_an_unfinished_run_can_be_cancelled(asking: Actor, state: State) -> None:
    export = ask(asking)
    Export.objects.update(state=state)
    assert actions.cancel(asking, export.public_id).state == "cancelled"
    assert logged(export) == [("export.requested", "ok"), ("export.finished", "cancelled")]


def test_a_finished_run_cannot_be_cancelled(asking: Actor) -> None:
    export = run(ask(asking))
    with pytest.raises(Conflict, match="is ready"):
        actions.cancel(asking, export.public_id)
    assert content(export)


def test_runs_of_another_account_are_not_found(asking: Actor) -> None:
    export = run(ask(asking))
    other = make_account("Other")
    stranger = actors.of_terminal(other)
    for act in (actions.cancel, actions.download):
        with pytest.raises(NotFound):
            act(stranger, export.public_id)


@pytest.mark.parametrize("role", DENIED)
def test_the_right_is_checked_again_at_every_download(
    asking: Actor, member: Callable[..., Member], role: str
) -> None:
    export = run(ask(asking))
    actions.download(asking, export.public_id)
    Member.objects.update(roles=[role])
    now = actors.of_member(Member.objects.select_related("account", "user").get())
    with pytest.raises(Denied):
        actions.download(now, export.public_id)
    assert logged(export)[-2:] == [("export.downloaded", "ok"), ("export.downloaded", "denied")]


def test_a_key_whose_member_lost_the_right_or_that_ended_gets_no_file(
    account: Account, actor: Callable[..., Actor]
) -> None:
    admin = actor("admin")
    assert admin.member
    key, _ = create_api_key(
        admin, admin.member.public_id, name="k", scopes=["exports:read", "exports:write"]
    )
    waiting, expired, revoked = (ask(actors.of_api_key(key)) for _ in range(3))
    Member.objects.update(roles=["viewer"])
    assert run(waiting).state == "failed"
    Member.objects.update(roles=["admin"])
    type(key).objects.update(expires_at=clock.now())
    assert run(expired).state == "failed"
    assert expired.reason == "The API key that asked for it expired."
    type(key).objects.update(revoked_at=clock.now())
    assert run(revoked).state == "failed"
    assert revoked.reason == "The API key that asked for it was revoked."


def test_a_key_without_the_scope_is_denied(actor: Callable[..., Actor]) -> None:
    admin = actor("admin")
    assert admin.member
    key, _ = create_api_key(admin, admin.member.public_id, name="k", scopes=["leads:read"])
    with pytest.raises(Denied, match="exports:write"):
        ask(actors.of_api_key(key))
    with pytest.raises(Denied, match="exports:read"):
        actions.download(actors.of_api_key(key), "exp_none")


def test_a_download_is_recorded_once_however_many_pieces_it_has(asking: Actor) -> None:
    export = run(ask(asking))
    later = Asked(range="bytes=1-")
    for asked in (later, Asked(), later, later):
        actions.download(asking, export.public_id, asked)
    entries = AuditEntry.objects.filter(action="export.downloaded")
    assert len(entries) == 2
    assert {(e.sha256, e.rows, e.bytes) for e in entries} == {(export.sha256, 20, export.bytes)}


@pytest.mark.parametrize(
    "whole",
    [
        Asked(range="bytes=5-2"),
        Asked(range="bytes=3-9", if_range='W/"…"'),
        Asked(range="bytes=3-9", if_range="Tue, 24 Nov 2026 10:00:00 GMT"),
    ],
)
def test_a_request_for_a_part_that_gets_the_whole_file_is_recorded_each_time(
    asking: Actor, whole: Asked
) -> None:
    export = run(ask(asking))
    for _ in range(2):
        actions.download(asking, export.public_id, whole)
    assert AuditEntry.objects.filter(action="export.downloaded").count() == 2


def test_fetching_the_file_reads_the_notice_about_it_and_no_other(asking: Actor) -> None:
    export, other = (run(ask(asking)) for _ in range(2))
    actions.download(asking, export.public_id, Asked("HEAD"))
    assert Notice.objects.filter(read_at=None).count() == 2
    actions.download(asking, export.public_id)
    assert [n.target for n in Notice.objects.filter(read_at=None)] == [other.public_id]


def test_a_later_part_after_a_day_is_a_download_of_its_own(asking: Actor) -> None:
    export = run(ask(asking))
    actions.download(asking, export.public_id)
    with clock.freeze(clock.now() + actions.RESUMABLE):
        actions.download(asking, export.public_id, Asked(range="bytes=1-"))
    assert AuditEntry.objects.filter(action="export.downloaded").count() == 2


def test_an_answer_without_bytes_is_no_download(asking: Actor) -> None:
    export = run(ask(asking))
    held = Asked(if_none_match=f'"{export.sha256}"')
    for asked in (Asked("HEAD"), held, Asked(range="bytes=-0")):
        actions.download(asking, export.public_id, asked)
    assert not AuditEntry.objects.filter(action="export.downloaded").exists()


def test_a_run_that_is_not_ready_has_no_file(asking: Actor) -> None:
    export = ask(asking)
    with pytest.raises(Conflict, match="has no file yet"):
        actions.download(asking, export.public_id)


def test_a_file_is_kept_for_thirty_days_and_not_a_second_longer(asking: Actor) -> None:
    export = run(ask(asking))
    assert export.expires_at
    with clock.freeze(export.expires_at - timedelta(seconds=1)):
        assert actions.expire() == 0
        actions.download(asking, export.public_id)
    with clock.freeze(export.expires_at):
        with pytest.raises(Gone, match="expired"):
            actions.download(asking, export.public_id)
        assert actions.expire() == 1
        with pytest.raises(Gone, match="expired"):
            actions.download(asking, export.public_id)
    export.refresh_from_db()
    assert (export.state, left_over()) == ("expired", [])
    assert export.sha256


def test_a_download_goes_on_after_the_expiry(asking: Actor) -> None:
    export = run(ask(asking))
    whole = content(export)
    assert export.expires_at
    with files.open_file(export.file_key) as file:
        begun = file.read(100)
        with clock.freeze(export.expires_at):
            actions.expire()
        assert left_over() == []
        assert begun + file.read() == whole


def test_a_withdrawn_file_is_gone_and_says_why(asking: Actor) -> None:
    export = run(ask(asking))
    assert actions.withdraw(export, "A field was restricted.")
    assert not actions.withdraw(export, "Again.")
    assert left_over() == []
    with pytest.raises(Gone, match=r"withdrawn: A field was restricted\."):
        actions.download(asking, export.public_id)
    assert logged(export)[2:] == [("export.withdrawn", "ok")]


# What no job will finish.


def waited(export: Export) -> Any:
    return clock.freeze(export.requested_at + timedelta(seconds=61))


@pytest.mark.parametrize("state", [State.REQUESTED, State.RUNNING])
def test_a_run_without_a_job_is_failed(asking: Actor, state: State) -> None:
    export = ask(asking)
    Export.objects.update(state=state)
    assert actions.fail_lost() == 0
    with waited(export):
        assert actions.fail_lost() == 1
        assert actions.fail_lost() == 0
    export.refresh_from_db()
    assert (export.state, export.reason[:20]) == ("failed", "Its worker was lost,")
    assert logged(export) == [("export.requested", "ok"), ("export.finished", "failed")]


def test_a_run_with_a_job_is_left_to_it(asking: Actor) -> None:
    export = actions.request(asking, GIVEN)
    with waited(export):
        assert actions.fail_lost() == 0
        for status in ("doing", "failed"):
            with own_connection() as connection:
                connection.execute("UPDATE procrastinate_jobs SET status = %s", [status])
            assert actions.fail_lost() == (status == "failed")


def test_a_run_that_somebody_works_on_is_left_to_them(asking: Actor) -> None:
    export = ask(asking)
    with waited(export):
        with own_connection() as connection:
            connection.execute("BEGIN")
            assert pipeline.lock(connection, export)
            assert actions.fail_lost() == 0
        assert actions.fail_lost() == 1


def test_lost_runs_of_all_accounts_are_found(asking: Actor) -> None:
    export = ask(asking)
    other = make_account("Other")
    with acting_for(other.pk):
        ask(actors.of_terminal(other))
    with waited(export):
        assert actions.fail_lost() == 2


# What no run claims.


def plant(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path.name


def test_files_that_no_run_claims_are_swept_and_no_others(
    asking: Actor, settings: Any, account: Account
) -> None:
    ready, running, failed = run(ask(asking)), ask(asking), ask(asking)
    Export.objects.filter(pk=running.pk).update(state=State.RUNNING, attempt=2)
    Export.objects.filter(pk=failed.pk).update(state=State.FAILED, attempt=1)
    store, spool = settings.EXPORT_DIR / account.public_id, settings.SPOOL_DIR
    kept = [
        f"{ready.public_id}.1",
        plant(store / f"{running.public_id}.2"),
        plant(store / f"{running.public_id}.2.copying"),
        plant(spool / f"{running.public_id}.2.part"),
        plant(spool / "somebody-elses.txt"),
        plant(settings.EXPORT_DIR / "lost+found" / "1234"),
        plant(settings.EXPORT_DIR / "notes.txt"),
    ]
    gone = [
        plant(store / f"{running.public_id}.1"),
        plant(store / f"{running.public_id}.1.copying"),
        plant(store / f"{ready.public_id}.2"),
        plant(store / f"{failed.public_id}.1"),
        plant(store / "exp_unknown.1"),
        plant(settings.EXPORT_DIR / "acct_unknown" / "exp_unknown.1"),
        plant(spool / f"{running.public_id}.1.part"),
        plant(spool / f"{ready.public_id}.1.part"),
        plant(spool / "exp_unknown.1.part"),
    ]
    swept = [*actions.sweep_stored(), *actions.sweep_spool()]
    assert sorted(name.rpartition("/")[2] for name in swept) == sorted(gone)
    assert left_over() == sorted(kept)
    assert [*actions.sweep_stored(), *actions.sweep_spool()] == []


def test_sweeping_before_there_is_any_folder_is_fine(asking: Actor) -> None:
    assert [*actions.sweep_stored(), *actions.sweep_spool()] == []


def test_one_run_that_cannot_be_ended_does_not_hold_up_the_others(
    asking: Actor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = (ask(asking) for _ in range(2))
    fail = pipeline.fail

    def failing(export: Export, reason: str) -> bool:
        if export.pk == first.pk:
            raise ValueError("a bad row")
        return fail(export, reason)

    monkeypatch.setattr(pipeline, "fail", failing)
    with clock.freeze(clock.now() + timedelta(hours=1)):
        assert actions.fail_lost() == 1
    second.refresh_from_db()
    assert second.state == "failed"
    assert f"{first.public_id} could not be ended" in caplog.text


def test_who_cancels_the_run_of_another_is_who_the_log_names(
    asking: Actor, actor: Callable[..., Actor]
) -> None:
    export = ask(asking)
    other = actor("owner", email="boss@acme.com")
    actions.cancel(other, export.public_id)
    entry = AuditEntry.objects.get(target=export.public_id, action="export.finished")
    assert (entry.actor, entry.outcome) == (other.name, "cancelled")


def test_a_run_of_many_ids_is_looked_at_without_them(asking: Actor) -> None:
    export = ask(asking)
    with acting_for(export.account_id):
        assert "spec" in queries.get(export.public_id).get_deferred_fields()


@pytest.mark.parametrize("rows", [0, 3])
def test_rows_that_go_between_count_and_sample_do_not_break_the_dialog(
    asking: Actor, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    spec = ask(asking).spec
    made = ExportSpec.model_validate(spec)
    some = Lead.objects.values_list("public_id", flat=True)[:rows]
    bare = queries.rows_of(made).filter(public_id__in=list(some))
    assert queries._estimate(made, bare, 5) > 0


def test_columns_cost_one_query_however_many_are_custom(
    asking: Actor, actor: Callable[..., Actor], django_assert_num_queries: Any
) -> None:
    admin = actor("admin")
    for n in range(5):
        leads.define_property(admin, slug=f"p{n}", label=f"P {n}")
    spec = ExportSpec.model_validate(ask(asking).spec)
    with django_assert_num_queries(2):  # the properties, the restrictions
        assert len(queries.columns_of(spec)) == 17
