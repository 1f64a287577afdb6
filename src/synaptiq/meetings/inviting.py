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


def title(meeting: Meeting) -> str:
    """What both sides read in their calendar."""
    guest = naming.clean_name(meeting.lead.name or "") if meeting.lead else ""
    account = one_line(meeting.account.name)
    return f"{account}: {guest or 'a visitor'} and {called(meeting.member)}"


def file(meeting: Meeting, *, link: str = "", former: Member | None = None) -> bytes:
    """The file as its mail carries it. `link` leads whoever gets it to the meeting; for a visitor
    it is the one that only they have. `former` is the host of before who gets it: in their calendar
    the meeting is cancelled."""
    host, is_off = former or meeting.member, bool(former) or meeting.state == "cancelled"
    event = Event()
    # Without the name of our host, which may change: the next letter is about the same meeting.
    event.add("uid", f"{meeting.public_id}@synaptiq")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", clock.now().replace(microsecond=0))
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", title(meeting))
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    if meeting.place:
        event.add("location", meeting.place)
    if link:
        event.add("description", f"To move or cancel it: {link}")
        event.add("url", link)
    event.add("organizer", _address(host.user.email, called(host)), encode=False)
    # Both are known to come: the visitor chose the time, and the member's calendar offered it.
    for email, name in _attendees(meeting, host):
        attendee = _address(email, name)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("ACCEPTED")
        attendee.params["RSVP"] = vText("FALSE")
        event.add("attendee", attendee, encode=False)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if former else method_of(meeting))
    calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made


def for_visitor(meeting: Meeting) -> bytes:
    """The file that the visitor's own page gives."""
    return file(meeting, link=linking.address_of(meeting.public_id))


def _attendees(meeting: Meeting, host: Member) -> list[tuple[str, str]]:
    """Email and name."""
    found = [(host.user.email, called(host))]
    if meeting.lead and meeting.lead.email:
        found.append((meeting.lead.email, naming.clean_name(meeting.lead.name or "")))
    return found


def _address(email: str, name: str) -> vCalAddress:
    made = vCalAddress(f"mailto:{email}")
    # Quotes and what is like them may not stand in a parameter.
    if shown := name.replace('"', "").replace("^", ""):
        made.params["CN"] = vText(shown)
    return made
