"""A conversation as a readable dialogue (PRODUCT 1.4): pure functions, no database.

    [09:22 AM] Synaptiq: Hi! I noticed you're checking out our pricing page...
    [09:23 AM] Jane: Yeah, I'm trying to figure out which plan fits a team of 50.

A line that begins with a bracket, an asterisk or `#` is always ours: every further line of what
somebody wrote is indented, at any line break that Unicode knows, and no name can hold what a line
is made of. So nobody can write a turn that was not theirs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from synaptiq.conversations.naming import JOINERS, TEAM, clean_name, first_name, person

VISITOR, AGENT = "Visitor", "Synaptiq"
INDENT = "    "


def lines(
    messages: Iterable[Mapping[str, Any]],
    zone: ZoneInfo,
    names: Mapping[str, str],
    *,
    dated: bool = False,
) -> Iterator[str]:
    """The lines of a transcript, without line ends. A message has sender, content, `at` (as files
    show moments) and, where a person wrote it, the `name` that they gave themselves.

    `names` are those of the senders ai and visitor. `dated`: a line when the day changes.
    """
    day: date | None = None
    for message in messages:
        at = datetime.fromisoformat(message["at"]).astimezone(zone)
        if dated and at.date() != day:
            day = at.date()
            yield f"# {day.isoformat()}"
        sender = message["sender"]
        if sender == "system":
            head = "*"
        else:
            name = person(message["name"]) if sender == "agent" else names[sender]
            head = f"[{clock_of(at)}] {name}:"
        first, *further = message["content"].splitlines() or [""]
        yield f"{head} {first}"
        yield from (INDENT + line for line in further)


def clock_of(at: datetime) -> str:
    """`09:22 AM`."""
    return f"{at.hour % 12 or 12:02}:{at.minute:02} {'AM' if at.hour < 12 else 'PM'}"


def names_of(
    agent: str | None, lead: str | None, persons: Iterable[str | None] = ()
) -> dict[str, str]:
    """What the agent and the visitor are called in a transcript, of the agent's configured name and
    the lead's. A lead who took the agent's name, the team's, or that of one of the `persons` who
    wrote in it, is not called by it."""
    ai = clean_name(agent or "") or AGENT
    visitor = first_name(lead)
    others = (person(name) for name in persons)
    taken = {_folded(name) for name in (ai, ai.split(" ")[0], TEAM, AGENT, *others)}
    return {"ai": ai, "visitor": VISITOR if not visitor or _folded(visitor) in taken else visitor}


def _folded(name: str) -> str:
    """As a reader takes it: letters of other widths, and joiners, are the same to them."""
    plain = unicodedata.normalize("NFKC", name).translate(dict.fromkeys(map(ord, JOINERS)))
    return plain.casefold()


def as_text(found: Sequence[str]) -> str:
    return "".join(line + "\n" for line in found)
