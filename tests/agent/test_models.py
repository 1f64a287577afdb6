"""What is never rewritten, and how facts follow their lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from synaptiq.accounts.actors import Actor
from synaptiq.agent.models import AgentVersion, Fact
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from tests.conversations.making import make_conversation

Makes = Callable[..., Actor]


def make_fact(**fields: Any) -> Fact:
    """A fact of a visitor who wrote one message."""
    conversation = fields.pop("conversation", None) or make_conversation(("visitor", "20 people"))
    given = {
        "criterion": "team_size", "value": 20, "quote": "20 people", "message_seq": 1,
        "source": "stated", "visitor": conversation.visitor, "conversation": conversation,
    }  # fmt: skip
    return Fact.objects.create(**{**given, **fields})


@pytest.fixture
def version(account: Any) -> AgentVersion:
    return AgentVersion.objects.create(number=1, name="Synaptiq", greeting="Hi", profile={})


def test_a_version_is_never_rewritten(version: AgentVersion) -> None:
    with pytest.raises(ProgrammingError, match="never rewritten"), transaction.atomic():
        AgentVersion.objects.filter(pk=version.pk).update(name="Another")


def test_of_a_fact_only_its_lead_is_changed(actor: Makes) -> None:
    fact = make_fact()
    lead = leads.create_lead(actor("owner"), {"name": "Jane"})
    Fact.objects.filter(pk=fact.pk).update(lead=lead)
    with pytest.raises(ProgrammingError, match="never rewritten"), transaction.atomic():
        Fact.objects.filter(pk=fact.pk).update(value=50)
    assert (Fact.objects.get().value, Fact.objects.get().lead) == (20, lead)


def test_facts_follow_their_lead_when_two_become_one(actor: Makes) -> None:
    owner = actor("owner")
    first, second = (leads.create_lead(owner, {"name": name}) for name in ("Jane", "J. Smith"))
    make_fact(lead=first)
    make_fact(lead=second, conversation=make_conversation(("visitor", "50 people")), value=50)
    kept = leads.merge_leads(owner, first.public_id, second.public_id)
    assert set(Fact.objects.values_list("value", "lead")) == {(20, kept.pk), (50, kept.pk)}
    assert Lead.objects.alive().count() == 1
