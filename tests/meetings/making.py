"""Calendars, conversations and meetings for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from synaptiq.accounts.models import Member
from synaptiq.conversations import handover
from synaptiq.conversations.models import Conversation
from synaptiq.leads.models import Lead
from synaptiq.meetings import actions, letters
from synaptiq.meetings.actions.booking import Booked
from synaptiq.meetings.models import Calendar, Meeting
from synaptiq.meetings.values import Slot
from tests.conversations.making import make_conversation

# A Sunday; the Monday behind it, at nine and at ten in Berlin.
SUNDAY = datetime(2026, 3, 15, 12, tzinfo=UTC)
NINE = datetime(2026, 3, 16, 8, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
BERLIN = "Europe/Berlin"


def make_calendar(member: Member, **fields: Any) -> Calendar:
    """Monday to Friday, nine to five in Berlin, half an hour."""
    defaults = {"is_on": True, "timezone": BERLIN}
    return Calendar.objects.create(member=member, **{**defaults, **fields})


def make_visitor_with_lead(**fields: Any) -> Conversation:
    """A conversation whose visitor left an email."""
    given = {"email": "jane@visitor.example", "name": "Jane Smith", "origin": "conversation"}
    lead = Lead.objects.create(**{**given, **fields})
    return make_conversation(("visitor", "Hello"), lead=lead)


def book(conversation: Conversation, start: datetime = NINE, zone: str = BERLIN) -> Booked | None:
    """As the agent's turn does it."""
    with transaction.atomic():
        held = handover.hold_by_key(conversation.pk)
        lead = Lead.objects.select_for_update().get(pk=held.lead_id)
        return actions.book(held, lead, Slot(start, zone))


def booked(conversation: Conversation | None = None, start: datetime = NINE) -> Meeting:
    found = book(conversation or make_visitor_with_lead(), start)
    assert found
    return found.meeting


def reserve(conversation: Conversation, start: datetime = NINE) -> Meeting:
    return actions.reserve(conversation.account_id, conversation.pk, Slot(start, BERLIN))


def write_letters() -> None:
    """Do the jobs that changes have left."""
    jobs = ProcrastinateJob.objects.filter(task_name="meetings.write_letters").order_by("id")
    for args in list(jobs.values_list("args", flat=True)):
        letters.write(**args)
