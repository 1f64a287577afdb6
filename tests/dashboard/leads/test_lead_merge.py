"""Merging two leads on their page: finding the other one, choosing, and what becomes of both."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member
from synaptiq.leads import actions, queries
from synaptiq.leads.models import Lead
from tests.dashboard.clients import HTMX, client_of, make_leads
from tests.dashboard.markup import assert_strict_csp


@pytest.fixture
def agent(member: Callable[..., Member]) -> Client:
    return client_of(member("agent"))


@pytest.fixture
def two(account: Account) -> tuple[Lead, Lead]:
    [first] = make_leads(1, name="Jane Smith", email="jane@acme.com", tags=["a"])
    [_, later] = make_leads(2, name="Jane S.", email="jane@acme.com", company="Acme", tags=["b"])
    first.refresh_from_db()
    later.refresh_from_db()
    return first, later


def test_the_page_begins_with_who_may_be_the_same_person(
    agent: Client, two: tuple[Lead, Lead]
) -> None:
    make_leads(1, name="Somebody else", email="else@acme.com")
    page = agent.get(f"/admin/leads/{two[0].public_id}/merge")
    assert "Perhaps the same person" in page.text
    assert two[1].public_id in page.text
    assert "Somebody else" not in page.text
    assert_strict_csp(page.text)


def test_at_most_eight_are_found_by_what_is_typed_or_by_the_id(
    agent: Client, two: tuple[Lead, Lead]
) -> None:
    make_leads(12, name="Twelve of a kind", is_spam=True)
    where = f"/admin/leads/{two[0].public_id}/merge"
    found = agent.get(where, {"q": "twelve of"}, **HTMX)
    assert found.text.count("<li>") == 8
    assert "8 leads found" in found.text
    assert "<h1>" not in found.text
    assert agent.get(where, {"q": two[1].public_id}, **HTMX).text.count("<li>") == 1
    assert agent.get(where, {"q": two[0].public_id}, **HTMX).text.count("<li>") == 0
    assert "Nothing of another lead reads like that" in agent.get(where, {"q": "zzz"}).text


def test_each_field_of_which_both_say_something_is_chosen(
    agent: Client, two: tuple[Lead, Lead]
) -> None:
    first, later = two
    where = f"/admin/leads/{later.public_id}/merge/{first.public_id}"
    page = agent.get(where)
    assert page.text.count('type="radio" name="keep.') == 2, "the name alone: the email is the same"
    assert f'name="keep.name" value="{first.public_id}" checked' in page.text
    assert "only the other has it" in page.text
    assert_strict_csp(page.text)
    body = {
        "keep.name": later.public_id,
        f"seen.{first.public_id}": first.version,
        f"seen.{later.public_id}": later.version,
    }
    done = agent.post(where, body, follow=True)
    assert done.redirect_chain == [(f"/admin/leads/{first.public_id}", 302)]
    got = queries.get(first.public_id)
    assert (got.name, got.company, got.tags) == ("Jane S.", "Acme", ["a", "b"])
    assert "merged “Jane S.” into this lead" in done.text


def test_the_address_of_the_merged_one_leads_to_the_survivor(
    agent: Client, two: tuple[Lead, Lead], member: Callable[..., Member]
) -> None:
    first, later = two
    actor = actors.of_member(member("admin"))
    actions.merge_leads(actor, first.public_id, later.public_id)
    answer = agent.get(f"/admin/leads/{later.public_id}")
    assert answer.status_code == 302
    assert answer["Location"] == f"/admin/leads/{first.public_id}"
    refused = agent.post(f"/admin/leads/{later.public_id}/restore")
    assert refused.status_code == 409
    assert "cannot be undone" in refused.text


def test_choices_on_what_has_changed_since_are_asked_again(
    agent: Client, two: tuple[Lead, Lead], member: Callable[..., Member]
) -> None:
    first, later = two
    actor = actors.of_member(member("admin"))
    actions.edit_lead(actor, later.public_id, {"name": "Jane the third"})
    body = {
        "keep.name": later.public_id,
        f"seen.{first.public_id}": first.version,
        f"seen.{later.public_id}": later.version,
    }
    answer = agent.post(f"/admin/leads/{first.public_id}/merge/{later.public_id}", body)
    assert answer.status_code == 409
    assert "One of them has changed since you looked." in answer.text
    assert "Jane the third" in answer.text
    assert f'name="keep.name" value="{later.public_id}" checked' in answer.text
    assert Lead.objects.alive().count() == 3


def test_a_form_that_no_page_gave_merges_nothing(agent: Client, two: tuple[Lead, Lead]) -> None:
    first, later = two
    where = f"/admin/leads/{first.public_id}/merge/"
    assert agent.post(where + later.public_id).status_code == 409
    seen = {f"seen.{lead.public_id}": lead.version for lead in two}
    third = {"keep.name": "lead_8f3a2b", **seen}
    assert agent.post(where + later.public_id, third).status_code == 422
    assert agent.get(where + first.public_id).status_code == 422
    assert agent.get(where + "lead_8f3a2b").status_code == 404
    assert Lead.objects.alive().count() == 3


def test_a_text_too_short_to_be_found_is_said_and_not_searched(
    agent: Client, two: tuple[Lead, Lead]
) -> None:
    where = f"/admin/leads/{two[0].public_id}/merge"
    for how in ({}, HTMX):
        page = agent.get(where, {"q": "ja"}, **how)
        assert page.status_code == 200
        assert "Give 3 to 200 characters.<" in page.text
        assert two[1].public_id not in page.text
    assert two[1].public_id in agent.get(where, {"q": "jan"}).text


def test_who_has_the_same_phone_or_name_may_be_the_same_person(
    agent: Client, account: Account
) -> None:
    [lead] = make_leads(1, name="Li", email=None, phone="+1-555-0100")
    [phone] = make_leads(1, name="Jo", email=None, phone="+1-555-0100")
    [_, other] = make_leads(2, name="Li", email=None, phone="1-555-0100-9")
    page = agent.get(f"/admin/leads/{lead.public_id}/merge").text
    assert phone.public_id in page
    assert other.public_id not in page, "a part of a number is nobody, nor is a name of two letters"
    [nameless] = make_leads(1, name="", email="x@acme.com")
    assert "No lead looks like" in agent.get(f"/admin/leads/{nameless.public_id}/merge").text
