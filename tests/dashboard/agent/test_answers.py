"""Agent > Answers as pages without script: trying, adding, editing and deleting them."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from synaptiq.agent.models import Answer
from tests.dashboard.markup import assert_strict_csp

PATH = "/admin/agent"


def test_answers_are_tried(client: Client, account: Any) -> None:
    assert "No answers yet" in client.get(f"{PATH}/answers").text
    client.post(f"{PATH}/answers/new", {"question": "What does it cost?", "answer": "49 €\nNet."})
    page = client.get(f"{PATH}/answers", {"ask": "how much does it cost"}).text
    assert '<p class="answer" dir="auto">49 €<br>Net.</p>' in page
    assert "Answered" in page
    page = client.get(f"{PATH}/answers", {"ask": "do you ship to Norway"}).text
    assert "does not know" in page
    assert_strict_csp(page)


def test_answers_are_edited_and_deleted(client: Client, account: Any) -> None:
    one = Answer.objects.create(question="q", answer="a")
    path = f"{PATH}/answers/{one.public_id}"
    assert client.post(path, {"question": " ", "answer": "b"}).status_code == 422
    shown = re.search(r'name="was" value="([0-9a-f]+)"', client.get(path).text)
    assert shown
    client.post(path, {"question": "q", "answer": "b", "was": shown[1]})
    assert Answer.objects.get().answer == "b"
    # Another tab, opened before that.
    late = client.post(path, {"question": "q", "answer": "c", "was": shown[1]})
    assert late.status_code == 422
    assert "Somebody changed this answer meanwhile." in late.text
    assert f'name="was" value="{shown[1]}"' in late.text
    assert Answer.objects.get().answer == "b"
    assert "Delete this answer?" in client.get(f"{path}/delete").text
    client.post(f"{path}/delete")
    assert not Answer.objects.exists()
