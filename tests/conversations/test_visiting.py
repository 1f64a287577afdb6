"""What a visitor is shown of a log: an allow-list of types and fields."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from synaptiq.accounts.models import Account
from synaptiq.conversations import log, visiting
from synaptiq.conversations.models import EXPORTED_TYPES, Conversation, ConversationNote, Event
from synaptiq.kit.errors import Denied, NotFound, Unauthenticated
from tests.conftest import make_member
from tests.conversations.making import ORIGIN, make_conversation, make_site, make_visitor

NOON = datetime(2026, 3, 15, 12, 0, 0, 123456, tzinfo=UTC)
SECRET = "not-for-visitors"


def seen(made: Conversation, after: int = 0) -> list[dict[str, Any] | None]:
    with connection.cursor() as cursor:
        cursor.execute(visiting.LOG_SQL, [made.account_id, made.pk, after])
        return [visiting.shown(row) for row in cursor.fetchall()]


def test_messages_are_shown_with_what_they_offer(account: Account) -> None:
    offer = log.message(
        "ai", "How many?", quick_replies=["1-10", "11-50"], form={"fields": ["email"], "x": SECRET},
        asks=SECRET, source=SECRET,
    )  # fmt: skip
    made = make_conversation(("visitor", "Hello"), at=NOON, entries=[offer], agent_name="Ada")
    first, second = seen(made)
    assert first == {
        "type": "message", "seq": 1, "at": "2026-03-15T12:00:00.123Z", "sender": "visitor",
        "text": "Hello", "client_message_id": None,
    }  # fmt: skip
    assert second == {
        "type": "message", "seq": 2, "at": "2026-03-15T12:00:20.123Z", "sender": "ai",
        "text": "How many?", "name": "Ada", "quick_replies": ["1-10", "11-50"],
        "form": {"fields": ["email"]},
    }  # fmt: skip
    assert seen(made, after=1) == [second]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Alex Rivera", "Alex"),
        ("", "Team"),
        ("alex@yourteam.com", "Team"),
        # As in a transcript.
        ("[Al]ex: Rivera", "Alex"),
        ("\u202e", "Team"),
    ],
)
def test_a_person_is_a_first_name_or_the_team(account: Account, name: str, shown: str) -> None:
    member = make_member(account, "agent", email=f"{SECRET}@x.example", name=name)
    entries = [
        log.Entry("taken_over", data={"by": "person", "x": SECRET}, member=member),
        log.message("agent", "Hi", member=member, x=SECRET),
    ]
    made = make_conversation(("visitor", "Hello"), entries=entries, member=member)
    _, taken, said = seen(made)
    assert taken is not None
    assert said is not None
    assert (taken["name"], said["name"], said["sender"]) == (shown, shown, "agent")
    assert set(taken) == {"type", "seq", "at", "name"}
    assert set(said) == {"type", "seq", "at", "sender", "text", "name"}
    text = json.dumps(seen(made))
    assert SECRET not in text
    assert member.public_id not in text


def test_nothing_else_of_a_log_is_shown(account: Account) -> None:
    entries = [log.Entry(kind, data={"x": SECRET}) for kind in (*EXPORTED_TYPES, "new_kind")]
    made = make_conversation(("visitor", "Hello"), entries=entries)
    member = make_member(account, "agent")
    ConversationNote.objects.create(conversation=made, member=member, text=SECRET)
    shown = [one for one in seen(made) if one is not None]
    assert [one["type"] for one in shown] == [
        "message", "handoff_requested", "taken_over", "given_back", "meeting_rescheduled",
        "meeting_cancelled", "closed",
    ]  # fmt: skip
    assert SECRET not in json.dumps(shown)
    # The numbers skip; those of the log do not.
    assert Event.objects.count() == len(entries) + 1


def test_a_visit_is_of_the_visitors_own_conversation(account: Account) -> None:
    site = make_site()
    visitor = make_visitor(site, token="mine")
    old = make_conversation(("visitor", "a"), visitor=visitor, close=True)
    new = make_conversation(("visitor", "b"), visitor=visitor)
    other = make_conversation(("visitor", "c"), visitor=make_visitor(site, token="theirs"))

    def visit(token: str | None = "mine", key: str = site.key, **about: Any) -> visiting.Visit:
        asked = {"conversation": None, "origin": ORIGIN, "address": None, **about}
        return visiting.visit(key, token=token, **asked)

    assert (visit().conversation, visit().is_closed) == (new.public_id, False)
    assert visit(conversation=old.public_id).is_closed
    with pytest.raises(NotFound):
        visit(conversation=other.public_id)
    with pytest.raises(NotFound):
        visit(key="pk_other")
    with pytest.raises(Unauthenticated):
        visit("made up")
    with pytest.raises(Unauthenticated):
        visit(None)
    for origin in (None, "https://evil.example"):
        with pytest.raises(Denied):
            visit(origin=origin)
    second = make_site("second.example")
    with pytest.raises(Unauthenticated):
        visit(key=second.key)
