"""The mails about a meeting, read back with the library as a calendar reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import LazySettings
from icalendar import Calendar as Parsed

from synaptiq.accounts import smtp
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Mail, Member
from synaptiq.conversations import linking
from synaptiq.conversations.models import Conversation
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from synaptiq.meetings import actions, inviting, letters, queries
from synaptiq.meetings.models import Meeting
from synaptiq.meetings.values import Slot
from tests.mails import text_of
from tests.meetings.making import (
    NINE,
    SUNDAY,
    TEN,
    booked,
    make_calendar,
    make_visitor_with_lead,
    write_letters,
)  # fmt: skip

VISITOR = "jane@visitor.example"


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.freeze(SUNDAY):
        yield


@pytest.fixture
def meeting(member: Callable[..., Member]) -> Meeting:
    priya = member("agent", name="Priya Raman", email="priya@acme.example")
    make_calendar(priya, place="https://video.example/priya")
    return booked(make_visitor_with_lead())


def mails(to: str) -> list[Mail]:
    return list(Mail.objects.filter(to=to).order_by("pk"))


def parts(mail: Mail) -> EmailMessage:
    return message_from_bytes(smtp.unpack(mail), policy=policy.default)  # type: ignore[return-value]


def event_of(mail: Mail) -> tuple[Any, Any]:
    """The calendar and its event, the same in both places of the mail."""
    whole = parts(mail)
    inline = whole.get_body(("calendar",)) or next(
        part for part in whole.walk() if part.get_content_type() == "text/calendar"
    )
    attached = next(part for part in whole.iter_attachments())
    assert attached.get_filename() == "meeting.ics"
    assert attached.get_content().replace(b"\r\n", b"\n") == (
        inline.get_content().replace("\r\n", "\n").encode()
    )
    calendar = Parsed.from_ical(attached.get_content())
    assert inline.get_param("method") == calendar["method"]
    return calendar, calendar.walk("VEVENT")[0]


def test_both_sides_get_a_letter_with_the_file(meeting: Meeting) -> None:
    write_letters()
    (visitors,), (members,) = mails(VISITOR), mails("priya@acme.example")
    assert visitors.subject == (
        "Your meeting with Priya of Acme: Monday 16 March 2026, 09:00 (Europe/Berlin)"
    )
    said = text_of(visitors)
    assert "Monday 16 March 2026, 09:00 to 09:30 (Europe/Berlin)" in said
    assert "Where: https://video.example/priya" in said
    assert linking.address_of(meeting.public_id) in said
    assert parts(visitors)["Reply-To"] == "priya@acme.example"
    assert "Jane Smith has booked a meeting with you." in text_of(members)
    assert f"/admin/meetings/{meeting.public_id}" in text_of(members)
    # Whoever has that link may cancel: it is the visitor's alone.
    assert "/m/" not in text_of(members)
    for mail in (visitors, members):
        calendar, event = event_of(mail)
        assert calendar["method"] == "REQUEST"
        assert event["uid"] == f"{meeting.public_id}@synaptiq"
        assert (event.decoded("dtstart"), event["sequence"]) == (NINE, 0)
        assert event.to_ical().count(b"DTSTART:20260316T080000Z") == 1
        assert event["organizer"] == "mailto:priya@acme.example"
        assert [str(one) for one in event["attendee"]] == [
            "mailto:priya@acme.example", f"mailto:{VISITOR}",
        ]  # fmt: skip
        assert event["summary"] == "Acme: Jane Smith and Priya"


def test_the_sequence_rises_with_each_change(meeting: Meeting, account: Account) -> None:
    write_letters()
    actions.move_for_visitor(account, meeting.public_id, Slot(TEN, "Asia/Kathmandu"))
    write_letters()
    actions.cancel_for_visitor(account, meeting.public_id)
    write_letters()
    found = [event_of(mail) for mail in mails(VISITOR)]
    assert [(calendar["method"], event["sequence"]) for calendar, event in found] == [
        ("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2),
    ]  # fmt: skip
    assert len({event["uid"] for _, event in found}) == 1
    assert found[1][1].decoded("dtstart") == TEN
    assert found[2][1]["status"] == "CANCELLED"
    _, moved, cancelled = mails(VISITOR)
    assert "14:45 to 15:15 (Asia/Kathmandu)" in text_of(moved)
    assert "was cancelled" in text_of(cancelled)
    assert "/m/" not in text_of(cancelled)


def test_each_state_is_told_once_and_only_the_last(meeting: Meeting, account: Account) -> None:
    actions.move_for_visitor(account, meeting.public_id, Slot(TEN, "UTC"))
    # The jobs of both, and both again as after a crash.
    write_letters()
    write_letters()
    assert [event_of(mail)[1]["sequence"] for mail in mails(VISITOR)] == [1]
    letters.write(0, 0)


def test_a_letter_speaks_on_its_readers_clocks(meeting: Meeting, account: Account) -> None:
    meeting.conversation.language = "en-US"
    meeting.conversation.save()
    Meeting.objects.update(zone="America/New_York")
    write_letters()
    assert "Monday, March 16, 2026, 4:00 AM to 4:30 AM (America/New_York)" in text_of(
        mails(VISITOR)[0]
    )
    assert "09:00 to 09:30 (Europe/Berlin)" in text_of(mails("priya@acme.example")[0])


def test_without_an_address_only_the_member_is_told(meeting: Meeting) -> None:
    Lead.objects.update(email=None, phone="+49 30 123")
    write_letters()
    assert [mail.to for mail in Mail.objects.all()] == ["priya@acme.example"]


def test_a_test_sends_nothing(meeting: Meeting) -> None:
    Mail.objects.all().delete()
    trial = make_visitor_with_lead()
    trial.is_test = True
    trial.save()
    booked(trial, TEN)
    Meeting.objects.filter(pk=meeting.pk).update(told=0)
    write_letters()
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    "name", ["Jane\r\nBcc: x@y.example", '"; evil="1', "=?utf-8?q?x?=", "مريم العتيبي", "A" * 300]
)
def test_no_name_breaks_a_letter(meeting: Meeting, name: str) -> None:
    Lead.objects.update(name=name)
    write_letters()
    assert Mail.objects.count() == 2
    for mail in Mail.objects.all():
        whole = parts(mail)
        assert whole["Bcc"] is None
        _, event = event_of(mail)
        assert len(event["attendee"]) == 2
        assert set(event["attendee"][1].params) <= {"CN", "ROLE", "PARTSTAT", "RSVP"}


def test_the_visitors_own_file_holds_their_link(meeting: Meeting) -> None:
    event = Parsed.from_ical(inviting.for_visitor(meeting)).walk("VEVENT")[0]
    assert event["url"] == linking.address_of(meeting.public_id)


NEW = "jane@new.example"


def test_whoever_was_invited_is_told_although_the_lead_has_another_address(
    meeting: Meeting, actor: Callable[..., Actor]
) -> None:
    write_letters()
    Lead.objects.update(email=NEW)
    actions.move(actor("admin"), meeting.public_id, TEN)
    write_letters()
    _, left = mails(VISITOR)
    calendar, event = event_of(left)
    # It goes from the calendar there, and says nothing of the new address.
    assert (calendar["method"], event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 1)
    assert "another email address" in text_of(left)
    for hidden in (NEW, "/m/"):
        assert hidden not in text_of(left)
        assert hidden.encode() not in calendar.to_ical()
    (first,) = mails(NEW)
    assert event_of(first)[0]["method"] == "REQUEST"
    # Nobody told them of another time.
    assert "is booked." in text_of(first)
    actions.cancel(actor("owner"), meeting.public_id)
    write_letters()
    assert (len(mails(VISITOR)), len(mails(NEW))) == (2, 2)


@pytest.mark.parametrize("email", [NEW, None])
def test_cancelling_is_told_where_the_invitation_went(
    meeting: Meeting, actor: Callable[..., Actor], email: str | None
) -> None:
    write_letters()
    Lead.objects.update(email=email, phone="+49 30 123")
    actions.cancel(actor("admin"), meeting.public_id)
    write_letters()
    _, told = mails(VISITOR)
    calendar, event = event_of(told)
    assert calendar["method"] == "CANCEL"
    assert f"mailto:{VISITOR}" in event["attendee"]
    assert "was cancelled. It was:" in text_of(told)
    assert len(mails(NEW)) == bool(email)


def test_with_what_is_erased_goes_the_address(meeting: Meeting, account: Account) -> None:
    write_letters()
    over = booked(make_visitor_with_lead(), TEN)
    write_letters()
    assert {one.invited for one in Meeting.objects.all()} == {VISITOR}
    with clock.freeze(TEN):
        actions.end_for_erased([over.conversation])
    actions.end_for_erased([meeting.conversation])
    meeting.conversation.erased_at = clock.now()
    meeting.conversation.save()
    # The cancelling is still told.
    assert {one.invited for one in Meeting.objects.all()} == {VISITOR, ""}
    write_letters()
    assert {one.invited for one in Meeting.objects.all()} == {""}
    assert "was cancelled" in text_of(mails(VISITOR)[-1])


@pytest.mark.parametrize("erased", ["lead", "conversation"])
def test_the_file_of_a_link_says_nothing_of_who_was_erased(meeting: Meeting, erased: str) -> None:
    if erased == "lead":
        Lead.objects.update(deleted_at=SUNDAY)
    else:
        Conversation.objects.update(erased_at=SUNDAY)
    made = inviting.for_visitor(queries.get(meeting.public_id))
    assert b"Jane" not in made
    assert VISITOR.encode() not in made
    event = Parsed.from_ical(made).walk("VEVENT")[0]
    assert event["summary"] == "Acme: a visitor and Priya"


@pytest.mark.parametrize("name", ["Acme", 'Müller & Söhne, "GmbH"', "株式会社アクメ"])
def test_a_visitor_reads_the_company_as_the_sender_and_their_own_name(
    meeting: Meeting, account: Account, settings: LazySettings, name: str
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Synaptiq <hello@synaptiq.example>"
    account.name = name
    account.save()
    Lead.objects.update(name="Jürgen Groß")
    write_letters()
    (visitors,), (members,) = mails(VISITOR), mails("priya@acme.example")
    sender = parts(visitors)["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == (name, "hello@synaptiq.example")
    assert parts(members)["From"] == "Synaptiq <hello@synaptiq.example>"
    assert text_of(visitors).startswith("Hello Jürgen,\n")
    assert text_of(members).startswith("Hello Priya,\n")
    for mail in (visitors, members):
        # Whatever a server on the way can take.
        assert smtp.unpack(mail).isascii()
        assert "Jürgen Groß" in str(event_of(mail)[1]["summary"])
