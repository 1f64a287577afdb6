"""The mails about a meeting, to its visitor and to its member, each with the iCalendar file.

Written by a job, from the meeting as it is then: of several changes that followed each other
quickly only the last is told. They go through Django's email backend, so out by a job of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.charset import QP, Charset
from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from synaptiq.accounts.mail import tells_of
from synaptiq.accounts.models import Member
from synaptiq.accounts.smtp import ONCE
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import linking, naming
from synaptiq.kit import languages
from synaptiq.kit.languages import Language
from synaptiq.kit.text import one_line
from synaptiq.meetings import calendars, inviting, queries, wording
from synaptiq.meetings.models import Meeting
from synaptiq.meetings.queries import called

# What happened: the subject and the first line, of its visitor and of its member.
_VISITOR: dict[str, tuple[str, str]] = {
    "booked": ("Your meeting with {with_}: {when}", "your meeting with {with_} is booked."),
    "moved": ("Your meeting was moved: {when}", "your meeting with {with_} has another time."),
    "handed_over": (
        "Your meeting has another host: {when}", "your meeting is with {with_} now."
    ),
    "cancelled": (
        "Your meeting was cancelled: {when}", "your meeting with {with_} was cancelled. It was:"
    ),
}  # fmt: skip
_MEMBER: dict[str, tuple[str, str]] = {
    "booked": ("Meeting booked: {when}", "{with_} has booked a meeting with you."),
    "moved": ("Meeting moved: {when}", "your meeting with {with_} has another time."),
    "handed_over": ("Meeting handed to you: {when}", "you have the meeting with {with_} now."),
    "cancelled": (
        "Meeting cancelled: {when}", "your meeting with {with_} was cancelled. It was:"
    ),
}  # fmt: skip


_TO_CHANGE, _TO_SEE = "To move or cancel it, open", "To see who it is, open"
_FORMER = ("Meeting handed on: {when}", "somebody else has your meeting with {with_} now. It was:")
# To the address at which the visitor was invited, where the lead has another one by now.
_LEFT = (
    "Your meeting is told elsewhere: {when}",
    "letters about your meeting with {with_} go to another email address from now on, and the "
    "meeting leaves the calendar of this one. It is on:",
)
# Not every server takes eight bits, and what arrives broken in the file is broken in a calendar.
_SEVEN_BIT = Charset("utf-8")
_SEVEN_BIT.body_encoding = QP


@dataclass(frozen=True)
class _Reader:
    """Who gets a letter, how they read a moment, whom they meet and where they look at it."""

    email: str
    name: str
    zone: str
    language: Language
    with_: str
    link: str
    says: str
    reply_to: str


def write(meeting_pk: int, sequence: int) -> None:
    """Tell both sides how a meeting stands, unless it was told, or changed since: then the job of
    that change tells."""
    found = Meeting.across_accounts.filter(pk=meeting_pk).first()
    if found is None:
        return
    with acting_for(found.account_id), transaction.atomic():
        untold = Meeting.objects.filter(pk=meeting_pk, sequence=sequence, told__lt=sequence)
        told = untold.select_for_update().values_list("told", flat=True).first()
        meeting = queries.get(found.public_id)
        # With what was erased goes the address; only the cancelling itself is told there.
        invited = "" if meeting.conversation.erased_at else meeting.guest_email
        if told is not None and untold.update(told=sequence, former=None, invited=invited):
            # Of what they were never told nothing was moved or cancelled.
            is_news = told < 0
            if not (is_news and meeting.state == "cancelled"):
                _tell(meeting, "booked" if is_news else what_happened(meeting))


def _tell(meeting: Meeting, happened: str) -> None:
    if guest := _visitor(meeting, meeting.guest_email):
        # Who reads of it for the first time reads that it is booked, whatever came before.
        is_new = meeting.state == "booked" and (not meeting.invited or bool(meeting.left_email))
        _send(meeting, guest, *_VISITOR["booked" if is_new else happened])
    if before := _visitor(meeting, meeting.left_email):
        said = _LEFT if meeting.state == "booked" else _VISITOR[happened]
        _send(meeting, before, *said, left=before.email)
    if host := _host(meeting, meeting.member):
        _send(meeting, host, *_MEMBER[happened])
    if meeting.former and (former := _host(meeting, meeting.former)):
        _send(meeting, former, *_FORMER, former=meeting.former)


def what_happened(meeting: Meeting) -> str:
    if meeting.state == "cancelled":
        return "cancelled"
    if meeting.former_id is not None:
        return "handed_over"
    return "moved" if meeting.sequence else "booked"


def _visitor(meeting: Meeting, email: str) -> _Reader | None:
    if not email:
        return None
    language = languages.chosen("", meeting.conversation.language or "")
    return _Reader(
        email, _first_name(meeting), meeting.zone, language,
        f"{called(meeting.member)} of {one_line(meeting.account.name)}",
        linking.address_of(meeting.public_id), _TO_CHANGE,
        meeting.member.user.email,
    )  # fmt: skip


def _first_name(meeting: Meeting) -> str:
    return naming.first_name(meeting.lead.name) if meeting.lead else ""


def _sender(meeting: Meeting) -> str:
    """What a visitor reads as the sender: the company that they wrote with, at our address."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return str(Address(one_line(meeting.account.name), addr_spec=address))


