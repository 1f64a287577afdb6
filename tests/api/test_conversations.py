"""Reading conversations by API key: the objects of an export, in an order that misses nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from synaptiq.accounts.models import Account, APIKeyReads
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import log
from synaptiq.conversations.models import Conversation
from synaptiq.exports import queries as exports
from synaptiq.exports.models import RestrictedField
from synaptiq.leads.models import Lead
from tests.api.conftest import Caller, assert_problem
from tests.conftest import make_account
from tests.conversations.making import make_conversation

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
PATH = "/api/v1/conversations"
Make = Callable[..., Caller]


@pytest.fixture
def three(account: Account) -> list[Conversation]:
    lead = Lead.objects.create(email="jane@acme.com")
    return [
        make_conversation(
            ("ai", "Hi"), ("visitor", f"Hello {n}"), at=NOON + timedelta(hours=n), lead=lead,
            entries=[log.Entry("taken_over"), log.message("agent", "Alex")], close=n == 0,
        )
        for n in range(3)
    ]  # fmt: skip


def test_pages_are_the_objects_of_an_export(three: list[Conversation], caller: Make) -> None:
    admin = caller("admin")
    first = admin.get(PATH, {"limit": "2"})
    assert [one["conversation_id"] for one in first.json()["data"]] == [
        one.public_id for one in three[:2]
    ]
    second = admin.get(PATH, {"limit": "2", "cursor": first.json()["next_cursor"]}).json()
    assert [one["conversation_id"] for one in second["data"]] == [three[2].public_id]
    assert second["next_cursor"] is None
    objects = exports.objects("conversations", [one.public_id for one in three[:2]])
    assert first.content.startswith(b'{"data":[' + b",\n".join(objects) + b"],")
    read = APIKeyReads.objects.get()
    assert (read.dataset, read.rows, read.requests) == ("conversations", 3, 2)


def test_the_filters_are_those_of_the_list(three: list[Conversation], caller: Make) -> None:
    found = caller("admin").get(PATH, {"state": "closed"}).json()["data"]
    assert [one["conversation_id"] for one in found] == [three[0].public_id]
    assert_problem(caller("admin").get(PATH, {"nothing": "x"}), 422, "unknown_filter", "nothing")


def test_one_conversation_has_what_was_said_and_happened(
    three: list[Conversation], caller: Make
) -> None:
    answer = caller("viewer").get(f"{PATH}/{three[0].public_id}")
    assert answer.content == exports.objects("conversations", [three[0].public_id])[0]
    one = answer.json()
    assert (one["lead_email"], one["message_count"]) == ("jane@acme.com", 3)
    assert [event["type"] for event in one["events"]] == ["taken_over"]
    for unknown in ("conv_nothere", "lead_8f3a2b"):
        assert_problem(caller("viewer").get(f"{PATH}/{unknown}"), 404, "not_found")


def test_messages_come_after_the_last_that_one_has(three: list[Conversation], caller: Make) -> None:
    path = f"{PATH}/{three[1].public_id}/messages"
    admin = caller("admin")
    first = admin.get(path, {"limit": "2"}).json()
    assert [(one["seq"], one["sender"], one["content"]) for one in first["data"]] == [
        (1, "ai", "Hi"), (2, "visitor", "Hello 1"),
    ]  # fmt: skip
    assert first["data"][0]["timestamp"] == "2026-03-15T13:00:00Z"
    assert first["next_after_seq"] == 2
    # The event between has a number, and is no message.
    rest = admin.get(path, {"after_seq": "2"}).json()
    assert ([one["seq"] for one in rest["data"]], rest["next_after_seq"]) == ([4], None)
    assert admin.get(path, {"after_seq": "4"}).json() == {"data": [], "next_after_seq": None}
    assert_problem(admin.get(path, {"after_seq": "-1"}), 422, "invalid", "after_seq")


def test_what_is_restricted_does_not_come_out_as_messages(
    three: list[Conversation], caller: Make
) -> None:
    RestrictedField.objects.create(dataset="conversations", column="messages")
    path = f"{PATH}/{three[1].public_id}/messages"
    assert {one["content"] for one in caller("admin").get(path).json()["data"]} == {"[REDACTED]"}
    assert b"Hello" not in caller("admin").get(PATH).content


def test_those_of_another_account_are_not_found(account: Account, caller: Make) -> None:
    other = make_account("Other")
    with acting_for(other.pk):
        theirs = make_conversation(("visitor", "theirs"))
    admin = caller("admin")
    assert admin.get(PATH).json()["data"] == []
    for path in (f"{PATH}/{theirs.public_id}", f"{PATH}/{theirs.public_id}/messages"):
        assert_problem(admin.get(path), 404, "not_found")


def test_the_document_names_what_is_answered(three: list[Conversation], caller: Make) -> None:
    schemas = Client().get("/api/v1/openapi.json").json()["components"]["schemas"]
    admin, one = caller("admin"), f"{PATH}/{three[0].public_id}"
    for schema, answer in (
        ("ConversationPage", admin.get(PATH)),
        ("Conversation", admin.get(one)),
        ("MessagePage", admin.get(f"{one}/messages")),
    ):
        assert list(json.loads(answer.content)) == list(schemas[schema]["properties"]), schema
    said = json.loads(admin.get(one).content)["messages"][0]
    assert list(said) == list(schemas["Said"]["properties"])
