"""What becomes of a meeting after it was booked: moved, cancelled, held or not.

By members, and by its visitor through the link. Each writes the conversation's log, the lead and
the letters' job together, and may come twice: what is so already changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from synaptiq.accounts import actors, audit
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import handover, log
from synaptiq.conversations.models import Conversation
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead
from synaptiq.meetings import queries, telling, values
from synaptiq.meetings.actions import bounds
from synaptiq.meetings.actions.booking import SlotTaken, hold_calendar, put
from synaptiq.meetings.actions.writing import write
from synaptiq.meetings.models import ATTENDANCE, Meeting
from synaptiq.meetings.values import Slot

IS_CANCELLED = "This meeting was cancelled."
HAS_BEGUN = "This meeting has begun. Say afterwards whether it took place."
NOT_BEGUN = "This meeting has not begun yet."


def move(actor: Actor, meeting_id: str, starts_at: datetime) -> Meeting:
    """Give a meeting another time, and tell both sides. Raises SlotTaken, Conflict."""
    with by_member(actor, "meeting.moved", meeting_id) as held:
        # The visitor goes on reading it in their zone.
        if _move(held, Slot(starts_at, held.zone)):
            audit.record(actor, "meeting.moved", target=held.public_id)
    return held


def move_for_visitor(account: Account, meeting_id: str, slot: Slot) -> Meeting:
    """The same by the visitor, who has the link."""
    with _held(account, meeting_id) as held:
        bounds.check_moves(held)
        if _move(held, slot, by="visitor"):
            _record(account, "meeting.moved", held)
            telling.tell_member(held, "moved")
    return held


def cancel(actor: Actor, meeting_id: str, *, note: Any = "") -> Meeting:
    """Cancel a meeting, and tell both sides; `note` is what the visitor reads of why. Raises
    Conflict where it has begun, Invalid."""
    said = values.checked_note(note)
    with by_member(actor, "meeting.cancelled", meeting_id) as held:
        if _cancel(held, "person", note=said):
            audit.record(actor, "meeting.cancelled", target=held.public_id)
    return held


def cancel_for_visitor(account: Account, meeting_id: str) -> Meeting:
    """The same by the visitor, who has the link."""
    with _held(account, meeting_id) as held:
        if _cancel(held, "visitor"):
            _record(account, "meeting.cancelled", held)
            telling.tell_member(held, "cancelled")
    return held


def end_for_erased(conversations: Sequence[Conversation]) -> None:
    """Cancel what is still to come of a visitor who has all erased, and let go what was kept for
    them; both sides are told. In the caller's transaction, which holds conversations and leads."""
    of_visitor = Meeting.objects.filter(conversation__in=[one.pk for one in conversations])
    of_visitor.filter(state="reserved").delete()
    booked = of_visitor.filter(state="booked", starts_at__gt=clock.now())
    for public_id in booked.order_by("pk").values_list("public_id", flat=True):
        _cancel(queries.get(public_id), "visitor")
    # Where a letter is still to be written, that forgets the address.
    of_visitor.filter(told__gte=F("sequence")).exclude(invited="").update(invited="")


def mark(actor: Actor, meeting_id: str, attendance: Any) -> Meeting:
    """Say whether it took place: "held", "no_show", or None for not known. Raises Conflict where it
    has not begun or was cancelled."""
    if attendance is not None and attendance not in ATTENDANCE:
        raise Invalid({"attendance": "is neither held nor no_show."})
    with by_member(actor, "meeting.marked", meeting_id) as held:
        if held.state == "cancelled":
            raise Conflict(IS_CANCELLED)
        if held.starts_at > clock.now():
            raise Conflict(NOT_BEGUN)
        if held.attendance != attendance:
            write(held, attendance=attendance)
            if held.lead and not held.is_test:
                leads.note_held(actor, held.lead, held.starts_at, _held_first(held.lead))
            detail = {"attendance": attendance}
            audit.record(actor, "meeting.marked", target=held.public_id, detail=detail)
    return held


@contextmanager
def by_member(actor: Actor, action: str, meeting_id: str) -> Iterator[Meeting]:
    """A meeting that a member changes: one transaction, with conversation, lead and meeting locked
    in this order."""
    with audit.denials(actor, action, target=meeting_id[:80]):
        actor.check(Permission.CONVERSE)
        with _held(actor.account, meeting_id) as held:
            yield held


@contextmanager
def _held(account: Account, meeting_id: str) -> Iterator[Meeting]:
    """One transaction, with conversation, lead and meeting locked in this order."""
    with acting_for(account.pk), transaction.atomic():
        found = queries.get(meeting_id)
        handover.hold_by_key(found.conversation_id)
        # Whoever merges leads moves their meetings.
        while True:
            lead_id = found.lead_id
            if lead_id is not None:
                Lead.objects.select_for_update(of=("self",)).get(pk=lead_id)
            found = queries.get(meeting_id)
            if found.lead_id == lead_id:
                break
        Meeting.objects.select_for_update(of=("self",)).get(pk=found.pk)
        yield queries.get(meeting_id)


def _move(held: Meeting, slot: Slot, **about: str) -> bool:
    """Whether it was elsewhere before."""
    check_open(held)
    if held.starts_at == slot.starts_at:
        return False
    calendar = queries.own_calendar(held)
    if calendar is None or not put(held, hold_calendar(calendar), slot.starts_at, zone=slot.zone):
        raise SlotTaken
    log.append(held.conversation, [telling.entry("meeting_rescheduled", held, **about)])
    return True


def _cancel(held: Meeting, by: str, *, note: str = "") -> bool:
    """Whether it was not cancelled before."""
    if held.state == "cancelled":
        return False
    check_open(held)
    write(held, state="cancelled", cancelled_at=clock.now(), sequence=held.sequence + 1, note=note)
    conversation: Conversation = held.conversation
    log.append(
        conversation, [telling.entry("meeting_cancelled", held, by=by)],
        {"meeting_booked": queries.is_booked(conversation.pk)},
    )  # fmt: skip
    if held.lead and not held.is_test:
        others = Meeting.objects.filter(lead=held.lead, state="booked", is_test=False)
        leads.unbook_lead(actors.of_system(held.account), held.lead, is_booked=others.exists())
    telling.defer(held)
    return True


def check_open(held: Meeting) -> None:
    """Raise Conflict where nothing is to be changed any more: what is marked as held took place."""
    if held.state == "cancelled":
        raise Conflict(IS_CANCELLED)
    if held.starts_at <= clock.now():
        raise Conflict(HAS_BEGUN)


def _held_first(lead: Lead) -> datetime | None:
    """When the first meeting of a lead took place."""
    rows = Meeting.objects.filter(lead=lead, attendance="held", is_test=False)
    return rows.order_by("starts_at").values_list("starts_at", flat=True).first()


def _record(account: Account, action: str, held: Meeting) -> None:
    # A visitor is no actor of the account.
    actor = actors.of_system(account)
    audit.record(actor, action, target=held.public_id, detail={"by": "visitor"})
