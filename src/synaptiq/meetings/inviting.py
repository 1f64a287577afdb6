"""A meeting as an iCalendar file (RFC 5545, sent as RFC 5546 has it).

Moments are in UTC, which every calendar shows on its owner's clocks, so no zone's rules have to
travel. The member is the organizer: whoever declines in their calendar writes to them.
"""

from __future__ import annotations

from icalendar import Calendar, Event, vCalAddress, vText

from synaptiq.accounts.models import Member
from synaptiq.conversations import linking, naming
from synaptiq.kit import clock
from synaptiq.kit.text import one_line
from synaptiq.meetings.models import Meeting
from synaptiq.meetings.queries import called

FILE_NAME = "meeting.ics"
PRODUCT = "-//Synaptiq//Meetings//EN"


def method_of(meeting: Meeting) -> str:
    return "CANCEL" if meeting.state == "cancelled" else "REQUEST"


def title(meeting: Meeting, *, is_nameless: bool = False) -> str:
    """What both sides read in their calendar."""
    lead = None if is_nameless else meeting.lead
    guest = naming.clean_name(lead.name or "") if lead else ""
    account = one_line(meeting.account.name)
    return f"{account}: {guest or 'a visitor'} and {called(meeting.member)}"


def file(
    meeting: Meeting, *, link: str = "", former: Member | None = None, left: str = "",
    is_nameless: bool = False,
) -> bytes:  # fmt: skip
    """The file as its mail carries it. `link` leads whoever gets it to the meeting; for a visitor
    it is the one that only they have. `former` is the host of before who gets it, `left` the
    visitor's address of before: in the calendar there the meeting is cancelled. `is_nameless`
    leaves out who comes."""
    host = former or meeting.member
    method = "CANCEL" if former or left else method_of(meeting)
    event = Event()
    # Without the name of our host, which may change: the next letter is about the same meeting.
    event.add("uid", f"{meeting.public_id}@synaptiq")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", clock.now().replace(microsecond=0))
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", title(meeting, is_nameless=is_nameless))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    if meeting.place:
        event.add("location", meeting.place)
    if link:
        event.add("description", f"To move or cancel it: {link}")
        event.add("url", link)
    event.add("organizer", _address(host.user.email, called(host)), encode=False)
    # Both are known to come: the visitor chose the time, and the member's calendar offered it.
    guest = "" if is_nameless else left or meeting.guest_email
    for email, name in _attendees(meeting, host, guest):
        attendee = _address(email, name)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("ACCEPTED")
        attendee.params["RSVP"] = vText("FALSE")
        event.add("attendee", attendee, encode=False)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made


def for_visitor(meeting: Meeting) -> bytes:
    """The file that the visitor's own page gives. Of somebody who was erased or deleted it says
    nothing: the link goes on without them."""
    lead = meeting.lead
    is_gone = lead is None or lead.deleted_at is not None
    is_nameless = is_gone or meeting.conversation.erased_at is not None
    return file(meeting, link=linking.address_of(meeting.public_id), is_nameless=is_nameless)


def _attendees(meeting: Meeting, host: Member, guest: str) -> list[tuple[str, str]]:
    """Email and name; `guest` is the visitor's address."""
    found = [(host.user.email, called(host))]
    if guest:
        name = (meeting.lead.name or "") if meeting.lead else ""
        found.append((guest, naming.clean_name(name)))
    return found


def _address(email: str, name: str) -> vCalAddress:
    made = vCalAddress(f"mailto:{email}")
    # Quotes and what is like them may not stand in a parameter.
    if shown := name.replace('"', "").replace("^", ""):
        made.params["CN"] = vText(shown)
    return made
