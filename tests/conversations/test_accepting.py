"""Accepting: whole or not there, in order, once, and only from whom it may come."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import accepting, closing, greeting, handover, limiting, log
from synaptiq.conversations.accepting import Accepted, Message
from synaptiq.conversations.greeting import Greeting
from synaptiq.conversations.models import ChatCounter, Conversation, Event, Turn
from synaptiq.kit import clock
from synaptiq.kit.errors import Denied, Invalid, NotFound, TooMany, Unauthenticated
from synaptiq.leads.models import Lead
from synaptiq.sites.models import Site, Visitor
from tests.conftest import make_account, make_member
from tests.conversations.making import ORIGIN, make_conversation, make_site

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
FIRST = UUID(int=1)


@pytest.fixture
def site(account: Account) -> Iterator[Site]:
    with clock.freeze(NOON):
        yield make_site()


def send(
    site: Site, text: str = "Hello", *, id: UUID | None = None, token: str | None = None,
    origin: str | None = ORIGIN, address: str = "192.0.2.7", **fields: Any,
) -> Accepted:  # fmt: skip
    message = Message(id or uuid4(), text, **fields)
    return accepting.accept(site.key, message, origin=origin, token=token, address=address)


def nothing_is_there() -> bool:
    models: list[Any] = [Visitor, Conversation, Event, Turn, ChatCounter]
    return not any(model.objects.exists() for model in models)


def test_a_first_message_makes_visitor_conversation_turn_and_job(site: Site) -> None:
    got = send(site, page_url="https://acme.example/prices", device="phone", language="de-AT")
    made = Conversation.objects.get()
    assert (got.conversation, got.seq, got.remaining) == (made.public_id, 1, 59)
    assert got.token
    assert got.token.startswith("vt_")
    assert (made.state, made.last_seq, made.message_count, made.visitor_message_count) == (
        "ai", 1, 1, 1,
    )  # fmt: skip
    assert (made.page_url, made.device, made.language) == (
        "https://acme.example/prices", "phone", "de-AT",
    )  # fmt: skip
    assert made.started_at == made.created_at == made.last_message_at == NOON
    [event] = Event.objects.all()
    assert (event.seq, event.sender, event.content, event.at) == (1, "visitor", "Hello", NOON)
    turn = Turn.objects.get()
    assert (turn.public_id, turn.state, turn.received_at) == (got.turn, "pending", NOON)
    assert (turn.due_at, turn.attempt) == (NOON, 0)
    visitor = Visitor.objects.get()
    assert bytes(visitor.token_sha256) == accepting.hash_of(got.token)
    assert made.visitor == visitor


def test_a_first_message_sent_again_gives_the_same(site: Site) -> None:
    first = send(site, id=FIRST)
    again = send(site, "Hello, did you get it?", id=FIRST)
    assert (again.conversation, again.turn, again.seq, again.token) == (
        first.conversation, first.turn, first.seq, first.token,
    )  # fmt: skip
    counts = [model.objects.count() for model in (Visitor, Conversation, Event, Turn)]
    assert counts == [1, 1, 1, 1]
    assert Event.objects.get().content == "Hello"


def test_a_later_message_joins_the_open_turn_and_once_only(site: Site) -> None:
    first = send(site)
    second = send(site, "And more", id=FIRST, token=first.token)
    again = send(site, "And more", id=FIRST, token=first.token)
    assert (second.conversation, second.turn, second.seq) == (first.conversation, first.turn, 2)
    assert (again.seq, again.turn, second.token, again.token) == (2, first.turn, None, None)
    assert Turn.objects.count() == 1
    Turn.objects.update(state="done")
    third = send(site, "Third", token=first.token)
    assert third.turn not in {None, first.turn}
    # What was accepted before keeps the turn that it had then.
    assert send(site, "And more", id=FIRST, token=first.token).turn == first.turn


def test_while_a_person_has_it_no_turn_is_opened(site: Site, account: Account) -> None:
    first = send(site)
    with transaction.atomic():
        held = handover.hold(first.conversation)
        member = make_member(account, "agent")
        log.append(held, [handover.go(held, "take_over", "person", member=member)])
    got = send(site, token=first.token)
    assert (got.seq, got.turn) == (3, None)
    assert Turn.objects.filter(state="pending").count() == 0


def test_while_a_person_is_awaited_the_agent_answers(site: Site) -> None:
    first = send(site)
    Turn.objects.update(state="done")
    with transaction.atomic():
        held = handover.hold(first.conversation)
        log.append(held, [handover.go(held, "request", "agent")])
    assert send(site, token=first.token).turn is not None


@pytest.mark.parametrize("origin", [None, "", "https://evil.example", "https://acme.example:444"])
def test_without_an_allowed_origin_no_row_is_written(site: Site, origin: str | None) -> None:
    with pytest.raises(Denied) as raised:
        send(site, origin=origin)
    assert raised.value.code == "origin_not_allowed"
    assert nothing_is_there()


def test_an_unknown_site_or_token_writes_nothing(site: Site) -> None:
    with pytest.raises(NotFound):
        accepting.accept("pk_x", Message(FIRST, "x"), origin=ORIGIN, token=None, address="::1")
    with pytest.raises(Unauthenticated) as raised:
        send(site, token="vt_made-up")
    assert raised.value.code == "visitor_token_unknown"
    assert not Conversation.objects.exists()
    assert not Visitor.objects.exists()


def test_a_token_is_bound_to_its_site(site: Site, account: Account) -> None:
    token = send(site).token
    second = make_site("second.example")
    with pytest.raises(Unauthenticated):
        send(second, token=token)
    other = make_account("Other")
    with acting_for(other.pk):
        theirs = make_site("theirs.example")
    with pytest.raises(Unauthenticated):
        send(theirs, token=token)
    # The same first message on two sites makes two visitors.
    assert send(site, id=FIRST).token != send(second, id=FIRST).token
    assert send(site, token=token).seq == 2


def test_a_conversation_must_be_the_visitors_own(site: Site) -> None:
    mine, theirs = send(site), send(site)
    with pytest.raises(NotFound):
        send(site, token=mine.token, conversation=theirs.conversation)
    assert send(site, token=mine.token, conversation=mine.conversation).seq == 2
    visitors = Visitor.objects.count()
    with pytest.raises(NotFound):
        send(site, conversation=mine.conversation)
    assert Visitor.objects.count() == visitors


def test_after_thirty_minutes_the_next_message_begins_another(site: Site) -> None:
    first = send(site)
    with clock.freeze(NOON + timedelta(minutes=30) - timedelta(microseconds=1)):
        assert send(site, token=first.token).conversation == first.conversation
    later = NOON + timedelta(minutes=60)
    with clock.freeze(later):
        third = send(site, token=first.token, conversation=first.conversation)
    assert third.conversation != first.conversation
    assert (third.seq, third.remaining) == (1, 59)
    old = Conversation.objects.get(public_id=first.conversation)
    assert (old.state, old.closed_by, old.closed_at) == ("closed", "idle", later)
    assert old.ended_at == old.last_message_at
    assert Event.objects.filter(conversation=old).order_by("-seq")[0].type == "closed"
    assert set(Turn.objects.filter(conversation=old).values_list("state", flat=True)) == {
        "superseded"
    }


def test_a_full_conversation_is_closed_and_the_next_message_begins_another(site: Site) -> None:
    first = send(site)
    Conversation.objects.update(message_count=closing.MOST_MESSAGES - 1)
    assert send(site, id=FIRST, token=first.token).conversation == first.conversation
    old = Conversation.objects.get()
    assert (old.state, old.message_count) == ("ai", closing.MOST_MESSAGES)
    third = send(site, token=first.token)
    assert (third.seq, third.remaining) == (1, 57)
    assert third.conversation != first.conversation
    old.refresh_from_db()
    assert (old.state, old.closed_at) == ("closed", NOON)
    # What was accepted before it was full is not written into the next.
    again = send(site, id=FIRST, token=first.token)
    assert (again.conversation, again.seq) == (first.conversation, 2)


def test_only_a_full_conversation_is_closed_as_one(site: Site) -> None:
    send(site)
    made = Conversation.objects.get()
    assert not closing.close_full(made.pk)
    Conversation.objects.update(message_count=closing.MOST_MESSAGES)
    assert closing.close_full(made.pk)
    assert not closing.close_full(made.pk)


def test_after_its_lead_was_deleted_the_next_message_begins_another(site: Site) -> None:
    first = send(site)
    made = Conversation.objects.get()
    Conversation.objects.update(lead=Lead.objects.create(email="jane@acme.com"))
    assert send(site, token=first.token).conversation == first.conversation
    assert not closing.close_of_deleted(made.pk)
    Lead.objects.update(deleted_at=NOON)
    third = send(site, token=first.token)
    assert (third.seq, third.conversation != first.conversation) == (1, True)
    made.refresh_from_db()
    assert (made.state, made.closed_at) == ("closed", NOON)
    assert not closing.close_of_deleted(made.pk)
    assert send(site, token=first.token).conversation == third.conversation


def test_a_message_sent_again_after_closing_opens_nothing(site: Site) -> None:
    first = send(site, id=FIRST)
    with transaction.atomic():
        closing.close(handover.hold(first.conversation), "visitor")
    assert send(site, id=FIRST).conversation == first.conversation
    assert send(site, id=FIRST, token=first.token).seq == 1
    assert Conversation.objects.count() == 1
    assert send(site, token=first.token).conversation != first.conversation


def test_an_address_may_write_so_much_a_minute(site: Site, settings: Any) -> None:
    settings.CHAT_LIMIT = 2
    assert [send(site).remaining for _ in range(2)] == [1, 0]
    with clock.freeze(NOON + timedelta(seconds=50)), pytest.raises(TooMany) as raised:
        send(site)
    assert (raised.value.limit, raised.value.retry_after) == (2, 10)
    assert Conversation.objects.count() == 2
    assert send(site, address="192.0.2.8").remaining == 1
    second = make_site("second.example")
    assert send(second).remaining == 1
    with clock.freeze(NOON + timedelta(seconds=60)):
        assert send(site).remaining == 1


def test_a_network_of_ipv6_counts_as_one_address() -> None:
    assert limiting.network_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64"
    assert limiting.network_of("192.0.2.7") == "192.0.2.7"
    assert limiting.network_of(None) == ""


def test_what_is_stored_is_masked_everywhere(site: Site) -> None:
    send(
        site, "Card 4111 1111 1111 1111",
        data={"reply": "4111111111111111", "form": {"name": "4111-1111-1111-1111"}},
    )  # fmt: skip
    event = Event.objects.get()
    assert event.content == "Card [card number]"
    turn = Turn.objects.get().public_id
    assert event.data == {
        "reply": "[card number]", "form": {"name": "[card number]"}, "turn": turn,
    }  # fmt: skip


def test_a_page_is_kept_masked_and_without_its_fragment(site: Site) -> None:
    send(site, page_url="https://acme.example/pay?card=4111111111111111&x=1#token=secret")
    kept = Conversation.objects.get().page_url
    assert kept == "https://acme.example/pay?card=[card number]&x=1"


def test_an_answered_greeting_is_the_first_message(site: Site) -> None:
    shown = Greeting("Hi! How can I help?", "agv_one", "Ada", NOON)
    signed = greeting.sign(site.key, shown)
    with clock.freeze(NOON + timedelta(minutes=29)):
        got = send(site, greeting=greeting.read(site.key, signed))
    made = Conversation.objects.get()
    assert (got.seq, made.last_seq, made.message_count, made.visitor_message_count) == (2, 2, 2, 1)
    assert (made.started_at, made.created_at) == (NOON, NOON + timedelta(minutes=29))
    assert (made.agent_version, made.agent_name) == ("agv_one", "Ada")
    first = Event.objects.order_by("seq")[0]
    assert (first.seq, first.sender, first.content, first.at) == (1, "ai", shown.text, NOON)
    # In a conversation that is open it says nothing more.
    assert send(site, token=got.token, greeting=shown).seq == 3
    assert Event.objects.filter(sender="ai").count() == 1


def test_a_greeting_is_never_later_than_its_answer(site: Site) -> None:
    """Whoever showed it may have a clock that is ahead of the database's."""
    send(site, greeting=Greeting("Hi!", "agv_one", "Ada", NOON + timedelta(seconds=3)))
    assert list(Event.objects.order_by("seq").values_list("seq", "at")) == [(1, NOON), (2, NOON)]
    assert Conversation.objects.get().started_at == NOON


