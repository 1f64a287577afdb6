"""What members and visitors do in a conversation, and what time does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from synaptiq.accounts.actors import Actor, of_terminal
from synaptiq.accounts.models import Account, AuditEntry
from synaptiq.conversations import actions, closing, handover, log, sweeping
from synaptiq.conversations.models import ChatCounter, Conversation, Event, Turn
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Denied, Invalid, NotFound
from synaptiq.leads.models import Lead
from tests.conversations.making import make_conversation, make_site

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def events(made: Conversation) -> list[tuple[str, str | None]]:
    rows = Event.objects.filter(conversation=made).order_by("seq")
    return [(event.type, event.content) for event in rows]


def test_a_reply_takes_over_and_a_second_one_only_speaks(
    account: Account, actor: Callable[..., Actor]
) -> None:
    made = make_conversation(("visitor", "Hello"))
    agent = actor("agent")
    actions.reply(agent, made.public_id, " Alex here\x07 ")
    actions.reply(agent, made.public_id, "Again")
    actions.reply(actor("admin"), made.public_id, "A colleague")
    made.refresh_from_db()
    assert (made.state, made.member, made.with_person, made.epoch) == (
        "human", agent.member, True, 1,
    )  # fmt: skip
    assert events(made)[1:] == [
        ("taken_over", None), ("message", "Alex here"), ("message", "Again"),
        ("message", "A colleague"),
    ]  # fmt: skip


def test_given_back_the_agent_answers_what_waits(
    account: Account, actor: Callable[..., Actor]
) -> None:
    made = make_conversation(("visitor", "Hello"))
    agent = actor("agent")
    actions.take_over(agent, made.public_id)
    actions.take_over(agent, made.public_id)
    assert not Turn.objects.exists()
    actions.give_back(agent, made.public_id)
    assert Turn.objects.get().epoch == 2
    assert [type for type, _ in events(made)] == ["message", "taken_over", "given_back"]
    with pytest.raises(Conflict):
        actions.give_back(agent, made.public_id)


def test_given_back_after_a_reply_nothing_waits(
    account: Account, actor: Callable[..., Actor]
) -> None:
    made = make_conversation(("visitor", "Hello"))
    agent = actor("agent")
    actions.reply(agent, made.public_id, "Alex here")
    actions.give_back(agent, made.public_id)
    assert not Turn.objects.exists()


def test_a_closed_conversation_stays_closed(account: Account, actor: Callable[..., Actor]) -> None:
    made = make_conversation(("visitor", "Hello"))
    agent = actor("agent")
    actions.close(agent, made.public_id)
    made.refresh_from_db()
    assert (made.state, made.closed_by) == ("closed", "person")
    for act in (actions.take_over, actions.give_back, actions.close):
        with pytest.raises(Conflict):
            act(agent, made.public_id)
    with pytest.raises(Conflict):
        actions.reply(agent, made.public_id, "x")
    assert not actions.close_for_visitor(account.pk, made.pk)
    with pytest.raises(Conflict):
        actions.request_person(account.pk, made.pk)


def test_only_who_may_converse_does(account: Account, actor: Callable[..., Actor]) -> None:
    made = make_conversation(("visitor", "Hello"))
    viewer = actor("viewer")
    for act in (actions.take_over, actions.give_back, actions.close):
        with pytest.raises(Denied):
            act(viewer, made.public_id)
    with pytest.raises(Denied):
        actions.reply(viewer, made.public_id, "x")
    with pytest.raises(Denied, match="Only a member"):
        actions.take_over(of_terminal(account), made.public_id)
    made.refresh_from_db()
    assert (made.state, made.last_seq) == ("ai", 1)
    denied = AuditEntry.objects.filter(outcome="denied").values_list("action", "target")
    assert set(denied) == {
        (f"conversation.{what}", made.public_id)
        for what in ("taken_over", "given_back", "closed", "replied")
    }


@pytest.mark.parametrize("text", ["", " \n", "\u200b", None, 5, "x" * 4001, "a\x00"])
def test_a_reply_is_text(account: Account, actor: Callable[..., Actor], text: object) -> None:
    made = make_conversation(("visitor", "Hello"))
    with pytest.raises(Invalid):
        actions.reply(actor("agent"), made.public_id, text)
    with pytest.raises(NotFound):
        actions.reply(actor("admin"), "conv_nothere", "x")


def test_a_visitor_asks_for_a_person_and_leaves(account: Account) -> None:
    made = make_conversation(("visitor", "Hello"))
    assert actions.request_person(account.pk, made.pk)
    assert not actions.request_person(account.pk, made.pk)
    assert actions.close_for_visitor(account.pk, made.pk)
    assert [type for type, _ in events(made)] == [
        "message", "handoff_requested", "message", "closed",
    ]  # fmt: skip
    made.refresh_from_db()
    assert made.closed_by == "visitor"


def test_activity_only_grows(account: Account) -> None:
    made = make_conversation(("visitor", "Hello"))
    for seconds, opened, picked in [(90, False, False), (30, True, False), (10**9, False, True)]:
        actions.note_activity(
            account.pk, made.pk, active_seconds=seconds, scheduler_opened=opened, slot_picked=picked
        )
        made.refresh_from_db()
        expected = 90 if seconds < 100 else 86_400
        assert made.active_seconds == expected
    assert made.scheduler_opened
    assert made.slot_picked


def test_the_sweep_closes_what_is_idle(account: Account) -> None:
    idle = make_conversation(("visitor", "Hello"), at=NOON)
    fresh = make_conversation(("visitor", "Hello"), at=NOON + timedelta(minutes=1))
    with clock.freeze(NOON + timedelta(minutes=30)):
        assert sweeping.sweep() == 1
        assert sweeping.sweep() == 0
    idle.refresh_from_db()
    fresh.refresh_from_db()
    assert (idle.state, idle.closed_by, idle.ended_at, fresh.state) == (
        "closed",
        "idle",
        NOON,
        "ai",
    )


def test_the_sweep_ends_waiting_first(account: Account) -> None:
    made = make_conversation(("visitor", "A person"), at=NOON)
    with clock.freeze(NOON):
        actions.request_person(account.pk, made.pk)
    with clock.freeze(NOON + timedelta(minutes=31)):
        assert sweeping.sweep() == 1
    made.refresh_from_db()
    # It has just been spoken to, so it is not idle.
    assert made.state == "ai"
    assert events(made)[-1] == ("message", closing.NOBODY_CAME)


def test_one_that_cannot_be_swept_holds_up_no_other(
    account: Account, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first = make_conversation(("visitor", "Hello"), at=NOON)
    make_conversation(("visitor", "Hello"), at=NOON)
    real = closing.close

    def broken(conversation: Conversation, by: str) -> None:
        if conversation.pk == first.pk:
            raise ZeroDivisionError
        real(conversation, by)

    monkeypatch.setattr(closing, "close", broken)
    with clock.freeze(NOON + timedelta(hours=1)):
        assert sweeping.sweep() == 1
    assert "Sweeping Conversation" in caplog.text


def test_counters_of_the_limit_are_forgotten(account: Account) -> None:
    site = make_site()
    for number, minute in enumerate([NOON, NOON + timedelta(minutes=30)]):
        ChatCounter.objects.create(site=site, address=f"a{number}", minute=minute, count=1)
    with clock.freeze(NOON + timedelta(hours=1)):
        sweeping.sweep()
    assert ChatCounter.objects.get().address == "a1"


@pytest.mark.parametrize("by", ["visitor", "system"])
def test_a_lead_who_can_be_reached_is_not_asked_for_an_email(account: Account, by: str) -> None:
    lead = Lead.objects.create(email="ann@acme.com")
    made = make_conversation(("visitor", "A person"), at=NOON, lead=lead)
    with transaction.atomic():
        held = handover.hold(made.public_id)
        log.append(held, [handover.go(held, "request", "agent")])
        closing.close(held, by)
    said = Event.objects.filter(sender="system").get()
    assert said.data == {}
    # Nobody was late where the visitor did not wait.
    assert said.content == (
        "We will write to you."
        if by == "visitor"
        else "Nobody could come in time. We will write to you."
    )


def test_what_members_do_is_in_the_audit_log(account: Account, actor: Callable[..., Actor]) -> None:
    made = make_conversation(("visitor", "Hello"))
    agent = actor("agent")
    actions.reply(agent, made.public_id, "Secret words")
    actions.reply(agent, made.public_id, "Again")
    actions.give_back(agent, made.public_id)
    actions.take_over(agent, made.public_id)
    actions.take_over(agent, made.public_id)
    actions.add_note(agent, made.public_id, "Secret words")
    actions.mark(agent, made.public_id, test=True)
    actions.mark(agent, made.public_id, test=True)
    actions.close(agent, made.public_id)
    entries = list(AuditEntry.objects.filter(action__startswith="conversation.").order_by("pk"))
    assert [one.action.partition(".")[2] for one in entries] == [
        "taken_over", "replied", "replied", "given_back", "taken_over", "noted", "marked", "closed",
    ]  # fmt: skip
    assert {(one.target, one.outcome) for one in entries} == {(made.public_id, "ok")}
    assert [one.detail for one in entries if one.detail] == [{"test": True}]


def test_marks_are_set_and_taken_away_one_by_one(
    account: Account, actor: Callable[..., Actor]
) -> None:
    made = make_conversation(("visitor", "Hello"))
    agent = actor("agent")
    for said, expected in (
        ({"test": True}, (True, False)),
        ({"spam": True}, (True, True)),
        ({"test": False}, (False, True)),
    ):
        actions.mark(agent, made.public_id, **said)
        made.refresh_from_db()
        assert (made.is_test, made.is_spam) == expected
    with pytest.raises(Denied):
        actions.mark(actor("viewer"), made.public_id, spam=False)
    made.refresh_from_db()
    assert made.is_spam


def test_a_lead_is_left_out_while_all_its_conversations_are(
    account: Account, actor: Callable[..., Actor]
) -> None:
    agent = actor("agent")
    lead = Lead.objects.create(email="ann@acme.com", origin="conversation")
    brought = Lead.objects.create(email="bea@acme.com", origin="import")
    one, two = (make_conversation(("visitor", "Hello"), lead=lead) for _ in range(2))
    other = make_conversation(("visitor", "Hello"), lead=brought)
    for conversation, said, expected in (
        (one, {"test": True}, (False, False)),
        (two, {"spam": True}, (True, True)),
        (one, {"test": False}, (False, False)),
        (one, {"spam": True}, (False, True)),
        (other, {"test": True}, (False, True)),
    ):
        version = lead.version
        actions.mark(agent, conversation.public_id, **said)
        was = (lead.is_test, lead.is_spam)
        lead.refresh_from_db()
        assert (lead.is_test, lead.is_spam) == expected
        assert (lead.version > version) == (was != expected)
    brought.refresh_from_db()
    assert not brought.is_test


def test_nobody_goes_on_in_a_conversation_of_a_deleted_lead(
    account: Account, actor: Callable[..., Actor]
) -> None:
    lead = Lead.objects.create(email="ann@acme.com")
    made = make_conversation(("visitor", "Hello"), lead=lead)
    Lead.objects.filter(pk=lead.pk).update(deleted_at=clock.now())
    agent = actor("agent")
    for act in (actions.take_over, actions.give_back, actions.close):
        with pytest.raises(NotFound):
            act(agent, made.public_id)
    for write in (actions.reply, actions.add_note):
        with pytest.raises(NotFound):
            write(agent, made.public_id, "x")
    with pytest.raises(NotFound):
        actions.mark(agent, made.public_id, spam=True)
    made.refresh_from_db()
    assert (made.state, made.last_seq) == ("ai", 1)


def test_an_idle_conversation_is_closed_by_whoever_would_go_on_in_it(
    account: Account, actor: Callable[..., Actor]
) -> None:
    replied = make_conversation(("visitor", "Hello"), at=NOON)
    asked = make_conversation(("visitor", "Hello"), at=NOON)
    with clock.freeze(NOON + timedelta(minutes=30)):
        with pytest.raises(Conflict, match="is closed"):
            actions.reply(actor("agent"), replied.public_id, "x")
        with pytest.raises(Conflict, match="is closed"):
            actions.request_person(account.pk, asked.pk)
    for made in (replied, asked):
        made.refresh_from_db()
        assert (made.state, made.closed_by) == ("closed", "idle")
        assert events(made) == [("message", "Hello"), ("closed", None)]
    assert not AuditEntry.objects.filter(action="conversation.replied").exists()
