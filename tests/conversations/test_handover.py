"""Hand-over: the ways between the states, and nothing beside them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from synaptiq.accounts.models import Account
from synaptiq.conversations import handover, log
from synaptiq.conversations.handover import TABLE
from synaptiq.conversations.models import EXPORTED_TYPES, STATES, Conversation
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, NotFound
from tests.conftest import make_member
from tests.conversations.making import make_conversation

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
# Typed out by hand, beside the table: from, way, to, whether a new epoch begins.
WAYS = {
    ("ai", "request"): ("pending_human", False),
    ("ai", "take_over"): ("human", True),
    ("pending_human", "take_over"): ("human", True),
    ("human", "take_over"): ("human", True),
    ("human", "give_back"): ("ai", True),
    ("pending_human", "time_out"): ("ai", False),
    ("ai", "close"): ("closed", True),
    ("pending_human", "close"): ("closed", True),
    ("human", "close"): ("closed", True),
}


def in_state(account: Account, state: str) -> Conversation:
    made = make_conversation(("visitor", "Hello"), at=NOON)
    path = {
        "ai": [], "pending_human": [("request", "agent")], "human": [("take_over", "person")],
        "closed": [("close", "visitor")],
    }[state]  # fmt: skip
    for way, by in path:
        walk(account, made, way, by)
    return made


def walk(account: Account, made: Conversation, way: str, by: str) -> None:
    member = make_member(account, "agent", email=f"{made.public_id}@x.example") if (
        by == "person" and not made.member_id
    ) else made.member  # fmt: skip
    with transaction.atomic():
        held = handover.hold(made.public_id)
        log.append(held, [handover.go(held, way, by, member=member)])
    made.refresh_from_db()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("way", TABLE)
def test_each_way_from_each_state(account: Account, state: str, way: str) -> None:
    made = in_state(account, state)
    epoch = made.epoch
    by = min(TABLE[way].by)
    if (state, way) not in WAYS:
        with pytest.raises(Conflict):
            walk(account, made, way, by)
        made.refresh_from_db()
        assert (made.state, made.epoch) == (state, epoch)
        return
    walk(account, made, way, by)
    target, is_new_epoch = WAYS[state, way]
    assert (made.state, made.epoch - epoch) == (target, int(is_new_epoch))
    assert (made.waiting_since is not None) == (target == "pending_human")
    assert TABLE[way].event in EXPORTED_TYPES


def test_only_who_may_goes_that_way(account: Account) -> None:
    made = in_state(account, "human")
    with pytest.raises(ValueError, match="visitor may not give_back"):
        walk(account, made, "give_back", "visitor")


def test_closing_keeps_who_had_it_and_when_it_ended(account: Account) -> None:
    made = in_state(account, "human")
    had = made.member
    with clock.freeze(NOON + timedelta(minutes=31)):
        walk(account, made, "close", "system")
    assert (made.closed_by, made.member, made.with_person) == ("idle", had, True)
    assert (made.ended_at, made.closed_at) == (NOON, NOON + timedelta(minutes=31))


def test_a_conversation_of_another_account_is_not_held(account: Account) -> None:
    made = make_conversation(("visitor", "Hello"))
    with transaction.atomic():
        assert handover.hold(made.public_id) == made
    with pytest.raises(NotFound), transaction.atomic():
        handover.hold("conv_nothere")
