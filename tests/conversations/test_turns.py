"""Turns: claimed, thought out, committed only if still wanted."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import handover, log, turns
from synaptiq.conversations.log import Entry
from synaptiq.conversations.models import Conversation, Event, Turn
from synaptiq.conversations.turns import Answer, Result
from synaptiq.kit import clock
from tests.conftest import make_member
from tests.conversations.making import make_conversation

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def opened(*said: tuple[str, str]) -> tuple[Conversation, Turn]:
    """A conversation whose last message waits for the agent."""
    made = make_conversation(*(said or (("visitor", "Hello"),)), at=NOON)
    with transaction.atomic():
        turn = turns.open_for(handover.hold_by_key(made.pk))
    assert turn is not None
    return made, turn


def answer(conversation: Conversation) -> Answer:
    return Answer([log.message("ai", "Hi"), Entry("lead_captured")], {"asked": 2})


def spoken(conversation: Conversation) -> list[tuple[int, str | None]]:
    rows = Event.objects.filter(conversation=conversation).order_by("seq")
    return [(event.seq, event.sender) for event in rows]


def visitor_says(conversation: Conversation, text: str) -> None:
    with transaction.atomic():
        log.append(conversation, [log.message("visitor", text)])


def person_takes_over(account: Account, conversation: Conversation) -> None:
    member = make_member(account, "agent")
    with transaction.atomic():
        held = handover.hold_by_key(conversation.pk)
        taken = handover.go(held, "take_over", "person", member=member)
        log.append(held, [taken, log.message("agent", "Alex here", member=member)])


def test_an_answer_is_written_and_timed(account: Account) -> None:
    made, turn = opened()
    with clock.freeze(NOON + timedelta(seconds=3)):
        claimed = turns.claim(turn.pk)
        assert claimed is not None
        assert (claimed.attempt, claimed.turn_id) == (1, turn.public_id)
    with clock.freeze(NOON + timedelta(seconds=5)):
        assert turns.commit(claimed, 1, answer) is Result.DONE
    turn.refresh_from_db()
    assert (turn.state, turn.received_at) == ("done", NOON)
    assert turn.claimed_at == NOON + timedelta(seconds=3)
    assert turn.first_output_at == turn.ended_at == NOON + timedelta(seconds=5)
    assert spoken(made) == [(1, "visitor"), (2, "ai"), (3, None)]
    made.refresh_from_db()
    assert (made.asked, made.last_seq, made.message_count) == (2, 3, 2)


def test_a_turn_is_opened_only_once_and_only_where_the_agent_is_to_speak(account: Account) -> None:
    made, _ = opened()
    with transaction.atomic():
        assert turns.open_for(handover.hold_by_key(made.pk)) is None
    answered = make_conversation(("visitor", "Hello"), ("ai", "Hi"))
    with transaction.atomic():
        assert turns.open_for(handover.hold_by_key(answered.pk)) is None
    assert Turn.objects.count() == 1


def test_more_that_was_said_meanwhile_is_answered_with_it(account: Account) -> None:
    made, turn = opened()
    claimed = turns.claim(turn.pk)
    assert claimed is not None
    with clock.freeze(NOON + timedelta(seconds=2)):
        visitor_says(made, "And another thing")

    def never(conversation: Conversation) -> Answer:
        raise AssertionError("an answer to half of it was written")

    assert turns.commit(claimed, 1, never) is Result.AGAIN
    assert turns.commit(claimed, 2, answer) is Result.DONE
    turn.refresh_from_db()
    # The response time begins with the last message that is answered.
    assert turn.received_at == NOON + timedelta(seconds=2)
    assert [sender for _, sender in spoken(made)].count("ai") == 1


def test_a_person_who_replied_meanwhile_is_not_talked_over(account: Account) -> None:
    made, turn = opened()
    claimed = turns.claim(turn.pk)
    assert claimed is not None
    person_takes_over(account, made)
    assert turns.commit(claimed, 1, answer) is Result.SUPERSEDED
    turn.refresh_from_db()
    assert (turn.state, turn.reason, turn.first_output_at) == ("superseded", "taken_over", None)
    assert spoken(made) == [(1, "visitor"), (2, None), (3, "agent")]


def test_the_epoch_alone_keeps_an_old_answer_out(account: Account) -> None:
    """Also where the turn itself was not told: its row as it was before the take-over."""
    made, turn = opened()
    claimed = turns.claim(turn.pk)
    assert claimed is not None
    person_takes_over(account, made)
    with transaction.atomic():
        held = handover.hold_by_key(made.pk)
        log.append(held, [handover.go(held, "give_back", "person")])
    Turn.objects.filter(pk=turn.pk).update(state="running", ended_at=None, reason="")
    assert turns.commit(claimed, 1, answer) is Result.SUPERSEDED
    turn.refresh_from_db()
    assert turn.state == "running"
    assert not [sender for _, sender in spoken(made) if sender == "ai"]


def test_a_turn_held_before_its_commit_loses_to_the_person(
    committed_db: str, account: Account
) -> None:
    """The barrier: thought out, and then a person is quicker."""
    made, turn = opened()
    thought_out, replied = threading.Event(), threading.Event()

    def work() -> Result:
        try:
            with acting_for(account.pk):
                claimed = turns.claim(turn.pk)
                assert claimed is not None
                thought_out.set()
                assert replied.wait(30)
                return turns.commit(claimed, 1, answer)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as worker:
        job = worker.submit(work)
        assert thought_out.wait(30)
        person_takes_over(account, made)
        replied.set()
        assert job.result() is Result.SUPERSEDED
    turn.refresh_from_db()
    assert turn.state == "superseded"
    by_person = max(seq for seq, sender in spoken(made) if sender == "agent")
    assert not [seq for seq, sender in spoken(made) if sender == "ai" and seq > by_person]


def test_of_two_workers_the_later_attempt_counts(account: Account) -> None:
    made, turn = opened()
    dead, living = turns.claim(turn.pk), turns.claim(turn.pk)
    assert dead is not None
    assert living is not None
    assert turns.commit(dead, 1, answer) is Result.SUPERSEDED
    assert turns.commit(living, 1, answer) is Result.DONE
    assert turns.commit(living, 1, answer) is Result.SUPERSEDED
    assert [sender for _, sender in spoken(made)].count("ai") == 1


def test_after_three_attempts_a_person_is_asked_for(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    made, turn = opened()
    assert [turns.claim(turn.pk) is not None for _ in range(4)] == [True, True, True, False]
    turn.refresh_from_db()
    made.refresh_from_db()
    assert (turn.state, turn.reason, made.state) == ("failed", "attempts", "pending_human")
    last = Event.objects.order_by("-seq").first()
    assert last is not None
    assert (last.type, last.data) == (
        "handoff_requested", {"by": "system", "reason": "agent_failed"},
    )  # fmt: skip
    assert "failed after 3 attempts" in caplog.text
    assert turns.claim(turn.pk) is None


def test_what_write_raises_leaves_the_turn_to_be_claimed_again(account: Account) -> None:
    made, turn = opened()
    claimed = turns.claim(turn.pk)
    assert claimed is not None

    def broken(conversation: Conversation) -> Answer:
        log.append(conversation, [log.message("ai", "half")])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        turns.commit(claimed, 1, broken)
    assert spoken(made) == [(1, "visitor")]
    again = turns.claim(turn.pk)
    assert again is not None
    assert again.attempt == 2


def test_a_closed_conversation_is_not_answered(account: Account) -> None:
    made, turn = opened()
    with transaction.atomic():
        held = handover.hold_by_key(made.pk)
        log.append(held, [handover.go(held, "close", "visitor")])
    assert turns.claim(turn.pk) is None
    turn.refresh_from_db()
    assert (turn.state, turn.reason) == ("superseded", "closed")


def opened_at(at: datetime) -> Turn:
    with clock.freeze(at):
        return opened()[1]


def test_workers_take_what_is_due_the_longest_due_first_and_nothing_twice(
    account: Account,
) -> None:
    second, first = opened_at(NOON), opened_at(NOON - timedelta(seconds=1))
    later = opened_at(NOON + timedelta(seconds=30))
    with clock.freeze(NOON + timedelta(seconds=1)):
        assert [one.turn_pk for one in turns.claim_due(1)] == [first.pk]
        claims = turns.claim_due(5)
        assert [one.turn_pk for one in claims] == [second.pk]
        assert claims[0].conversation.account == account
        assert turns.claim_due(5) == []
    with clock.freeze(NOON + timedelta(seconds=30)):
        assert {one.turn_pk for one in turns.claim_due(5)} == {first.pk, second.pk, later.pk}


def test_a_worker_that_gives_word_keeps_its_turn_and_a_silent_one_loses_it(
    account: Account,
) -> None:
    with clock.freeze(NOON):
        made, _ = opened()
        [had] = turns.claim_due(1)
    late = NOON + turns.LEASE - timedelta(seconds=1)
    with clock.freeze(late):
        assert turns.claim_due(1) == []
        turns.keep([had])
    with clock.freeze(late + turns.LEASE - timedelta(seconds=1)):
        assert turns.claim_due(1) == []
    with clock.freeze(late + turns.LEASE):
        [again] = turns.claim_due(1)
        assert again.attempt == 2
        # Who was taken for dead keeps nothing any more, and may not write.
        turns.let_go([had])
        assert turns.claim_due(1) == []
        assert turns.commit(had, 1, answer) is Result.SUPERSEDED
        assert turns.commit(again, 1, answer) is Result.DONE
    assert spoken(made) == [(1, "visitor"), (2, "ai"), (3, None)]


def test_a_failed_attempt_is_made_again_after_a_pause_and_one_let_go_at_once(
    account: Account,
) -> None:
    with clock.freeze(NOON):
        opened()
        [one] = turns.claim_due(1)
        assert turns.give_back(one) == turns.PAUSE
        # Word of it that was under way, and an answer that came after all.
        turns.keep([one])
        assert turns.commit(one, 1, answer) is Result.SUPERSEDED
        assert turns.claim_due(1) == []
    with clock.freeze(NOON + turns.PAUSE):
        [two] = turns.claim_due(1)
        assert turns.give_back(two) == turns.PAUSE * 2
        assert turns.claim_due(1) == []
    with clock.freeze(NOON + turns.PAUSE * 3):
        [three] = turns.claim_due(1)
        turns.let_go([three])
        [four] = turns.claim_due(1)
        assert [turns.may_try(each) for each in (one, two, three, four)] == [
            True,
            True,
            True,
            False,
        ]
    assert Turn.objects.get().state == "failed"


def test_a_turn_is_due_also_where_the_clock_went_back(account: Account) -> None:
    with clock.freeze(NOON + timedelta(hours=1)):
        _, turn = opened()
    with clock.freeze(NOON):
        assert [one.turn_pk for one in turns.claim_due(5)] == [turn.pk]
