"""What the agent may write of a lead, and what it leaves to people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from synaptiq.accounts import actors
from synaptiq.accounts.actors import Actor
from synaptiq.kit import clock
from synaptiq.leads import actions
from synaptiq.leads.actions import capturing
from synaptiq.leads.models import Lead, LeadEvent, Note

Makes = Callable[..., Actor]
VISIT = datetime(2026, 3, 1, 9, tzinfo=UTC)
PAGE = "https://acme.example/pricing"


@pytest.fixture
def agent(account: Any) -> Actor:
    return actors.of_system(account)


def capture(agent: Actor, **ways: str | None) -> Lead:
    made = actions.capture_lead(agent, ways, source_url=PAGE, first_visit_at=VISIT)
    assert made
    return made


def again(lead: Lead) -> Lead:
    return Lead.objects.get(pk=lead.pk)


def test_a_lead_is_made_of_a_way_to_be_reached(agent: Actor) -> None:
    with clock.freeze(datetime(2026, 3, 2, 10, tzinfo=UTC)):
        lead = capture(agent, email=" jane@acme.com ", name="Jane Smith", phone="+1-555-0123")
    assert (lead.email, lead.name, lead.phone) == ("jane@acme.com", "Jane Smith", "+1-555-0123")
    assert (lead.origin, lead.status, lead.score) == ("conversation", "new", None)
    assert (lead.source_url, lead.first_visit_at) == (PAGE, VISIT)
    assert lead.created_at == lead.last_activity_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert lead.phone_normal


@pytest.mark.parametrize(
    "ways", [{}, {"name": "Jane"}, {"email": "jane at acme", "name": "Jane"}, {"email": " "}]
)
def test_who_cannot_be_reached_is_no_lead(agent: Actor, ways: dict[str, str]) -> None:
    assert actions.capture_lead(agent, ways, source_url=PAGE, first_visit_at=None) is None
    assert not Lead.objects.exists()


def test_an_address_that_cannot_be_kept_loses_nothing_else(agent: Actor) -> None:
    lead = actions.capture_lead(
        agent, {"email": "jane@acme.com"}, source_url="no address", first_visit_at=None
    )
    assert lead
    assert (lead.email, lead.source_url) == ("jane@acme.com", None)


def test_the_same_email_makes_another_lead_and_a_hint(agent: Actor, actor: Makes) -> None:
    first = actions.create_lead(actor("owner"), {"email": "Jane@Acme.com"})
    second = capture(agent, email="jane@acme.com")
    assert Lead.objects.alive().count() == 2
    note = Note.objects.get()
    assert (note.lead, note.member) == (second, None)
    assert first.public_id in note.text
    capture(agent, email="somebody.else@acme.com")
    assert Note.objects.count() == 1


def test_the_engine_only_moves_forward(agent: Actor) -> None:
    lead = capture(agent, email="jane@acme.com")
    for result, score, status in (
        ("undecided", 10, "new"),
        ("nurture", 45, "nurture"),
        ("disqualified", 45, "disqualified"),
        ("nurture", 50, "nurture"),
        ("qualified", 80, "qualified"),
        ("nurture", 60, "qualified"),
        ("disqualified", 20, "qualified"),
        ("unreachable", 20, "qualified"),
    ):
        actions.judge_lead(agent, again(lead), result=result, score=score)
        assert (again(lead).status, again(lead).score) == (status, score)


def test_when_it_was_first_qualified_is_kept(agent: Actor) -> None:
    lead = capture(agent, email="jane@acme.com")
    for day in (3, 4):
        with clock.freeze(datetime(2026, 3, day, tzinfo=UTC)):
            actions.judge_lead(agent, again(lead), result="qualified", score=80 + day)
    assert again(lead).first_qualified_at == datetime(2026, 3, 3, tzinfo=UTC)


def test_a_persons_status_holds(agent: Actor, actor: Makes) -> None:
    lead = capture(agent, email="jane@acme.com")
    actions.edit_lead(actor("owner"), lead.public_id, {"status": "nurture"})
    actions.judge_lead(agent, again(lead), result="qualified", score=90)
    held = again(lead)
    assert (held.status, held.score, held.first_qualified_at is not None) == ("nurture", 90, True)


def test_without_the_lock_the_engine_would_go_on(agent: Actor, actor: Makes) -> None:
    lead = capture(agent, email="jane@acme.com")
    actions.edit_lead(actor("owner"), lead.public_id, {"status": "nurture"})
    Lead.objects.update(status_locked=False)
    actions.judge_lead(agent, again(lead), result="qualified", score=90)
    assert again(lead).status == "qualified"


def test_a_milestone_passed_is_not_taken_back(agent: Actor) -> None:
    for status in ("meeting_booked", "won", "lost", "qualified"):
        assert status not in capturing.FORWARD


def test_blanks_are_filled_and_corrections_taken(agent: Actor) -> None:
    lead = capture(agent, email="jan@acme.com")
    actions.add_ways(agent, again(lead), {"name": "Jane", "phone": "+1 202 555 0123"})
    actions.add_ways(agent, again(lead), {"email": "jane@acme.com", "phone": "nonsense \x00"})
    held = again(lead)
    assert (held.email, held.name, held.phone) == ("jane@acme.com", "Jane", "+1 202 555 0123")
    assert held.phone_normal
    assert LeadEvent.objects.filter(lead=lead, via="system").count() == 2


def test_what_a_member_wrote_stays(agent: Actor, actor: Makes) -> None:
    lead = capture(agent, email="jane@acme.com", name="jane")
    actions.edit_lead(actor("owner"), lead.public_id, {"name": "Dr. Jane Smith"})
    actions.add_ways(agent, again(lead), {"name": "Jane S.", "email": "js@acme.com"})
    assert (again(lead).name, again(lead).email) == ("Dr. Jane Smith", "js@acme.com")
    ours = actions.create_lead(actor("admin"), {"email": "bob@acme.com"})
    actions.add_ways(agent, ours, {"email": "robert@acme.com", "name": "Bob"})
    assert (again(ours).email, again(ours).name) == ("bob@acme.com", "Bob")


def test_a_message_is_an_activity_and_no_change(agent: Actor) -> None:
    lead = capture(agent, email="jane@acme.com")
    later = datetime(2030, 1, 1, tzinfo=UTC)
    with clock.freeze(later):
        actions.touch_lead(lead)
    assert again(lead).last_activity_at == later
    assert again(lead).version == lead.version
