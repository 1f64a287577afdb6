"""Jobs of the agent: load by id, call, return."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent import actions
from synaptiq.conversations import turns
from synaptiq.kit.retries import Patient

# A visitor waits: due again after 0.5, 1 and 2 s, and then a person is asked for.
RETRY = Patient(max_attempts=turns.MOST_ATTEMPTS + 1, first_wait=timedelta(seconds=0.5))


@app.task(name=turns.TASK, queue=turns.QUEUE, retry=RETRY)
def answer(*, account_id: int, turn_id: int) -> None:
    with acting_for(account_id):
        actions.answer_turn(turn_id)
