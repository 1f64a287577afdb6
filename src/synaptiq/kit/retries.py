"""When a job that failed is done again: soon at first, then less and less often, for two hours.

One strategy for every job that waits for something outside (a mail server, a database that went
away). Jittered, so that what failed together does not come back together.
"""

from __future__ import annotations

import random
from datetime import timedelta

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from synaptiq.kit import clock

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)
JITTER = 0.2


class Patient(BaseRetryStrategy):
    """Begin a job `max_attempts` times in all, when one of `exceptions` came out of it.

    The waits are 15 s, 30 s, 1 min, 2, 4, 8, 16 and then 30 min, each a fifth shorter or longer:
    eleven attempts take about two hours.
    """

    def __init__(self, *exceptions: type[BaseException], max_attempts: int = 11) -> None:
        self.exceptions = exceptions or (Exception,)
        self.max_attempts = max_attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        # `attempts` are those before this one.
        if not isinstance(exception, self.exceptions) or job.attempts + 1 >= self.max_attempts:
            return None
        return RetryDecision(retry_at=clock.now() + wait(job.attempts))


def wait(earlier: int) -> timedelta:
    """How long to wait after a failure that so many others came before."""
    doubled: timedelta = FIRST_WAIT * 2 ** min(earlier, 20)
    return min(doubled, LONGEST_WAIT) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
