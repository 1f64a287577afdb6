"""Jobs of leads: call, return."""

from __future__ import annotations

from procrastinate.contrib.django import app

from synaptiq.leads import actions


@app.periodic(cron="30 3 * * *")
@app.task(queue="short", name="leads.forget_selections", queueing_lock="forget_selections")
def forget_selections(timestamp: int) -> None:
    actions.forget_selections()
