"""How a meeting is told: in a conversation's log, to the visitor's browser, and to the job that
writes the letters."""

from __future__ import annotations

from typing import Any

from synaptiq.accounts.actions import notify
from synaptiq.accounts.models import Member
from synaptiq.accounts.notices import NoticeKind
from synaptiq.conversations.log import Entry
from synaptiq.meetings.models import Meeting
from synaptiq.meetings.queries import called
from synaptiq.meetings.values import said


def entry(type: str, meeting: Meeting, **about: Any) -> Entry:
    """What the log gets: meeting_booked, meeting_rescheduled, meeting_cancelled, or
    meeting_handed_over, which is not exported. What is exported of the others is named in
    `exports/datasets/conversations.py`."""
    data = {
        "starts_at": said(meeting.starts_at), "zone": meeting.zone,
        "member": called(meeting.member), "meeting": card(meeting),
    }  # fmt: skip
    return Entry(type, data=data | about)


def card(meeting: Meeting) -> dict[str, Any]:
    """What a message shows of it; the visitor's stream adds the links."""
    return {
        "id": meeting.public_id, "state": meeting.state, "starts_at": said(meeting.starts_at),
        "ends_at": said(meeting.ends_at), "zone": meeting.zone, "name": called(meeting.member),
        "email": (meeting.lead.email or "") if meeting.lead else "",
    }  # fmt: skip


def tell_member(meeting: Meeting, did: str) -> None:
    """A line under the bell of whose meeting it is: what its visitor did, such as "booked"."""
    if meeting.member.is_living:
        _notify(meeting, f"{did} a meeting with you")


def tell_host(meeting: Meeting, *, but: Member | None) -> None:
    """The same of who has a meeting from now on, unless they took it themselves."""
    if meeting.member != but:
        _notify(meeting, "has a meeting that was handed to you")


def _notify(meeting: Meeting, text: str) -> None:
    if meeting.is_test:
        return
    if meeting.lead is None:
        notify(meeting.member, NoticeKind.MEETING, f"A visitor {text}", meeting.public_id)
    else:
        notify(meeting.member, NoticeKind.MEETING, text, meeting.lead.public_id)


def defer(meeting: Meeting) -> None:
    """Have the letters written once this is committed; of a test none."""
    from synaptiq.meetings import tasks

    if not meeting.is_test:
        tasks.write_letters.defer(meeting_pk=meeting.pk, sequence=meeting.sequence)
