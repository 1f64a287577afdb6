"""The spreadsheet guard: no exported value may be taken for a formula.

Excel, LibreOffice and Google Sheets evaluate a cell that begins with `= + - @` (or a tab or line
break that they drop first), also after blanks and zero-width characters, also in full-width
form. Such a value gets a leading `'`. A value that is a phone number or a plain number as a
whole stays as it is, since nobody wants `'+1-555-0123`.

The rule is written once in Python and once as SQL, built from the same lists below; one table of
cases (`tests/kit/guard_cases.py`) drives the tests of both. Source: OWASP, "CSV Injection".
"""

from __future__ import annotations

import re

# Skipped before the first character counts: blanks, then zero-width and format characters.
LEADING = (
    "\u0020\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e"
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f"
    "\u3164\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f"
    "\ufeff\uffa0"
)
TRIGGERS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
# Phone numbers and plain numbers; `[0-9]` and `\A \Z`, so no other script's digits, no 2nd line.
EXEMPT = r"[+-]?[0-9][0-9 ().-]*(x[0-9]+)?"


def _class(characters: str) -> str:
    """A regular-expression class of these characters, spelled alike for Python and PostgreSQL."""
    return "[" + "".join(f"\\u{ord(c):04x}" for c in characters) + "]"


DANGEROUS = f"^{_class(LEADING)}*{_class(TRIGGERS)}"
_dangerous = re.compile(r"\A" + DANGEROUS[1:])
_exempt = re.compile(rf"\A{EXEMPT}\Z")


def guard(value: str) -> str:
    """`value`, with a leading apostrophe when a spreadsheet could take it for a formula."""
    if _dangerous.match(value) and not _exempt.match(value):
        return "'" + value
    return value


# The same as SQL; a migration makes the function from this text. PostgreSQL's `^` is the start of
# the whole value, since newline-sensitive matching is off by default.
SQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION synaptiq_guard(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN value ~ '{DANGEROUS}' AND value !~ '\\A{EXEMPT}\\Z'
              THEN '''' || value ELSE value END
$$
"""
