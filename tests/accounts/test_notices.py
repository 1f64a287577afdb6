"""Notices: for one member, in one account, read all at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from synaptiq.accounts import actions, actors, queries
from synaptiq.accounts.models import Account, Member
from synaptiq.kit import clock

NOON = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)


def test_the_newest_come_first_and_reading_is_ones_own(
    account: Account, member: Callable[..., Member]
) -> None:
    jane, joe = member("agent"), member("viewer")
    for minute, text in enumerate(("first", "second")):
        with clock.freeze(NOON + timedelta(minutes=minute)):
            actions.notify(jane, text, "exp_k5m2a7q3")
    actions.notify(joe, "other")
    assert [notice.text for notice in queries.notices(jane)] == ["second", "first"]
    assert actions.mark_notices_read(actors.of_member(jane)) == 2
    assert actions.mark_notices_read(actors.of_member(jane)) == 0
    assert queries.unread_notices(joe).count() == 1


def test_the_terminal_has_no_notices(account: Account) -> None:
    assert actions.mark_notices_read(actors.of_terminal(account)) == 0
