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


@app.task(name="exports.mail_transcript", queue="short", retry=Patient())
def mail_transcript(*, account_id: int, transcript_id: int) -> None:
    # Its home asks for this very job.
    from synaptiq.exports import transcripts

    with acting_for(account_id):
        transcripts.send(transcript_id)


@app.periodic(cron="25 * * * *")
@app.task(
    name="exports.forget_transcripts", queue="short", queueing_lock="exports.forget_transcripts"
)
def forget_transcripts(timestamp: int) -> None:
    from synaptiq.exports import transcripts

    transcripts.forget()
