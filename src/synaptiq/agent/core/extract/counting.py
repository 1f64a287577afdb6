"""Counting without a number: "a room", "no children", "my wife and I", "myself only".

Only for criteria whose nouns are written that way in the profile: "a room" counts one behind an
article, "my wife" one behind a possessive, and "myself" says that the visitor is one of those
counted. So a party is counted, and nobody's team is one because "a team" was mentioned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from synaptiq.agent.core.extract.numbers import Quantity
from synaptiq.agent.core.extract.tokens import Message

_ARTICLES = ("a", "an")
_BEFORE = frozenset(("a", "an", "another"))
_POSSESSIVES = frozenset(("my", "our", "his", "her"))
_STOPS = frozenset(".!?;,()") | {"and", "but", "or", "with", "for", "per", "to", "in"}
# Where somebody names themselves as one of several, or as the only one.
_SELF = re.compile(
    r"\b(?:me|myself|i)\s*(?:,|and|&|with)\s+(?:my|our|the|a)\b|\band\s+(?:me|myself)\b|"
    r"\b(?:my|our)\s+(?:\w+\s+){1,2}and\s+i\b|"
    r"\b(?:just|only|for)\s+(?:me|myself)\b|\b(?:me|myself)\s+(?:only|alone)\b|"
    r"\bi(?:'m|\s+am)\s+coming\s+(?:\w+\s+){0,3}with\s+my\b",
    re.IGNORECASE,
)
_NOT_SELF = re.compile(r"\bnot\s+(?:for\s+)?(?:me|myself)\b", re.IGNORECASE)
Nouns = Sequence[tuple[str, ...]]


def find(message: Message, nouns: Nouns) -> Iterator[Quantity]:
    """What is counted so, at most one of each kind: none, by articles, by persons."""
    articles = [noun[1:] for noun in nouns if noun[0] in _ARTICLES]
    if articles:
        yield from _none(message, nouns)
        yield from _by_article(message, articles)
    yield from _persons(message, nouns)


def _none(message: Message, nouns: Nouns) -> Iterator[Quantity]:
    for noun in nouns:
        for word in ("no", "without"):
            place = message.find((word, *noun))
            if place is not None:
                yield Quantity(0, 0, place, place + 1 + len(noun))
                return


def _by_article(message: Message, nouns: Nouns) -> Iterator[Quantity]:
    for noun in nouns:
        place = message.find(noun)
        if place is None:
            continue
        # Up to three words between: "a wheelchair friendly room".
        for first in range(place - 1, max(-1, place - 5), -1):
            word = message.tokens[first].text
            if word in _BEFORE:
                yield Quantity(1, 1, first, place + len(noun))
                return
            if not message.tokens[first].is_word or word in _STOPS:
                break


def _persons(message: Message, nouns: Nouns) -> Iterator[Quantity]:
    named = {noun[1:] for noun in nouns if noun[0] == "my" and len(noun) > 1}
    places: list[tuple[int, int]] = []
    for place, token in enumerate(message.tokens):
        for noun in named:
            last = place + 1 + len(noun)
            if message.find(noun, place + 1, last) != place + 1:
                continue
            # "My son and daughter": the second needs no word of its own.
            second = token.text == "and" and places and places[-1][1] == place
            if token.text in _POSSESSIVES or second:
                places.append((place, last))
    text = message.text.replace("’", "'")
    himself = _SELF.search(text) if ("myself",) in nouns else None
    if himself and _NOT_SELF.search(text):
        himself = None
    if himself is not None:
        at = [k for k, t in enumerate(message.tokens)
              if t.start < himself.end() and himself.start() < t.end]  # fmt: skip
        places.append((at[0], at[-1] + 1))
    if places:
        count = len(places)
        yield Quantity(count, count, min(a for a, _ in places), max(b for _, b in places))
