"""What text may enter: one rule at every input, so that all export formats can agree later.

NUL is refused because PostgreSQL cannot hold it, lone surrogates because UTF-8 cannot. Control
characters other than tab and line breaks are removed: XML-based formats cannot carry them, and
no person typed them on purpose.
"""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_HEAP = re.compile(f"({_MARK}{{3}}){_MARK}+")


class TextError(ValueError):
    """The text cannot be stored; the message says why and what to do."""


def clean(value: str) -> str:
    """`value` without control characters (tab, LF, CR stay). TextError for NUL and surrogates."""
    if value.isprintable():
        # Nearly all text: none of what is looked for below counts as printable.
        return value
    if "\x00" in value:
        raise TextError("Remove the NUL character (U+0000): it cannot be stored.")
    if _SURROGATE.search(value):
        raise TextError("Remove the broken character (half of a surrogate pair): it is not text.")
    return _CONTROL.sub("", value)


def blank_to_none(value: str) -> str | None:
    """A blank field of a form or of an imported CSV is NULL, not the empty text."""
    return value if value.strip() else None


def one_line(value: str) -> str:
    """`clean`, with every run of white space (line breaks too) as one blank, trimmed."""
    return " ".join(clean(value).split())


def shortened(value: str, most: int) -> str:
    """At most `most` characters, for a cell: what is cut shows "…". Of marks that stand on one
    letter three are kept (no script needs more): a heap would be drawn over other lines."""
    drawn = _HEAP.sub(r"\1", unicodedata.normalize("NFC", value))
    return drawn if len(drawn) <= most else f"{drawn[: most - 1].rstrip()}…"


def is_letterless(value: str) -> bool:
    """Whether nothing of `value` would be seen: only blanks, format and combining characters."""
    return all(unicodedata.category(c) in {"Zs", "Zl", "Zp", "Cf", "Cc", "Mn"} for c in value)
