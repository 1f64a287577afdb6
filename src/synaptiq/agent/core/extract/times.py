"""Times of the day in a message: only to keep the other rules away from their digits."""

from __future__ import annotations

import re

_PART = r"(?:in\s+the\s+)?(?:morning|afternoon|evening|night|noon)"
_TIMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\w$€£.,])\d{1,2}(?:[:.h ]\d\d)?\s?(?:a\.?m\b|p\.?m\b)\.?",
        r"(?<![\w$€£.,:])\d{1,2}:\d\d(?![\d:])",
        rf"(?<![\w$€£.,])\d{{1,2}}(?:[: ]\d\d)?\s+(?:{_PART}|o'?clock)\b",
        # "18 45"; but "2 500" has three digits behind the blank, and "5 10" may be anything.
        r"(?<![\w$€£.,-])(?:[01]?\d|2[0-3]) (?:[0-5]\d)(?![\w%.,]*\d)"
        rf"(?=\s*(?:$|[.,;!?]|under\b|for\b|{_PART}|i\b|on\b|today|tomorrow))",
        rf"\b(?:\d{{1,2}}|quarter|half|five|ten|twenty)\s+(?:past|to)\s+\d{{1,2}}\s+{_PART}\b",
        r"\b(?:quarter|half)\s+(?:past|to)\s+\d{1,2}\b",
        r"\b\d{1,2}\s+past\s+\d{1,2}\b",
        r"(?<!'re )(?<!are )(?<!is )(?<!currently )\bat\s+(?:around\s+|about\s+)?(?:[01]?\d|2[0-4])"
        r"(?=\s*(?:$|[.,;!?]))",
        r"\b(?:open|opening|hours)\b[^.!?\d]{0,24}\d{1,2}\s*(?:-|–|to|until|till)\s*\d{1,2}\b",
        r"\b(?:later|earlier)\s+than\s+\d{1,2}\b(?=\s*(?:$|[.,;!?]))",
    )
)
# "25 to 7": a range goes up.
_TO = re.compile(r"(?<![\w$€£.,])(\d{1,2})\s+to\s+(\d{1,2})(?![\w.,]*\d)")


def find(text: str) -> list[tuple[int, int]]:
    """The spans of characters, some perhaps over each other."""
    spans = [match.span() for pattern in _TIMES for match in pattern.finditer(text)]
    spans += [m.span() for m in _TO.finditer(text) if int(m[1]) > int(m[2])]
    return spans
