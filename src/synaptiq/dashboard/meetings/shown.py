"""Meetings as pages show them: in which words, on whose clocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from synaptiq.kit import clock
from synaptiq.kit.languages import Language
from synaptiq.kit.localtime import is_timezone
from synaptiq.meetings.models import Meeting
from synaptiq.meetings.queries import Offering
from synaptiq.meetings.values import said


@dataclass(frozen=True)
class Row:
    """A meeting in a zone: `day` and `time` of it, who comes, and how it stands."""

    meeting: Meeting
    zone: str
    language: Language
    # The zone of the reader's own calendar, if it is their meeting.
    own_zone: str = ""

    @property
    def day(self) -> str:
        return self._in_zone(self.meeting.starts_at).strftime(self.language.weekday_of_year)

    @property
    def time(self) -> str:
        """`09:00 to 09:30`."""
        first, last = self._in_zone(self.meeting.starts_at), self._in_zone(self.meeting.ends_at)
        return f"{first.strftime(self.language.time)} to {last.strftime(self.language.time)}"

    @property
    def for_visitor(self) -> str:
        """When it is on the visitor's clocks."""
        zone = self.meeting.zone
        return self._elsewhere(zone if is_timezone(zone) else "UTC")

    @property
    def for_host(self) -> str:
        """When it is on the clocks of the reader's own calendar, where those differ."""
        if self.own_zone in ("", self.zone):
            return ""
        return self._elsewhere(self.own_zone)

    def _elsewhere(self, zone: str) -> str:
        """`15:30 to 16:00 (Europe/Berlin)`, with the day where it is another one."""
        there = Row(self.meeting, zone, self.language)
        day = "" if there.day == self.day else f"{there.day}, "
        return f"{day}{there.time} ({zone})"

    @property
    def brief(self) -> str:
        """`16 Mar 2026, 09:00`, where there is little room."""
        language = self.language
        first = self._in_zone(self.meeting.starts_at)
        return first.strftime(f"{language.day_of_year}, {language.time}")

    @property
    def who(self) -> str:
        """The lead's name, else how they are reached; of one that was deleted nothing."""
        lead = self.meeting.lead
        if lead is None or lead.deleted_at is not None:
            return ""
        return lead.name or lead.email or lead.phone or lead.public_id

    @property
    def has_lead(self) -> bool:
        return bool(self.who)

    @property
    def label(self) -> str:
        """Who comes to whom."""
        return f"{self.who or 'A deleted lead'} with {self.with_}"

    @property
    def with_(self) -> str:
        return self.meeting.member.user.called

    @property
    def told(self) -> str:
        """Whom a change of it is told."""
        meeting = self.meeting
        if meeting.is_test:
            return "No mail is sent of a test, or of spam."
        if not meeting.guest_email:
            return "The visitor left no email address, so they have to be told otherwise."
        if meeting.member.removed_at:
            return "The visitor is told by email."
        return "Both sides are told by email."

    @property
    def room(self) -> str:
        """The address at which it takes place, where the place is one and nothing else."""
        place = self.meeting.place.strip()
        return place if re.fullmatch(r"https?://[^\s<>\"']+", place) else ""

    @property
    def is_hostless(self) -> bool:
        """Whether it is to come, and whose it was has left."""
        meeting = self.meeting
        return (
            meeting.state == "booked" and not self.is_over and meeting.member.removed_at is not None
        )

    @property
    def is_over(self) -> bool:
        return self.meeting.ends_at <= clock.now()

    @property
    def has_begun(self) -> bool:
        return self.meeting.starts_at <= clock.now()

    @property
    def state(self) -> tuple[str, str]:
        """Words and tone of how it stands."""
        if self.meeting.state == "cancelled":
            return "Cancelled", ""
        if self.meeting.attendance:
            return {"held": ("Held", "good"), "no_show": ("No-show", "warn")}[
                self.meeting.attendance
            ]
        if self.is_over:
            return "Not marked", "warn"
        return ("Now", "info") if self.has_begun else ("Booked", "info")

    def _in_zone(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone))


@dataclass(frozen=True)
class Day:
    """A day with its free starts: what a form sends, and what is read."""

    words: str
    starts: list[tuple[str, str]]


def days(found: Offering | None, zone: str, language: Language) -> list[Day]:
    """The free times of an offering on the clocks of that zone."""
    if found is None:
        return []
    local = ZoneInfo(zone)
    return [
        Day(
            day.strftime(language.weekday_of_year),
            [(said(one), one.astimezone(local).strftime(language.time)) for one in starts],
        )
        for day, starts in found.days(zone)
    ]
