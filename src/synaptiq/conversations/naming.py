"""What people are called to a visitor and in transcripts: pure functions, no database."""

from __future__ import annotations

import unicodedata

# A person without a name that could be said.
TEAM = "Team"
# What looks like the brackets and the colon of a line, in every width. Punctuation that opens or
# closes is found by its category.
_COLONS = ":\uff1a\ufe55\ufe13\u2236\ua789\u02d0\u05c3\u0589"
# Joiners shape letters in some scripts; other format characters (directions among them) go.
JOINERS = "\u200c\u200d"


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
    return c if category != "Cf" or c in JOINERS else ""
