"""The worker as a process: what is done, what is done again, and what is never done."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections

from synaptiq.project.worker import widen
from tests import processes
from tests.database import SERVER
from tests.processes import IMPATIENT, Process, Serving
from tests.waiting import wait_until

SETTINGS = "tests.worker.settings"


@contextmanager
def working(url: str, **options: Any) -> Iterator[Process]:
    with processes.worker(url, settings_module=SETTINGS, program=IMPATIENT, **options) as worker:
        yield worker


def defer(url: str, task: str, folder: Path, queue: str = "short", **more: str) -> int:
    """Put a job in the queue as Procrastinate does, without its task in this process."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[ROW(%s, %s, 0, NULL, NULL, %s, NULL)"
            "::procrastinate_job_to_defer_v1]))",
            [queue, task, json.dumps({"folder": str(folder), **more})],
        ).fetchone()
    assert row
    return int(row[0])


def status(url: str, job: int) -> str | None:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT status FROM procrastinate_jobs WHERE id = %s", [job]
        ).fetchone()
    return str(row[0]) if row else None


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.exists() else []


def test_a_job_whose_worker_was_killed_is_done_again_and_once(
    committed_db: str, tmp_path: Path
) -> None:
    job = defer(committed_db, "tests.hang_once", tmp_path)
    with working(committed_db) as first:
        wait_until(lambda: lines(tmp_path / "begun"), what="the job to begin")
        first.kill()
        with working(committed_db):
            wait_until(lambda: lines(tmp_path / "done"), 60, "the job to be done again")
            wait_until(lambda: status(committed_db, job) is None, what="its row to go")
    assert len(lines(tmp_path / "begun")) == 2
    assert len(lines(tmp_path / "done")) == 1


def test_a_spool_that_cannot_be_swept_keeps_no_worker_from_its_jobs(
    committed_db: str, tmp_path: Path
) -> None:
    spool = tmp_path / "spool"
    (spool / "exp_unknown.1.part").mkdir(parents=True)
    defer(committed_db, "tests.defer_and_fail", tmp_path)
    with working(committed_db, SPOOL_DIR=str(spool)) as worker:
        wait_until(lambda: lines(tmp_path / "committed"), what="the job")
        wait_until(lambda: "Could not sweep the spool" in worker.output(), what="the warning")
        assert "out of reach" not in worker.output()
        assert worker.stop() == 0


def test_a_job_deferred_in_a_task_vanishes_with_its_transaction(
    committed_db: str, tmp_path: Path
) -> None:
    defer(committed_db, "tests.defer_and_fail", tmp_path)
    with working(committed_db) as worker:
        wait_until(lambda: lines(tmp_path / "committed"), what="the committed job")
        assert worker.stop() == 0
    assert lines(tmp_path / "deferred")
    assert not lines(tmp_path / "rolled-back")


def test_a_long_job_does_not_hold_up_short_ones(committed_db: str, tmp_path: Path) -> None:
    defer(committed_db, "tests.occupy", tmp_path, queue="long")
    waiting = defer(committed_db, "tests.note", tmp_path, queue="long", name="second-long")
    with working(committed_db) as worker:
        wait_until(lambda: lines(tmp_path / "occupied"), what="the long job to begin")
        for number in range(5):
            defer(committed_db, "tests.note", tmp_path, name=f"short-{number}")
        wait_until(lambda: lines(tmp_path / "short-4"), what="the short jobs")
        assert status(committed_db, waiting) == "todo"
        (tmp_path / "enough").touch()
        wait_until(lambda: lines(tmp_path / "second-long"), what="the second long job")
        assert worker.stop() == 0


def test_sigterm_lets_a_running_job_end_and_takes_no_other(
    committed_db: str, tmp_path: Path
) -> None:
    job = defer(committed_db, "tests.occupy", tmp_path, queue="long")
    with working(committed_db) as worker:
        wait_until(lambda: lines(tmp_path / "occupied"), what="the job to begin")
        worker.send()
        # In the line of the one that runs: its slot is free only when the worker has heard.
        after = defer(committed_db, "tests.note", tmp_path, queue="long", name="after")
        (tmp_path / "enough").touch()
        assert worker.wait() == 0
    assert status(committed_db, job) is None
    assert status(committed_db, after) == "todo"


def test_a_job_that_does_not_end_in_time_is_left_to_another_worker(
    committed_db: str, tmp_path: Path
) -> None:
    job = defer(committed_db, "tests.occupy", tmp_path, queue="long")
    environment = processes.environment(committed_db, settings_module=SETTINGS, GRACE_SECONDS="0.5")
    command = processes.command("worker", "--queues", "long", program=IMPATIENT)
    impatient = Serving(command, environment, tmp_path / "impatient.log")
    try:
        wait_until(lambda: lines(tmp_path / "occupied"), what="the job to begin")
        assert impatient.stop() == 1
        assert "done again elsewhere" in impatient.output()
    finally:
        impatient.end()
    assert status(committed_db, job) == "doing"
    (tmp_path / "enough").touch()
    with working(committed_db):
        wait_until(lambda: status(committed_db, job) is None, 60, "the job to be done")
    assert len(lines(tmp_path / "occupied")) == 2


def test_a_job_that_kills_its_worker_does_not_return_for_ever(
    committed_db: str, tmp_path: Path
) -> None:
    job = defer(committed_db, "tests.suicide", tmp_path)
    with psycopg.connect(committed_db) as connection:
        # As if it had taken three workers with it before.
        connection.execute("UPDATE procrastinate_jobs SET attempts = 3 WHERE id = %s", [job])
    environment = processes.environment(committed_db, settings_module=SETTINGS)
    for number in range(2):
        log = tmp_path / f"killed-{number}.log"
        command = processes.command("worker", "--queues", "short", program=IMPATIENT)
        worker = Serving(command, environment, log)
        try:
            assert worker.wait(60) == -signal.SIGKILL
        finally:
            worker.end()
    with working(committed_db):
        wait_until(lambda: status(committed_db, job) == "failed", 60, "the job to be failed")
    assert len(lines(tmp_path / "begun")) == 2


def test_work_goes_on_after_the_database_was_away(committed_db: str, tmp_path: Path) -> None:
    name = committed_db.partition("?")[0].rpartition("/")[2]
    with working(committed_db) as worker:
        with psycopg.connect(SERVER.urls.superuser, autocommit=True) as server:
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            wait_until(lambda: "out of reach" in worker.output(), what="the worker to notice")
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        defer(committed_db, "tests.note", tmp_path, name="after")
        wait_until(lambda: lines(tmp_path / "after"), 60, "a job after the restart")
        assert worker.stop() == 0


def test_sigterm_ends_a_worker_whose_database_is_away(committed_db: str, tmp_path: Path) -> None:
    name = committed_db.partition("?")[0].rpartition("/")[2]
    with working(committed_db) as worker:
        with psycopg.connect(SERVER.urls.superuser, autocommit=True) as server:
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
        wait_until(lambda: "out of reach" in worker.output(), what="the worker to notice")
        assert worker.stop() == 0
        assert "never retrieved" not in worker.output(), "a traceback for each worker beside"


@pytest.mark.django_db
def test_django_may_hold_a_connection_for_each_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    options = connections["default"].settings_dict["OPTIONS"]
    pool = {"min_size": 0, "max_size": 20}
    monkeypatch.setitem(options, "pool", pool)
    widen(12)
    assert pool["max_size"] == 20
    widen(64)
    assert pool["max_size"] == 64
