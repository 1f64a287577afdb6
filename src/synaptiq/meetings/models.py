"""A member's calendar, and the meetings in it.

That no two meetings of a member overlap is the database's to decide: an exclusion constraint over
the time that each blocks, buffers and all. Whoever comes second is refused there, however the two
came.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import AccountForeignKey, AccountModel
from synaptiq.conversations.models import Conversation
from synaptiq.kit import clock, ids
from synaptiq.leads.models import Lead

# "reserved": kept for a visitor for some minutes, until they confirm.
STATES: dict[str, str] = {"reserved": "Reserved", "booked": "Booked", "cancelled": "Cancelled"}
ATTENDANCE: dict[str, str] = {"held": "Held", "no_show": "No-show"}
# What nobody else can have.
BLOCKING = ("reserved", "booked")


def new_meeting_id() -> str:
    return ids.new_id("mtg")


def usual_hours() -> dict[str, list[list[str]]]:
    return {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


class Span(Func):
    """`[first, last)` as a range of moments."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class Calendar(AccountModel):
    """When a member has time for meetings, and how they go; one for each member.

    `source` is a key of `calendars.CALENDARS`. `hours` maps a day (mon … sun) to its ranges of wall
    time, such as [["09:00", "12:30"]]; "24:00" ends with the day. `timezone` is "" for the
    account's. `place` says where it happens: a link, or words.
    """

    member = models.OneToOneField(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    source = models.TextField(default="built_in")
    is_on = models.BooleanField(default=False)
    hours = models.JSONField(default=usual_hours)
    timezone = models.TextField(default="", blank=True)
    minutes = models.PositiveSmallIntegerField(default=30)
    buffer_before = models.PositiveSmallIntegerField(default=0)
    buffer_after = models.PositiveSmallIntegerField(default=0)
    notice_minutes = models.PositiveIntegerField(default=240)
    days_ahead = models.PositiveSmallIntegerField(default=21)
    place = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(db_default=clock.DatabaseNow())
    updated_at = models.DateTimeField(db_default=clock.DatabaseNow())

    class Meta(AccountModel.Meta):
        constraints = [
            AccountForeignKey(field="member", to="accounts.Member", name="calendar_member"),
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.member_id}"


class Meeting(AccountModel):
    """A time that is reserved for a visitor, or booked by one, in a member's calendar.

    `blocked_from` and `blocked_until` are start and end with the buffers of the moment at which it
    was made. `zone` is the visitor's: letters and their page speak in it. `sequence` counts the
    changes, as iCalendar has it, and `told` is the one that letters told of last (-1: of none).
    `expires_at` is when a reservation ends. `former` is whom the letters told of last as its host,
    where that is somebody else by now, and `invited` the address at which they told its visitor,
    which the lead may have changed since. `note` is what a member says to the visitor of the last
    change.
    """

    public_id = models.TextField(unique=True, default=new_meeting_id)
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    lead = models.ForeignKey(
        Lead, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    former = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    state = models.TextField(default="reserved", choices=list(STATES.items()))
    attendance = models.TextField(null=True, choices=list(ATTENDANCE.items()))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    blocked_from = models.DateTimeField()
    blocked_until = models.DateTimeField()
    zone = models.TextField(default="UTC")
    place = models.TextField(default="", blank=True)
    # Whence a reservation came, as limits count addresses; forgotten with it.
    network = models.TextField(default="", blank=True, db_default="")
    note = models.TextField(default="", blank=True, db_default="")
    invited = models.TextField(default="", blank=True, db_default="")
    sequence = models.PositiveIntegerField(default=0)
    told = models.IntegerField(default=-1)
    # Of a conversation that is a test or spam: it blocks nobody's time, and no letter is sent.
    is_test = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True)
    booked_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=clock.DatabaseNow())
    updated_at = models.DateTimeField(db_default=clock.DatabaseNow())

    class Meta(AccountModel.Meta):
        constraints = [
            ExclusionConstraint(
                name="meeting_once_at_a_time",
                expressions=[
                    (F("member"), RangeOperators.EQUAL),
                    (Span("blocked_from", "blocked_until"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=list(BLOCKING), is_test=False),
            ),
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(state="reserved"), name="meeting_reserved_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(STATES)), name="meeting_state_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    blocked_from__lte=F("starts_at"), starts_at__lt=F("ends_at"),
                    blocked_until__gte=F("ends_at"),
                ),
                name="meeting_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state="reserved", expires_at__isnull=False)
                | (~Q(state="reserved") & Q(booked_at__isnull=False, expires_at=None)),
                name="meeting_whole",
            ),
            models.CheckConstraint(
                condition=Q(attendance=None) | Q(state="booked"), name="meeting_attended"
            ),
            AccountForeignKey(field="member", to="accounts.Member", name="meeting_member"),
            AccountForeignKey(field="former", to="accounts.Member", name="meeting_former"),
            AccountForeignKey(
                field="conversation", to="conversations.Conversation", name="meeting_conversation"
            ),
            AccountForeignKey(field="lead", to="leads.Lead", name="meeting_lead"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["account", "starts_at", "public_id"], name="meeting_starts"),
            models.Index(
                fields=["account", "lead"], condition=Q(lead__isnull=False), name="meeting_of_lead"
            ),
            models.Index(fields=["conversation"], name="meeting_of_conversation"),
            # What a member who is removed has before them.
            models.Index(
                fields=["account", "member", "starts_at"],
                condition=Q(state="booked"),
                name="meeting_of_member",
            ),
            # What a reservation that is over leaves for the sweep.
            models.Index(
                fields=["expires_at"], condition=Q(state="reserved"), name="meeting_expires"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def guest_email(self) -> str:
        """Where its visitor is told: at the lead's address, without one where they were invited."""
        return (self.lead.email if self.lead else "") or self.invited

    @property
    def left_email(self) -> str:
        """Where they were invited and are told no more, since the lead has another address now."""
        same = self.invited.lower() == self.guest_email.lower()
        return "" if same else self.invited
