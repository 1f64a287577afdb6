"""What pages that are open are told of leads: that one changed by hand, and never what.

    l12 a3     lead 12 of account 3 (integer keys, which leave no process)
    many a3    more of them than are worth naming

What the agent writes of a lead comes with its conversation's log, which tells of itself.
"""

from __future__ import annotations

from collections.abc import Collection

from synaptiq.accounts.tenancy import current_account_id
from synaptiq.kit.database import ask

CHANNEL = "synaptiq_lead"
# Of more, a page looks whether its own is among them.
MOST = 20


def changed(keys: Collection[int]) -> None:
    """These leads (integer keys) changed; heard at the commit."""
    account = current_account_id()
    named = [f"l{pk}" for pk in keys] if len(keys) <= MOST else ["many"]
    if named:
        ask(
            "SELECT pg_notify(%s, word || %s) FROM unnest(%s::text[]) AS a(word)",
            [CHANNEL, f" a{account}", named],
        )
