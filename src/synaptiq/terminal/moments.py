"""When the demo's visitors write: by day, on weekdays, and more of them lately."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# How many of a hundred write in which hour of the account's day, from midnight on.
_HOURS = (1, 1, 0, 0, 0, 1, 1, 3, 6, 9, 11, 9, 6, 8, 10, 9, 7, 5, 3, 3, 3, 2, 1, 1)
_WEEKEND = 0.25


def pick(now: datetime, days: int, zone: ZoneInfo, dice: random.Random) -> datetime:
    """When somebody may well write: at most `days` ago, at least two hours, in UTC."""
    while True:
        day = now.astimezone(zone) - timedelta(days=days * dice.random() ** 1.6)
        (hour,) = dice.choices(range(24), _HOURS)
        at = day.replace(
            hour=hour, minute=dice.randrange(60), second=dice.randrange(60), microsecond=0
        )
        if at.weekday() >= 5 and dice.random() > _WEEKEND:
            continue
        if at < now - timedelta(hours=2):
            return at.astimezone(UTC)
