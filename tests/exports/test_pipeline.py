"""The one road: what is checked on it, and what is left when it ends early."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.db import connection

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Member, Notice
from synaptiq.exports import actions, files, pipeline
from synaptiq.exports.formats import FORMATS
from synaptiq.exports.models import Export, RestrictedField
from synaptiq.exports.states import State
from synaptiq.kit import clock
from tests.exports.running import add_leads, ask, content, exported, left_over, logged, run

pytestmark = pytest.mark.usefixtures("committed_db")

FINISHED = [("export.requested", "ok"), ("export.finished", "ok")]
FAILED = [("export.requested", "ok"), ("export.finished", "failed")]


@pytest.fixture
def asking(account: Account, actor: Callable[..., Actor]) -> Actor:
    add_leads(account.pk, 2000)
    return actor("export")


@pytest.fixture
def at_chunk(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """`at_chunk(do)`: `do()` once, when the first rows of a file have been written."""

    def arrange(do: Callable[[], Any]) -> None:
        write, done = files.Spool.write, []

        def writing(spool: files.Spool, chunk: bytes, rows: int) -> None:
            write(spool, chunk, rows)
            if rows and not done:
                done.append(True)
                do()

        monkeypatch.setattr(files.Spool, "write", writing)

    return arrange


def test_a_run_ends_with_a_file_whose_record_tells_all_of_it(asking: Actor) -> None:
    export = run(ask(asking))
    data = content(export)
    assert (export.state, export.attempt, export.reason) == ("ready", 1, "")
    assert (export.rows_total, export.rows_written, export.bytes) == (2000, 2000, len(data))
    assert export.sha256 == files.hashlib.sha256(data).hexdigest()
    assert re.fullmatch(r"synaptiq_leads_[0-9]{8}T[0-9]{6}Z\.csv", export.file_name)
    assert export.expires_at - export.ended_at == files.KEEP  # type: ignore[operator]
    assert left_over() == [f"{export.public_id}.1"]
    assert logged(export) == FINISHED
    assert Notice.objects.get().text == "2,000 leads are ready as CSV"


def test_a_finished_run_is_not_made_again(asking: Actor) -> None:
    export = run(ask(asking))
    before = export.sha256, export.ended_at, export.attempt
    run(export)
    assert (export.sha256, export.ended_at, export.attempt) == before
    assert logged(export) == FINISHED


def test_equal_spec_and_moment_give_equal_bytes_and_another_moment_the_same_rows(
    asking: Actor,
) -> None:
    with clock.freeze(clock.now()):
        first, second = run(ask(asking)), run(ask(asking))
    assert first.spec == second.spec
    assert first.sha256 == second.sha256
    assert first.file_key != second.file_key
    assert run(ask(asking)).sha256 == first.sha256


@pytest.mark.parametrize("change", ["lost", "doubled"])
def test_a_file_that_does_not_hold_what_the_filter_counts_is_thrown_away(
    asking: Actor, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    chunks = type(FORMATS["leads", "csv"]).chunks

    def mutilated(messages: Iterable[Any]) -> Iterator[Any]:
        for number, message in enumerate(messages):
            if number != 1234 or change == "doubled":
                yield message
            if number == 1234 and change == "doubled":
                yield message

    monkeypatch.setattr(
        type(FORMATS["leads", "csv"]),
        "chunks",
        lambda self, messages, *more: chunks(self, mutilated(messages), *more),
    )
    export = run(ask(asking))
    written = 1999 if change == "lost" else 2001
    assert export.state == "failed"
    assert export.reason.startswith(f"{written:,} rows were written, but the filter counts 2,000.")
    assert (left_over(), export.file_key, export.sha256) == ([], "", "")
    assert logged(export) == FAILED
    assert Notice.objects.get().text.startswith("An export failed: ")


def test_no_statement_runs_that_is_not_limited_to_the_account(
    asking: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def everything(*_: Any) -> tuple[str, tuple[Any, ...]]:
        return "COPY (SELECT public_id AS c0 FROM leads_lead) TO STDOUT (FORMAT csv)", ()

    monkeypatch.setattr(type(FORMATS["leads", "csv"]), "copy", everything)
    export = run(ask(asking))
    assert (export.state, left_over()) == ("failed", [])
    assert export.reason == "An unexpected error; the server's log has the details."


def test_a_parameter_of_another_account_is_noticed_too(
    asking: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = type(FORMATS["leads", "csv"]).copy

    def of_another(*given: Any) -> tuple[str, tuple[Any, ...]]:
        statement, params = copy(*given)
        return statement, tuple(-p if type(p) is int else p for p in params)

    monkeypatch.setattr(type(FORMATS["leads", "csv"]), "copy", of_another)
    export = run(ask(asking))
    assert (export.state, left_over()) == ("failed", [])
    assert export.reason == "An unexpected error; the server's log has the details."


def test_each_table_that_a_statement_reads_is_limited_to_the_account(
    asking: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = type(FORMATS["leads", "csv"]).copy

    def leads_of_all(*given: Any) -> tuple[str, tuple[Any, ...]]:
        statement, params = copy(*given)
        whole = statement.replace('WHERE ("leads_lead"."account_id" = %s', "WHERE (%s > 0")
        assert whole != statement
        assert '."account_id" = %s' in whole, "the emails of members are limited still"
        return whole, params

    monkeypatch.setattr(type(FORMATS["leads", "csv"]), "copy", leads_of_all)
    export = run(ask(asking))
    assert (export.state, left_over()) == ("failed", [])
    assert export.reason == "An unexpected error; the server's log has the details."


def test_a_member_who_lost_the_right_gets_no_file(asking: Actor) -> None:
    export = ask(asking)
    Member.objects.update(roles=["viewer"])
    run(export)
    assert (export.state, export.attempt) == ("failed", 0)
    assert export.reason.startswith("This needs the Export, Admin or Owner role (export data).")
    assert (left_over(), logged(export)) == ([], FAILED)


def test_a_member_who_was_removed_gets_no_file(asking: Actor) -> None:
    export = ask(asking)
    Member.objects.update(removed_at=clock.now())
    assert run(export).state == "failed"


def test_a_closed_account_gets_no_file(asking: Actor, account: Account) -> None:
    export = ask(asking)
    Account.objects.update(closed_at=clock.now())
    run(export)
    assert (export.state, export.attempt) == ("failed", 0)
    assert export.reason == "The account was closed."
    assert (left_over(), logged(export)) == ([], FAILED)


def test_an_account_that_is_closed_while_its_file_is_made_gets_none(
    asking: Actor, at_chunk: Callable[..., None]
) -> None:
    at_chunk(lambda: Account.objects.update(closed_at=clock.now()))
    export = run(ask(asking))
    assert (export.state, export.reason) == ("failed", "The account was closed.")
    assert left_over() == []


@pytest.mark.parametrize("progress", [-1.0, 1000.0])
def test_a_run_that_is_cancelled_in_mid_copy_leaves_nothing(
    asking: Actor, at_chunk: Callable[..., None], monkeypatch: pytest.MonkeyPatch, progress: float
) -> None:
    monkeypatch.setattr(pipeline, "PROGRESS_SECONDS", progress)
    export = ask(asking)
    at_chunk(lambda: actions.cancel(asking, export.public_id))
    run(export)
    assert (export.state, export.reason) == ("cancelled", "Cancelled.")
    assert (left_over(), export.file_key) == ([], "")
    assert logged(export) == [("export.requested", "ok"), ("export.finished", "cancelled")]


def test_progress_shows_rows_written_of_all(asking: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "PROGRESS_SECONDS", -1.0)
    seen: list[tuple[int, int | None]] = []
    reporting = pipeline.report_progress

    def report(export: Export, rows: int) -> None:
        reporting(export, rows)
        found = Export.objects.get(pk=export.pk)
        seen.append((found.rows_written, found.rows_total))

    monkeypatch.setattr(pipeline, "report_progress", report)
    run(ask(asking))
    assert seen == [(0, 2000), (512, 2000), (1024, 2000), (1536, 2000), (2000, 2000)]


@pytest.mark.parametrize("when", ["requested", "running"])
def test_a_withdrawn_run_is_not_made(
    asking: Actor, at_chunk: Callable[..., None], when: str
) -> None:
    export = ask(asking)

    def withdraw() -> None:
        assert actions.withdraw(Export.objects.get(pk=export.pk), "A lead was erased.")

    withdraw() if when == "requested" else at_chunk(withdraw)
    run(export)
    assert (export.state, export.reason) == ("withdrawn", "A lead was erased.")
    assert (left_over(), export.file_key) == ([], "")
    assert sorted(logged(export)) == [
        ("export.finished", "withdrawn"), ("export.requested", "ok"), ("export.withdrawn", "ok"),
    ]  # fmt: skip


def restrict(account: Account) -> None:
    RestrictedField.objects.get_or_create(dataset="leads", column="name")
    account.refresh_from_db()
    account.restriction_version += 1
    account.save()


def test_a_restriction_that_comes_meanwhile_makes_the_file_anew(
    asking: Actor, account: Account, at_chunk: Callable[..., None]
) -> None:
    at_chunk(lambda: restrict(account))
    export = run(ask(asking, columns=["id", "name"]))
    assert (export.state, export.attempt) == ("ready", 2)
    assert content(export).count(b'"[REDACTED]"') == 2000
    assert (left_over(), logged(export)) == ([f"{export.public_id}.2"], FINISHED)


def test_an_erasure_that_comes_meanwhile_makes_the_file_anew(
    asking: Actor, at_chunk: Callable[..., None]
) -> None:
    def erase() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM leads_lead WHERE public_id = 'lead_0000007'")
        Account.objects.update(erasure_number=1)

    at_chunk(erase)
    export = run(ask(asking))
    assert (export.state, export.attempt, export.rows_written) == ("ready", 2, 1999)
    assert b"lead_0000007" not in content(export)


def test_rules_that_never_rest_end_the_run(
    asking: Actor, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = pipeline.build

    def building(*given: Any) -> None:
        build(*given)
        restrict(account)

    monkeypatch.setattr(pipeline, "build", building)
    monkeypatch.setattr(pipeline, "MOST_REBUILDS", 5)
    export = run(ask(asking))
    assert (export.state, export.attempt, export.rebuilds) == ("failed", 5, 5)
    assert export.reason == "Restrictions or erasures changed during each of 5 builds."
    assert (left_over(), logged(export)) == ([], FAILED)


def test_rules_that_move_do_not_use_up_the_attempts_of_a_lost_worker(
    asking: Actor, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, left = pipeline.build, [4]

    def building(*given: Any) -> None:
        build(*given)
        if left[0]:
            left[0] -= 1
            restrict(account)

    monkeypatch.setattr(pipeline, "build", building)
    export = run(ask(asking))
    assert (export.state, export.attempt, export.rebuilds) == ("ready", 5, 4)


def test_a_run_of_another_version_ends_with_a_reason_and_can_be_cancelled(asking: Actor) -> None:
    one, other, third = (ask(asking) for _ in range(3))
    Export.objects.update(spec={**one.spec, "frobnicate": 1})
    assert run(one).state == "failed"
    assert one.reason == "It was asked for by another version of Synaptiq. Export again."
    assert logged(one) == FAILED
    assert actions.cancel(asking, other.public_id).state == "cancelled"
    assert actions.withdraw(Export.objects.get(pk=third.pk), "A lead was erased.")


def test_a_column_that_is_not_there_any_more_is_not_left_out_silently(asking: Actor) -> None:
    export = ask(asking)
    Export.objects.update(spec={**export.spec, "columns": ["id", "custom_gone"]})
    run(export)
    assert export.state == "failed"
    assert export.reason == "There is no column custom_gone any more. Export again."


def test_a_run_that_was_begun_three_times_is_not_begun_again(asking: Actor) -> None:
    export = ask(asking)
    Export.objects.update(state=State.RUNNING, attempt=3)
    run(export)
    assert (export.state, export.attempt) == ("failed", 3)
    assert logged(export) == FAILED


def test_an_earlier_attempt_leaves_no_file(asking: Actor) -> None:
    export = ask(asking)
    Export.objects.update(state=State.RUNNING, attempt=2)
    for attempt in (1, 2):
        path = files._path(f"{export.account.public_id}/{export.public_id}.{attempt}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    run(export)
    assert (export.state, left_over()) == ("ready", [f"{export.public_id}.3"])


def test_an_unknown_error_ends_the_run_without_telling_its_insides(
    asking: Actor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise ValueError("secret insides")

    monkeypatch.setattr(pipeline, "count", broken)
    export = run(ask(asking))
    assert (export.state, left_over()) == ("failed", [])
    assert "secret" not in export.reason
    assert "secret insides" in caplog.text


def test_tombstones_are_not_exported(asking: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE leads_lead SET deleted_at = now() WHERE public_id LIKE '%%5'")
    ids = exported(asking, columns=["id"]).decode().split()[1:]
    assert len(ids) == 1800
    assert not [i for i in ids if i.endswith('5"')]
