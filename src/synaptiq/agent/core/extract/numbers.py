"""Numbers in a message: digits and words, thousands, currency, ranges, "at least", "not 50".

`find` gives each with where it stands and what was said of it; what it is about, `reading` says.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from synaptiq.agent.core.extract import cues, digits
from synaptiq.agent.core.extract.tokens import Message, Token

_JOINERS = {"-", "–", "—", "to", "until", "or", "and", "through"}
# What makes an open range, and which end of it is said.
_AT_LEAST = (
    ("more", "than"), ("at", "least"), ("over",), ("above",), ("upwards", "of"), ("minimum",),
    ("min",), ("north", "of"), ("no", "less", "than"), ("not", "less", "than"), (">",),
    ("a", "minimum", "of"), ("no", "fewer", "than"), ("starting", "at"), ("exceeding",),
)  # fmt: skip
_AT_MOST = (
    ("less", "than"), ("fewer", "than"), ("at", "most"), ("under",), ("below",), ("up", "to"),
    ("maximum",), ("max",), ("no", "more", "than"), ("not", "more", "than"), ("<",),
    ("a", "maximum", "of"), ("within",), ("not", "over"), ("smaller", "than"),
)  # fmt: skip
_ABOUT = {"about", "around", "roughly", "approximately", "approx", "circa", "~", "maybe", "some",
          "almost", "nearly", "only", "just", "exactly", "say", "probably",
          "currently"}  # fmt: skip
# Words behind a number that make another kind of it.
_NO_QUANTITY = {"%", "percent", "pct", "am", "pm", "°", "th", "st", "nd", "rd", "x", "o'clock"}


# "nine hundred ninety-nine million nine hundred and ninety-nine thousand …" has no more.
_MOST_WORDS = 24


@dataclass(frozen=True)
class Quantity:
    """A number or range: tokens `first` to before `last`. `low` = `high` where it is one number; an
    open end is None. `negated`: said that it is not so. `marked`: "k", "million" or a currency
    stands at it."""

    low: float | None
    high: float | None
    first: int
    last: int
    currency: str | None = None
    negated: bool = False
    marked: bool = False

    @property
    def single(self) -> bool:
        return self.low == self.high


def _one(message: Message, place: int) -> Quantity | None:
    """The number that begins at token `place`, without what stands before it."""
    tokens = message.tokens
    token = tokens[place]
    for words, value in digits.PHRASES_FROM.get(token.text, ()):
        if message.words(place, place + len(words)) == list(words):
            return _times(message, Quantity(value, value, place, place + len(words)))
    if token.text == "a" and message.words(place + 1, place + 2) in (["hundred"], ["thousand"]):
        rest = _one(message, place + 1)
        return replace(rest, first=place) if rest else None
    if token.text in digits.WORDS:
        last, most = place, min(len(tokens), place + _MOST_WORDS)
        while last < most and _is_number_word(message, last):
            last += 1
        while last > place:
            spoken = digits.of_words(
                tuple(t.text for t in tokens[place:last] if t.text not in ("-", "–"))
            )
            if spoken is not None:
                return _times(message, Quantity(spoken, spoken, place, last))
            last -= 1
        return None
    if not token.is_number:
        return None
    number = digits.of_digits(token.text)
    if number is None:
        return None
    if _is_code(message, place):
        return None
    # Part of a word or a name: B2B, v2, #3, 24/7, 10x.
    if (
        place
        and tokens[place - 1].end == token.start
        and (tokens[place - 1].is_word or tokens[place - 1].text in "#/:_@.")
    ):
        return None
    return _times(message, Quantity(number, number, place, place + 1))


def _is_code(message: Message, place: int) -> bool:
    """Whether it is a part of a number that counts nothing: "INV-2025-0873", "555-0142", "007"."""
    tokens = message.tokens
    if _is_padded(tokens[place].text):
        return True
    before, behind = tokens[max(0, place - 2) : place], tokens[place + 1 : place + 3]
    if len(before) == 2 and _is_glued((*before, tokens[place])) and before[1].text in "-/_":
        name = message.text[before[0].start : before[0].end]
        return (name.isupper() and len(name) > 1) or (
            before[0].is_number and (_is_padded(before[0].text))
        )
    return (
        len(behind) == 2
        and _is_glued((tokens[place], *behind))
        and behind[0].text in "-/"
        and _is_padded(behind[1].text)
    )


def _is_padded(text: str) -> bool:
    return len(text) > 1 and text[0] == "0" and text.isdigit()


def _is_glued(tokens: Sequence[Token]) -> bool:
    return all(one.end == other.start for one, other in itertools.pairwise(tokens))


def _is_number_word(message: Message, place: int) -> bool:
    tokens = message.tokens
    if tokens[place].text in digits.WORDS:
        return True
    following = tokens[place + 1].text if place + 1 < len(tokens) else ""
    if tokens[place].text == "and":
        return following in digits.WORDS and tokens[place - 1].text in ("hundred", "thousand")
    # "twenty-five", but "ten-twenty" is a range.
    return (
        tokens[place].text == "-" and following in digits.WORDS
        and tokens[place - 1].text.endswith("ty") and (digits.of_words((following,)) or 99) < 10
    )  # fmt: skip


def _times(message: Message, found: Quantity) -> Quantity:
    """With "k", "million" and a currency behind it."""
    tokens, last, low, marked = message.tokens, found.last, found.low, found.marked
    while last < len(tokens) and low is not None:
        text = tokens[last].text
        glued = tokens[last].start == tokens[last - 1].end
        if text not in digits.TIMES or (text in ("m", "mm", "k") and not glued and text != "k"):
            break
        low, last, marked = low * digits.TIMES[text], last + 1, True
    currency = found.currency
    if last < len(tokens):
        text = tokens[last].text
        if text in digits.CURRENCIES or text in digits.SIGNS:
            currency = digits.CURRENCIES.get(text) or digits.SIGNS[text]
            last, marked = last + 1, True
    if low is not None and low == int(low):
        low = int(low)
    return replace(found, low=low, high=low, last=last, currency=currency, marked=marked)


def _signed(message: Message, place: int) -> Quantity | None:
    """`_one`, with a currency before it ("$", "USD")."""
    tokens = message.tokens
    text = tokens[place].text
    if place + 1 < len(tokens) and (
        text in digits.SIGNS or (text in digits.CURRENCIES and len(text) <= 3)
    ):
        dot = text == "rs" and tokens[place + 1].text == "." and place + 2 < len(tokens)
        found = _one(message, place + 1 + dot)
        if found is not None:
            currency = digits.SIGNS.get(text) or digits.CURRENCIES[text]
            return replace(found, first=place, currency=currency, marked=True)
    return _one(message, place)


def find(
    message: Message, taken: list[tuple[int, int]], held: frozenset[float] = frozenset()
) -> list[Quantity]:
    """All quantities, in order, without those inside `taken` (character spans of emails, phones,
    addresses and dates). `held` are numbers known before: "from 50 to 75" is no range where it was
    50 so far."""
    found: list[Quantity] = []
    place, tokens = 0, message.tokens
    while place < len(tokens):
        if any(a < tokens[place].end and tokens[place].start < b for a, b in taken):
            place += 1
            continue
        one = _signed(message, place)
        if one is None or one.low is None:
            place += 1
            continue
        one = _ranged(message, one, taken, held)
        place = max(place + 1, one.last)
        behind = tokens[one.last].text if one.last < len(tokens) else ""
        glued = one.last < len(tokens) and tokens[one.last].start == tokens[one.last - 1].end
        if behind == "out" and message.words(one.last + 1, one.last + 2) == ["of"]:
            # "9 out of 10".
            place = one.last + 3
            continue
        if behind in _NO_QUANTITY or (
            glued
            and behind
            and behind[0].isalpha()
            and not one.marked
            and behind not in ("ish", "pax", "ppl")
        ):
            continue
        if (
            behind == "/"
            and glued
            and message.words(one.last + 1, one.last + 2)[0:1]
            and (message.tokens[one.last + 1].is_number)
        ):
            # "24/7", "50/50".
            place = one.last + 2
            continue
        if (
            behind == ":"
            and glued
            and one.last + 1 < len(tokens)
            and (tokens[one.last + 1].is_number)
        ):
            place = one.last + 2
            continue
        found.append(_with_me(message, _said(message, one)))
    return found


def _with_me(message: Message, one: Quantity) -> Quantity:
    """ "Me and two colleagues" are three."""
    leads = message.words(max(0, one.first - 2), one.first)
    if leads not in (["me", "and"], ["myself", "and"], ["me", "plus"]) or one.marked:
        return one
    low, high = (None if end is None else end + 1 for end in (one.low, one.high))
    return replace(one, low=low, high=high, first=one.first - 2)


def _ranged(
    message: Message, one: Quantity, taken: list[tuple[int, int]], held: frozenset[float]
) -> Quantity:
    """With a second number, where a joiner makes a range of both."""
    tokens = message.tokens
    if one.last + 1 >= len(tokens) or tokens[one.last].text not in _JOINERS:
        return one
    joiner = tokens[one.last].text
    before = tokens[one.first - 1].text if one.first else ""
    if joiner in ("to", "until") and _is_change(message, one, before, held):
        return one
    if joiner in ("and", "or") and before != "between" and not (joiner == "or" and one.single):
        return one
    other = _signed(message, one.last + 1)
    if other is None or other.high is None or one.low is None:
        return one
    if any(a < tokens[other.last - 1].end and tokens[other.first].start < b for a, b in taken):
        return one
    low, high = one.low, other.high
    # "10-20k" means ten thousand; so does "$10 to 20k".
    if other.marked and not _multiplied(message, one) and _multiplied(message, other):
        times = next(
            (
                digits.TIMES[t.text]
                for t in tokens[other.first : other.last]
                if t.text in digits.TIMES
            ),
            1,
        )
        if low < high and low * times <= high:
            low = low * times
    if low > high or (joiner == "or" and high > low * 3):
        return one
    return replace(
        one, low=low, high=high, last=other.last, currency=one.currency or other.currency,
        marked=one.marked or other.marked,
    )  # fmt: skip


def _is_change(message: Message, one: Quantity, before: str, held: frozenset[float]) -> bool:
    """Whether "from 50 to 75" tells of a change: by its verb, or since it was 50 so far."""
    leads = message.words(max(message.clause(one.first)[0], one.first - 6), one.first)
    if before == "from":
        return one.low in held or bool(cues.MOVES.intersection(leads))
    return bool(cues.SWAPS.intersection(leads))


def _is_step(message: Message, place: int, words: tuple[str, ...]) -> bool:
    """Whether "up to" is where a change leads ("went up to 30k"), or ">" the head of an arrow."""
    if words == (">",):
        return message.words(max(0, place - 1), place) in (["-"], ["="], ["–"])
    leads = message.words(max(0, place - 2), place)
    return words == ("up", "to") and bool(cues.MOVES.intersection(leads))


def _multiplied(message: Message, one: Quantity) -> bool:
    return any(t.text in digits.TIMES for t in message.tokens[one.first : one.last])


def _said(message: Message, one: Quantity) -> Quantity:
    """With "at least", "up to" before it and "+" or "or more" behind it."""
    tokens, first, last = message.tokens, one.first, one.last
    low, high = one.low, one.high
    while first and tokens[first - 1].text in _ABOUT | {"between", "from", "a", "of"}:
        if tokens[first - 1].text == "of" and message.words(first - 2, first - 1) == ["instead"]:
            break
        first -= 1
    if message.words(max(0, first - 2), first) in (["max", "."], ["min", "."], ["approx", "."]):
        first -= 1
    if one.single:
        # The longest counts: "no more than" before "more than".
        said = [
            (words, is_low)
            for phrases, is_low in ((_AT_LEAST, True), (_AT_MOST, False))
            for words in phrases
            if first >= len(words)
            and message.words(first - len(words), first) == list(words)
            and not _is_step(message, first - len(words), words)
        ]
        if said:
            words, is_low = max(said, key=lambda found: len(found[0]))
            low, high = (one.low, None) if is_low else (None, one.high)
            first -= len(words)
        if last < len(tokens) and low is not None and high is not None:
            behind = message.words(last, last + 2)
            if behind[:1] == ["+"] or behind == ["plus", "people"]:
                high, last = None, last + 1
            elif behind == ["or", "more"] or behind == ["and", "up"]:
                high, last = None, last + 2
            elif behind == ["or", "less"] or behind == ["or", "fewer"]:
                low, last = None, last + 2
            elif ["at", "most"] in (behind, message.words(last + 1, last + 3)):
                # "60 employees at most"; the noun stays behind the number.
                low = None
            elif ["at", "least"] in (behind, message.words(last + 1, last + 3)):
                high = None
            elif behind[:1] == ["ish"]:
                last += 1
    # The quote begins where the number's own words do.
    start = one.first if first > one.first else first
    while start < one.first and tokens[start].text in ("a", "of", "say", "maybe", "from"):
        start += 1
    return Quantity(low, high, start, last, one.currency, marked=one.marked)