def test_a_greeting_is_believed_only_signed_fresh_and_here(site: Site) -> None:
    shown = Greeting("Hi!", "agv_one", "Ada", NOON)
    signed = greeting.sign(site.key, shown)
    assert greeting.read(site.key, signed) == shown
    assert greeting.read("pk_other", signed) is None
    assert greeting.read(site.key, signed[:-1] + "x") is None
    with clock.freeze(NOON + timedelta(minutes=30)):
        assert greeting.read(site.key, signed) == shown
    with clock.freeze(NOON + timedelta(minutes=30, microseconds=1)):
        assert greeting.read(site.key, signed) is None


def test_a_form_is_shown_as_lines_of_declared_fields() -> None:
    assert accepting.form_text({"email": "a@b.co", "name": "Ann\n Lee"}) == (
        "Name: Ann Lee\nEmail: a@b.co"
    )
    with pytest.raises(Invalid):
        accepting.form_text({"iban": "DE00"})
    with pytest.raises(Invalid):
        accepting.form_text({"name": " "})


def in_threads(work: Any, times: int, account: Account) -> list[Any]:
    def one(number: int) -> Any:
        try:
            with acting_for(account.pk):
                return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))


def test_the_same_first_message_ten_times_at_once_is_one(
    committed_db: str, account: Account
) -> None:
    site = make_site()
    got = in_threads(lambda _: send(site, id=FIRST), 10, account)
    assert len({(one.conversation, one.turn, one.seq, one.token) for one in got}) == 1
    assert (Conversation.objects.count(), Event.objects.count(), Turn.objects.count()) == (1, 1, 1)


