"""How a moment of a meeting is written, always with the zone whose clocks it is read on."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from synaptiq.kit.languages import DEFAULT, Language
from synaptiq.meetings.models import Meeting


def start(at: datetime, zone: str, language: Language = DEFAULT) -> str:
    """`Thursday 19 March 2026, 14:30 (Europe/Berlin)`."""
    return f"{at.astimezone(ZoneInfo(zone)).strftime(_long(language))} ({zone})"


def span(meeting: Meeting, zone: str, language: Language = DEFAULT) -> str:
    """`Thursday 19 March 2026, 14:30 to 15:00 (Europe/Berlin)`."""
    begin, end = (at.astimezone(ZoneInfo(zone)) for at in (meeting.starts_at, meeting.ends_at))
    return f"{begin.strftime(_long(language))} to {end.strftime(language.time)} ({zone})"


def _long(language: Language) -> str:
    return f"{language.weekday_of_year}, {language.time}"
