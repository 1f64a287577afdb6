"""How much one visitor may book and move: each time a mail goes to an address that nobody has
proved to be theirs, and a time of a member is gone."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from synaptiq.conversations.models import Conversation, Event
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, TooMany
from synaptiq.leads.models import Lead
from synaptiq.meetings import queries
from synaptiq.meetings.models import Meeting

logger = logging.getLogger(__name__)

DAY = timedelta(hours=24)
HOUR = timedelta(hours=1)
MOST_MOVES = 5
# Of a whole office behind one address.
MOST_KEPT = 10
# Of all visitors together, for each calendar: no team meets so many new people. Whoever makes up
# visitor after visitor would have all times of the next weeks in minutes.
MOST_AN_HOUR = 12


class BookedTooOften(Conflict):
    """This visitor, or their email address, has booked often enough for today."""

    status, code, title = 409, "booked_too_often", "Enough was booked today"

    def __init__(self) -> None:
        super().__init__("Enough meetings were booked within a day. Try again tomorrow.")


class HourIsFull(BookedTooOften):
    """All visitors together have booked as much within an hour as anybody could: this one may have
    booked nothing."""

    def __init__(self) -> None:
        Conflict.__init__(self, "Nothing can be booked at the moment. Try again in an hour.")


class MovedTooOften(Conflict):
    """The visitor has moved it often enough for today."""

    status, code, title = 409, "moved_too_often", "The meeting was moved often enough"

    def __init__(self) -> None:
        super().__init__(
            f"You have moved this meeting {MOST_MOVES} times within a day. "
            "Keep it as it is, or move it again tomorrow."
        )


def check_bookings(held: Conversation, lead: Lead, now: datetime) -> None:
    """Raise BookedTooOften where this visitor or this email has had as many meetings booked within
    24 hours as may be, cancelled ones too; HourIsFull where the whole account has within one."""
    if held.is_test:
        return
    booked = Meeting.objects.filter(booked_at__isnull=False, is_test=False)
    own = Q(conversation__visitor=held.visitor_id) | Q(lead=lead)
    if lead.email:
        own |= Q(lead__email=lead.email)
    if booked.filter(own, booked_at__gt=now - DAY).count() >= settings.BOOKINGS_A_DAY:
        raise BookedTooOften
    most = MOST_AN_HOUR * max(queries.switched_on().count(), 1)
    if booked.filter(booked_at__gt=now - HOUR).count() >= most:
        logger.warning("More than %s meetings were booked within an hour", most)
        raise HourIsFull


def check_kept(network: str, now: datetime) -> None:
    """Raise TooMany where enough times are kept from one address: whoever makes up visitors would
    leave nothing free to others."""
    if not network:
        return
    kept = Meeting.objects.filter(state="reserved", expires_at__gt=now, network=network)
    ends = [one.expires_at for one in kept if one.expires_at]
    if len(ends) >= MOST_KEPT:
        wait = int((min(ends) - now).total_seconds()) + 1
        raise TooMany(
            f"{MOST_KEPT} times are kept for visitors from this address already.",
            limit=MOST_KEPT, retry_after=wait, window=300,
        )  # fmt: skip


def check_moves(meeting: Meeting) -> None:
    """Raise MovedTooOften where its visitor has moved it often enough for today."""
    moves = Event.objects.filter(
        conversation=meeting.conversation_id, type="meeting_rescheduled",
        at__gt=clock.now() - DAY, data__by="visitor", data__meeting__id=meeting.public_id,
    )  # fmt: skip
    if moves.count() >= MOST_MOVES:
        raise MovedTooOften