def test_ten_writers_on_one_conversation_leave_no_gap(committed_db: str, account: Account) -> None:
    site = make_site()
    token = send(site).token
    got = in_threads(lambda n: [send(site, f"{n}", token=token).seq for _ in range(5)], 10, account)
    rows = list(Event.objects.order_by("seq").values_list("seq", "at"))
    assert [seq for seq, _ in rows] == list(range(1, 52))
    assert sorted(seq for seqs in got for seq in seqs) == list(range(2, 52))
    assert [at for _, at in rows] == sorted(at for _, at in rows)
    assert Turn.objects.count() == 1


def test_two_first_words_of_one_visitor_at_once_open_one_conversation(
    committed_db: str, account: Account
) -> None:
    site = make_site()
    first = send(site)
    with transaction.atomic():
        closing.close(handover.hold(first.conversation), "visitor")
    got = in_threads(lambda n: send(site, f"{n}", token=first.token), 8, account)
    assert len({one.conversation for one in got}) == 1
    assert sorted(one.seq for one in got) == list(range(1, 9))


def test_accepting_has_no_other_account_in_the_way(site: Site) -> None:
    """It runs without a current account: the site says which one."""
    other = make_account("Other")
    with acting_for(other.pk):
        send(site)
        assert not Conversation.objects.exists()
    assert Conversation.objects.get().account_id == site.account_id


