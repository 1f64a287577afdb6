"""Jobs of leads: call, return."""

from __future__ import annotations

from procrastinate.contrib.django import app

from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit.retries import Patient
from synaptiq.leads import actions, queries


@app.periodic(cron="30 3 * * *")
@app.task(queue="short", name="leads.forget_selections", queueing_lock="forget_selections")
def forget_selections(timestamp: int) -> None:
    actions.forget_selections()


@app.periodic(cron="40 3 * * *")
@app.task(queue="short", name="leads.forget_requests", queueing_lock="forget_requests")
def forget_requests(timestamp: int) -> None:
    actions.forget_requests()


@app.task(name="leads.run_batch", queue="short", retry=Patient())
def run_batch(*, account_id: int, batch_id: int) -> None:
    with acting_for(account_id):
        actions.run_batch(queries.batch_by_key(batch_id))


@app.task(name="leads.convert_property", queue="short", retry=Patient())
def convert_property(*, account_id: int, property_id: int) -> None:
    with acting_for(account_id):
        actions.run_conversion(queries.property_by_key(property_id))


@app.task(name="leads.run_import", queue="short", retry=Patient())
def run_import(*, account_id: int, import_id: int) -> None:
    with acting_for(account_id):
        actions.run_import(queries.import_by_key(import_id))


@app.periodic(cron="* * * * *")
@app.task(queue="short", name="leads.fail_lost", queueing_lock="leads.fail_lost")
def fail_lost(timestamp: int) -> None:
    actions.fail_lost()


@app.periodic(cron="35 3 * * *")
@app.task(queue="short", name="leads.forget_scopes", queueing_lock="forget_scopes")
def forget_scopes(timestamp: int) -> None:
    actions.forget_scopes()


@app.periodic(cron="50 3 * * *")
@app.task(queue="short", name="leads.forget_imports", queueing_lock="forget_imports")
def forget_imports(timestamp: int) -> None:
    actions.forget_imports()


@app.task(name="leads.tell_qualified", queue="short", retry=Patient())
def tell_qualified(*, account_id: int, lead_id: int) -> None:
    with acting_for(account_id):
        actions.tell_qualified(lead_id)
