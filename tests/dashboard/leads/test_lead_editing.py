"""A lead's fields and tags, changed on its page, with and without script."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member, Notice
from synaptiq.kit import clock
from synaptiq.leads import actions, queries
from synaptiq.leads.models import CustomProperty, Lead, LeadEvent
from tests.dashboard.clients import HTMX, client_of, make_leads
from tests.dashboard.markup import assert_strict_csp

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


@pytest.fixture
def alex(member: Callable[..., Member]) -> Member:
    return member("agent", name="Alex Moreno", email="alex@yourteam.com")


@pytest.fixture
def agent(alex: Member) -> Client:
    return client_of(alex)


@pytest.fixture
def lead(account: Account) -> Lead:
    [made] = make_leads(1, name="Jane Smith", email="jane@acme.com", company="Acme", tags=["a"])
    return made


def address(lead: Lead, key: str) -> str:
    return f"/admin/leads/{lead.public_id}/fields/{key}"


def was_of(form: str) -> str:
    found = re.search(r'name="was" value="([^"]*)"', form)
    assert found
    return html.unescape(found[1])


def save(client: Client, lead: Lead, key: str, value: str, **more: Any) -> Any:
    """Open the form, type, send it: as the page does."""
    form = client.get(address(lead, key), **HTMX)
    body = {"value": value, "was": was_of(form.text)}
    return client.post(address(lead, key), body, **HTMX, **more)


def test_each_field_turns_into_its_form_and_back(agent: Client, lead: Lead) -> None:
    form = agent.get(address(lead, "company"), **HTMX)
    assert 'value="Acme"' in form.text
    assert 'for="edit-company"' in form.text
    assert json.loads(was_of(form.text)) == "Acme"
    row = agent.get(address(lead, "company") + "?read", **HTMX)
    assert "Edit company" in row.text
    assert "<form" not in row.text
    assert_strict_csp(form.text + row.text)


def test_saving_answers_with_the_row_the_head_and_the_newest_of_the_stream(
    agent: Client, lead: Lead
) -> None:
    answer = save(agent, lead, "name", "Jane Doe")
    assert answer.status_code == 200
    assert 'id="prop-name"' in answer.text
    assert '<div class="lead-head" id="lead-head" hx-swap-oob="true"><h1>' in answer.text
    assert "changed name" in answer.text
    assert json.loads(answer["HX-Trigger"])["said"]["text"] == "Name saved."
    assert queries.get(lead.public_id).name == "Jane Doe"


@pytest.mark.parametrize(
    ("type", "typed", "kept"),
    [
        ("text", " as it is ", " as it is "),
        ("number", "1250.50", 1250.5),
        ("bool", "no", False),
        ("date", "2026-04-30", "2026-04-30"),
        ("choice", "50-200", "50-200"),
    ],
)
def test_custom_properties_are_edited_by_their_types_and_blank_is_no_value(
    agent: Client, lead: Lead, type: str, typed: str, kept: object
) -> None:
    CustomProperty.objects.create(
        slug="x", label="Team size", type=type, choices=["1-49", "50-200"], position=1
    )
    assert save(agent, lead, "custom.x", typed).status_code == 200
    assert queries.get(lead.public_id).custom == {"x": kept}
    assert "Team size" in agent.get(f"/admin/leads/{lead.public_id}").text
    assert save(agent, lead, "custom.x", "").status_code == 200
    assert queries.get(lead.public_id).custom == {}


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        ("email", "jane.acme.com", "Email is not an email address: "),
        ("phone", "none", "Phone is not a phone number: it holds no digit."),
        ("source_url", "yoursite", "Source page is not an address; write it like https://"),
        ("external_id", "crm-1", "A lead with this external id is already there."),
        (
            "assigned_to",
            "nobody@else.example",
            "Assigned to is no member of this account who may see leads; ",
        ),
        ("status", "lukewarm", "Status is none of new, "),
        ("custom.seats", "many", "Seats is not a number; write it like 1250.50."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(
    agent: Client, lead: Lead, key: str, typed: str, sentence: str
) -> None:
    make_leads(1, external_id="crm-1")
    CustomProperty.objects.create(slug="seats", label="Seats", type="number", position=1)
    before = queries.get(lead.public_id).version
    answer = save(agent, lead, key, typed)
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.text)
    assert f'value="{typed}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert f'id="edit-{key.replace(".", "-")}-error"' in answer.text
    assert queries.get(lead.public_id).version == before
    assert_strict_csp(answer.text)


def test_the_last_way_to_reach_somebody_is_not_taken_away(agent: Client) -> None:
    [lead] = make_leads(1, name=None, email="jane@acme.com")
    answer = save(agent, lead, "email", " ")
    assert answer.status_code == 422
    assert "Keep an email, a phone number, a name or an external id." in answer.text


def test_who_comes_second_is_told_who_wrote_what_when_and_chooses(
    agent: Client, lead: Lead, member: Callable[..., Member]
) -> None:
    priya = member("agent", "viewer", name="Priya Nair")
    form = agent.get(address(lead, "company"), **HTMX)
    with clock.freeze(NOON):
        actions.edit_lead(actors.of_member(priya), lead.public_id, {"company": "ACME Inc."})
    with clock.freeze(NOON + timedelta(minutes=2)):
        body = {"value": "Acme Corp", "was": was_of(form.text)}
        answer = agent.post(address(lead, "company"), body, **HTMX)
    assert answer.status_code == 422
    for said in ("Priya Nair", "changed this to", "ACME Inc.", "2 min ago", "Keep theirs"):
        assert said in answer.text, said
    assert 'value="Acme Corp"' in answer.text, "what was typed is there"
    assert queries.get(lead.public_id).company == "ACME Inc."
    body["was"] = was_of(answer.text)
    assert agent.post(address(lead, "company"), body, **HTMX).status_code == 200
    assert queries.get(lead.public_id).company == "Acme Corp"


def test_others_fields_do_not_get_in_each_others_way(
    agent: Client, lead: Lead, member: Callable[..., Member]
) -> None:
    form = agent.get(address(lead, "company"), **HTMX)
    other = actors.of_member(member("admin"))
    actions.edit_lead(other, lead.public_id, {"name": "Jane Doe"})
    body = {"value": "Acme Corp", "was": was_of(form.text)}
    assert agent.post(address(lead, "company"), body, **HTMX).status_code == 200
    got = queries.get(lead.public_id)
    assert (got.name, got.company) == ("Jane Doe", "Acme Corp")


def test_saving_what_was_there_writes_nothing(agent: Client, lead: Lead) -> None:
    CustomProperty.objects.create(slug="plan", label="Plan", type="choice", position=1)
    Lead.objects.update(custom={"plan": "is offered no more"})
    assert save(agent, lead, "custom.plan", "is offered no more").status_code == 200
    assert save(agent, lead, "company", "Acme").status_code == 200
    assert not LeadEvent.objects.exists()


def test_a_lead_is_given_to_a_member_by_email_name_or_button(
    agent: Client, lead: Lead, alex: Member, member: Callable[..., Member]
) -> None:
    priya = member("viewer", name="Priya Nair", email="priya@yourteam.com")
    for typed, got in (("priya@yourteam.com", priya), ("", None), ("priya nair", priya)):
        assert save(agent, lead, "assigned_to", typed).status_code == 200
        assert queries.get(lead.public_id).assigned_to == got
    assert Notice.objects.filter(member=priya).count() == 2
    page = agent.get(f"/admin/leads/{lead.public_id}").text
    assert "Assign to me" in page
    body = {"value": alex.public_id, "was": json.dumps(priya.public_id)}
    assert agent.post(address(lead, "assigned_to"), body).status_code == 302
    assert queries.get(lead.public_id).assigned_to == alex
    assert "Assign to me" not in agent.get(f"/admin/leads/{lead.public_id}").text


def test_what_depends_on_a_change_changes_with_it(agent: Client, lead: Lead, alex: Member) -> None:
    answer = save(agent, lead, "status", "won")
    assert re.search(r"<dt>Won</dt><dd><time", answer.text), "the moment that it marks"
    assert "Active <b><time" in answer.text
    assert "Assign to me" in answer.text
    assert "Assign to me" not in save(agent, lead, "assigned_to", alex.user.email).text


def test_without_script_the_form_is_a_page(agent: Client, lead: Lead) -> None:
    page = agent.get(address(lead, "email"))
    assert "<h1>Edit email</h1>" in page.text
    wrong = agent.post(address(lead, "email"), {"value": "x", "was": '"jane@acme.com"'})
    assert wrong.status_code == 422
    assert "Email is not an email address" in wrong.text
    stale = agent.post(address(lead, "email"), {"value": "j@acme.com", "was": '"old@acme.com"'})
    assert stale.status_code == 409
    assert "Keep theirs" in stale.text
    done = agent.post(
        address(lead, "email"), {"value": "j@acme.com", "was": was_of(stale.text)}, follow=True
    )
    assert "j@acme.com" in done.text
    assert_strict_csp(page.text + wrong.text + stale.text)


def test_a_form_that_no_page_gave_is_refused(agent: Client, lead: Lead) -> None:
    assert agent.post(address(lead, "name"), {"value": "x", "was": "{"}).status_code == 400
    assert agent.get(address(lead, "score")).status_code == 404
    assert agent.get(address(lead, "custom.nothing")).status_code == 404


def test_who_may_only_read_sees_no_pencil(lead: Lead, member: Callable[..., Member]) -> None:
    page = client_of(member("viewer")).get(f"/admin/leads/{lead.public_id}").text
    for absent in ("pencil", "Add a tag", "New note", "Actions", "Assign to me"):
        assert absent not in page, absent
    assert "Jane Smith" in page


# ── Tags ────────────────────────────────────────────────────────────────────────────────────────


def test_tags_are_added_and_taken_away_one_by_one(agent: Client, lead: Lead) -> None:
    where = f"/admin/leads/{lead.public_id}/tags"
    added = agent.post(where, {"add": "enterprise,  big  fish"}, **HTMX)
    assert queries.get(lead.public_id).tags == ["a", "enterprise", "big fish"]
    said = json.loads(added["HX-Trigger"])["said"]["text"]
    assert said == "Tag enterprise, big fish added."
    removed = agent.post(where, {"remove": "enterprise", "add": "half a w"}, **HTMX)
    assert queries.get(lead.public_id).tags == ["a", "big fish"]
    assert json.loads(removed["HX-Trigger"])["said"]["text"] == "Tag enterprise removed."
    assert '<option value="enterprise">' in removed.text, "proposed from now on"
    assert 'value="half a w"' in removed.text, "nothing typed is lost"
    assert agent.post(where, {"add": "plain"}).status_code == 302


def test_a_tag_that_cannot_be_is_refused_beside_the_field(agent: Client, lead: Lead) -> None:
    where = f"/admin/leads/{lead.public_id}/tags"
    answer = agent.post(where, {"add": "x" * 61}, **HTMX)
    assert answer.status_code == 422
    assert "This tag is longer than 60 characters." in answer.text
    assert "x" * 61 in answer.text
    assert queries.get(lead.public_id).tags == ["a"]
