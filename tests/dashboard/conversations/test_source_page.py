"""The documentation page "Exporting Data", walked as far as it concerns conversations: its numbered
steps, each thing by its role and its accessible name, and its example to the byte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from synaptiq.accounts.models import Account, Member
from synaptiq.exports.models import Export
from synaptiq.leads.models import Lead
from tests import processes
from tests.conversations.jane import make_janes, moment
from tests.conversations.making import make_conversation
from tests.dashboard import browser
from tests.dashboard.clients import make_leads
from tests.exports.seed_page import CONVERSATION_JSON, CONVERSATION_TXT


@pytest.fixture
def alex(account: Account, member: Callable[..., Member]) -> Member:
    alex = member("admin", email="alex@yourteam.com", name="Alex Moreau")
    make_leads(1, public_id="lead_8f3a2b", email="jane@acme.com", name="Jane Smith")
    make_janes(Lead.objects.get(), alex)
    for _ in range(2):
        make_conversation(("visitor", "Somebody else"), at=moment("08:00:00"), close=True)
    return alex


def downloaded(page: Page, dialog: str) -> tuple[str, bytes]:
    """Name and bytes of the file that "Download" gives; the dialog is closed then."""
    shown = page.get_by_role("dialog", name=dialog)
    with page.expect_download() as downloading:
        shown.get_by_role("button", name="Download", exact=True).click()
    name = downloading.value.suggested_filename
    expect(shown.get_by_role("link", name=name)).to_be_focused()
    browser.assert_accessible(page, dialog)
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    return name, Path(downloading.value.path()).read_bytes()


def test_every_step_that_concerns_conversations(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    with processes.worker(committed_db), browser.signed_in(chromium, web.url, alex) as page:
        # 1. Navigate to /admin/leads and open the detail view for a specific lead …
        page.goto(web.url + "/admin/leads")
        page.get_by_role("link", name="Jane Smith", exact=True).click()
        expect(page.get_by_role("heading", level=1, name="Jane Smith")).to_be_visible()

        # 3. To export all conversations for a lead, open the lead detail view, click Actions >
        # Export Conversations.
        page.get_by_role("button", name="Actions", exact=True).click()
        page.get_by_role("link", name="Export Conversations", exact=True).click()
        dialog = page.get_by_role("dialog", name="Export conversations")
        expect(dialog.get_by_text("1 row, about")).to_be_visible()
        # Conversations export as JSON by default.
        expect(dialog.get_by_role("radio", name="JSON", exact=True)).to_be_checked()
        name, data = downloaded(page, "Export conversations")
        assert name.endswith(".json")
        assert data == CONVERSATION_JSON
        # A single one has its menu in the lead's detail, too.
        page.get_by_role("button", name="Conversation actions", exact=True).click()
        page.get_by_role("link", name="Export Transcript", exact=True).click()
        assert downloaded(page, "Export Transcript")[1] == CONVERSATION_JSON

        # … or go to /admin/conversations for a global view.
        page.get_by_role("navigation", name="Main").get_by_role(
            "link", name="Conversations", exact=True
        ).click()
        expect(page.get_by_role("heading", level=1, name="Conversations")).to_be_visible()
        expect(page.locator("#conversations").get_by_role("listitem")).to_have_count(3)

        # 2. To export a single conversation, click the three-dot menu on the conversation header
        # and select Export Transcript.
        page.get_by_role("link", name="Jane Smith", exact=True).click()
        page.get_by_role("button", name="Conversation actions", exact=True).click()
        page.get_by_role("link", name="Export Transcript", exact=True).click()
        # A plain-text transcript option is also available. Select TXT from the format dropdown.
        format = page.get_by_role("dialog", name="Export Transcript").get_by_role(
            "combobox", name="Format"
        )
        expect(format).to_have_value("json")
        assert format.locator("option").all_text_contents() == ["JSON", "TXT"]
        format.select_option("TXT")
        name, data = downloaded(page, "Export Transcript")
        assert name.endswith(".txt")
        assert data == CONVERSATION_TXT
        page.get_by_role("button", name="Conversation actions", exact=True).click()
        page.get_by_role("link", name="Export Transcript", exact=True).click()
        assert downloaded(page, "Export Transcript")[1] == CONVERSATION_JSON

        # 4. To export conversations in bulk, use the global conversations page, apply filters, and
        # click Export.
        page.goto(web.url + "/admin/conversations")
        page.get_by_role("button", name="Filter", exact=True).click()
        panel = page.get_by_role("group", name="Filter", exact=True)
        panel.get_by_text("Qualified", exact=True).first.click()
        panel.get_by_role("combobox", name="Qualified").select_option("Yes")
        panel.get_by_role("button", name="Apply", exact=True).click()
        expect(page.locator("#conversations").get_by_role("listitem")).to_have_count(1)
        page.get_by_role("button", name="Export", exact=True).click()
        assert downloaded(page, "Export conversations")[1] == CONVERSATION_JSON
        assert Export.objects.latest("requested_at").spec["filter"] == {"qualified": ["yes"]}
        page.get_by_role("link", name="Clear all", exact=True).click()
        expect(page.locator("#conversations").get_by_role("listitem")).to_have_count(3)
        page.get_by_role("button", name="Export", exact=True).click()
        dialog = page.get_by_role("dialog", name="Export conversations")
        dialog.get_by_role("radio", name="TXT", exact=True).check(force=True)
        expect(dialog.get_by_text("3 rows, about")).to_be_visible()
        name, data = downloaded(page, "Export conversations")
        assert (name[-4:], data[:2]) == (".zip", b"PK")

        # Every export is in the audit log.
        page.goto(web.url + "/admin/settings/security/audit-log")
        asked = page.get_by_role("row").filter(has_text="Asked for an export")
        expect(asked).to_have_count(6)


def test_the_pages_are_sound_in_every_window(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    opened = make_conversation(("visitor", "w" * 400), page_url="https://acme.example/" + "x" * 300)
    with browser.signed_in(chromium, web.url, alex) as page:
        for address in (
            "/admin/conversations", "/admin/conversations?state=open&text=nobody",
            "/admin/conversations?state=half", "/admin/conversations/conv_4c9e1a",
            f"/admin/conversations/{opened.public_id}", "/admin/conversations/export",
            "/admin/conversations/conv_4c9e1a/transcript", "/admin/leads/lead_8f3a2b",
        ):  # fmt: skip
            page.goto(web.url + address)
            browser.assert_sound_everywhere(page, address)
        # The lower half of a phone's page.
        page.set_viewport_size(browser.PHONE)
        page.goto(web.url + f"/admin/conversations/{opened.public_id}")
        page.get_by_role("link", name="About", exact=True).click()
        expect(page.get_by_text(opened.public_id).last).to_be_visible()
        browser.assert_sound(page, "about")
        page.get_by_role("link", name="Transcript", exact=True).click()
        page.get_by_role("textbox", name="Reply").fill("Hello")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_text("You are answering")).to_be_visible()


def test_the_keyboard_is_enough(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(web.url + "/admin/conversations/conv_4c9e1a")
        page.get_by_role("button", name="Conversation actions", exact=True).focus()
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("link", name="Export Transcript")).to_be_focused()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Export Transcript")
        expect(dialog.get_by_role("combobox", name="Format")).to_be_focused()
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
