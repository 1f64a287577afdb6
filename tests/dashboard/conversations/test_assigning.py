"""Giving a conversation to a member, from itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, AuditEntry, Member, Notice
from synaptiq.conversations import assigning
from synaptiq.conversations.models import Conversation
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.leads.actions import Edited
from synaptiq.leads.models import Lead, LeadEvent
from tests.conftest import make_member
from tests.conversations.making import make_conversation
from tests.dashboard import browser
from tests.dashboard.clients import HTMX, client_of, make_leads
from tests.dashboard.conversations.test_pages import LIST
from tests.dashboard.markup import assert_strict_csp


@pytest.fixture
def priya(committed_db: str, account: Account) -> Member:
    return make_member(account, "agent", email="priya@acme.example", name="Priya Shah")


@pytest.fixture
def alex(priya: Member) -> Member:
    return make_member(priya.account, "agent", email="alex@acme.example", name="Alex Moreau")


@pytest.fixture
def talk(priya: Member) -> Conversation:
    (lead,) = make_leads(1, public_id="lead_8f3a2b", name="Jane Smith")
    return make_conversation(("visitor", "Hi"), lead=lead)


def test_the_lead_is_given_once_audited_and_told(
    talk: Conversation, priya: Member, alex: Member
) -> None:
    me = actors.of_member(priya)
    for was in (None, alex.public_id):
        assigning.assign(me, talk.public_id, alex.public_id, was=was)
    assert Lead.objects.get().assigned_to == alex
    entry = AuditEntry.objects.get(action="conversation.assigned")
    assert (entry.target, entry.detail) == (
        talk.public_id, {"lead": "lead_8f3a2b", "to": alex.public_id},
    )  # fmt: skip
    assert LeadEvent.objects.get().changes == {"assigned_to": [None, alex.public_id]}
    assert Notice.objects.get().member == alex
    with pytest.raises(Edited):
        assigning.assign(me, talk.public_id, priya.public_id, was=None)
    with pytest.raises(Invalid):
        assigning.assign(me, talk.public_id, "nobody@acme.example", was=alex.public_id)
    assigning.assign(me, talk.public_id, None, was=alex.public_id)
    assert Lead.objects.get().assigned_to is None
    assert AuditEntry.objects.filter(action="conversation.assigned").count() == 2


def test_without_a_lead_it_says_why_and_what_to_do(priya: Member) -> None:
    made = make_conversation(("visitor", "Hi"))
    with pytest.raises(Conflict, match="left no way to be reached"):
        assigning.assign(actors.of_member(priya), made.public_id, priya.public_id)
    address, client = f"{LIST}/{made.public_id}/assign", client_of(priya)
    for htmx in (HTMX, {}):
        shown = client.get(address, **htmx).text
        assert_strict_csp(shown)
        assert "There is no lead yet" in shown
        assert f'action="{LIST}/{made.public_id}/take-over"' in shown
    assert client.post(address, {"to": priya.public_id, "was": ""}).status_code == 422
    assert not AuditEntry.objects.filter(outcome="done", action="conversation.assigned").exists()


def test_without_script_it_is_a_page(talk: Conversation, priya: Member, alex: Member) -> None:
    address, client = f"{LIST}/{talk.public_id}/assign", client_of(priya)
    assert "Priya Shah (you)</option>" in client.get(address).text
    done = client.post(address, {"to": alex.public_id, "was": ""})
    assert done["Location"] == f"{LIST}/{talk.public_id}"
    overtaken = client.post(address, {"to": priya.public_id, "was": ""})
    assert overtaken.status_code == 422
    assert "Meanwhile somebody gave it to Alex Moreau" in overtaken.text
    assert f'name="was" value="{alex.public_id}"' in overtaken.text


def test_who_looks_on_sees_it_at_once(
    url: str, chromium: Browser, talk: Conversation, priya: Member, alex: Member
) -> None:
    with (
        browser.signed_in(chromium, url, priya) as hers,
        browser.signed_in(chromium, url, alex) as his,
    ):
        with his.expect_response("**/admin/live?*"):
            his.goto(f"{url}{LIST}/{talk.public_id}?state=open&person=alex@acme.example")
        expect(his.locator("#list-empty")).to_contain_text("None of yours is open")
        hers.goto(f"{url}{LIST}/{talk.public_id}")
        hers.keyboard.press("a")
        dialog = hers.get_by_role("dialog", name="Assign")
        dialog.get_by_role("combobox", name="Assigned to").select_option("Alex Moreau")
        browser.assert_sound_everywhere(hers, "assign")
        dialog.get_by_role("button", name="Assign", exact=True).click()
        expect(dialog).to_have_count(0)
        for page in (hers, his):
            expect(page.locator("#talk-details")).to_contain_text("Alex Moreau")
        expect(his.locator("#conversations > li")).to_have_count(1)
        expect(his.locator("#list-tabs")).to_contain_text("Mine 1")