def test_closing_offers_whoever_waits_to_leave_an_email(account: Account) -> None:
    made = make_conversation(("visitor", "A person, please"), at=NOON)
    later = NOON + timedelta(minutes=31)
    with clock.freeze(later), transaction.atomic():
        held = handover.hold(made.public_id)
        log.append(held, [handover.go(held, "request", "agent")])
        closing.close(held, "person")
    last = list(Event.objects.order_by("-seq")[:2])
    assert [event.type for event in last] == ["closed", "message"]
    assert (last[1].sender, last[1].content, last[1].data) == (
        "system", closing.LEAVE_EMAIL, {"form": {"fields": ["name", "email"]}},
    )  # fmt: skip
    made.refresh_from_db()
    assert made.ended_at == made.last_message_at == later


def test_whoever_waits_five_minutes_has_the_agent_back(account: Account) -> None:
    made = make_conversation(("visitor", "A person, please"), at=NOON)
    with clock.freeze(NOON), transaction.atomic():
        held = handover.hold(made.public_id)
        log.append(held, [handover.go(held, "request", "agent")])
    with clock.freeze(NOON + timedelta(minutes=4, seconds=59)):
        assert not closing.time_out(made.pk)
    with clock.freeze(NOON + timedelta(minutes=5)):
        assert closing.time_out(made.pk)
        assert not closing.time_out(made.pk)
    made.refresh_from_db()
    assert (made.state, made.epoch, made.waiting_since) == ("ai", 0, None)
    assert Event.objects.order_by("-seq")[0].content == closing.NOBODY_CAME
