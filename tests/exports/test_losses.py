"""The database goes away, the disk is full: what is told, what is left, and the next run."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import OperationalError, connections, transaction

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.exports import actions, files, pipeline
from synaptiq.exports.models import Export
from synaptiq.exports.states import State
from synaptiq.kit import database
from tests.database import SERVER
from tests.exports.running import add_leads, ask, content, left_over, logged, run

pytestmark = pytest.mark.usefixtures("committed_db")

MANY = 2_500
FINISHED = [("export.requested", "ok"), ("export.finished", "ok")]


@pytest.fixture
def asking(account: Account, actor: Callable[..., Actor]) -> Actor:
    # Five megabytes: more than the buffers between server and client hold.
    add_leads(account.pk, MANY, name="x" * 2_000)
    return actor("export")


def end_connections(url: str, *, copying_alone: bool) -> None:
    """End the database's connections, as a restart of the server does."""
    name = urlsplit(url).path.lstrip("/")
    alone = " AND query LIKE 'COPY%%'" if copying_alone else ""
    with psycopg.connect(SERVER.urls.superuser, autocommit=True) as server:
        ended = server.execute(
            "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
            f" WHERE datname = %s{alone}",
            [name],
        ).fetchone()
    assert ended is not None
    assert ended[0] > 0


@pytest.mark.parametrize("copying_alone", [True, False])
def test_a_restart_of_the_database_in_mid_copy_is_survived_by_the_next_try(
    committed_db: str, asking: Actor, monkeypatch: pytest.MonkeyPatch, copying_alone: bool
) -> None:
    write, ended = files.Spool.write, []

    def writing(spool: files.Spool, chunk: bytes, rows: int) -> None:
        write(spool, chunk, rows)
        if rows and not ended:
            ended.append(True)
            end_connections(committed_db, copying_alone=copying_alone)

    monkeypatch.setattr(files.Spool, "write", writing)
    export = ask(asking)
    with pytest.raises(database.DATABASE_ERRORS):
        pipeline.run(export)
    connections.close_all()
    export.refresh_from_db()
    assert (export.state, export.attempt, left_over()) == ("running", 1, [])
    run(export)
    assert (export.state, export.attempt, export.rows_written) == ("ready", 2, MANY)
    assert logged(export) == FINISHED


@pytest.mark.parametrize("committed", [True, False])
def test_a_commit_whose_answer_was_lost_counts_if_it_was_one(
    asking: Actor, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    commit = pipeline._commit

    def losing(*given: Any) -> None:
        if committed:
            commit(*given)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(pipeline, "_commit", losing)
    export = ask(asking)
    with pytest.raises(OperationalError):
        pipeline.run(export)
    monkeypatch.setattr(pipeline, "_commit", commit)
    run(export)
    assert (export.state, export.attempt) == ("ready", 1 if committed else 2)
    assert len(content(export)) == export.bytes
    assert left_over() == [f"{export.public_id}.{export.attempt}"]
    assert logged(export) == FINISHED
    assert [*actions.sweep_stored(), *actions.sweep_spool()] == []


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (psycopg.errors.DiskFull("could not write block 7: No space left on device"), "block 7"),
        (psycopg.errors.QueryCanceled("canceling statement due to statement timeout"), "timeout"),
    ],
)
def test_what_the_database_itself_refuses_ends_the_run_with_its_words(
    asking: Actor, monkeypatch: pytest.MonkeyPatch, error: Exception, says: str
) -> None:
    def refused(*_: object) -> int:
        raise error

    monkeypatch.setattr(pipeline, "count", refused)
    export = run(ask(asking))
    assert (export.state, export.attempt, left_over()) == ("failed", 1, [])
    assert export.reason.startswith("The database refused: ")
    assert says in export.reason


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (psycopg.OperationalError("connection refused"), True),
        (psycopg.errors.AdminShutdown("terminating"), True),
        (psycopg.errors.TooManyConnections("sorry"), True),
        (psycopg.errors.ConnectionFailure("lost"), True),
        (psycopg.errors.OutOfMemory("no memory"), False),
        (psycopg.errors.DiskFull("full"), False),
    ],
)
def test_a_database_that_went_away_is_told_from_one_that_refuses(
    error: Exception, away: bool
) -> None:
    assert database.is_away(error) is away
    wrapped = OperationalError(str(error))
    wrapped.__cause__ = error
    assert database.is_away(wrapped) is away


def test_a_late_worker_cannot_end_the_run_of_its_successor(asking: Actor) -> None:
    export = ask(asking)
    late = Export.objects.get(pk=export.pk)
    Export.objects.update(state=State.RUNNING, attempt=1)
    pipeline.fail(late, "too late")
    export.refresh_from_db()
    assert (export.state, export.reason) == ("running", "")


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 kB; where only /dev/full can be had, tests skip themselves."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small file system can only be mounted by root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


FULL = "The disk of the server is full. Make room in SPOOL_DIR and EXPORT_DIR, then start"


def check_full_then_fine(asking: Actor, settings: Any, roomy: Path) -> None:
    export = run(ask(asking))
    assert export.state == "failed"
    assert export.reason.startswith(FULL)
    assert left_over() == []
    assert logged(export) == [("export.requested", "ok"), ("export.finished", "failed")]
    settings.SPOOL_DIR, settings.EXPORT_DIR = roomy / "spool", roomy / "exports"
    assert run(ask(asking)).state == "ready"


def test_a_full_spool_fails_the_run_with_its_reason_and_leaves_nothing(
    asking: Actor, settings: Any, tiny: Path, folders: Path
) -> None:
    settings.SPOOL_DIR = tiny / "spool"
    check_full_then_fine(asking, settings, folders)


def test_a_full_store_fails_the_run_with_its_reason_and_leaves_nothing(
    asking: Actor, settings: Any, tiny: Path, folders: Path
) -> None:
    settings.EXPORT_DIR = tiny / "exports"
    check_full_then_fine(asking, settings, folders)


def test_the_systems_own_word_for_a_full_disk_is_understood(
    asking: Actor, settings: Any, folders: Path
) -> None:
    export = ask(asking)
    settings.SPOOL_DIR.mkdir()
    (settings.SPOOL_DIR / f"{export.public_id}.1.part").symlink_to("/dev/full")
    run(export)
    assert export.reason.startswith(FULL)
    assert left_over() == []


def test_a_spool_that_cannot_be_opened_for_want_of_space_is_a_full_disk(
    asking: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "mkdir", full)
    assert run(ask(asking)).reason.startswith(FULL)


def test_a_spool_that_cannot_be_made_is_said(asking: Actor, settings: Any) -> None:
    settings.SPOOL_DIR = Path("/dev/null/spool")
    export = run(ask(asking))
    assert export.state == "failed"
    assert "cannot write into SPOOL_DIR or EXPORT_DIR: Not a directory" in export.reason


def test_a_store_on_another_file_system_gets_the_same_bytes(
    asking: Actor, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = run(ask(asking))
    rename = os.rename

    def renaming(source: Any, target: Any) -> None:
        if str(source).endswith(".part"):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        rename(source, target)

    monkeypatch.setattr(os, "rename", renaming)
    across = run(ask(asking))
    assert content(across) == content(same)
    assert left_over() == sorted(f"{e.public_id}.1" for e in (same, across))


def test_a_withdrawal_that_is_rolled_back_keeps_the_file(asking: Actor) -> None:
    export = run(ask(asking))
    with transaction.atomic():
        assert actions.withdraw(export, "A lead was erased.")
        transaction.set_rollback(True)
    export.refresh_from_db()
    assert export.state == "ready"
    assert content(export)
