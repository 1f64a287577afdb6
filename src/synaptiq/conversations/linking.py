"""The address at which a visitor moves or cancels a meeting: whoever has it may, so that only we
can make one. It stands here since the visitor's stream shows it, below the meetings themselves.

Made anew wherever it is shown, and kept nowhere: the log and its exports do not open a door.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing

from synaptiq.kit import ids

PREFIX = "mtg"


def token_of(meeting_id: str) -> str:
    """The token of a meeting (public id), the same each time."""
    return _signer().sign(meeting_id)


def meeting_of(token: str) -> str | None:
    """The meeting that we made this token for."""
    try:
        found = _signer().unsign(token)
    except signing.BadSignature:
        return None
    return found if ids.is_id(PREFIX, found) else None


def address_of(meeting_id: str) -> str:
    """The page of a meeting for its visitor."""
    return f"{settings.PUBLIC_URL}/m/{token_of(meeting_id)}"


def file_of(meeting_id: str) -> str:
    """The same meeting as an iCalendar file."""
    return f"{address_of(meeting_id)}/meeting.ics"


def _signer() -> signing.Signer:
    return signing.Signer(sep=".", salt="synaptiq.meeting")
