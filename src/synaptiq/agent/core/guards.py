"""What the agent may not say: amounts, discounts and promises that nobody has written, and links to
where nobody sent it.

`check` is the last thing that happens to a text, whoever phrased it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# An amount of money, a share, or words that bind.
_BINDING = re.compile(
    r"[$€£¥₹]\s?\d[\d.,]*\s?(?:k|m|million)?\b|\b\d[\d.,]*\s?(?:k\s?)?(?:usd|eur|gbp|chf|dollars?|euros?|"
    r"pounds?|francs?)\b|\b\d[\d.,]*\s?(?:%|percent\b)|\bdiscounts?\b|\bfor\s+free\b|\bfree\s+of\s+charge\b|"
    r"\bguarante\w+|\bpromis\w+|\brefunds?\b|\bmoney[\s-]back\b|\bno\s+cost\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"\b(?:https?://|www\.)([\w.-]+)\S*", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]*\s*", re.DOTALL)


def _normal(text: str) -> str:
    return re.sub(r"\s+", "", text).lower()


def unsupported(text: str, sources: Iterable[str]) -> list[str]:
    """The amounts, promises and links of `text` that none of `sources` holds word by word."""
    written = [_normal(source) for source in sources]
    said = [match.group() for match in (*_BINDING.finditer(text), *_LINK.finditer(text))]
    return [each for each in said if not any(_normal(each) in source for source in written)]


def check(text: str, sources: Iterable[str]) -> str:
    """`text` without the sentences that say what no source says; "" where nothing is left."""
    written = tuple(sources)
    if not unsupported(text, written):
        return text
    kept = [
        match.group()
        for match in _SENTENCE.finditer(text)
        if match.group() and not unsupported(match.group(), written)
    ]
    return "".join(kept).strip()
