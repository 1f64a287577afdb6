"""The export dialog of leads: what it offers, what it shows, what Download asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.exports.models import Export, RestrictedField
from synaptiq.kit import clock
from synaptiq.leads.models import CustomProperty, Lead
from tests.dashboard.clients import HTMX, client_of, make_leads
from tests.dashboard.markup import assert_strict_csp

ASK = "/admin/leads/export"


@pytest.fixture
def exporter(member: Callable[..., Member]) -> Client:
    return client_of(member("export"))


def select(client: Client, *leads: Lead) -> None:
    ids = [lead.public_id for lead in leads]
    client.post("/admin/leads/selection", {"shown": " ".join(ids), "lead": ids})


def asked(form: str) -> str:
    """Which selection a form was opened with."""
    return form.partition('name="asked" value="')[2].partition('"')[0]


def test_offers_what_matches_with_formats_columns_and_exact_figures(
    account: Account, exporter: Client
) -> None:
    CustomProperty.objects.create(slug="budget", label="Budget", type="text", position=1)
    make_leads(7, status="qualified")
    make_leads(2)
    page = exporter.get(ASK, {"filter": "status=qualified&score=.."}, **HTMX)
    html = page.text
    assert html.lstrip().startswith("<dialog")
    assert "Status is qualified" in html
    assert "7 that match" in html
    assert "selected</span>" not in html
    for label in ("CSV", "JSON", "JSON Lines"):
        assert f'data-text="{label}"' in html
    assert "7 rows, about" in html
    assert "All 13" in html
    assert "4 hold personal data" in html
    assert 'name="column" value="id" checked disabled' in html
    assert html.count("<tr>") == 1 + 5, "the head and the first five rows"
    assert "Person 0" in html
    assert "Person 5" not in html
    assert ">Download</button>" in html
    assert_strict_csp(html)


def test_a_selection_wins_and_gone_ids_are_told(account: Account, exporter: Client) -> None:
    leads = list(make_leads(4))
    select(exporter, *leads[:3])
    Lead.objects.filter(pk=leads[0].pk).update(deleted_at=clock.now())
    html = exporter.get(ASK, **HTMX).text
    assert 'value="selection" checked' in html
    assert "3 selected" in html
    assert "1 of the selected leads is gone." in html
    assert "2 rows, about" in html


def test_restricted_columns_read_redacted_also_in_the_first_rows(
    account: Account, exporter: Client
) -> None:
    RestrictedField.objects.create(dataset="leads", column="phone")
    make_leads(1, phone="+1-555-0123")
    html = exporter.get(ASK, **HTMX).text
    assert "+1-555-0123" not in html
    assert "restricted for this account and will read [REDACTED]" in html
    assert "<td>[REDACTED]</td>" in html


def test_changing_a_choice_brings_a_new_preview(account: Account, exporter: Client) -> None:
    make_leads(1)
    choice = {"sent": "1", "what": "filter", "format": "json", "which": "choose", "column": "name"}
    html = exporter.get(f"{ASK}/preview", choice, **HTMX).text
    heads = [part.partition("<")[0] for part in html.split('scope="col">')[1:]]
    assert heads == ["id", "name"]
    assert 'id="export-size" role="status" hx-swap-oob="true"' in html


@pytest.mark.parametrize(
    ("choice", "fix"),
    [
        ({"format": "xlsx"}, "leads can be exported as csv, json, jsonl"),
        ({"which": "choose", "column": "shoe_size"}, "there is no shoe_size"),
        ({"what": "selection"}, "a selection needs at least one id"),
        ({"delimiter": "pipe"}, "options.delimiter"),
        ({"filter": "score=high"}, "“high” is not a whole number"),
    ],
)
def test_a_wrong_choice_is_refused_in_the_form_which_keeps_the_rest(
    account: Account, exporter: Client, choice: dict[str, str], fix: str
) -> None:
    make_leads(1)
    good = {"sent": "1", "what": "filter", "format": "csv", "bom": "1", "dialect": "raw"}
    answer = exporter.post(ASK, good | choice, **HTMX)
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith("<form")
    assert fix in answer.text
    assert 'value="raw" checked' in answer.text
    assert not Export.objects.exists()


def test_download_asks_for_exactly_what_was_chosen(account: Account, exporter: Client) -> None:
    make_leads(2, status="qualified")
    choice = {
        "sent": "1", "what": "filter", "filter": "status=qualified&created=2026-03-01..2026-03-31",
        "format": "csv", "which": "choose", "column": ["email", "name"], "delimiter": "semicolon",
        "dialect": "raw",
    }  # fmt: skip
    answer = exporter.post(ASK, choice, **HTMX)
    assert answer.status_code == 200
    export = Export.objects.get()
    assert export.spec["filter"] == {
        "status": ["qualified"],
        "created": {"from": "2026-03-01", "to": "2026-03-31"},
    }
    assert export.spec["columns"] == ["id", "email", "name"]
    assert export.spec["options"] == {
        "bom": False, "delimiter": "semicolon", "dialect": "raw", "headings": False,
        "paper": "a4", "top_leads": True,
    }  # fmt: skip
    assert f"/admin/exports/{export.public_id}/progress" in answer.text
    assert "0 rows" in answer.text
    assert AuditEntry.objects.get(action="export.requested").rows == 2


def test_a_selection_over_two_pages_is_asked_for_by_its_ids(
    account: Account, exporter: Client
) -> None:
    leads = list(make_leads(60))
    select(exporter, leads[59], leads[58])
    select(exporter, leads[3])
    choice = {"sent": "1", "what": "selection", "format": "json", "filter": "status=new"}
    exporter.post(ASK, choice | {"asked": asked(exporter.get(ASK).text)})
    export = Export.objects.get()
    assert export.spec["scope"] == "selection"
    assert set(export.spec["ids"]) == {leads[n].public_id for n in (3, 58, 59)}
    assert export.spec["filter"] == {}
    assert export.sentence == "3 selected"


@pytest.mark.parametrize("how", [{}, HTMX])
def test_a_selection_that_another_tab_changed_is_shown_before_it_is_exported(
    account: Account, exporter: Client, how: dict[str, Any]
) -> None:
    leads = list(make_leads(3))
    select(exporter, leads[0])
    choice = {"sent": "1", "what": "selection", "format": "csv", "dialect": "raw"}
    first = asked(exporter.get(ASK).text)
    select(exporter, *leads)
    refused = exporter.post(ASK, choice | {"asked": first}, **how)
    assert refused.status_code == 422
    assert "What is selected has changed since this was opened" in refused.text
    assert "3 rows, about" in refused.text
    assert 'value="raw" checked' in refused.text
    assert not Export.objects.exists()
    # What a filter chooses has nothing to do with the ticks.
    exporter.post(ASK, choice | {"asked": first, "what": "filter"}, **how)
    exporter.post(ASK, choice | {"asked": asked(refused.text)}, **how)
    assert [one.spec["scope"] for one in Export.objects.order_by("pk")] == ["filter", "selection"]


def test_without_script_it_is_a_page_and_leads_to_the_run(
    account: Account, exporter: Client
) -> None:
    make_leads(1)
    page = exporter.get(ASK)
    assert "<h1>Export leads</h1>" in page.text
    assert ">Download</button>" in page.text
    answer = exporter.post(ASK, {"sent": "1", "what": "filter", "format": "csv"})
    assert answer.status_code == 302
    assert answer["Location"] == f"/admin/exports/{Export.objects.get().public_id}"
    run = exporter.get(answer["Location"])
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in run.text


def test_a_double_click_makes_one_run_and_another_choice_another(
    account: Account, exporter: Client
) -> None:
    make_leads(1)
    html = exporter.get(ASK, **HTMX).text
    token = html.partition('name="token" value="')[2].partition('"')[0]
    choice = {"sent": "1", "what": "filter", "format": "csv", "token": token}
    first, second = exporter.post(ASK, choice), exporter.post(ASK, choice)
    assert first["Location"] == second["Location"]
    assert Export.objects.count() == 1
    exporter.post(ASK, choice | {"format": "json"})
    assert Export.objects.count() == 2


def test_two_members_with_one_token_have_a_run_each(
    account: Account, member: Callable[..., Member]
) -> None:
    choice = {"sent": "1", "what": "filter", "format": "csv", "token": "same-token"}
    for role in ("export", "admin"):
        client_of(member(role)).post(ASK, choice)
    assert Export.objects.count() == 2


@pytest.mark.parametrize("role", ["agent", "viewer", "auditor"])
def test_who_may_not_export_is_told_the_missing_role_and_it_is_recorded(
    account: Account, member: Callable[..., Member], role: str
) -> None:
    client = client_of(member(role))
    for page in (client.get(ASK), client.get(f"{ASK}/preview"), client.post(ASK, {"sent": "1"})):
        assert page.status_code == 403
        assert "This needs the Export, Admin or Owner role" in page.text
    assert not Export.objects.exists()
    denied = AuditEntry.objects.get()
    assert (denied.action, denied.outcome) == ("export.requested", "denied")


def test_days_of_the_filter_are_the_accounts(account: Account, exporter: Client) -> None:
    account.timezone = "America/New_York"
    account.save()
    make_leads(1, created_at=datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    html = exporter.get(ASK, {"filter": "created=2026-03-01..2026-03-01"}, **HTMX).text
    assert "1 that match" in html
