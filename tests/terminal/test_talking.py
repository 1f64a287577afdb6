"""Talking by hand: what others say comes while a line is waited for, and forms are filled in."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from synaptiq.terminal import talking
from synaptiq.terminal.visiting import Visitor
from tests.terminal.test_visiting import Played, entry, server, visitor

__all__ = ["server", "visitor"]


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], int]]:
    """A terminal as standard input; gives what types on it."""
    keyboard, terminal = os.openpty()
    with open(terminal, encoding="utf-8") as typed:
        monkeypatch.setattr("sys.stdin", typed)
        yield lambda text: os.write(keyboard, text.encode())
    os.close(keyboard)


def test_what_a_person_writes_is_shown_while_nothing_is_typed(
    server: Played, visitor: Visitor, types: Callable[[str], int],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    server.answers = [("conv_1", 1, None)]
    jane = entry(3, "agent", "Jane here") | {"name": "Jane"}
    server.logs["conv_1"] = [
        entry(1, "visitor"), entry(2, None, type="taken_over"), jane,
        entry(4, None, type="closed"),
    ]  # fmt: skip
    types("Hi\n")
    # No second line is typed, and the talk ends, since the conversation has.
    talking.talk(visitor)
    shown = capsys.readouterr().out.splitlines()
    said = [line for line in shown if line and not line.startswith("You: ")]
    assert said == ["Ada: Hello", "* taken over", "Jane: Jane here", "* closed"]


def test_what_is_typed_as_the_conversation_ends_goes_nowhere(
    server: Played, visitor: Visitor, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr("sys.stdin", io.StringIO("Hi\nAre you there?\n"))
    monkeypatch.setattr(visitor, "say", lambda said: server.sent.append(said) or [])
    ended = [entry(2, None, type="closed")]

    def news() -> list[dict[str, Any]]:
        if not server.sent:
            return []
        visitor.is_closed = True
        return ended

    monkeypatch.setattr(visitor, "news", news)
    talking.talk(visitor)
    assert server.sent == [{"text": "Hi"}]
    told = capsys.readouterr()
    assert "* closed" in told.out
    assert "was not sent" in told.err


def test_a_form_is_filled_in_field_by_field(
    server: Played, visitor: Visitor, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    form = entry(2, "ai", "Where can we reach you?") | {"form": {"fields": ["name", "email"]}}
    answers = [[form], [form], [entry(6, "ai")], []]
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(visitor, "say", lambda said: sent.append(said) or answers.pop(0))
    lines = "Hi", "FORM", "", "", "form", "Ann Lee", "ann@qualified.example", "No", "form", ""
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    talking.talk(visitor)
    # Nothing filled in is nothing sent; the third answer asks for no form.
    filled = {"form": {"name": "Ann Lee", "email": "ann@qualified.example"}}
    assert sent == [{"text": "Hi"}, {"reply": filled}, {"text": "No"}, {"text": "form"}]
    out = capsys.readouterr().out
    assert "[form] name and email, each by itself" in out
    assert "Email: " in out


def test_a_time_is_chosen_by_its_number(
    server: Played, visitor: Visitor, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    server.starts = [f"2026-03-16T{hour:02}:00:00Z" for hour in range(8, 16)]
    offer = entry(2, "ai", "Pick a time") | {"slots": {"minutes": 30, "name": "Priya"}}
    done = entry(4, "ai", "Booked") | {"meeting": {"manage_url": "https://x.example/m/1"}}
    answers = [[offer], [done], []]
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(visitor, "say", lambda said: sent.append(said) or answers.pop(0))
    monkeypatch.setattr("sys.stdin", io.StringIO("A demo\n2\n2\n"))
    talking.talk(visitor)
    slot = {"starts_at": "2026-03-16T09:00:00Z", "zone": "Asia/Kathmandu"}
    # What was offered before counts no more.
    assert sent == [{"text": "A demo"}, {"reply": {"slot": slot}}, {"text": "2"}]
    out = capsys.readouterr().out
    assert "[2] Mon 16 Mar, 14:45" in out
    assert "[7]" not in out
    assert "https://x.example/m/1" in out


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", ":/etc/localtime"])
def test_a_machine_that_names_no_zone_has_utc(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    monkeypatch.setattr("os.path.realpath", lambda path: "/etc/localtime")
    assert talking._zone() == "UTC"
