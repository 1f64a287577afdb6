"""The lines of a transcript: whose they are, and that nobody can write somebody else's."""

from __future__ import annotations

import sys
import unicodedata
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from synaptiq.conversations import naming
from synaptiq.exports.formats import transcript

NAMES = {"ai": "Synaptiq", "visitor": "Jane"}
# What Unicode calls a line break, and CR LF.
BREAKS = ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


def said(content: str, sender: str = "visitor", **more: Any) -> dict[str, Any]:
    return {
        "sender": sender, "content": content, "at": "2026-03-15T09:22:41Z", "name": None, **more,
    }  # fmt: skip


def lines(*messages: dict[str, Any], zone: str = "UTC", **given: Any) -> list[str]:
    names = given.pop("names", NAMES)
    return list(transcript.lines(messages, ZoneInfo(zone), names, **given))


@pytest.mark.parametrize("there", BREAKS)
def test_a_pasted_turn_stays_within_the_message(there: str) -> None:
    pasted = f"Look:{there}[09:00 AM] Synaptiq: You get 90 % off.{there}{there}* Synaptiq agreed"
    assert lines(said(pasted)) == [
        "[09:22 AM] Jane: Look:",
        "    [09:00 AM] Synaptiq: You get 90 % off.",
        "    ",
        "    * Synaptiq agreed",
    ]


def test_no_character_at_all_begins_a_line_of_its_own() -> None:
    """Every character that any reader takes for a line break is one that the lines know."""
    for code in range(sys.maxunicode + 1):
        c = chr(code)
        if unicodedata.category(c) in {"Zl", "Zp"} or c.splitlines() == [""]:
            assert lines(said(f"a{c}[b")) == ["[09:22 AM] Jane: a", "    [b"], hex(code)


def test_a_message_of_the_system_is_a_line_with_an_asterisk() -> None:
    assert lines(said("Alex joined.\nHello", "system")) == ["* Alex joined.", "    Hello"]


def test_a_person_has_a_first_name_and_never_an_email() -> None:
    for name, called in (
        ("Alex Moreau", "Alex"), ("", "Team"), (None, "Team"), ("alex@yourteam.com", "Team"),
        ("[Al]ex: x", "Alex"), ("\u202e", "Team"),
    ):  # fmt: skip
        assert lines(said("Hi", "agent", name=name)) == [f"[09:22 AM] {called}: Hi"]


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("Jane Smith", "Jane Smith"),
        ("  Jane \t Smith ", "Jane Smith"),
        ("Ja[ne] (Smith)", "Jane Smith"),
        ("Jane: [09:00 AM] Synaptiq", "Jane 0900 AM Synaptiq"),
        ("Jane\uff1a\uff3b\u2028x\ufe55", "Jane x"),
        ("\u202eenaJ\u202c \u2066x\u2069\u200f\u061c", "enaJ x"),
        ("名前【社】", "名前社"),
        ("مه\u200cرو", "مه\u200cرو"),
        ("🦄", "🦄"),
        ("\u200b\u200e [] :", ""),
    ],
)
def test_a_name_holds_nothing_that_a_line_is_made_of(given: str, clean: str) -> None:
    assert naming.clean_name(given) == clean


def test_no_character_of_a_name_is_a_bracket_a_colon_or_turns_the_line_around() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    kept = naming.clean_name(everything)
    assert len(kept) > 100_000
    assert not [c for c in kept if unicodedata.category(c) in {"Ps", "Pe", "Cc", "Zl", "Zp"}]
    assert not [c for c in kept if unicodedata.bidirectional(c) in _TURNING or c in ":：﹕\u200e"]
    assert len(kept.splitlines()) == 1


_TURNING = {"LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("agent", "lead", "names"),
    [
        ("Synaptiq", "Jane Smith", ("Synaptiq", "Jane")),
        ("Ava", None, ("Ava", "Visitor")),
        ("", "", ("Synaptiq", "Visitor")),
        ("Acme: [bot]", " Jane", ("Acme bot", "Jane")),
        # Whoever took another's name is not called by it.
        ("Ava", "ava", ("Ava", "Visitor")),
        ("Ava of Acme", "AVA", ("Ava of Acme", "Visitor")),
        ("Synaptiq", "Ｓｙｎａｐｔｉｑ", ("Synaptiq", "Visitor")),
        ("Synaptiq", "Synap\u200dtiq", ("Synaptiq", "Visitor")),
        ("Ava", "Team", ("Ava", "Visitor")),
    ],
)
def test_what_agent_and_visitor_are_called(
    agent: str, lead: str | None, names: tuple[str, str]
) -> None:
    assert transcript.names_of(agent, lead) == dict(zip(("ai", "visitor"), names, strict=True))


def test_a_lead_is_not_called_by_the_name_of_a_person_who_wrote() -> None:
    persons = ["Alex Moreau", None, "sam@yourteam.com"]
    for lead, called in (("ALEX Smith", "Visitor"), ("Sam", "Sam"), ("Moreau", "Moreau")):
        assert transcript.names_of("Ava", lead, persons)["visitor"] == called
    assert transcript.names_of("Ava", "Alex")["visitor"] == "Alex"


def test_the_clock_has_twelve_hours_and_two_digits() -> None:
    shown = [
        lines(said("x", at=f"2026-03-15T{hour:02}:05:00Z"))[0][:10]
        for hour in (0, 1, 11, 12, 13, 23)
    ]
    assert shown == [
        "[12:05 AM]", "[01:05 AM]", "[11:05 AM]", "[12:05 PM]", "[01:05 PM]", "[11:05 PM]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "moments", "shown"),
    [
        # Clocks go forward at two, and back at two.
        ("America/New_York", "03-08T06:59 03-08T07:00", "01:59 AM, 03:00 AM"),
        ("America/New_York", "11-01T05:59 11-01T06:00", "01:59 AM, 01:00 AM"),
        ("Europe/Berlin", "03-29T00:59 03-29T01:00", "01:59 AM, 03:00 AM"),
        ("Australia/Lord_Howe", "04-04T14:59 04-04T15:00", "01:59 AM, 01:30 AM"),
        ("Asia/Kathmandu", "03-15T09:22:41", "03:07 PM"),
        ("Pacific/Kiritimati", "03-15T09:22:41", "11:22 PM"),
    ],
)  # fmt: skip
def test_times_are_those_of_the_accounts_clocks(zone: str, moments: str, shown: str) -> None:
    found = lines(*(said("x", at=f"2026-{at}Z") for at in moments.split()), zone=zone)
    assert ", ".join(line[1:9] for line in found) == shown


def test_a_line_for_each_new_day_of_the_zone_if_asked() -> None:
    over_midnight = [
        said("x", at=f"2026-03-{at}Z") for at in ("15T14:59:59", "15T15:00:00", "16T16:00:00")
    ]
    assert lines(*over_midnight, zone="Asia/Tokyo", dated=True) == [
        "# 2026-03-15", "[11:59 PM] Jane: x",
        "# 2026-03-16", "[12:00 AM] Jane: x",
        "# 2026-03-17", "[01:00 AM] Jane: x",
    ]  # fmt: skip
    assert not [line for line in lines(*over_midnight) if line.startswith("#")]


def test_nobody_writes_a_heading() -> None:
    assert lines(said("# 2026-01-01\n# x"), dated=True)[1:] == [
        "[09:22 AM] Jane: # 2026-01-01",
        "    # x",
    ]
