"""Numbers in a message: digits and words, thousands, currency, ranges, "at least", "not 50".

`find` gives each with where it stands and what was said of it; what it is about, `reading` says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from synaptiq.agent.core.extract.tokens import Message

_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
_CURRENCIES = {
    "usd": "USD", "dollar": "USD", "dollars": "USD", "bucks": "USD", "eur": "EUR", "euro": "EUR",
    "euros": "EUR", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "quid": "GBP", "chf": "CHF",
    "francs": "CHF", "jpy": "JPY", "yen": "JPY", "inr": "INR", "rupees": "INR", "cad": "CAD",
    "aud": "AUD",
}  # fmt: skip
_TIMES = {
    "k": 1_000, "thousand": 1_000, "grand": 1_000, "m": 1_000_000, "mm": 1_000_000,
    "mn": 1_000_000, "mio": 1_000_000, "million": 1_000_000, "millions": 1_000_000,
    "hundred": 100, "dozen": 12,
}  # fmt: skip
_PHRASES: dict[tuple[str, ...], int] = {
    ("a", "dozen"): 12, ("half", "a", "dozen"): 6,
    ("half", "a", "million"): 500_000, ("a", "couple", "of"): 2,
    ("a", "couple"): 2,
    ("a", "million"): 1_000_000, ("just", "me", "and", "my"): 2, ("just", "me"): 1,
    ("only", "me"): 1, ("me", "only"): 1,
    ("just", "myself"): 1, ("only", "myself"): 1, ("myself", "only"): 1, ("me", "alone"): 1,
    ("by", "myself"): 1, ("just", "the", "two", "of", "us"): 2, ("none",): 0, ("nobody",): 0,
}  # fmt: skip
_WORDS = frozenset((
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    "hundred", "thousand", "million",
))  # fmt: skip
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
_NOT = (
    ("not",), ("isn't",), ("aren't",), ("instead", "of"), ("rather", "than"), ("wasn't",),
    ("weren't",), ("don't", "have"), ("do", "not", "have"), ("never",), ("no", "longer"),
    ("isnt",), ("arent",), ("dont", "have"),
)  # fmt: skip
# Words behind a number that make another kind of it.
_NO_QUANTITY = {"%", "percent", "pct", "am", "pm", "°", "th", "st", "nd", "rd", "x", "o'clock"}
MOST = 10**12


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


@lru_cache(maxsize=512)
def _of_words(words: tuple[str, ...]) -> int | None:
    # Here, since it takes 40 ms, and most messages hold digits.
    from text_to_num import text2num

    try:
        return int(text2num(" ".join(words), "en"))
    except ValueError:
        return None


def of_digits(text: str) -> float | None:
    """The number of "1,500", "1.500,50", "1 500", "2.5". A lone separator before exactly three
    digits parts thousands (nobody writes a budget to a thousandth); before others it is the
    decimal sign. None for what is larger than a million millions."""
    bare = text.translate({ord(c): None for c in "'’ \u00a0\u202f"})
    dot, comma = bare.rfind("."), bare.rfind(",")
    if dot >= 0 and comma >= 0:
        decimal = "." if dot > comma else ","
    elif dot >= 0 or comma >= 0:
        sign = "." if dot >= 0 else ","
        head, _, tail = bare.rpartition(sign)
        thousands = len(tail) == 3 and head.strip("0") != ""
        decimal = "" if thousands or bare.count(sign) > 1 else sign
    else:
        decimal = ""
    digits = "".join(
        "." if c == decimal else c for c in bare if c.isdigit() or (decimal and c == decimal)
    )
    try:
        number = float(digits)
    except ValueError:
        return None
    if not number <= MOST:
        return None
    return int(number) if number.is_integer() else number


def _one(message: Message, place: int) -> Quantity | None:
    """The number that begins at token `place`, without what stands before it."""
    tokens = message.tokens
    for words, value in _PHRASES.items():
        if message.find(words, place, min(place + len(words), len(tokens))) == place:
            return _times(message, Quantity(value, value, place, place + len(words)))
    token = tokens[place]
    if token.text == "a" and message.words(place + 1, place + 2) in (["hundred"], ["thousand"]):
        rest = _one(message, place + 1)
        return replace(rest, first=place) if rest else None
    if token.text in _WORDS:
        last = place
        while last < len(tokens) and _is_number_word(message, last):
            last += 1
        while last > place:
            spoken = _of_words(
                tuple(t.text for t in tokens[place:last] if t.text not in ("-", "–"))
            )
            if spoken is not None:
                return _times(message, Quantity(spoken, spoken, place, last))
            last -= 1
        return None
    if not token.is_number:
        return None
    number = of_digits(token.text)
    if number is None:
        return None
    # Part of a word or a name: B2B, v2, #3, 24/7, 10x.
    if (
        place
        and tokens[place - 1].end == token.start
        and (tokens[place - 1].is_word or tokens[place - 1].text in "#/:_@.")
    ):
        return None
    return _times(message, Quantity(number, number, place, place + 1))


def _is_number_word(message: Message, place: int) -> bool:
    tokens = message.tokens
    if tokens[place].text in _WORDS:
        return True
    following = tokens[place + 1].text if place + 1 < len(tokens) else ""
    if tokens[place].text == "and":
        return following in _WORDS and tokens[place - 1].text in ("hundred", "thousand")
    # "twenty-five", but "ten-twenty" is a range.
    return (
        tokens[place].text == "-" and following in _WORDS and tokens[place - 1].text.endswith("ty")
        and (_of_words((following,)) or 99) < 10
    )  # fmt: skip


def _times(message: Message, found: Quantity) -> Quantity:
    """With "k", "million" and a currency behind it."""
    tokens, last, low, marked = message.tokens, found.last, found.low, found.marked
    while last < len(tokens) and low is not None:
        text = tokens[last].text
        glued = tokens[last].start == tokens[last - 1].end
        if text not in _TIMES or (text in ("m", "mm", "k") and not glued and text != "k"):
            break
        low, last, marked = low * _TIMES[text], last + 1, True
    currency = found.currency
    if last < len(tokens):
        text = tokens[last].text
        if text in _CURRENCIES or text in _SIGNS:
            currency = _CURRENCIES.get(text) or _SIGNS[text]
            last, marked = last + 1, True
    if low is not None and low == int(low):
        low = int(low)
    return replace(found, low=low, high=low, last=last, currency=currency, marked=marked)


def _signed(message: Message, place: int) -> Quantity | None:
    """`_one`, with a currency before it ("$", "USD")."""
    tokens = message.tokens
    text = tokens[place].text
    if place + 1 < len(tokens) and (text in _SIGNS or (text in _CURRENCIES and len(text) == 3)):
        found = _one(message, place + 1)
        if found is not None:
            currency = _SIGNS.get(text) or _CURRENCIES[text]
            return replace(found, first=place, currency=currency, marked=True)
    return _one(message, place)


def find(message: Message, taken: list[tuple[int, int]]) -> list[Quantity]:
    """All quantities, in order, without those inside `taken` (character spans of emails, phones,
    addresses and dates)."""
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
        one = _ranged(message, one, taken)
        place = max(place + 1, one.last)
        behind = tokens[one.last].text if one.last < len(tokens) else ""
        glued = one.last < len(tokens) and tokens[one.last].start == tokens[one.last - 1].end
        if behind in _NO_QUANTITY or (
            glued
            and behind
            and behind[0].isalpha()
            and not one.marked
            and behind not in ("ish", "pax", "ppl")
        ):
            continue
        if (
            behind == ":"
            and glued
            and one.last + 1 < len(tokens)
            and (tokens[one.last + 1].is_number)
        ):
            place = one.last + 2
            continue
        found.append(_said(message, one))
    return found


def _ranged(message: Message, one: Quantity, taken: list[tuple[int, int]]) -> Quantity:
    """With a second number, where a joiner makes a range of both."""
    tokens = message.tokens
    if one.last + 1 >= len(tokens) or tokens[one.last].text not in _JOINERS:
        return one
    joiner = tokens[one.last].text
    before = tokens[one.first - 1].text if one.first else ""
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
            (_TIMES[t.text] for t in tokens[other.first : other.last] if t.text in _TIMES), 1
        )
        if low < high and low * times <= high:
            low = low * times
    if low > high or (joiner == "or" and high > low * 3):
        return one
    return replace(
        one, low=low, high=high, last=other.last, currency=one.currency or other.currency,
        marked=one.marked or other.marked,
    )  # fmt: skip


def _multiplied(message: Message, one: Quantity) -> bool:
    return any(t.text in _TIMES for t in message.tokens[one.first : one.last])


def _said(message: Message, one: Quantity) -> Quantity:
    """With "at least", "up to", "not" before it and "+" or "or more" behind it."""
    tokens, first, last = message.tokens, one.first, one.last
    low, high, negated = one.low, one.high, False
    while first and tokens[first - 1].text in _ABOUT | {"between", "from", "a", "of"}:
        if tokens[first - 1].text == "of" and message.words(first - 2, first - 1) == ["instead"]:
            break
        first -= 1
    if one.single:
        # The longest counts: "no more than" before "more than".
        said = [
            (words, is_low)
            for phrases, is_low in ((_AT_LEAST, True), (_AT_MOST, False))
            for words in phrases
            if first >= len(words) and message.words(first - len(words), first) == list(words)
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
            elif behind[:1] == ["ish"]:
                last += 1
    for words in _NOT:
        begin = first - len(words)
        if begin >= 0 and message.words(begin, first) == list(words):
            negated = True
    if first > 1 and message.words(first - 2, first) in (["not", "the"], ["not", "a"]):
        negated = True
    # The quote begins where the number's own words do.
    start = one.first if first > one.first else first
    while start < one.first and tokens[start].text in ("a", "of", "say", "maybe", "from"):
        start += 1
    return Quantity(low, high, start, last, one.currency, negated, one.marked)
