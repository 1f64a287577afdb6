"""Jobs of sites: call, return."""

from __future__ import annotations

from procrastinate.contrib.django import app

from synaptiq.sites import greetings


@app.periodic(cron="35 3 * * *")
@app.task(queue="short", name="sites.forget_counts", queueing_lock="sites.forget_counts")
def forget_counts(timestamp: int) -> None:
    greetings.forget_counts()
