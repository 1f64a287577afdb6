"""Every case of Nicolas Seriot's JSONTestSuite, at each address of the chat that takes JSON."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from synaptiq.api.chat.messages import LONGEST_BODY
from tests import shared
from tests.api.chat.conftest import Browser
from tests.api.conftest import assert_problem

ADDRESSES = (
    "messages", "person", "activity", "greetings/seen", "identify", "transcript", "erase",
)  # fmt: skip
ANSWERS = {"y": (200, 202, 204, 422), "n": (400,), "i": (400, 422)}


@pytest.mark.parametrize("what", ADDRESSES)
def test_what_is_json_is_read_and_what_is_none_is_a_400_problem(
    browser: Browser, what: str
) -> None:
    cases = sorted(shared.data("jsontestsuite/test_parsing").glob("*.json"))
    assert len(cases) == 318
    conversation = browser.say("Hi").json()["conversation_id"]
    for path in cases:
        kind = path.name[0]
        answer = browser.post(what, path.read_bytes())
        if path.stat().st_size > LONGEST_BODY:
            assert_problem(answer, 413, "too_large")
            continue
        assert answer.status_code in ANSWERS[kind], (path.name, answer.content)
        if kind == "n":
            assert_problem(answer, 400, "malformed")
    if what == "erase":
        return
    # None of them was heard.
    assert json.loads(browser.say("Still there").content)["conversation_id"] == conversation


def test_each_text_is_read_rightly_as_a_message(browser: Browser, settings: Any) -> None:
    settings.CHAT_LIMIT = 1_000
    cases = sorted(shared.data("jsontestsuite/test_parsing").glob("*_string_*.json"))
    assert len(cases) == 99
    heard = 0
    for path in cases:
        case = path.read_bytes().strip()
        if not (case.startswith(b"[") and case.endswith(b"]")):
            continue
        body = b'{"client_message_id":"%s","text":%s}' % (str(uuid4()).encode(), case[1:-1])
        answer = browser.post("messages", body)
        allowed = {"y": (202, 422), "n": (400, 422), "i": (202, 400, 422)}[path.name[0]]
        assert answer.status_code in allowed, (path.name, answer.content)
        heard += answer.status_code == 202
    assert heard > 30
