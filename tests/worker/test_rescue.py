"""Which jobs are given back, which are ended, and which are left alone."""

from __future__ import annotations

import pytest
from django.db import connection

from synaptiq.project.rescue import MOST_ATTEMPTS, most_attempts, rescue_stalled

pytestmark = pytest.mark.django_db


def add_worker(heard_seconds_ago: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [heard_seconds_ago],
        )
        return int(cursor.fetchone()[0])


def add_job(
    status: str, worker: int | None = None, *, attempts: int = 0, queueing_lock: str | None = None
) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs"
            " (queue_name, task_name, args, status, worker_id, attempts, queueing_lock)"
            " VALUES ('short', 'tests.none', '{}', %s, %s, %s, %s) RETURNING id",
            [status, worker, attempts, queueing_lock],
        )
        return int(cursor.fetchone()[0])


def state(job: int) -> tuple[str, int] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, attempts FROM procrastinate_jobs WHERE id = %s", [job])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def test_a_job_of_a_silent_worker_is_given_back() -> None:
    job = add_job("doing", add_worker(9))
    assert rescue_stalled() == 1
    assert state(job) == ("todo", 1)


def test_a_job_of_a_worker_that_is_gone_is_given_back() -> None:
    job = add_job("doing", None)
    assert rescue_stalled() == 1
    assert state(job) == ("todo", 1)


def test_a_job_of_a_living_worker_is_left_alone() -> None:
    job = add_job("doing", add_worker(3))
    assert rescue_stalled() == 0
    assert state(job) == ("doing", 0)


@pytest.mark.parametrize("status", ["todo", "succeeded", "failed"])
def test_only_running_jobs_can_be_lost(status: str) -> None:
    job = add_job(status)
    assert rescue_stalled() == 0
    assert state(job) == (status, 0)


@pytest.mark.parametrize(
    ("attempts", "after"), [(MOST_ATTEMPTS - 2, "todo"), (MOST_ATTEMPTS - 1, "failed")]
)
def test_the_last_attempt_is_the_last(attempts: int, after: str) -> None:
    job = add_job("doing", attempts=attempts)
    rescue_stalled()
    assert state(job) == (after, attempts + 1)


def test_a_sweep_that_waits_again_already_is_not_queued_twice() -> None:
    lost = add_job("doing", queueing_lock="sweep")
    waiting = add_job("todo", queueing_lock="sweep")
    assert rescue_stalled() == 0
    assert state(lost) is None
    assert state(waiting) == ("todo", 0)


def test_a_task_that_retries_by_itself_may_be_begun_more_often() -> None:
    assert most_attempts("tests.none") == MOST_ATTEMPTS
    assert most_attempts("accounts.send_mail") > MOST_ATTEMPTS
