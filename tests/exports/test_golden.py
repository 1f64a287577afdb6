"""The files of the documentation's examples, to the byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.conversations.models import Conversation
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from tests import shared
from tests.conversations.jane import make_janes
from tests.exports import seed_page
from tests.exports.running import exported

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def jane(account: Account, actor: Callable[..., Actor], member: Callable[..., Any]) -> Actor:
    admin = actor("admin")
    alex = member("agent", email="alex@yourteam.com", name="Alex Moreau")
    leads.define_property(admin, slug="company_size", label="Company size")
    leads.define_property(admin, slug="budget", label="Budget")
    lead = leads.create_lead(
        admin,
        {
            "email": "jane@acme.com", "name": "Jane Smith", "phone": "+1-555-0123",
            "company": "Acme Corp", "status": "qualified", "score": 82,
            "source_url": "https://yoursite.com/pricing", "tags": ["webinar", "enterprise"],
        },
        custom={"company_size": "50-200", "budget": "$10k-$50k"},
        assigned_to=alex,
    )  # fmt: skip
    Lead.objects.filter(pk=lead.pk).update(
        public_id="lead_8f3a2b",
        created_at=datetime(2026, 3, 15, 9, 22, 41, 999_999, UTC),
        last_activity_at=datetime(2026, 3, 18, 14, 5, 12, tzinfo=UTC),
    )
    make_janes(Lead.objects.get(pk=lead.pk), alex)
    return admin


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        ("csv", seed_page.LEAD_CSV),
        ("json", seed_page.LEAD_JSON),
        ("jsonl", seed_page.LEAD_JSONL),
    ],
)
def test_the_example_lead_leaves_as_the_page_shows_it(
    jane: Actor, format: str, expected: bytes
) -> None:
    assert exported(jane, format=format) == expected


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        ("json", seed_page.CONVERSATION_JSON),
        ("jsonl", seed_page.CONVERSATION_JSONL),
        ("txt", seed_page.CONVERSATION_TXT),
        ("csv", seed_page.CONVERSATION_CSV),
    ],
)
def test_the_example_conversation_leaves_as_the_page_shows_it(
    jane: Actor, format: str, expected: bytes
) -> None:
    assert exported(jane, dataset="conversations", format=format) == expected


def test_its_first_two_messages_are_the_two_lines_of_the_page(
    jane: Actor, member: Callable[..., Any]
) -> None:
    lead = Lead.objects.get(public_id="lead_8f3a2b")
    Conversation.objects.update(public_id="conv_other", is_test=True)
    make_janes(lead, member("agent"), messages=2)
    assert exported(jane, dataset="conversations", format="txt") == seed_page.TWO_LINES_TXT


def test_the_example_is_the_pages_own(jane: Actor) -> None:
    """What was typed by hand, against the page itself where it lies beside the checkout."""
    page = shared.seed("000_8e03fbd988a7f106.txt").read_text("utf-8")
    typed = json.loads(seed_page.CONVERSATION_JSON)[0]
    example = page.partition("Each conversation object includes:\n")[2]
    shown = json.loads(example.partition("\n\nA plain-text")[0])
    shown["messages"] += typed["messages"][2:]
    assert json.dumps(typed) == json.dumps(shown)
    assert seed_page.TWO_LINES_TXT.decode() in page.replace("\n\nExporting", "\nExporting")
