"""Jobs of exports: load by id, call, return."""

from __future__ import annotations

from procrastinate.contrib.django import app

from synaptiq.accounts.tenancy import acting_for
from synaptiq.exports import actions, pipeline
from synaptiq.exports.models import Export
from synaptiq.kit.retries import Patient


@app.task(
    name="exports.run",
    queue="short",
    # Only a database that went away raises; how often a run may begin is the pipeline's to say.
    retry=Patient(),
)
def run(*, account_id: int, export_id: int) -> None:
    with acting_for(account_id):
        pipeline.run(Export.objects.select_related("account", "member").get(pk=export_id))


@app.periodic(cron="* * * * * */10")
@app.task(name="exports.sweep", queue="short", queueing_lock="exports.sweep")
def sweep(timestamp: int) -> None:
    actions.fail_lost()
    actions.expire()


@app.periodic(cron="*/5 * * * *")
@app.task(name="exports.sweep_stored", queue="short", queueing_lock="exports.sweep_stored")
def sweep_stored(timestamp: int) -> None:
    actions.sweep_stored()
