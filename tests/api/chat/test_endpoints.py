"""What a visitor's browser sends, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from synaptiq.api.chat import asking
from synaptiq.conversations.models import ChatCounter, Conversation, Event
from synaptiq.kit import clock
from synaptiq.kit.errors import Unauthenticated
from synaptiq.sites.models import Visitor
from tests.api.chat.client import Client
from tests.api.chat.conftest import Browser
from tests.api.conftest import assert_problem

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def test_a_first_message_gets_a_token_and_the_next_does_not(browser: Browser) -> None:
    first = browser.say()
    assert first.status_code == 202
    assert list(first.json()) == ["conversation_id", "turn_id", "seq", "visitor_token"]
    second = browser.say("More", conversation_id=first.json()["conversation_id"])
    assert list(second.json()) == ["conversation_id", "turn_id", "seq"]
    assert second.json()["seq"] == 2
    assert (second["RateLimit-Policy"], second["RateLimit"][:12]) == (
        '"minute";q=60;w=60', '"minute";r=5',
    )  # fmt: skip


def test_the_same_message_again_gives_the_same_answer(browser: Browser) -> None:
    body = {"client_message_id": str(uuid4()), "text": "Hello"}
    first = browser.post("messages", body).json()
    browser.token = ""
    assert browser.post("messages", body).json() == first
    assert Event.objects.count() == 1


def test_what_the_browser_says_of_itself_is_kept(browser: Browser) -> None:
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148"
    body = {"client_message_id": str(uuid4()), "text": "Hi", "page_url": "https://acme.example/p"}
    browser.post("messages", body, user_agent=phone, accept_language="de-AT,de;q=0.9")
    made = Conversation.objects.get()
    assert (made.device, made.language, made.page_url) == (
        "phone", "de-AT", "https://acme.example/p",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "content", "data"),
    [
        ("11-50 people", "11-50 people", {"reply": "11-50 people"}),
        (
            {"form": {"email": "ann@acme.com", "name": " Ann  Lee "}},
            "Name: Ann Lee\nEmail: ann@acme.com",
            {"form": {"email": "ann@acme.com", "name": "Ann Lee"}},
        ),
    ],
)
def test_a_reply_is_a_message_with_its_data(
    browser: Browser, reply: Any, content: str, data: Any
) -> None:
    body = {"client_message_id": str(uuid4()), "reply": reply}
    assert browser.post("messages", body).status_code == 202
    event = Event.objects.get()
    assert event.content == content
    assert {key: value for key, value in event.data.items() if key != "turn"} == data


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"text": ""}, "text"), ({"text": " \u200b"}, "text"), ({"text": "x" * 4001}, "text"),
        ({"text": None}, "text"), ({"reply": "both"}, "text"), ({"text": 5}, "text"),
        ({"client_message_id": "5"}, "client_message_id"), ({"more": 1}, "more"),
        ({"client_message_id": "00000000-0000-0000-0000-000000000001"}, "client_message_id"),
        ({"page_url": "javascript:alert(1)"}, "page_url"),
        ({"page_url": "https://" + "x" * 2000}, "page_url"),
        ({"text": None, "reply": {"form": {"iban": "DE"}}}, "reply"),
        ({"text": None, "reply": {"form": {}}}, "reply"),
        ({"conversation_id": "c" * 61}, "conversation_id"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(browser: Browser, change: dict[str, Any], param: str) -> None:
    body = {"client_message_id": str(uuid4()), "text": "Hello", **change}
    answer = browser.post("messages", body)
    assert_problem(answer, 422, "invalid", param)
    assert answer["Access-Control-Allow-Origin"] == browser.origin
    assert not Visitor.objects.exists()


@pytest.mark.parametrize(
    ("change", "param", "detail"),
    [
        ({"text": "\u200b"}, "text", "text: is blank."),
        ({"text": None, "reply": 5}, "reply", "reply: Input should be a valid string."),
        ({"text": None, "reply": " "}, "reply", "reply: is blank."),
        ({"text": None, "reply": {"form": {"email": 5}}}, "reply.form.email",
         "reply.form.email: Input should be a valid string."),
        ({"text": None, "reply": {"from": {}}}, "reply.form",
         "reply.form: Field required. reply.from: Extra inputs are not permitted."),
        ({"text": None, "reply": {"form": {"name": "b" * 301}}}, "reply.form.name",
         "reply.form.name: String should have at most 300 characters."),
    ],
)  # fmt: skip
def test_a_refusal_speaks_of_the_request_alone(
    browser: Browser, change: dict[str, Any], param: str, detail: str
) -> None:
    body = {"client_message_id": str(uuid4()), "text": "Hello", **change}
    answer = browser.post("messages", body)
    assert_problem(answer, 422, "invalid", param)
    assert answer.json()["detail"] == detail


def test_a_visitor_is_not_asked_to_sign_in(browser: Browser) -> None:
    browser.token = "vt_unknown"
    for answer in (browser.say(), browser.post("close", {})):
        assert answer.status_code == 401
        assert answer.json()["title"] == "The visitor is not known"


def test_a_field_that_stands_twice_is_named(browser: Browser) -> None:
    body = f'{{"client_message_id": "{uuid4()}", "text": "One", "text": "Two"}}'
    answer = browser.post("messages", body.encode())
    assert_problem(answer, 422, "invalid", "text")
    assert answer.json()["detail"] == "text: stands twice in one object; send it once."
    assert not Visitor.objects.exists()


def test_four_thousand_characters_of_any_script_pass(browser: Browser) -> None:
    text = "🦄" * 4000
    body = f'{{"client_message_id": "{uuid4()}", "text": "{text}"}}'
    assert browser.post("messages", body.encode()).status_code == 202
    assert Event.objects.get().content == text


def test_a_body_above_sixteen_kilobytes_is_refused(browser: Browser) -> None:
    answer = browser.post("messages", b'{"text": "' + b"x" * 16_384 + b'"}')
    assert_problem(answer, 413, "too_large")
    assert "16,384" in answer.json()["detail"]


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null"])
def test_a_foreign_page_writes_nothing_and_reads_nothing(
    elsewhere: Callable[[str | None], Browser], browser: Browser, origin: str | None
) -> None:
    foreign = elsewhere(origin)
    answer = foreign.say()
    assert_problem(answer, 403, "origin_not_allowed")
    assert "Access-Control-Allow-Origin" not in answer
    assert answer["Vary"] == "Origin"
    browser.say()
    foreign.token = browser.token
    for what in ("close", "person", "typing", "activity"):
        assert_problem(foreign.post(what, {}), 403, "origin_not_allowed")
    assert Conversation.objects.get().last_seq == 1
    assert (Visitor.objects.count(), ChatCounter.objects.get().count) == (1, 1)
    if origin:
        assert_problem(foreign.get("greeting"), 403, "origin_not_allowed")


def test_a_preflight_is_answered_for_its_own_origins(
    browser: Browser, elsewhere: Callable[[str | None], Browser]
) -> None:
    asks = {
        "access_control_request_method": "POST",
        "access_control_request_headers": "authorization,content-type",
    }
    answer = browser.options("messages", **asks)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Access-Control-Allow-Origin"] == browser.origin
    assert "Authorization" in answer["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer
    assert answer["Vary"] == "Origin"
    refused = elsewhere("https://evil.example").options("messages", **asks)
    assert_problem(refused, 403, "origin_not_allowed")
    assert "Access-Control-Allow-Origin" not in refused
    assert browser.options("events", **asks).status_code == 204


def test_a_page_may_read_what_it_is_told(browser: Browser) -> None:
    answer = browser.say()
    assert answer["Access-Control-Allow-Origin"] == browser.origin
    assert "RateLimit" in answer["Access-Control-Expose-Headers"]
    assert answer["Cache-Control"] == "private, no-store"
    browser.token = "vt_unknown"
    refused = browser.say()
    assert_problem(refused, 401, "visitor_token_unknown")
    assert refused["Access-Control-Allow-Origin"] == browser.origin


def test_an_api_key_is_no_visitor(browser: Browser) -> None:
    browser.token = "sk_syn_something"
    assert_problem(browser.say(), 401, "visitor_token_unknown")
    with pytest.raises(Unauthenticated):
        asking.token_of("Basic dnRfeA==")


def test_an_unknown_site_or_conversation_is_not_found(browser: Browser) -> None:
    browser.say()
    assert_problem(browser.say(conversation_id="conv_other"), 404, "not_found")
    assert_problem(browser.post("close", {"conversation_id": "conv_other"}), 404, "not_found")
    assert_problem(Browser("pk_nothere").say(), 404, "not_found")
    assert_problem(Browser("pk_nothere").get("greeting"), 404, "not_found")


def test_too_many_are_told_when_to_come_again(browser: Browser, settings: Any) -> None:
    settings.CHAT_LIMIT = 1
    with clock.freeze(NOON + timedelta(seconds=45)):
        browser.say()
        answer = browser.say()
    assert_problem(answer, 429, "rate_limited")
    assert (answer["Retry-After"], answer["RateLimit"], answer["RateLimit-Policy"]) == (
        "15", '"minute";r=0;t=15', '"minute";q=1;w=60',
    )  # fmt: skip


def test_what_is_no_message_has_a_limit_of_its_own(browser: Browser, settings: Any) -> None:
    settings.CHAT_LIMIT = 1
    with clock.freeze(NOON + timedelta(seconds=45)):
        browser.say()
        for _ in range(4):
            assert browser.post("activity", {}).status_code == 202
        assert browser.get("greeting").status_code == 200
        for answer in (browser.get("greeting"), browser.post("close", {})):
            assert_problem(answer, 429, "rate_limited")
            assert answer["Retry-After"] == "15"
    with clock.freeze(NOON + timedelta(minutes=1)):
        assert browser.get("greeting").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_what_is_no_address_of_the_chat_is_not_found(browser: Browser, method: str) -> None:
    for address in (f"{browser.site_key}/messages/", f"{browser.site_key}/nothing", "x/y/z"):
        answer = Client().generic(
            method, f"/api/v1/chat/{address}", headers={"origin": browser.origin or ""}
        )
        assert_problem(answer, 404, "not_found")


@pytest.mark.parametrize("key", ["pk_%00", "%00"])
def test_a_nul_in_the_key_is_an_unknown_site(key: str, browser: Browser) -> None:
    strange = Browser(key)
    assert_problem(strange.say(), 404, "not_found")
    assert_problem(strange.get("greeting"), 404, "not_found")
    assert_problem(strange.post("close", {}), 404, "not_found")
    asks = strange.options("messages", access_control_request_method="POST")
    assert_problem(asks, 404, "not_found")


def test_a_foreign_page_is_told_that_it_is_and_not_what_else_was_wrong(
    elsewhere: Callable[[str | None], Browser],
) -> None:
    for origin in (None, "https://evil.example"):
        for body in (b"{", b'{"text": "' + b"x" * 20_000 + b'"}', b"{}"):
            answer = elsewhere(origin).post("messages", body)
            assert_problem(answer, 403, "origin_not_allowed")
            assert "Access-Control-Allow-Origin" not in answer


def test_the_greeting_stands_first_where_it_was_answered(browser: Browser) -> None:
    with clock.freeze(NOON):
        shown = browser.get("greeting").json()
    assert list(shown) == ["text", "name", "quick_replies", "greeting"]
    with clock.freeze(NOON + timedelta(minutes=5)):
        assert browser.say(greeting=shown["greeting"]).json()["seq"] == 2
    made = Conversation.objects.get()
    assert (made.started_at, made.agent_name) == (NOON, shown["name"])
    assert made.agent_version.startswith("agv_")
    assert Event.objects.get(seq=1).content == shown["text"]


def test_an_old_or_made_up_greeting_is_left_out(browser: Browser) -> None:
    with clock.freeze(NOON):
        shown = browser.get("greeting").json()
    with clock.freeze(NOON + timedelta(minutes=31)):
        assert browser.say(greeting=shown["greeting"]).json()["seq"] == 1
    assert Browser(browser.site_key).say(greeting="made:up").json()["seq"] == 1


def test_typing_changes_nothing(browser: Browser) -> None:
    here = browser.say().json()["conversation_id"]
    before = Conversation.objects.values().get()
    answer = browser.post("typing", {"conversation_id": here})
    assert (answer.status_code, answer.json()) == (202, {"conversation_id": here})
    assert Conversation.objects.values().get() == before
    assert Event.objects.count() == 1
    assert_problem(browser.post("typing", {"text": "Hell"}), 422, "invalid", "text")
    assert_problem(browser.post("typing", {"conversation_id": "conv_x"}), 404, "not_found")


def test_a_visitor_asks_for_a_person_tells_of_activity_and_ends(browser: Browser) -> None:
    here = browser.say().json()["conversation_id"]
    assert browser.post("person", {}).json() == {"conversation_id": here}
    told = {"active_seconds": 90, "scheduler_opened": True, "slot_picked": True}
    assert browser.post("activity", told).status_code == 202
    assert_problem(
        browser.post("activity", {"active_seconds": -1}), 422, "invalid", "active_seconds"
    )
    assert_problem(browser.post("activity", {"slot_picked": "yes"}), 422, "invalid", "slot_picked")
    made = Conversation.objects.get()
    assert (made.state, made.active_seconds, made.scheduler_opened, made.slot_picked) == (
        "pending_human", 90, True, True,
    )  # fmt: skip
    for _ in range(2):
        assert browser.post("close", {"conversation_id": here}).status_code == 202
    assert_problem(browser.post("person", {"conversation_id": here}), 409, "conflict")
    made.refresh_from_db()
    assert (made.state, made.closed_by) == ("closed", "visitor")


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("", None), ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/130", "desktop"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X)", "tablet"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Mobile Safari/537", "phone"),
        ("Mozilla/5.0 (Linux; Android 14; SM-X810) Safari/537", "tablet"),
    ],
)  # fmt: skip
def test_devices(agent: str, device: str | None) -> None:
    assert asking.device_of(agent) == device


def test_languages() -> None:
    assert asking.language_of("pt-BR,pt;q=0.9") == "pt-BR"
    assert asking.language_of("*") is None
    assert asking.language_of("'; drop") is None
