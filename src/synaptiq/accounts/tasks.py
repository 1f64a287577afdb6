"""Jobs of accounts: three lines each, ids only."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app

from synaptiq.accounts import actions, smtp
from synaptiq.kit.retries import Patient


# After about two hours the mail stays with its job as failed.
@app.task(queue="short", name="accounts.send_mail", retry=Patient(smtp.NotSentYet))
def send_mail(mail_id: int) -> None:
    smtp.send(mail_id)


@app.periodic(cron="20 0,6,12,18 * * *")
@app.task(queue="short", name="accounts.log_api_key_reads", queueing_lock="log_api_key_reads")
def log_api_key_reads(timestamp: int) -> None:
    actions.log_api_key_reads()


@app.periodic(cron="40 3 * * *")
@app.task(queue="short", name="accounts.forget_mail", queueing_lock="forget_mail")
def forget_mail(timestamp: int) -> None:
    smtp.forget_old()


@app.periodic(cron="45 3 * * *")
@app.task(queue="short", name="accounts.forget_notices", queueing_lock="forget_notices")
def forget_notices(timestamp: int) -> None:
    actions.forget_notices()


@app.periodic(cron="50 3 * * *")
@app.task(queue="short", name="accounts.forget_sessions", queueing_lock="forget_sessions")
def forget_sessions(timestamp: int) -> None:
    SessionStore.clear_expired()
    actions.forget_sessions()
