"""Jobs of conversations: call, return."""

from __future__ import annotations

from procrastinate.contrib.django import app

from synaptiq.conversations import sweeping


@app.periodic(cron="* * * * * */20")
@app.task(queue="short", name="conversations.sweep", queueing_lock="conversations.sweep")
def sweep(timestamp: int) -> None:
    sweeping.sweep()
