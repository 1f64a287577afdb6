"""Where a card of free times opens: at what its visitor has said of the time.

Asked with the times, since only then it is known on which clocks the visitor reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent.core import wished
from synaptiq.agent.core.wished import Found
from synaptiq.conversations.models import MESSAGE, Event
from synaptiq.kit import clock

# So many cards that followed each other are gone through: "Tuesday", "later", "at 4".
MOST_CARDS = 10


def suggested(
    account_id: int, conversation_pk: int, starts: Sequence[datetime], zone: str
) -> Found | None:
    """The start that is meant, or next to it; None where nothing was said of a time."""
    with acting_for(account_id):
        asked = _asked(conversation_pk)
    return wished.find(asked, starts, zone, clock.now())


def _asked(conversation_pk: int) -> list[str]:
    """What was said of the time with each card since the last that was offered without."""
    rows = Event.objects.filter(conversation=conversation_pk, type=MESSAGE, data__has_key="slots")
    found: list[str] = []
    for data in rows.order_by("-seq").values_list("data", flat=True)[:MOST_CARDS]:
        if not (words := data["slots"].get("asked")):
            break
        found.insert(0, str(words))
    return found
