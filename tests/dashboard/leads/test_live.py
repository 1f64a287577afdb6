"""A lead's page while it is open: what the visitor says and what colleagues do stands there, and
nothing that somebody types is taken away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member
from synaptiq.conversations import actions as conversations
from synaptiq.conversations.models import Conversation
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from tests.agent.test_answering import qualified
from tests.conftest import make_member
from tests.conversations.making import make_conversation
from tests.dashboard import browser
from tests.dashboard.clients import HTMX, client_of, make_leads
from tests.dashboard.conversations.test_inbox import add, said
from tests.dashboard.markup import assert_strict_csp


@pytest.fixture
def priya(committed_db: str, account: Account) -> Member:
    return make_member(account, "agent", email="priya@acme.example", name="Priya Shah")


@pytest.fixture
def alex(priya: Member) -> Member:
    return make_member(priya.account, "agent", email="alex@acme.example", name="Alex Moreau")


@pytest.fixture
def talk(priya: Member) -> Conversation:
    (lead,) = make_leads(1, public_id="lead_8f3a2b", name="Jane Smith", email="jane@acme.com")
    return make_conversation(("visitor", "What does it cost?"), lead=lead)


def open_lead(page: Page, url: str, public_id: str = "lead_8f3a2b") -> None:
    with page.expect_response("**/admin/live?*"):
        page.goto(f"{url}/admin/leads/{public_id}")
    page.evaluate("window.stayed = true")


def test_what_is_fresh_is_told_once(talk: Conversation, priya: Member) -> None:
    client = client_of(priya)
    page = client.get("/admin/leads/lead_8f3a2b").text
    found = re.search(r'data-state="(\w+)"', page)
    assert found
    address = "/admin/leads/lead_8f3a2b/fresh?state="
    assert client.get(address + found[1], **HTMX).status_code == 204
    add(talk, said("visitor", "Anyone?"))
    fresh = client.get(address + found[1], **HTMX)
    assert fresh.status_code == 200
    assert "<html" not in fresh.text
    assert_strict_csp(fresh.text)
    now = re.search(r'data-state="(\w+)"', fresh.text)
    assert now
    assert client.get(address + now[1], **HTMX).status_code == 204
    leads.edit_lead(actors.of_member(priya), "lead_8f3a2b", {"company": "Acme"})
    assert client.get(address + now[1], **HTMX).status_code == 200


def test_conversations_go_on_and_lead_into_the_thread_and_back(
    url: str, chromium: Browser, talk: Conversation, priya: Member
) -> None:
    with browser.signed_in(chromium, url, priya) as page:
        open_lead(page, url)
        row = page.locator("#lead-conversations li")
        expect(row).to_contain_text("1 message")
        add(talk, said("visitor", "Anyone?"))
        expect(row).to_contain_text("2 messages")
        expect(row.locator(".unread-figure")).to_have_text("2 unread")
        conversations.request_person(talk.account_id, talk.pk)
        expect(row).to_contain_text("Waiting for a person")
        # A second one, which becomes this lead's while the page is open.
        make_conversation(("visitor", "It is me again"), lead=talk.lead)
        expect(page.locator("#lead-conversations li")).to_have_count(2)
        browser.assert_sound_everywhere(page, "lead")
        assert page.evaluate("window.stayed")
        page.get_by_role("link", name="What does it cost?").click()
        expect(page.locator("#talk-head h1")).to_have_text("Jane Smith")
        # Beside it stand the lead's own, and the way back.
        expect(page.locator("#conversations > li")).to_have_count(2)
        add(talk, said("visitor", "Still here"))
        expect(page.locator("#entries .turn .text").last).to_have_text("Still here")
        page.get_by_role("link", name="Back to Jane Smith").first.click()
        expect(page).to_have_url(f"{url}/admin/leads/lead_8f3a2b")


def test_what_somebody_types_is_left_alone(
    url: str, chromium: Browser, talk: Conversation, priya: Member, alex: Member
) -> None:
    with browser.signed_in(chromium, url, priya) as page:
        open_lead(page, url)
        page.get_by_role("link", name="Edit company", exact=True).click()
        page.locator("#prop-company .edit input.input").fill("Half a na")
        page.fill("#note-text", "Half a note")
        leads.edit_lead(
            actors.of_member(alex), "lead_8f3a2b",
            {"company": "Acme", "phone": "+1-555-0123", "assigned_to": "alex@acme.example"},
        )  # fmt: skip
        expect(page.locator("#prop-phone")).to_contain_text("+1-555-0123")
        expect(page.locator("#prop-assigned_to")).to_contain_text("Alex Moreau")
        expect(page.locator("#stream > .event").first).to_contain_text("Alex Moreau")
        assert page.locator("#stream > .event").count() == 2
        expect(page.locator("#prop-company .edit input.input")).to_have_value("Half a na")
        expect(page.locator("#note-text")).to_have_value("Half a note")
        leads.add_note(actors.of_member(alex), "lead_8f3a2b", "Called her")
        expect(page.locator("#stream > .memo")).to_contain_text("Called her")
        days = page.locator("#stream > .day-of").all_text_contents()
        assert len(days) == len(set(days))
        assert page.evaluate("window.stayed")


def test_the_score_follows_what_is_corrected(url: str, chromium: Browser, priya: Member) -> None:
    made = qualified()
    assert made.lead
    with browser.signed_in(chromium, url, priya) as page:
        open_lead(page, url, made.lead.public_id)
        before = page.locator("#lead-why .big").text_content()
        from synaptiq.agent import actions as agent

        agent.correct_fact(actors.of_member(priya), made.public_id, "team_size", {"from": "1"})
        expect(page.locator("#lead-why .big")).not_to_have_text(before or "")
        score = Lead.objects.get().score
        expect(page.locator("#lead-facts")).to_contain_text(f"{score} score")
