"""Jobs of meetings: call, return."""

from __future__ import annotations

from procrastinate.contrib.django import app

from synaptiq.meetings import actions, letters


@app.task(queue="short", name="meetings.write_letters")
def write_letters(meeting_pk: int, sequence: int) -> None:
    letters.write(meeting_pk, sequence)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="short", name="meetings.forget_expired", queueing_lock="meetings.forget_expired")
def forget_expired(timestamp: int) -> None:
    actions.forget_expired()
