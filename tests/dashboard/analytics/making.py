"""A small account with figures of its own, on days that stand still."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from synaptiq.accounts.models import Member
from synaptiq.analytics.models import Annotation, Visit, VisitorDay
from synaptiq.conversations.models import Turn
from synaptiq.leads.models import Lead
from synaptiq.sites.models import Site
from tests.conversations.making import make_conversation, make_site, make_visitor

# A Sunday. The last 30 complete days are 13 February to 14 March.
NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 2, 13), date(2026, 3, 14)


def on(day: int, hour: int = 10) -> datetime:
    """A moment of March 2026; February with 0 and below, 0 being the 28th."""
    return datetime(2026, 3, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)


def make_world(member: Member) -> Site:
    """Leads, conversations, answers and visits, of which each kind has some that do not count."""
    site = make_site("shop.acme.example")
    for number, day in enumerate((-40, -30, -20, -10, -3, 1, 2, 2, 5, 9, 13)):
        at = on(day)
        lead = Lead.objects.create(
            name=f"Person {number}", email=f"p{number}@x.example", created_at=at, updated_at=at,
            last_activity_at=at, origin="conversation", score=40 + 5 * number,
            status="qualified" if number % 2 else "new",
            first_qualified_at=at + timedelta(hours=3) if number % 2 else None,
            meeting_booked_at=at + timedelta(days=2) if number % 3 == 0 else None,
        )  # fmt: skip
        talk = make_conversation(
            ("visitor", "Hi"), ("ai", "Hello"), at=at, lead=lead,
            visitor=make_visitor(site), close=True,
        )  # fmt: skip
        Turn.objects.create(
            conversation=talk, state="done", epoch=0, received_at=at, due_at=at,
            first_output_at=at + timedelta(milliseconds=500 + 137 * number), ended_at=at,
        )  # fmt: skip
    for kept in ({"is_test": True}, {"is_spam": True}):
        lead = Lead.objects.create(
            name="Not counted", email="n@x.example", created_at=on(3), updated_at=on(3),
            last_activity_at=on(3), origin="conversation", **kept,
        )  # fmt: skip
        make_conversation(
            ("visitor", "Hi"), at=on(3), lead=lead, visitor=make_visitor(site), **kept
        )
    for day in range(-15, 15):
        for number in range(abs(day) % 4 + 1):
            key = f"{day:08d}{number:08d}".encode()
            about = {"site": site, "key": key, "page": "/pricing", "device": "phone"}
            Visit.objects.create(at=on(day), **about)
            VisitorDay.objects.create(day=on(day).date(), first_at=on(day), **about)
    Annotation.objects.create(day=date(2026, 3, 2), text="Pricing <page> rewritten", member=member)
    return site
