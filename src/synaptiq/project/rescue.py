"""Jobs whose worker died: given back to be done again, or ended when they keep killing workers.

Procrastinate leaves such a job in "doing" for ever. Apart from the worker, because it is a
question to the database alone, which any worker process may ask at any time.
"""

from __future__ import annotations

import logging

from django.db import connection, transaction
from procrastinate.contrib.django import app

log = logging.getLogger(__name__)

# A worker that has not been heard of for so long is dead; a living one is heard every 2 s.
STALLED_SECONDS = 8
# A task with a retry strategy of its own may have used up more than this by honest failures.
MOST_ATTEMPTS = 5
_LOCK = 0x53594E42

_STALLED = """
    SELECT job.id, job.task_name, job.attempts, EXISTS (
        SELECT FROM procrastinate_jobs other
        WHERE other.queueing_lock = job.queueing_lock AND other.status = 'todo'
    )
    FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.status = 'doing' AND (
        worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s)
    )
    ORDER BY job.id
"""


def rescue_stalled() -> int:
    """Give back, or end, every job whose worker is gone; returns how many were given back.

    One transaction under one lock: of two that look at the same time, the second must not see a
    job as stalled that the first has given back and a living worker has begun again.
    """
    back = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_STALLED, [STALLED_SECONDS])
        for job, task, attempts, is_queued_again in cursor.fetchall():
            if attempts + 1 >= most_attempts(task):
                log.error("Job %s (%s) lost its worker %s times: failed", job, task, attempts + 1)
                cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [job])
            elif is_queued_again:
                # The same sweep already waits to run: two may not wait under one lock.
                cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'aborted', true)", [job])
            else:
                log.warning("Job %s (%s) lost its worker: it is done again", job, task)
                cursor.execute(
                    "SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job]
                )
                back += 1
    return back


def most_attempts(task_name: str) -> int:
    """How often a job of this task may be begun in all."""
    task = app.tasks.get(task_name)
    strategy = task.retry_strategy if task else None
    own = getattr(strategy, "max_attempts", None)
    return max(MOST_ATTEMPTS, own or 0)
