"""What the customer's server says of a visitor, the agent knows as if a form had been sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.agent.models import Fact
from synaptiq.conversations.models import Conversation
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from synaptiq.sites.models import Visitor
from tests.agent.talking import answered, opened, send_form, talk, types
from tests.agent.test_answering import BUYER, asked
from tests.conversations.making import make_visitor

KNOWN = {"external_id": "user-42", "name": "Jane Smith", "email": "jane@acme.example"}


def vouched(**fields: Any) -> Visitor:
    made = make_visitor()
    Visitor.objects.filter(pk=made.pk).update(**{**KNOWN, **fields})
    made.refresh_from_db()
    return made


@pytest.fixture
def owner(account: Account, actor: Callable[..., Actor]) -> Actor:
    return actor("owner")


def test_a_lead_is_captured_at_the_next_turn(account: Account) -> None:
    made = answered(opened("Hi", visitor=vouched(phone="+1-555-0123")))
    lead = Lead.objects.get()
    assert (lead.external_id, lead.name, lead.email, lead.phone, lead.origin) == (
        "user-42", "Jane Smith", "jane@acme.example", "+1-555-0123", "conversation",
    )  # fmt: skip
    assert made.lead == lead
    assert types(made).count("lead_captured") == 1
    facts = Fact.objects.filter(criterion__startswith="contact.").order_by("criterion")
    assert [(f.criterion, f.value, f.source, f.quote, f.message_seq) for f in facts] == [
        ("contact.email", "jane@acme.example", "form", "", 1),
        ("contact.name", "Jane Smith", "form", "", 1),
        ("contact.phone", "+1-555-0123", "form", "", 1),
    ]  # fmt: skip
    talk(made, "We are 20 people")
    assert facts.count() == 3


def test_the_agent_does_not_ask_what_it_knows(account: Account) -> None:
    made = answered(opened("Hi", visitor=vouched()))
    for text in BUYER:
        made = talk(made, text)
        assert asked(made) != "contact"
    assert (made.qualification, Lead.objects.get().status) == ("qualified", "qualified")


def test_the_lead_of_that_id_is_the_visitors(owner: Actor) -> None:
    there = leads.create_lead(owner, {"external_id": "user-42", "company": "Acme"})
    made = answered(opened("Hi", visitor=vouched()))
    lead = Lead.objects.get()
    assert (made.lead, lead.pk, lead.email, lead.company) == (
        lead, there.pk, "jane@acme.example", "Acme",
    )  # fmt: skip
    assert types(made).count("lead_captured") == 0


def test_what_a_member_wrote_stays(owner: Actor) -> None:
    leads.create_lead(owner, {"external_id": "user-42", "email": "j.smith@acme.example"})
    answered(opened("Hi", visitor=vouched()))
    assert Lead.objects.get().email == "j.smith@acme.example"


def test_a_lead_that_was_merged_is_the_one_it_is_now(owner: Actor) -> None:
    stays = leads.create_lead(owner, {"external_id": "crm-7"})
    other = leads.create_lead(owner, {"external_id": "user-42"})
    leads.merge_leads(owner, stays.public_id, other.public_id)
    assert answered(opened("Hi", visitor=vouched())).lead == stays


def test_a_deleted_lead_of_that_id_is_not_taken_up(owner: Actor) -> None:
    gone = leads.create_lead(owner, {"external_id": "user-42"})
    leads.delete_lead(owner, gone.public_id)
    made = answered(opened("Hi", visitor=vouched()))
    assert made.lead is not None
    assert (made.lead.external_id, made.lead.pk != gone.pk) == ("user-42", True)


def test_who_was_captured_before_they_were_known_gets_the_id(account: Account) -> None:
    made = answered(opened("Hi"))
    made = send_form(made, email="jane@private.example")
    Visitor.objects.filter(pk=made.visitor_id).update(**KNOWN)
    made = talk(made, "We are 20 people")
    lead = Lead.objects.get()
    assert (lead.external_id, lead.email, lead.name) == (
        "user-42", "jane@acme.example", "Jane Smith",
    )  # fmt: skip


def test_what_the_visitor_says_later_is_the_later_word(account: Account) -> None:
    made = answered(opened("Hi", visitor=vouched()))
    made = talk(made, "My email is jane@private.example", "We are 20 people")
    assert Lead.objects.get().email == "jane@private.example"
    # Until the server says something else.
    Visitor.objects.filter(pk=made.visitor_id).update(email="jane.smith@acme.example")
    talk(made, "We need it in May")
    assert Lead.objects.get().email == "jane.smith@acme.example"


def test_an_id_alone_is_no_way_to_reach_anybody(account: Account) -> None:
    made = answered(opened("Hi", visitor=vouched(email=None)))
    assert (made.lead, Lead.objects.exists()) == (None, False)
    made = send_form(made, email="jane@private.example")
    assert Lead.objects.get().external_id == "user-42"
    assert Lead.objects.get().name == "Jane Smith"


def test_without_a_server_that_vouches_nothing_is_known(account: Account) -> None:
    other = make_visitor()
    Visitor.objects.filter(pk=other.pk).update(email="jane@acme.example")
    answered(opened("Hi", visitor=other))
    assert not Lead.objects.exists()
    assert Conversation.objects.get().lead is None
