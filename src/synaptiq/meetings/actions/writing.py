"""What every change of a meeting shares: columns of a meeting as it was, and overlaps."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import IntegrityError

from synaptiq.kit import clock
from synaptiq.kit.database import cause
from synaptiq.meetings.models import Meeting


def write(meeting: Meeting, **changed: Any) -> bool:
    """Change a meeting; whether it was still there, in the state in which it was read."""
    as_it_was = Meeting.objects.filter(pk=meeting.pk, state=meeting.state)
    if not as_it_was.update(**changed, updated_at=clock.DatabaseNow()):
        return False
    for name, value in changed.items():
        setattr(meeting, name, value)
    return True


def is_overlap(error: IntegrityError) -> bool:
    """Whether the database says that the member has another meeting then."""
    return isinstance(cause(error), psycopg.errors.ExclusionViolation)
