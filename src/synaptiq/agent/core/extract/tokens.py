"""A message as words with their places; the ground on which the other rules stand.

Rules look at words, not at characters, so that "20" is never found inside "2020" or "B20".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from synaptiq.agent.core.extract.digits import TYPOS

# A number with its separators, a word with its apostrophes (the typographic one too), or one sign.
_TOKEN = re.compile(
    # "4,00,000" as it is written in India, before "4,000,000".
    r"\d{1,2}(?:,\d\d)+,\d{3}(?!,?\d)"
    r"|\d+(?:[.,'’ \u00a0\u202f](?=\d{3}(?!\d))\d{3})*(?:[.,]\d+)?"
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*"
    r"|\S"
)
# What ends a clause; a comma may stand within one ("in March, 2027").
_ASKING = frozenset((
    "is", "are", "does", "do", "can", "could", "will", "would", "ok", "right", "what", "how",
    "isn't", "doesn't", "what's",
))  # fmt: skip
_STRONG = frozenset(".!?;\n")


@dataclass(frozen=True)
class Token:
    """`text` in small letters with a plain apostrophe; `start`, `end` in the message."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()

    @property
    def is_number(self) -> bool:
        return self.text[0].isdigit()


@dataclass(frozen=True)
class Message:
    """A message and its tokens. `places`: word → where it stands, so that the hundreds of phrases
    of a profile are looked up and not searched for."""

    text: str
    tokens: tuple[Token, ...]
    places: Mapping[str, Sequence[int]]

    def quote(self, first: int, last: int) -> str:
        """The visitor's own words from token `first` to before token `last`."""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end]

    def words(self, first: int = 0, last: int | None = None) -> list[str]:
        return [token.text for token in self.tokens[first:last]]

    def clause(self, place: int) -> tuple[int, int]:
        """First and last (exclusive) token of the sentence in which token `place` stands."""
        at = bisect_left(self._ends, place)
        first = self._ends[at - 1] + 1 if at else 0
        return first, self._ends[at] if at < len(self._ends) else len(self.tokens)

    @cached_property
    def _ends(self) -> list[int]:
        """The tokens that end a sentence, looked for once."""
        return [place for place in range(len(self.tokens)) if self._is_end(place)]

    def _is_end(self, place: int) -> bool:
        token = self.tokens[place]
        if token.text in _STRONG or token.text == "—":
            return True
        if token.text in ("-", "–") and 0 < place < len(self.tokens) - 1:
            # " - " between words parts them; between numbers it makes a range.
            before, behind = self.tokens[place - 1], self.tokens[place + 1]
            if before.end < token.start and token.end < behind.start and before.is_word:
                return not before.is_number and behind.is_word
        # A line break is no token: it lies between two.
        following = self.tokens[place + 1].start if place + 1 < len(self.tokens) else None
        return following is not None and "\n" in self.text[token.end : following]

    def is_question(self, place: int) -> bool:
        _, last = self.clause(place)
        if last >= len(self.tokens) or self.tokens[last].text != "?":
            return False
        # "We start in May, is that a problem?" asks behind its last comma only.
        commas = [k for k in range(place, last) if self.tokens[k].text == ","]
        return not commas or self.tokens[commas[-1] + 1].text not in _ASKING

    def find(self, phrase: Sequence[str], first: int = 0, last: int | None = None) -> int | None:
        """Where `phrase`, a row of words, stands first between the tokens `first` and `last`."""
        return next(self.each(phrase, first, last), None)

    def each(self, phrase: Sequence[str], first: int = 0, last: int | None = None) -> Iterator[int]:
        """All places where it stands, in order."""
        end = len(self.tokens) if last is None else min(last, len(self.tokens))
        places = self.places.get(phrase[0], ())
        for at in range(bisect_left(places, first), len(places)):
            place = places[at]
            if place > end - len(phrase):
                return
            if all(self._is(word, place + step) for step, word in enumerate(phrase)):
                yield place

    def _is(self, word: str, place: int) -> bool:
        places = self.places.get(word, ())
        at = bisect_left(places, place)
        return at < len(places) and places[at] == place


def _as_meant(word: str) -> str:
    return TYPOS.get(word, word).replace("’", "'")


def read(text: str) -> Message:
    tokens = tuple(
        Token(_as_meant(found.group().lower()), found.start(), found.end())
        for found in _TOKEN.finditer(text)
    )
    places: dict[str, list[int]] = {}
    for place, token in enumerate(tokens):
        places.setdefault(token.text, []).append(place)
        # "The budget's gone up" speaks of the budget; "it's" is a word of its own.
        if token.text.endswith("'s") and len(token.text) > 5:
            places.setdefault(token.text[:-2], []).append(place)
    return Message(text, tokens, places)


@lru_cache(maxsize=4096)
def phrase(text: str) -> tuple[str, ...]:
    """A phrase of a profile as the row of words that `Message.find` looks for."""
    return tuple(token.text for token in read(text).tokens)
