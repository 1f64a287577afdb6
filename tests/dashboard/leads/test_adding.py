"""A lead that somebody types in, those beside it, and the page of deleted ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django import DjangoAssertNumQueries

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.kit import clock
from synaptiq.leads import actions, queries
from synaptiq.leads.models import CustomProperty, Lead
from tests.dashboard import browser
from tests.dashboard.clients import HTMX, client_of, make_leads
from tests.dashboard.markup import assert_strict_csp
from tests.processes import Web

NEW = "/admin/leads/new"


@pytest.fixture
def ada(account: Account, member: Callable[..., Member]) -> Member:
    return member("agent", email="ada@yourteam.com", name="Ada")


@pytest.fixture
def agent(ada: Member) -> Client:
    return client_of(ada)


def test_what_is_typed_becomes_a_lead(agent: Client, ada: Member) -> None:
    CustomProperty.objects.create(slug="seats", label="Seats", type="number", position=1)
    CustomProperty.objects.create(
        slug="plan", label="Plan", type="choice", choices=["Team", "Solo"], position=2
    )
    assert_strict_csp(agent.get(NEW).text)
    made = agent.post(
        NEW,
        {
            "name": "Zoë 😀", "email": "zoe@acme.com", "phone": "", "company": "Acme",
            "status": "nurture", "assigned_to": "Ada", "custom.seats": "12", "custom.plan": "Team",
        },
        follow=True,
    )  # fmt: skip
    lead = Lead.objects.get()
    assert made.redirect_chain == [(f"/admin/leads/{lead.public_id}", 302)]
    assert "Zoë 😀 is added." in made.text
    assert (lead.name, lead.email, lead.phone, lead.company) == (
        "Zoë 😀", "zoe@acme.com", None, "Acme",
    )  # fmt: skip
    assert (lead.status, lead.assigned_to, lead.origin) == ("nurture", ada, "manual")
    assert lead.custom == {"seats": 12, "plan": "Team"}


def test_in_a_dialog_the_browser_is_sent_to_the_lead(agent: Client) -> None:
    assert 'id="add-lead"' in agent.get(NEW, **HTMX).text
    made = agent.post(NEW, {"name": "Zoë", "status": "new"}, **HTMX)
    assert made["HX-Redirect"] == f"/admin/leads/{Lead.objects.get().public_id}"


def test_each_mistake_stands_beside_its_field_and_nothing_typed_is_lost(agent: Client) -> None:
    CustomProperty.objects.create(slug="seats", label="Seats", type="number", position=1)
    typed = {
        "name": "Zoë", "email": "no address", "status": "new", "assigned_to": "nobody@x.example",
        "custom.seats": "many",
    }  # fmt: skip
    page = agent.post(NEW, typed)
    assert page.status_code == 422
    wrong = re.findall(r'id="(edit-[a-z_-]+)-error"', page.text)
    assert wrong == ["edit-email", "edit-assigned_to", "edit-custom-seats"]
    for text in typed.values():
        assert f'value="{text}"' in page.text
    assert "<details open>" in page.text, "a mistake is not folded away"
    assert not Lead.objects.exists()


def test_without_a_way_to_reach_anybody_it_says_what_to_give(agent: Client) -> None:
    page = agent.post(NEW, {"company": "Acme", "status": "new"})
    assert page.status_code == 422
    assert "Give an email, a phone number, a name or an external id." in page.text


def test_an_external_id_that_is_taken_is_said_beside_it(agent: Client) -> None:
    make_leads(1, external_id="crm-1")
    page = agent.post(NEW, {"name": "Zoë", "status": "new", "external_id": "crm-1"})
    assert page.status_code == 422
    assert 'id="edit-external_id-error"' in page.text


@pytest.mark.parametrize(
    "typed", [{"email": " ZOE@acme.com"}, {"phone": "+1-555-0123"}], ids=["email", "phone"]
)
def test_somebody_who_is_there_is_shown_first_and_the_second_press_means_it(
    agent: Client, typed: dict[str, str]
) -> None:
    [there] = make_leads(1, name="Zoë", email="zoe@ACME.com", phone="+1-555-0123", is_test=True)
    form = {"name": "Zoë B.", "status": "new", **typed}
    first = agent.post(NEW, form)
    assert first.status_code == 422
    assert f"/admin/leads/{there.public_id}" in first.text
    assert "Add anyway" in first.text
    assert Lead.objects.count() == 1
    [meant] = re.findall(r'name="anyway" value="([^"]*)"', first.text)
    other = agent.post(NEW, form | {"anyway": "zoe@else.example "})
    assert other.status_code == 422, "meant about somebody else"
    agent.post(NEW, form | {"anyway": meant})
    assert Lead.objects.count() == 2


def test_a_part_of_a_phone_number_is_nobody(agent: Client) -> None:
    make_leads(1, phone="+1-555-0123")
    assert queries.of_person("", "555-0123", most=3) == []
    assert queries.of_person("", "", most=3) == []


@pytest.mark.parametrize("role", ["viewer", "export", "auditor"])
def test_who_may_not_edit_adds_nobody(member: Callable[..., Member], role: str) -> None:
    client = client_of(member(role))
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, {"name": "Zoë"}).status_code == 403
    assert not Lead.objects.exists()
    assert AuditEntry.objects.filter(action="lead.created", outcome="denied").count() == 1


def test_next_and_previous_follow_the_list_that_the_lead_was_opened_from(agent: Client) -> None:
    leads = make_leads(4)
    Lead.objects.filter(pk=leads[1].pk).update(status="won")
    ways = {way: f"/admin/leads/{leads[2].public_id}/{way}" for way in ("next", "previous")}
    # All leads, the newest first.
    assert agent.get(ways["next"])["Location"] == f"/admin/leads/{leads[1].public_id}"
    assert agent.get(ways["previous"])["Location"] == f"/admin/leads/{leads[3].public_id}"
    # Only the new ones, and the other way round.
    new = "?list=status%3Dnew%26sort%3Dcreated"
    assert agent.get(ways["previous"] + new)["Location"] == (
        f"/admin/leads/{leads[0].public_id}{new}"
    )
    # One that has left the list since keeps its place in it.
    beside = agent.get(f"/admin/leads/{leads[1].public_id}/next{new}")
    assert beside["Location"] == f"/admin/leads/{leads[2].public_id}{new}"
    page = agent.get(f"/admin/leads/{leads[2].public_id}{new}").text
    assert 'href="/admin/leads?status=new&amp;sort=created"' in page, "the way back to the list"


def test_at_the_end_of_the_list_one_stays_and_is_told(agent: Client) -> None:
    [lead] = make_leads(1)
    for way, word in (("next", "last"), ("previous", "first")):
        page = agent.get(f"/admin/leads/{lead.public_id}/{way}", follow=True)
        assert page.redirect_chain == [(f"/admin/leads/{lead.public_id}", 302)]
        assert f"This is the {word} lead of the list." in page.text


@pytest.mark.parametrize("query", ["sort=sideways", "status=no", "created=x..y", "%00", "a=b"])
def test_a_list_that_there_is_not_does_not_matter(agent: Client, query: str) -> None:
    leads = make_leads(2)
    address = f"/admin/leads/{leads[1].public_id}"
    assert agent.get(f"{address}?list={quote(query)}").status_code == 200
    assert agent.get(f"{address}/next?list={quote(query)}").status_code == 302


def test_the_list_of_leads_says_where_each_was_opened_from(agent: Client) -> None:
    [lead] = make_leads(1)
    assert f'href="/admin/leads/{lead.public_id}"' in agent.get("/admin/leads").text
    assert f'href="/admin/leads/{lead.public_id}?list=status%3Dnew"' in (
        agent.get("/admin/leads?status=new").text
    )


def test_deleted_leads_have_a_page_and_come_back_from_there(agent: Client, ada: Member) -> None:
    assert "Nothing was deleted" in agent.get("/admin/leads/deleted").text
    first, second, kept = make_leads(3)
    for lead in (first, second):
        actions.delete_lead(actors.of_member(ada), lead.public_id)
    page = agent.get("/admin/leads/deleted").text
    assert_strict_csp(page)
    assert page.index(str(second)) < page.index(str(first)), "the last deleted first"
    assert str(kept) not in page
    assert "Ada" in page
    back = agent.post(f"/admin/leads/{first.public_id}/restore", {"to_list": "1"}, follow=True)
    assert back.redirect_chain == [("/admin/leads/deleted", 302)]
    assert str(first) + "</bdi>" not in back.text
    with clock.freeze(clock.now() + timedelta(days=31)):
        assert "Nothing was deleted" in agent.get("/admin/leads/deleted").text


def test_the_page_of_deleted_leads_asks_no_more_the_longer_it_is(
    agent: Client, ada: Member, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    leads = make_leads(12)
    for lead in leads:
        actions.delete_lead(actors.of_member(ada), lead.public_id)
    with django_assert_max_num_queries(18):
        assert agent.get("/admin/leads/deleted").text.count("Ada") >= 12


def test_the_page_of_deleted_leads_goes_on_by_key(agent: Client) -> None:
    make_leads(60, deleted_at=clock.now())
    page = agent.get("/admin/leads/deleted").text
    assert page.count("Bring back") == 50
    [following] = re.findall(r'href="(\?cursor=[^"]+)" rel="next"', page)
    assert agent.get(f"/admin/leads/deleted{following}").text.count("Bring back") == 10
    assert agent.get("/admin/leads/deleted?cursor=nonsense").status_code == 422


def test_in_the_dialog_nothing_that_was_typed_is_lost(
    chromium: Browser, web: Web, account: Account, member: Callable[..., Member]
) -> None:
    CustomProperty.objects.create(slug="seats", label="Seats", type="number", position=1)
    make_leads(1, email="zoe@acme.com")
    with browser.signed_in(chromium, web.url, member("agent")) as page:
        page.goto(web.url + "/admin/leads")
        page.keyboard.press("c")
        dialog = page.get_by_role("dialog", name="New lead")
        expect(dialog.get_by_label("Name")).to_be_focused()
        dialog.get_by_label("Email").fill("zoe@acme.com")
        page.mouse.click(5, 5)
        expect(dialog).to_be_visible()
        dialog.get_by_text("More fields").click()
        dialog.get_by_label("Seats").fill("many")
        page.keyboard.press("Enter")
        expect(dialog.get_by_text("is already here")).to_be_visible()
        browser.assert_sound(page, "somebody is there")
        anyway = dialog.get_by_role("button", name="Add anyway")
        expect(anyway).to_be_focused()
        expect(anyway).to_have_accessible_description(re.compile("is already here"))
        anyway.click()
        expect(dialog.get_by_label("Seats")).to_be_focused()
        expect(dialog.get_by_label("Seats")).to_have_value("many")
        browser.assert_sound(page, "a mistake")
        dialog.get_by_label("Seats").fill("12")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("zoe@acme.com")
        # A heading is there before the keys are.
        page.wait_for_load_state()
        # The lead before it in the list of all is none, the one after it is the older one.
        here = page.url
        page.keyboard.press("k")
        expect(page.get_by_text("This is the first lead of the list.")).to_be_visible()
        page.keyboard.press("j")
        expect(page.get_by_role("heading", level=1)).to_have_text("Person 0")
        page.keyboard.press("k")
        expect(page).to_have_url(here)
        page.goto(web.url + "/admin/leads/deleted")
        browser.assert_sound(page, "nothing deleted")
