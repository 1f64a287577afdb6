"""Jobs of the agent: load by id, call, return."""

from __future__ import annotations

from procrastinate.contrib.django import app

from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent import actions
from synaptiq.conversations import turns
from synaptiq.kit.retries import Patient


@app.task(name=turns.TASK, queue=turns.QUEUE, retry=Patient(max_attempts=turns.MOST_ATTEMPTS + 1))
def answer(*, account_id: int, turn_id: int) -> None:
    with acting_for(account_id):
        actions.answer_turn(turn_id)
