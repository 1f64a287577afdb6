"""The log of a conversation: no gap, no double, times that never fall."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import log
from synaptiq.conversations.models import Conversation, Event
from synaptiq.kit import clock
from tests.conversations.making import make_conversation

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def test_what_is_appended_is_counted(account: Account) -> None:
    made = make_conversation(("ai", "Hi"), ("visitor", "Hello"), at=NOON)
    with clock.freeze(NOON + timedelta(minutes=1)):
        log.append(made, [log.Entry("lead_captured"), log.message("ai", "Thanks", quick=["a"])])
    made.refresh_from_db()
    assert (made.last_seq, made.message_count, made.visitor_message_count) == (4, 3, 1)
    assert (made.last_sender, made.last_message_at) == ("ai", NOON + timedelta(minutes=1))
    rows = Event.objects.order_by("seq").values_list("seq", "type", "sender", "content", "data")
    assert list(rows) == [
        (1, "message", "ai", "Hi", {}),
        (2, "message", "visitor", "Hello", {}),
        (3, "lead_captured", None, None, {}),
        (4, "message", "ai", "Thanks", {"quick": ["a"]}),
    ]


def test_an_event_alone_moves_no_message(account: Account) -> None:
    made = make_conversation(("visitor", "Hello"), at=NOON)
    with clock.freeze(NOON + timedelta(minutes=1)):
        log.append(made, [log.Entry("handoff_requested")])
    made.refresh_from_db()
    assert (made.message_count, made.last_sender, made.last_message_at) == (1, "visitor", NOON)
    assert made.last_event_at == NOON + timedelta(minutes=1)


def test_a_clock_that_is_set_back_does_not_set_the_log_back(account: Account) -> None:
    made = make_conversation(("visitor", "Hello"), at=NOON)
    with clock.freeze(NOON - timedelta(hours=1)):
        [event] = log.append(made, [log.message("ai", "Hi")])
    assert event.at == NOON
    assert made.last_message_at == NOON


def test_ten_writers_leave_no_gap(committed_db: str, account: Account) -> None:
    made = make_conversation(("visitor", "Hello"))

    def write(name: int) -> None:
        try:
            with acting_for(account.pk):
                mine = Conversation.objects.get(pk=made.pk)
                for number in range(10):
                    with transaction.atomic():
                        log.append(mine, [log.message("visitor", f"{name} {number}")])
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as writers:
        list(writers.map(write, range(10)))
    rows = list(Event.objects.order_by("seq").values_list("seq", "at", "content"))
    assert [seq for seq, _, _ in rows] == list(range(1, 102))
    assert [at for _, at, _ in rows] == sorted(at for _, at, _ in rows)
    assert len({content for _, _, content in rows}) == 101
    made.refresh_from_db()
    assert (made.last_seq, made.message_count) == (101, 101)


def test_without_a_row_nothing_is_written(account: Account) -> None:
    made = make_conversation(("visitor", "Hello"))
    made.pk = 0
    with pytest.raises(Conversation.DoesNotExist), transaction.atomic():
        log.append(made, [log.message("ai", "Hi")])