def _host(meeting: Meeting, member: Member) -> _Reader | None:
    user = member.user
    if not member.is_living:
        return None
    zone = calendars.zone_of(queries.calendar_of(member))
    lead = meeting.lead
    name = naming.clean_name(lead.name or "") if lead else ""
    return _Reader(
        user.email, naming.first_name(user.name), zone, languages.chosen(user.language),
        name or "A visitor",
        f"{settings.PUBLIC_URL}/admin/meetings/{meeting.public_id}", _TO_SEE,
        meeting.guest_email,
    )  # fmt: skip


def _send(
    meeting: Meeting, reader: _Reader, subject: str, first: str, *, former: Member | None = None,
    left: str = "",
) -> None:  # fmt: skip
    """Write to one of them; to a former host, and at an address of before, the meeting is one that
    was cancelled."""
    when = wording.span(meeting, reader.zone, reader.language)
    short = wording.start(meeting.starts_at, reader.zone, reader.language)
    # At an address of before somebody else may read.
    hello = f"Hello {reader.name}," if reader.name and not left else "Hello,"
    lines = [hello, "", first.format(with_=reader.with_), "", when]
    is_on = meeting.state == "booked" and not former and not left
    if meeting.place and is_on:
        lines.append(f"Where: {meeting.place}")
    if meeting.note and reader.says == _TO_CHANGE and (is_on or meeting.state == "cancelled"):
        lines += ["", f"{one_line(meeting.account.name)} says: {meeting.note}"]
    if is_on or reader.says == _TO_SEE:
        lines += ["", f"{reader.says}:", reader.link]
    lines += ["", "The attached file brings your calendar up to date.", ""]
    method = "CANCEL" if former or left else inviting.method_of(meeting)
    link = "" if left else reader.link
    file = inviting.file(meeting, link=link, former=former, left=left)
    mail = EmailMultiAlternatives(
        subject.format(with_=reader.with_, when=short), "\n".join(lines),
        _sender(meeting) if reader.says == _TO_CHANGE else None, [reader.email],
        reply_to=[reader.reply_to] if reader.reply_to else None,
    )  # fmt: skip
    mail.encoding = _SEVEN_BIT
    mail.attach_alternative(file.decode(), f"text/calendar; method={method}")
    mail.attach(inviting.FILE_NAME, file, "application/ics")
    # Of who has all erased the other side still hears that they do not come.
    talk = meeting.conversation
    tells_of(mail, ONCE if talk.erased_at else talk.public_id)
    mail.send()
