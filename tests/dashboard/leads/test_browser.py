"""Exporting leads in a real browser on real processes, beside the steps of test_source_page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member, Notice
from synaptiq.accounts.tenancy import acting_for
from synaptiq.exports import actions, files, pipeline
from synaptiq.exports.models import Export
from synaptiq.exports.states import State
from synaptiq.leads.actions import MOST_SELECTED
from synaptiq.leads.models import CustomProperty, Lead, Selection
from tests import processes
from tests.conftest import make_account
from tests.dashboard import browser
from tests.dashboard.clients import make_leads
from tests.waiting import wait_until


@pytest.fixture
def alex(account: Account, member: Callable[..., Member]) -> Member:
    CustomProperty.objects.create(slug="budget", label="Budget", type="text", position=1)
    alex = member("export", name="Alex Moreno", email="alex@yourteam.com")
    make_leads(
        3, status="qualified", score=82, tags=["webinar"], assigned_to=alex,
        company='Zoë "Z" & 王 🚀', phone="=1+1", custom={"budget": "$10k-$50k"},
    )  # fmt: skip
    make_leads(2, status="new")
    make_leads(1, status="qualified", score=12)
    return alex


def bytes_of(member: Member, **given: Any) -> bytes:
    """The file of the same request, asked for and made without any page."""
    request = {"dataset": "leads", "scope": "filter", **given}
    export = actions.request(actors.of_member(member), request, in_this_process=True)
    pipeline.run(export)
    with files.open_file(export.file_key) as file:
        return file.read()


def filter_by(page: Page, name: str) -> Locator:
    """Open one filter in the panel (which stays open for the next): its fields."""
    panel = page.get_by_role("group", name="Filter", exact=True)
    if not panel.is_visible():
        page.get_by_role("button", name="Filter", exact=True).click()
    summary = panel.locator("summary").filter(has=page.get_by_text(name, exact=True))
    summary.click()
    return panel.locator("details[open]")


def test_selected_leads_alone_over_two_pages(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    make_leads(60, status="won")
    with processes.worker(committed_db), browser.signed_in(chromium, web.url, alex) as page:
        page.goto(web.url + "/admin/leads?status=won")
        page.get_by_role("checkbox", name="Select Person 59").check()
        page.get_by_role("checkbox", name="Select Person 58").check()
        page.get_by_role("link", name="Next").click()
        page.get_by_role("checkbox", name="Select Person 3", exact=True).check()
        # Without a wait: the dialog is asked for after the tick has arrived.
        page.get_by_role("button", name="Export", exact=True).click()
        dialog = page.get_by_role("dialog", name="Export leads")
        expect(dialog.get_by_role("radio", name="3 selected")).to_be_checked()
        dialog.get_by_role("radio", name="JSON", exact=True).check(force=True)
        with page.expect_download() as downloading:
            dialog.get_by_role("button", name="Download", exact=True).click()
        got = Path(downloading.value.path()).read_bytes()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Clear", exact=True).click()
        expect(page.get_by_text("None selected")).to_be_visible()
        assert page.get_by_role("checkbox", checked=True).count() == 0
    chosen = Lead.objects.filter(status="won", name__in=["Person 59", "Person 58", "Person 3"])
    ids = list(chosen.values_list("public_id", flat=True))
    assert got == bytes_of(alex, format="json", scope="selection", ids=ids)


def test_by_keyboard_alone(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    with processes.worker(committed_db), browser.signed_in(chromium, web.url, alex) as page:
        page.goto(web.url + "/admin/leads")
        page.get_by_role("button", name="Export", exact=True).focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Export leads")
        expect(dialog).to_be_visible()
        dialog.get_by_role("radio", name="CSV", exact=True).focus()
        page.keyboard.press("ArrowRight")
        expect(dialog.get_by_role("radio", name="JSON", exact=True)).to_be_checked()
        with page.expect_download() as downloading:
            # Return in a radio sends the form, as everywhere.
            page.keyboard.press("Enter")
        assert downloading.value.suggested_filename.endswith(".json")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(page.get_by_role("button", name="Export", exact=True)).to_be_focused()


def test_waiting_can_be_left_cancelled_and_begun_again(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(web.url + "/admin/leads?status=new")
        page.get_by_role("button", name="Export", exact=True).click()
        dialog = page.get_by_role("dialog", name="Export leads")
        dialog.get_by_role("button", name="Download", exact=True).dblclick()
        # Nobody works yet, so it waits.
        expect(dialog.get_by_role("progressbar")).to_be_visible()
        assert Export.objects.count() == 1, "a double click is one run"
        dialog.get_by_role("button", name="Cancel", exact=True).click()
        expect(dialog.get_by_text("Ended before it was ready.")).to_be_visible()
        assert Export.objects.get().state == State.CANCELLED
        dialog.get_by_role("link", name="Try again").click()
        expect(dialog.get_by_text("Status is new")).to_be_visible()
        dialog.get_by_role("button", name="Download", exact=True).click()
        expect(dialog.get_by_role("progressbar")).to_be_visible()
        # Left alone, it goes on; a notice and the list of exports keep it.
        page.keyboard.press("Escape")
        with processes.worker(committed_db):
            wait_until(lambda: Notice.objects.exists(), what="the notice")
        page.goto(web.url + "/admin/exports")
        page.get_by_role("button", name="Notifications, 1 unread").click()
        expect(page.get_by_role("link", name="2 leads are ready as CSV")).to_be_visible()
        page.keyboard.press("Escape")
        with page.expect_download():
            page.get_by_role("link", name="Download synaptiq_leads_").click()


def test_the_list_of_exports_follows_its_runs(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    actions.request(actors.of_member(alex), {"dataset": "leads", "scope": "filter"})
    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(web.url + "/admin/exports")
        row = page.get_by_role("row", name="Leads: all leads")
        expect(row.get_by_text("Requested", exact=True).locator("visible=true")).to_be_visible()
        with processes.worker(committed_db):
            expect(row.get_by_role("link", name="Download")).to_be_visible(timeout=30_000)
        expect(row.get_by_text("Ready", exact=True).locator("visible=true")).to_be_visible()


def test_without_script(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    without = browser.signed_in(chromium, web.url, alex, java_script_enabled=False)
    with processes.worker(committed_db), without as page:
        page.goto(web.url + "/admin/leads")
        filter_by(page, "Status").get_by_label("Qualified", exact=True).check()
        page.get_by_role("button", name="Apply", exact=True).click()
        page.get_by_role("checkbox", name="Select Person 2").check()
        page.get_by_role("button", name="Keep these ticks").click()
        expect(page.get_by_text("1 selected")).to_be_visible()
        page.get_by_role("button", name="Export", exact=True).click()
        page.get_by_role("radio", name="JSON Lines").check(force=True)
        page.get_by_role("button", name="Download", exact=True).click()
        # The page of the run looks again by itself until there is a file.
        link = page.get_by_role("link", name="Download", exact=True)
        expect(link).to_be_visible(timeout=30_000)
        with page.expect_download() as downloading:
            link.click()
        got = Path(downloading.value.path()).read_bytes()
    [lead] = Lead.objects.filter(name="Person 2")
    ids = [lead.public_id]
    assert got == bytes_of(alex, format="jsonl", scope="selection", ids=ids)


def test_nothing_stands_in_anybodys_way(
    chromium: Browser, web: processes.Web, alex: Member
) -> None:
    actor = actors.of_member(alex)
    ready = actions.request(actor, {"dataset": "leads", "scope": "filter"}, in_this_process=True)
    pipeline.run(ready)
    actions.request(actor, {"dataset": "leads", "scope": "filter"})
    lead = Lead.objects.first()
    assert lead is not None
    with browser.signed_in(chromium, web.url, alex) as page:
        for path in (
            "/admin/leads?status=won", "/admin/leads?status=lukewarm&score=90..10",
            "/admin/exports", f"/admin/exports/{ready.public_id}",
            f"/admin/leads/{lead.public_id}", "/admin/leads/export",
        ):  # fmt: skip
            page.goto(web.url + path)
            browser.assert_sound_everywhere(page, path)
        page.goto(web.url + "/admin/leads?status=qualified")
        filter_by(page, "Status")
        browser.assert_sound_everywhere(page, "the filter panel")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Export", exact=True).click()
        dialog = page.get_by_role("dialog", name="Export leads")
        # Whose script is there by then; a change is looked up a moment later.
        expect(dialog.locator("#export-size")).to_contain_text("row")
        with page.expect_response("**/admin/leads/export/preview?*"):
            dialog.get_by_role("radio", name="Choose", exact=True).check(force=True)
        expect(dialog.get_by_role("checkbox", name="email")).to_be_visible()
        browser.assert_sound_everywhere(page, "the dialog")
        dialog.get_by_role("button", name="Download", exact=True).click()
        expect(dialog.get_by_role("progressbar")).to_be_visible()
        browser.assert_sound_everywhere(page, "waiting")


def test_an_empty_list_is_accessible_too(
    chromium: Browser, web: processes.Web, member: Callable[..., Member]
) -> None:
    with browser.signed_in(chromium, web.url, member("owner")) as page:
        for path in ("/admin/leads", "/admin/exports"):
            page.goto(web.url + path)
            browser.assert_accessible(page, path)


def test_a_list_without_rows_is_exported_as_a_header_alone(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(web.url + "/admin/leads?status=won")
        page.get_by_role("button", name="Export", exact=True).click()
        expect(page.get_by_role("dialog")).to_contain_text("0 that match")


def test_ticks_that_did_not_reach_the_server_go_back(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    with browser.signed_in(chromium, web.url, alex, expects_failures=True) as page:
        page.goto(web.url + "/admin/leads")
        boxes = page.locator("[data-pick]")
        boxes.nth(0).check()
        expect(page.get_by_text("1 selected")).to_be_visible()
        page.route("**/admin/leads/selection*", lambda route: route.abort("internetdisconnected"))
        boxes.nth(1).click()
        expect(page.get_by_text("No connection to the server.")).to_be_visible()
        expect(boxes.nth(1)).not_to_be_checked()
        expect(boxes.nth(0)).to_be_checked()
        with page.expect_event("requestfailed"):
            boxes.nth(1).click()
        expect(page.get_by_text("No connection to the server.")).to_have_count(1)
        page.unroute("**/admin/leads/selection*")
        # Nor does one that the server refuses stay.
        [first] = Selection.objects.get().lead_ids
        full = [first, *(f"lead_gone{n}" for n in range(MOST_SELECTED - 1))]
        Selection.objects.update(lead_ids=full)
        boxes.nth(1).click()
        expect(page.get_by_text("A selection holds at most 50,000 leads.")).to_be_visible()
        expect(boxes.nth(1)).not_to_be_checked()
        expect(boxes.nth(0)).to_be_checked()
        Selection.objects.update(lead_ids=[first])
        page.get_by_role("button", name="Export", exact=True).click()
        expect(page.get_by_role("dialog")).to_contain_text("1 selected")


def test_a_tab_of_another_account_does_nothing_in_the_present_one(
    committed_db: str, chromium: Browser, web: processes.Web, alex: Member
) -> None:
    globex = make_account("Globex")
    with acting_for(globex.pk):
        Member.objects.create(user=alex.user, roles=["owner"])
        make_leads(9)
    with browser.signed_in(chromium, web.url, alex, expects_failures=True) as page:
        page.goto(web.url + "/admin/leads")
        other = page.context.new_page()
        other.goto(web.url + "/admin/leads")
        other.locator("[popovertarget=account-menu]").click()
        other.get_by_role("button", name="Globex").click()
        expect(other.get_by_text("9 leads")).to_be_visible()
        page.locator("[data-pick]").first.click()
        expect(page.get_by_text("you have switched to Globex meanwhile")).to_be_visible()
        expect(page.locator("[data-pick]").first).not_to_be_checked()
        page.get_by_role("button", name="Export", exact=True).click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert not Export.across_accounts.exists()

        # Signed out elsewhere: what looks by itself says so once, and what is typed stays.
        other.locator("[popovertarget=account-menu]").click()
        page.goto(web.url + "/admin/leads")
        page.get_by_role("link", name="New lead").click()
        name = page.get_by_role("dialog").get_by_label("Name", exact=True)
        name.fill("Jane Smith")
        other.get_by_role("button", name="Sign out").click()
        expect(other).to_have_url(re.compile("/account/sign-in/"))
        news = page.locator("#news")
        toast = page.locator("dialog .toast")
        news.dispatch_event("look")
        expect(toast).to_contain_text("You are signed out. Sign in again")
        toast.get_by_role("button", name="Dismiss").click()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        news.dispatch_event("look")
        name.press("Enter")
        expect(toast).to_have_count(1)
        assert len(asked) == 1
        expect(name).to_have_value("Jane Smith")
        with page.context.expect_page() as beside:
            toast.get_by_role("link", name="Sign in again").click()
        expect(beside.value).to_have_url(re.compile(r"/account/sign-in/\?next=%2Fadmin%2Fleads$"))
        expect(name).to_have_value("Jane Smith")
