"""Jobs of figures: call, return."""

from __future__ import annotations

from procrastinate.contrib.django import app

from synaptiq.analytics import rebuilding, visits


@app.periodic(cron="2 * * * *")
@app.task(queue="short", name="analytics.forget_salts", queueing_lock="analytics.forget_salts")
def forget_salts(timestamp: int) -> None:
    visits.forget_old_salts()


@app.periodic(cron="10 4 * * *")
@app.task(queue="long", name="analytics.forget_views", queueing_lock="analytics.forget_views")
def forget_views(timestamp: int) -> None:
    rebuilding.forget_views()


@app.periodic(cron="* * * * *")
@app.task(queue="long", name="analytics.rebuild", queueing_lock="analytics.rebuild")
def rebuild(timestamp: int) -> None:
    rebuilding.rebuild_changed()
