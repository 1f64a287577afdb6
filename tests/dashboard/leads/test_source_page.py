"""The documentation page "Exporting Data", walked as far as it concerns leads: its numbered steps,
each thing by its role and its accessible name, and its example lead to the byte."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from synaptiq.accounts.models import Account, Member
from synaptiq.exports.models import Export
from synaptiq.leads.models import CustomProperty, Lead
from tests import processes
from tests.conversations.jane import make_janes
from tests.dashboard import browser
from tests.dashboard.clients import client_of, make_leads
from tests.exports.seed_page import LEAD_CSV, LEAD_JSON

FILTER = {
    "status": ["qualified"],
    "created": {"from": "2026-03-01", "to": "2026-03-31"},
    "score": {"min": 70},
    "tags": ["webinar"],
}


@pytest.fixture
def alex(account: Account, member: Callable[..., Member]) -> Member:
    for n, (slug, label) in enumerate((("company_size", "Company size"), ("budget", "Budget"))):
        CustomProperty.objects.create(slug=slug, label=label, type="text", position=n)
    alex = member("admin", email="alex@yourteam.com", name="Alex Moreau")
    make_leads(2, status="qualified", score=12, tags=["webinar"])
    make_leads(1, status="new", score=90)
    make_leads(
        1, public_id="lead_8f3a2b", email="jane@acme.com", name="Jane Smith", phone="+1-555-0123",
        company="Acme Corp", status="qualified", score=82, tags=["webinar", "enterprise"],
        source_url="https://yoursite.com/pricing", assigned_to=alex,
        created_at=datetime(2026, 3, 15, 9, 22, 41, tzinfo=UTC),
        last_activity_at=datetime(2026, 3, 18, 14, 5, 12, tzinfo=UTC),
        custom={"company_size": "50-200", "budget": "$10k-$50k"},
    )  # fmt: skip
    make_janes(Lead.objects.get(public_id="lead_8f3a2b"), alex)
    return alex


def export(page: Page, format: str, says: str) -> bytes:
    """Steps 3 to 5 of "Manual Export": the file's bytes."""
    # 3. Click the Export button in the toolbar above the leads table.
    button = page.get_by_role("button", name="Export", exact=True)
    below = page.get_by_role("table").bounding_box()
    above = button.bounding_box()
    assert above
    assert below
    assert above["y"] < below["y"]
    button.click()
    # 4. Choose your format: CSV or JSON.
    dialog = page.get_by_role("dialog", name="Export leads")
    dialog.get_by_role("radio", name=format, exact=True).check(force=True)
    expect(dialog.get_by_text(says)).to_be_visible()
    # 5. Click Download. The file is generated server-side and downloaded to your browser.
    with page.expect_download() as downloading:
        dialog.get_by_role("button", name="Download", exact=True).click()
    name = downloading.value.suggested_filename
    expect(dialog.get_by_role("link", name=name)).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    return Path(downloading.value.path()).read_bytes()


def test_every_step_that_concerns_leads(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    with processes.worker(committed_db), browser.signed_in(chromium, web.url, alex) as page:
        # Manual Export. 1. Navigate to /admin/leads.
        page.goto(web.url + "/admin/leads")
        expect(page.get_by_role("heading", level=1, name="Leads")).to_be_visible()

        # 2. Apply any filters you want (status, date range, score, tags).
        page.get_by_role("button", name="Filter", exact=True).click()
        panel = page.get_by_role("group", name="Filter", exact=True)
        panel.get_by_text("Status", exact=True).first.click()
        panel.get_by_role("checkbox", name="Qualified", exact=True).check()
        panel.get_by_text("Created", exact=True).first.click()
        panel.get_by_role("textbox", name="From").fill("2026-03-01")
        panel.get_by_role("textbox", name="To", exact=True).fill("2026-03-31")
        panel.get_by_text("Score", exact=True).first.click()
        panel.get_by_role("spinbutton", name="From").fill("70")
        panel.get_by_text("Tags", exact=True).first.click()
        panel.get_by_role("textbox", name="Tags", exact=True).fill("webinar")
        panel.get_by_role("button", name="Apply", exact=True).click()
        expect(page.get_by_role("row", name="Jane Smith")).to_be_visible()
        # The head of the table, and the one lead that matches.
        expect(page.get_by_role("row")).to_have_count(2)
        assert export(page, "CSV", "1 row, about") == LEAD_CSV
        assert export(page, "JSON", "1 row, about") == LEAD_JSON
        assert Export.objects.latest("requested_at").spec["filter"] == FILTER

        # If you have leads selected via checkboxes, the export includes only those selected leads;
        # if none are selected, all that match the filter.
        page.get_by_role("link", name="Clear all", exact=True).click()
        expect(page.get_by_role("row")).to_have_count(5)
        page.get_by_role("checkbox", name="Select Jane Smith").check()
        assert export(page, "CSV", "1 row, about") == LEAD_CSV
        page.get_by_role("button", name="Clear", exact=True).click()
        expect(page.get_by_text("None selected")).to_be_visible()
        assert export(page, "CSV", "4 rows, about").count(b"\r\n") == 1 + 4

        # Exporting Conversations. 1. … open the detail view for a specific lead.
        page.get_by_role("link", name="Jane Smith", exact=True).click()
        expect(page.get_by_role("heading", level=1, name="Jane Smith")).to_be_visible()
        expect(page.get_by_role("button", name="Actions", exact=True)).to_be_visible()

        # Every export is recorded in Settings > Security > Audit Log with the exporter's identity,
        # timestamp, filter criteria, and number of records included.
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Settings").click()
        page.get_by_role("main").get_by_role("link", name="Audit Log").click()
        asked = page.get_by_role("row").filter(has_text="Asked for an export")
        expect(asked).to_have_count(4)
        expect(asked.last).to_contain_text("alex@yourteam.com")
        expect(asked.last).to_contain_text("status is qualified")
        expect(asked.last.get_by_role("cell", name="1", exact=True)).to_be_visible()
        expect(asked.nth(1)).to_contain_text("a selection")

        # Only team members with the Admin or Export role can trigger exports. If you don't see the
        # Export button, ask your account admin … under Settings > Team > Roles.
        page.get_by_role("link", name="Roles", exact=True).click()
        expect(page.get_by_role("heading", level=1, name="Roles")).to_be_visible()
    assert Lead.objects.count() == 4


def test_an_agent_sees_no_export_button_and_is_told_where_roles_are_given(
    account: Account, member: Callable[..., Member]
) -> None:
    make_leads(1)
    client = client_of(member("agent"))
    assert 'id="open-export"' not in client.get("/admin/leads").text
    refused = client.get("/admin/leads/export")
    assert refused.status_code == 403
    assert "Settings &gt; Team &gt; Roles" in refused.text
