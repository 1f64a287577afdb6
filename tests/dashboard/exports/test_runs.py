"""Runs: their list, one of them, waiting for it, ending it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.exports import actions
from synaptiq.exports.models import Export
from synaptiq.exports.states import State
from synaptiq.kit import clock
from tests.conftest import make_account
from tests.dashboard.clients import HTMX, client_of, make_leads
from tests.dashboard.exports.conftest import MakeRun
from tests.dashboard.markup import assert_strict_csp

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def exporter(member: Callable[..., Member]) -> Client:
    return client_of(member("export", name="Edda Export"))


@pytest.fixture
def make(actor: Callable[..., Actor]) -> Callable[..., Export]:
    """A run in a state, without a file behind it."""
    admin = actor("admin", name="Ada Admin")

    def make(state: State = State.REQUESTED, **fields: Any) -> Export:
        given = {"dataset": "leads", "scope": "filter", "filter": {"status": ["qualified"]}}
        export = actions.request(admin, given)
        Export.objects.filter(pk=export.pk).update(state=state, **fields)
        export.refresh_from_db()
        return export

    return make


def test_lists_every_run_with_what_became_of_it(
    account: Account, exporter: Client, make: Callable[..., Export]
) -> None:
    with clock.freeze(NOW):
        make(State.RUNNING, rows_written=120_000, rows_total=1_000_000)
        ready = make(
            State.READY, rows_written=1284, bytes=60_000, sha256="ab" * 32, file_name="f.csv",
            expires_at=NOW + timedelta(days=30),
        )  # fmt: skip
        make(State.FAILED, reason="The disk of the server is full.")
        make(State.WITHDRAWN, reason="phone was restricted")
        make(State.EXPIRED)
        make(State.CANCELLED)
        html = exporter.get("/admin/exports").text
    for shown in (
        "120,000 of 1,000,000", "1,284", "60 kB", "in 30 days", "Ada Admin", "CSV", "Failed",
        "The disk of the server is full.", "Withdrawn", "phone was restricted", "Expired",
        "Cancelled", "Leads: status is qualified", f'href="/admin/exports/{ready.public_id}/file"',
    ):  # fmt: skip
        assert shown in html, shown
    assert html.count(">Download</a>") == 1
    assert html.count("/row?step=0") == 1, "only the running one asks for itself"
    assert_strict_csp(html)


def test_pages_by_key(
    account: Account, exporter: Client, make: Callable[..., Export],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from synaptiq.dashboard.exports import views

    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    runs = [make() for _ in range(3)]
    html = exporter.get("/admin/exports").text
    assert runs[2].public_id in html
    assert runs[0].public_id not in html
    following = html.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert runs[0].public_id in exporter.get(f"/admin/exports{following}").text


def test_says_how_to_begin_when_there_is_none(account: Account, exporter: Client) -> None:
    assert "No exports yet" in exporter.get("/admin/exports").text


def test_one_run_shows_all_of_its_record(
    account: Account, exporter: Client, make: Callable[..., Export]
) -> None:
    export = make(
        State.READY, rows_written=2, bytes=345, sha256="cd" * 32, attempt=1,
        file_name="synaptiq_leads_20260320T120000Z.csv", claimed_at=NOW, ended_at=NOW,
        expires_at=NOW + timedelta(days=30),
    )  # fmt: skip
    page = exporter.get(f"/admin/exports/{export.public_id}")
    for shown in (
        "synaptiq_leads_20260320T120000Z.csv", "345 bytes", "cd" * 32, "Status is qualified",
        "last_activity_at", "Spreadsheet guard", "1 of 3", "Ada Admin", export.public_id,
    ):  # fmt: skip
        assert shown in page.text, shown
    assert_strict_csp(page.text)


@pytest.mark.parametrize(
    ("state", "explained"),
    [
        (State.FAILED, "No file was made. Out of luck."),
        (State.WITHDRAWN, "The file was taken back and is deleted. Out of luck."),
        (State.EXPIRED, "The file was kept for 30 days and is deleted."),
        (State.CANCELLED, "Ended before it was ready."),
    ],
)
def test_a_run_without_a_file_says_why(
    account: Account, exporter: Client, make: Callable[..., Export], state: State, explained: str
) -> None:
    export = make(state, reason="Out of luck.")
    html = exporter.get(f"/admin/exports/{export.public_id}").text
    assert explained in html
    assert "Export again" in html


def test_waiting_asks_fast_at_first_and_slower_later(
    account: Account, exporter: Client, make: Callable[..., Export]
) -> None:
    export = make(State.RUNNING, rows_written=120_000, rows_total=1_000_000)
    url = f"/admin/exports/{export.public_id}/progress"
    first = exporter.get(url, **HTMX).text
    assert "load delay:120ms" in first
    assert "?step=1" in first
    assert "120,000 of 1,000,000 rows" in first
    assert '<progress aria-label="Progress" max="1000000" value="120000">' in first
    assert "load delay:1000ms" in exporter.get(f"{url}?step=40", **HTMX).text
    assert "load delay:120ms" in exporter.get(f"{url}?step=-9e9", **HTMX).text


def test_when_it_is_ready_the_file_starts_and_the_dialog_says_what_it_is(
    committed_db: str, account: Account, exporter: Client, ready: MakeRun
) -> None:
    make_leads(3)
    export = ready()
    answer = exporter.get(f"/admin/exports/{export.public_id}/progress?step=2", **HTMX)
    assert answer["HX-Retarget"] == "closest .export-wait"
    for shown in (
        f'href="/admin/exports/{export.public_id}/file" data-start-download',
        export.file_name, export.sha256, "<dd>3</dd>",
    ):  # fmt: skip
        assert shown in answer.text, shown
    on_page = exporter.get(f"/admin/exports/{export.public_id}/progress?page=1", **HTMX)
    assert on_page["HX-Refresh"] == "true"


def test_when_it_fails_the_dialog_says_why_and_offers_the_same_choices_again(
    account: Account, exporter: Client, make: Callable[..., Export]
) -> None:
    export = make(State.FAILED, reason="The disk of the server is full.")
    answer = exporter.get(f"/admin/exports/{export.public_id}/progress", **HTMX)
    assert "The disk of the server is full." in answer.text
    link = answer.text.partition('class="btn" href="')[2].partition('"')[0].replace("&amp;", "&")
    again = exporter.get(link, **HTMX).text
    assert "Status is qualified" in again
    assert 'value="csv" checked' in again


def test_cancel_asks_first_and_ends_the_run(
    account: Account, exporter: Client, make: Callable[..., Export]
) -> None:
    export = make(State.RUNNING)
    url = f"/admin/exports/{export.public_id}/cancel"
    assert "Cancel this export?" in exporter.get(url).text
    assert exporter.get(url, **HTMX).text.lstrip().startswith("<dialog")
    page = exporter.post(url, follow=True)
    assert "The export was cancelled." in page.text
    export.refresh_from_db()
    assert export.state == State.CANCELLED


def test_cancel_that_comes_too_late_shows_what_became_of_it(
    account: Account, exporter: Client, make: Callable[..., Export]
) -> None:
    export = make(State.FAILED, reason="Out of luck.")
    url = f"/admin/exports/{export.public_id}/cancel"
    answer = exporter.post(url, **HTMX)
    assert "Out of luck." in answer.text
    assert "there is nothing to cancel" in json.loads(answer["HX-Trigger"])["toast"]["text"]
    assert "there is nothing to cancel" in exporter.post(url, follow=True).text
    export.refresh_from_db()
    assert export.state == State.FAILED


@pytest.mark.parametrize("role", ["agent", "viewer", "auditor"])
def test_who_may_neither_export_nor_download_sees_no_runs(
    account: Account, member: Callable[..., Member], make: Callable[..., Export], role: str
) -> None:
    export = make(State.RUNNING)
    client = client_of(member(role))
    for path in ("", "/progress", "/row", "/cancel", "/file"):
        assert client.get(f"/admin/exports/{export.public_id}{path}").status_code == 403
    assert client.get("/admin/exports").status_code == 403
    assert client.post(f"/admin/exports/{export.public_id}/cancel").status_code == 403
    export.refresh_from_db()
    assert export.state == State.RUNNING
    denied = AuditEntry.objects.filter(outcome="denied")
    assert sorted(e.action for e in denied) == ["export.cancelled", "export.downloaded"]


def test_runs_of_other_accounts_are_not_found(
    account: Account, exporter: Client, make: Callable[..., Export]
) -> None:
    other = make_account("Other")
    export = make(State.RUNNING)
    with acting_for(other.pk):
        Export.across_accounts.filter(pk=export.pk).update(account=other, member=None, api_key=None)
    for path in ("", "/progress", "/row", "/cancel", "/file"):
        assert exporter.get(f"/admin/exports/{export.public_id}{path}").status_code == 404
    assert exporter.post(f"/admin/exports/{export.public_id}/cancel").status_code == 404
