"""How long a failed job is tried again, and for what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.jobs import Job

from synaptiq.kit import clock
from synaptiq.kit.retries import JITTER, Patient, wait

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def job(attempts: int) -> Job:
    return Job(id=1, queue="short", lock=None, queueing_lock=None, task_name="x", attempts=attempts)


def test_eleven_attempts_over_about_two_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: 1.0)
    strategy, waits = Patient(OSError), []
    with clock.freeze(NOON):
        while decision := strategy.get_retry_decision(exception=OSError(), job=job(len(waits))):
            assert decision.retry_at
            waits.append((decision.retry_at - NOON).total_seconds())
    assert waits == [15, 30, 60, 120, 240, 480, 960, 1800, 1800, 1800]
    assert 1.9 < sum(waits) / 3600 < 2.1
    assert len(waits) + 1 == strategy.max_attempts


def test_what_failed_together_does_not_come_back_together() -> None:
    waits = {wait(5) for _ in range(50)}
    assert len(waits) > 1
    middle = timedelta(minutes=8)
    assert all(middle * (1 - JITTER) <= one <= middle * (1 + JITTER) for one in waits)


def test_other_faults_are_not_tried_again() -> None:
    assert Patient(OSError).get_retry_decision(exception=ValueError(), job=job(0)) is None
    assert Patient().get_retry_decision(exception=ValueError(), job=job(0)) is not None
