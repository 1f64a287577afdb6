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

VISITOR, AGENT, TEAM = "Visitor", "Synaptiq", "Team"
INDENT = "    "
# What looks like the brackets and the colon of a line, in every width. Punctuation that opens or
# closes is found by its category.
_COLONS = ":\uff1a\ufe55\ufe13\u2236\ua789\u02d0\u05c3\u0589"
# Joiners shape letters in some scripts; other format characters (directions among them) go.
_JOINERS = "\u200c\u200d"


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


def names_of(agent: str | None, lead: str | None) -> dict[str, str]:
    """What the agent and the visitor are called in a transcript, of the agent's configured name and
    the lead's. A lead who took the agent's name, or the team's, is not called by it."""
    ai = clean_name(agent or "") or AGENT
    visitor = first_name(lead)
    taken = {_folded(name) for name in (ai, ai.split(" ")[0], TEAM, AGENT)}
    return {"ai": ai, "visitor": VISITOR if not visitor or _folded(visitor) in taken else visitor}


def person(name: str | None) -> str:
    """What a member is called: the first name, and never an email."""
    return TEAM if not name or "@" in name else first_name(name) or TEAM


def first_name(name: str | None) -> str:
    """The first word of a name, clean; nothing where there is none."""
    return clean_name(name or "").partition(" ")[0]


def clean_name(name: str) -> str:
    """A name without line breaks, brackets, colons and direction controls; runs of white space are
    one blank. Nothing, where nothing would be seen."""
    kept = "".join(_kept(c) for c in name)
    said = " ".join(kept.split())
    return said if any(unicodedata.category(c)[0] in "LNSP" for c in said) else ""


def _kept(c: str) -> str:
    if c in _COLONS:
        return ""
    category = unicodedata.category(c)
    if c.isspace() or category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    if category in {"Ps", "Pe", "Cs"} or c in "<>\uff1c\uff1e":
        return ""
    return c if category != "Cf" or c in _JOINERS else ""


def _folded(name: str) -> str:
    """As a reader takes it: letters of other widths, and joiners, are the same to them."""
    plain = unicodedata.normalize("NFKC", name).translate(dict.fromkeys(map(ord, _JOINERS)))
    return plain.casefold()


def as_text(found: Sequence[str]) -> str:
    return "".join(line + "\n" for line in found)
