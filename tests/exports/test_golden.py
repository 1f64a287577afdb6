"""The files of the documentation's example lead, to the byte."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.exports import actions, files, pipeline
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from tests.exports import seed_page

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def jane(account: Account, actor: Callable[..., Actor], member: Callable[..., Any]) -> Actor:
    admin = actor("admin")
    alex = member("agent", email="alex@yourteam.com")
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
    export = actions.request(
        jane, {"dataset": "leads", "format": format, "scope": "filter"}, in_this_process=True
    )
    pipeline.run(export)
    export.refresh_from_db()
    assert (export.state, export.reason) == ("ready", "")
    with files.open_file(export.file_key) as file:
        assert file.read() == expected
