"""Talking with the agent by hand, as `synaptiq chat` does without a script.

What others say is shown as it comes, also while a line is waited for; where input is no terminal,
before the next line is sent.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from synaptiq.kit.localtime import is_timezone
from synaptiq.terminal.saying import data, say, standard_output
from synaptiq.terminal.visiting import Entry, Visitor

# Between two looks at what has come, while nothing is typed.
_LOOK_SECONDS = 0.1
_FORM = "form"
_MOST_TIMES = 6

# What a number stands for: its words, and the reply that it sends.
Offered = tuple[str, Any]


def talk(visitor: Visitor) -> None:
    """Until the input ends, or the conversation is closed."""
    name, text = visitor.greeting()
    show({"type": "message", "sender": "ai", "name": name, "text": text})
    offered: list[Offered] = []
    fields: list[str] = []
    while not visitor.is_closed:
        line = _line(visitor, "You: ")
        if line is None:
            return
        said = _meant(visitor, line, offered, fields)
        if said is None:
            continue
        offered, fields = [], []
        for one in visitor.say(said):
            show(one)
            offered = [(text, text) for text in one.get("quick_replies", ())] or offered
            if "slots" in one:
                offered = _times(visitor)
            fields = one.get("form", {}).get("fields") or fields
        if offered:
            data("   ".join(f"[{n}] {words}" for n, (words, _) in enumerate(offered, 1)))
        if fields:
            data(f"[{_FORM}] {' and '.join(fields)}, each by itself")


def show(one: Entry) -> None:
    """An entry of the log, as a line."""
    if one["type"] == "message":
        name = "You" if one["sender"] == "visitor" else one.get("name") or "Synaptiq"
        data(f"{name}: {one['text']}")
        if "meeting" in one:
            data(f"* to move or cancel it: {one['meeting']['manage_url']}")
    else:
        data(f"* {one['type'].replace('_', ' ')}")


def _times(visitor: Visitor) -> list[Offered]:
    """The first free times of a meeting, on the clocks of this machine."""
    zone = _zone()
    found: list[Offered] = []
    for start in visitor.free_times(zone)[:_MOST_TIMES]:
        local = datetime.fromisoformat(start).astimezone(ZoneInfo(zone))
        found.append((f"{local:%a %-d %b, %H:%M}", {"slot": {"starts_at": start, "zone": zone}}))
    return found


def _zone() -> str:
    """The zone of this machine, as far as it says so; else UTC."""
    set_up = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    known = (name for name in (os.environ.get("TZ", ""), set_up) if is_timezone(name))
    return next(known, "UTC")


def _meant(
    visitor: Visitor, line: str, offered: Sequence[Offered], fields: Sequence[str]
) -> dict[str, Any] | None:
    """What a line sends: the text, the quick reply or the time of that number, or the form once its
    fields are typed; None for nothing."""
    if fields and line.lower() == _FORM:
        form = {}
        for field in fields:
            given = _line(visitor, f"{field.capitalize()}: ")
            if given is None:
                return None
            if given:
                form[field] = given
        return {"reply": {"form": form}} if form else None
    if line.isdecimal() and len(line) < 3 and 1 <= int(line) <= len(offered):
        return {"reply": offered[int(line) - 1][1]}
    return {"text": line} if line else None


def _line(visitor: Visitor, prompt: str) -> str | None:
    """What is typed; None where the input ended, or the conversation was closed meanwhile."""
    _ask(prompt)
    # A terminal gives whole lines, so that none waits where `select` does not see it.
    while sys.stdin.isatty() and not select.select([sys.stdin], [], [], _LOOK_SECONDS)[0]:
        if found := visitor.news():
            data("")
            for one in found:
                show(one)
            if visitor.is_closed:
                return None
            _ask(prompt)
    typed = sys.stdin.readline()
    if not typed:
        say("")
        return None
    for one in visitor.news():
        show(one)
    if visitor.is_closed:
        say("The conversation has ended; that was not sent.")
        return None
    return typed.strip()


def _ask(prompt: str) -> None:
    with standard_output() as output:
        output.write(prompt)
        output.flush()
