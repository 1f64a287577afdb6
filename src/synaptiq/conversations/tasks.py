"""Jobs of conversations: call, return."""

from __future__ import annotations

from procrastinate.contrib.django import app

from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import alerting, sweeping
from synaptiq.kit.retries import Patient


@app.periodic(cron="* * * * * */20")
@app.task(queue="short", name="conversations.sweep", queueing_lock="conversations.sweep")
def sweep(timestamp: int) -> None:
    sweeping.sweep()


@app.task(name="conversations.tell_waiting", queue="short", retry=Patient())
def tell_waiting(*, account_id: int, conversation_id: int) -> None:
    with acting_for(account_id):
        alerting.tell_waiting(conversation_id)
