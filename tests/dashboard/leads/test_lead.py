"""One lead's page, and deleting it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.leads.models import CustomProperty, Lead
from tests.conftest import make_account
from tests.dashboard.clients import client_of, make_leads
from tests.dashboard.markup import assert_strict_csp


@pytest.fixture
def agent(member: Callable[..., Member]) -> Client:
    return client_of(member("agent"))


def test_shows_everything_that_is_known(account: Account, agent: Client) -> None:
    CustomProperty.objects.create(
        slug="company_size", label="Company size", type="text", position=1
    )
    CustomProperty.objects.create(slug="trial", label="On trial", type="bool", position=2)
    [lead] = make_leads(
        1, name="Jane Smith", email="jane@acme.com", phone="+1-555-0123", company="Acme Corp",
        status="qualified", score=82, tags=["webinar", "enterprise"], external_id="crm-7",
        source_url="https://yoursite.com/pricing", custom={"company_size": "50-200", "trial": True},
        first_qualified_at=datetime(2026, 3, 15, 9, 27, tzinfo=UTC),
    )  # fmt: skip
    page = agent.get(f"/admin/leads/{lead.public_id}")
    for shown in (
        "Jane Smith", "jane@acme.com", "+1-555-0123", "Acme Corp", "Qualified", "82", "webinar",
        "enterprise", "crm-7", "https://yoursite.com/pricing", "Company size", "50-200",
        "On trial", "First qualified", lead.public_id,
    ):  # fmt: skip
        assert shown in page.text, shown
    assert_strict_csp(page.text)


def test_no_title_names_a_key_that_may_be_switched_off(account: Account, agent: Client) -> None:
    [lead] = make_leads(1)
    for page in (f"/admin/leads/{lead.public_id}", "/admin/leads", "/admin/settings/"):
        html = agent.get(page, follow=True).text
        assert not re.search(r'title="[^"]*\(.\)"|aria-keyshortcuts="[^"+ ]"', html)


def test_what_people_typed_is_text(account: Account, agent: Client) -> None:
    [lead] = make_leads(1, name="<img src=x onerror=alert(1)>")
    html = agent.get(f"/admin/leads/{lead.public_id}").text + agent.get("/admin/leads").text
    assert "<img" not in html


def test_deleting_asks_first_and_can_be_undone(account: Account, agent: Client) -> None:
    [lead] = make_leads(1)
    asked = agent.get(f"/admin/leads/{lead.public_id}/delete")
    assert "you can bring it back for 30 days" in asked.text
    assert Lead.objects.get().deleted_at is None
    page = agent.post(f"/admin/leads/{lead.public_id}/delete", follow=True)
    assert "<bdi>Person 0</bdi> was deleted" in page.text
    assert "Undo" in page.text
    assert "was deleted" not in agent.get("/admin/leads").text, "said once"
    back = agent.post(f"/admin/leads/{lead.public_id}/restore", follow=True)
    assert back.status_code == 200
    assert "Person 0 is back." in back.text


def test_a_deleted_leads_own_page_offers_to_bring_it_back_for_30_days(
    account: Account, agent: Client
) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    [lead] = make_leads(1, deleted_at=at)
    with clock.freeze(at + timedelta(days=29)):
        page = agent.get(f"/admin/leads/{lead.public_id}")
        assert page.status_code == 410
        assert "Bring back" in page.text
    with clock.freeze(at + timedelta(days=30)):
        assert agent.get(f"/admin/leads/{lead.public_id}").status_code == 404


@pytest.mark.parametrize("role", ["viewer", "export", "auditor"])
def test_who_may_not_edit_deletes_nothing(
    account: Account, member: Callable[..., Member], role: str
) -> None:
    [lead] = make_leads(1)
    client = client_of(member(role))
    assert client.post(f"/admin/leads/{lead.public_id}/delete").status_code == 403
    assert client.post(f"/admin/leads/{lead.public_id}/restore").status_code == 403
    assert Lead.objects.get().deleted_at is None


def test_a_foreign_lead_is_not_found(account: Account, agent: Client) -> None:
    with acting_for(make_account("Other").pk):
        [foreign] = make_leads(1)
    assert agent.get(f"/admin/leads/{foreign.public_id}").status_code == 404
    assert agent.post(f"/admin/leads/{foreign.public_id}/delete").status_code == 404
    with acting_for(foreign.account_id):
        assert Lead.objects.get().deleted_at is None


def test_a_person_of_that_account_too_is_offered_the_switch(
    account: Account, member: Callable[..., Member]
) -> None:
    mine = member("agent")
    other = make_account("Nordlicht")
    with acting_for(other.pk):
        Member.objects.create(user=mine.user, roles=["viewer"])
        [foreign] = make_leads(1)
    client = client_of(mine)
    client.get("/admin/leads")
    page = client.get(f"/admin/leads/{foreign.public_id}")
    assert page.status_code == 404
    assert "Nordlicht" in page.text
    assert "Person 0" not in page.text
