"""Several workers, many writers, and one snapshot."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connections

from synaptiq.accounts import actors
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry
from synaptiq.accounts.tenancy import acting_for
from synaptiq.exports import actions, files, pipeline
from synaptiq.exports.models import Export
from tests.exports.running import add_leads, ask, content, left_over, logged, run
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("committed_db")

FINISHED = [("export.requested", "ok"), ("export.finished", "ok")]


def in_threads(account: Account, count: int, do: Callable[[], Any]) -> list[Any]:
    """What `do` returns or raises in each of several threads that begin at once."""
    start, ended = threading.Barrier(count), []

    def thread() -> None:
        try:
            with acting_for(account.pk):
                start.wait(30)
                ended.append(do())
        except Exception as error:
            ended.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=thread) for _ in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return ended


def test_of_many_workers_on_one_run_one_builds(
    account: Account, actor: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_leads(account.pk, 2000)
    export = ask(actor("export"))
    build, built = pipeline.build, []

    def building(*given: Any) -> None:
        built.append(threading.get_ident())
        build(*given)

    monkeypatch.setattr(pipeline, "build", building)
    ended = in_threads(account, 6, lambda: pipeline.run(Export.objects.get(pk=export.pk)))
    export.refresh_from_db()
    assert ended == [None] * 6
    assert len(built) == 1
    assert (export.state, export.attempt) == ("ready", 1)
    assert logged(export) == FINISHED
    assert left_over() == [f"{export.public_id}.1"]


def test_a_second_worker_does_not_wait_for_the_first(
    account: Account, actor: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_leads(account.pk, 600)
    export = ask(actor("export"))
    build, ran = pipeline.build, []

    def building(*given: Any) -> None:
        pipeline.run(Export.objects.get(pk=export.pk))
        ran.append(Export.objects.get(pk=export.pk).attempt)
        build(*given)

    monkeypatch.setattr(pipeline, "build", building)
    run(export)
    assert (ran, export.state, export.attempt) == ([1], "ready", 1)


def test_requests_with_one_key_that_come_at_once_make_one_run(
    account: Account, actor: Callable[..., Actor]
) -> None:
    asking = actor("export")
    given = {"dataset": "leads", "format": "csv", "scope": "filter"}
    ended = in_threads(
        account, 6, lambda: actions.request(asking, given, idempotency_key="k").public_id
    )
    assert len(set(ended)) == 1
    assert Export.objects.count() == AuditEntry.objects.count() == 1


def test_a_cancel_and_the_last_commit_never_both_win(
    account: Account, actor: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = actor("export")
    export = ask(asking)
    moved = Export.move

    def moving(self: Export, to: Any, **more: Any) -> bool:
        done = moved(self, to, **more)
        if to == "ready":
            # The row is locked now: a cancel waits for it, and then comes too late.
            ended.extend(in_threads_without_waiting(account, asking, export))
        return done

    ended: list[threading.Thread] = []
    answers: list[str] = []

    def in_threads_without_waiting(
        account: Account, asking: Actor, export: Export
    ) -> list[threading.Thread]:
        def thread() -> None:
            try:
                with acting_for(account.pk):
                    actions.cancel(asking, export.public_id)
                answers.append("cancelled")
            except Exception as error:
                answers.append(type(error).__name__)
            finally:
                connections.close_all()

        one = threading.Thread(target=thread)
        one.start()
        return [one]

    monkeypatch.setattr(Export, "move", moving)
    run(export)
    for one in ended:
        one.join(30)
    export.refresh_from_db()
    assert (export.state, answers) == ("ready", ["Conflict"])
    assert logged(export) == FINISHED


WRITES = (
    "INSERT INTO leads_lead (account_id, public_id, status, status_locked, tags, custom, origin,"
    " is_test, is_spam, created_at) VALUES (%(account)s, 'lead_new' || %(n)s, 'new', false, '{}',"
    " '{}', 'api', false, false, timestamptz '2026-01-01Z' + %(n)s * interval '7 seconds')",
    # Behind and before the place where the copy stands.
    "UPDATE leads_lead SET created_at = timestamptz '2020-01-01Z' + %(n)s * interval '1 second'"
    " WHERE public_id = 'lead_' || lpad((5000 - %(n)s)::text, 7, '0')",
    "UPDATE leads_lead SET created_at = timestamptz '2030-01-01Z' + %(n)s * interval '1 second'"
    " WHERE public_id = 'lead_' || lpad(%(n)s::text, 7, '0')",
    "DELETE FROM leads_lead WHERE public_id = 'lead_' || lpad((2000 + %(n)s * 3)::text, 7, '0')",
    "UPDATE leads_lead SET deleted_at = now()"
    " WHERE public_id = 'lead_' || lpad((2001 + %(n)s * 3)::text, 7, '0')",
)


class Writers:
    """Threads that insert, move and delete leads over the sort key until they are told to stop."""

    def __init__(self, url: str, account_id: int) -> None:
        self.url, self.account_id = url, account_id
        self.written = 0
        self._stop = threading.Event()

    def wait_for(self, more: int) -> None:
        """Return after that many further writes, so that any machine sees them in between."""
        goal = self.written + more
        wait_until(lambda: self.written >= goal, what="writes")

    def _write(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            number = 0
            while not self._stop.is_set():
                number += 1
                for statement in WRITES:
                    connection.execute(statement, {"account": self.account_id, "n": number})
                    self.written += 1

    @contextmanager
    def writing(self) -> Iterator[None]:
        thread = threading.Thread(target=self._write)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(30)


def test_a_file_is_one_moment_while_others_write(
    committed_db: str, account: Account, actor: Callable[..., Actor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    add_leads(account.pk, 5000)
    writers = Writers(committed_db, account.pk)
    opening, write = pipeline.open_snapshot, files.Spool.write
    seen: list[str] = []

    def open_snapshot(connection: Any, account: Account) -> pipeline.Snapshot:
        snapshot = opening(connection, account)
        name = connection.execute("SELECT pg_export_snapshot()").fetchone()[0]
        writers.wait_for(50)
        with psycopg.connect(committed_db) as second:
            second.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            second.execute(f"SET TRANSACTION SNAPSHOT '{name}'")
            rows = second.execute(
                "SELECT public_id FROM leads_lead WHERE account_id = %s AND deleted_at IS NULL"
                ' ORDER BY created_at, public_id COLLATE "C"',
                [account.pk],
            ).fetchall()
        seen.extend(row[0] for row in rows)
        return snapshot

    def writing(spool: files.Spool, chunk: bytes, rows: int) -> None:
        write(spool, chunk, rows)
        writers.wait_for(20)

    monkeypatch.setattr(pipeline, "open_snapshot", open_snapshot)
    monkeypatch.setattr(files.Spool, "write", writing)
    export = ask(actor("export"), columns=["id"])
    with writers.writing():
        writers.wait_for(50)
        run(export)
    assert export.state == "ready"
    ids = content(export).decode().replace('"', "").split("\r\n")[1:-1]
    assert ids == seen
    assert writers.written > 250
    assert any(i.startswith("lead_new") for i in ids)


HOLDER = """
import django
django.setup()
from synaptiq.exports.pipeline import _LOCK
from synaptiq.kit.database import own_connection
with own_connection() as connection:
    connection.execute("BEGIN")
    connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK | 7])
    print("held", flush=True)
    connection.execute("SELECT count(*) FROM generate_series(1, 10000000000)")
"""


def test_the_lock_of_a_process_killed_in_a_long_statement_is_free_soon(committed_db: str) -> None:
    from tests.processes import environment

    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], env=environment(committed_db), stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
    finally:
        holder.kill()
        holder.communicate()
    with psycopg.connect(committed_db, autocommit=True) as connection:

        def is_free() -> bool:
            row = connection.execute("SELECT pg_try_advisory_lock(%s)", [pipeline._LOCK | 7])
            return bool((row.fetchone() or [False])[0])

        wait_until(is_free, what="the lock")


def test_a_run_of_the_terminal_needs_no_member(account: Account) -> None:
    assert run(ask(actors.of_terminal(account))).state == "ready"
