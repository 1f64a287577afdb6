"""A meeting gets another host: its time stays, both hosts and the visitor are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from synaptiq.accounts import audit
from synaptiq.accounts import queries as accounts
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member
from synaptiq.accounts.roles import Permission
from synaptiq.conversations import log
from synaptiq.conversations.models import MEETING_HANDED_OVER
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.leads import actions as leads
from synaptiq.meetings import queries, telling, values
from synaptiq.meetings.actions.booking import hold_calendar
from synaptiq.meetings.actions.changing import by_member, check_open
from synaptiq.meetings.actions.writing import is_overlap, write
from synaptiq.meetings.models import Meeting


class HostBusy(Conflict):
    """Whoever shall have the meeting has another one at that time."""

    status, code, title = 409, "host_busy", "The new host has another meeting then"

    def __init__(self, host: Member) -> None:
        super().__init__(
            f"{host.user.called} has another meeting at that time. Choose somebody else.",
            param="member",
        )


def hand_over(actor: Actor, meeting_id: str, member_id: Any, *, note: Any = "") -> Meeting:
    """Give a meeting to another member, outside of their working hours too; `note` is what the
    visitor reads with it. Raises Invalid, HostBusy, and Conflict where it is over."""
    said = values.checked_note(note)
    with by_member(actor, "meeting.handed_over", meeting_id) as held:
        host = check_host(member_id)
        check_open(held)
        if held.member_id != host.pk:
            _give(held, host, said)
            log.append(held.conversation, [telling.entry(MEETING_HANDED_OVER, held)])
            if held.lead and not held.is_test:
                leads.touch_lead(held.lead)
            telling.tell_host(held, but=actor.member)
            telling.defer(held)
            detail = {"member": host.public_id}
            audit.record(actor, "meeting.handed_over", target=held.public_id, detail=detail)
    return held


def check_host(member_id: Any) -> Member:
    """The member of this public id, who may have meetings. Raises Invalid."""
    able = accounts.members_who(Permission.CONVERSE).select_related("user")
    found = able.filter(public_id=member_id).first() if isinstance(member_id, str) else None
    if found is None:
        raise Invalid({"member": "Choose who shall have this meeting."})
    return found


def _give(held: Meeting, host: Member, note: str) -> None:
    """The columns of it. Working hours do not bind whoever hands it over; another meeting does."""
    calendar = queries.calendar_of(host)
    if calendar.pk:
        calendar = hold_calendar(calendar)
    # Whom no letter has named as the host, none has to unname.
    before = held.former or (held.member if held.told >= 0 else None)
    try:
        with transaction.atomic():
            write(
                held, member=host, former=None if before == host else before,
                place=calendar.place, note=note, sequence=held.sequence + 1,
                blocked_from=held.starts_at - timedelta(minutes=calendar.buffer_before),
                blocked_until=held.ends_at + timedelta(minutes=calendar.buffer_after),
            )  # fmt: skip
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise HostBusy(host) from None
