"""The demo's meetings: calendars of two people, times that visitors pick, and what became of them.

All of it through the real actions, on the clock that the conversations have.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from synaptiq.accounts.models import Account, Member
    from synaptiq.conversations.models import Conversation

_ZONES = {"de": "Europe/Berlin", "fr": "Europe/Paris", "es": "Europe/Madrid"}
_HOURS = ([("09:00", "12:30"), ("13:30", "17:00")], [("09:00", "12:00")])
_PLACES = ("https://video.example/morgan", "I call you")
# Of so many past meetings one did not take place, and of so many to come one was cancelled.
_NO_SHOW, _CANCELLED = 4, 6
# The last ones nobody has marked yet.
_UNMARKED = 2
_UNREAD = timedelta(days=2)


def switch_on(*members: Member) -> None:
    """Give each of these a calendar with hours of their own."""
    from synaptiq.accounts import actors
    from synaptiq.meetings import actions

    for member, hours, place in zip(members, _HOURS, _PLACES, strict=True):
        week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), hours)
        given: dict[str, Any] = {
            "is_on": True, "timezone": "", "minutes": 30, "buffer_before": 0, "buffer_after": 15,
            "notice_minutes": 240, "days_ahead": 21, "place": place, **week,
        }  # fmt: skip
        actions.save_calendar(actors.of_member(member), given)


def pick(talk: Conversation, email: str) -> tuple[str, dict[str, Any]]:
    """What this visitor says to a card of free times: one of them, or no."""
    from synaptiq.meetings import queries, values, wording

    found, dice = queries.offering(talk), crc32(email.encode())
    if found is None or dice % 5 == 0:
        return "No, thanks", {}
    zone = _ZONES.get((talk.language or "en")[:2], "America/New_York")
    # One of the next days, at whatever hour.
    some = [start for _, starts in found.days(zone)[:6] for start in starts]
    start = some[dice % len(some)]
    slot = {"starts_at": values.said(start), "zone": zone}
    return wording.start(start, zone), {"slot": slot}


def settle(account: Account, owner: Member) -> None:
    """Say what became of those that are over, and cancel one or the other that is to come. Nobody
    gets letters about all of them when the demo starts."""
    from django.db.models import F, OuterRef, Subquery, Value
    from django.db.models.functions import Coalesce

    from synaptiq.accounts import actors
    from synaptiq.accounts.models import Notice
    from synaptiq.accounts.notices import NoticeKind
    from synaptiq.kit import clock
    from synaptiq.leads.models import Lead
    from synaptiq.meetings import actions
    from synaptiq.meetings.models import Meeting

    actor, booked = actors.of_member(owner), Meeting.objects.filter(state="booked")
    over = list(booked.filter(ends_at__lte=clock.now()).order_by("starts_at"))
    for number, meeting in enumerate(over[:-_UNMARKED]):
        attendance = "no_show" if number % _NO_SHOW == 1 else "held"
        actions.mark(actor, meeting.public_id, attendance)
    to_come = list(booked.filter(starts_at__gt=clock.now()).order_by("starts_at"))
    for meeting in to_come[_CANCELLED - 1 :: _CANCELLED]:
        actions.cancel_for_visitor(account, meeting.public_id)
    email = Subquery(Lead.objects.filter(pk=OuterRef("lead")).values("email"))
    Meeting.objects.update(told=F("sequence"), invited=Coalesce(email, Value("")))
    # Who works with it has read what is older.
    old = Notice.objects.filter(kind=NoticeKind.MEETING, created_at__lt=clock.now() - _UNREAD)
    old.update(read_at=F("created_at"))
