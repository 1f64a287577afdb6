"""Signed-in clients for tests of pages, and leads for them to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from synaptiq.accounts.models import Member
from synaptiq.leads.models import Lead

FIRST = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
HTMX = {"HTTP_HX_REQUEST": "true"}


def client_of(member: Member) -> Client:
    """A browser without script in which this member is signed in."""
    client = Client(enforce_csrf_checks=False)
    client.force_login(member.user)
    return client


def make_leads(count: int, **fields: Any) -> Sequence[Lead]:
    """Leads of the current account, a minute apart from 1 March 2026; the last is the newest."""
    return Lead.objects.bulk_create(
        Lead(
            **{
                "name": f"Person {n}", "email": f"person{n}@example.org",
                "created_at": FIRST + timedelta(minutes=n),
                "last_activity_at": FIRST + timedelta(minutes=n), **fields,
            }
        )
        for n in range(count)
    )  # fmt: skip
