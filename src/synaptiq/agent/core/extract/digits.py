"""How numbers and currencies are written: digits with their separators, words, "k", signs."""

from __future__ import annotations

from functools import lru_cache

SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
CURRENCIES = {
    "usd": "USD", "dollar": "USD", "dollars": "USD", "bucks": "USD", "eur": "EUR", "euro": "EUR",
    "euros": "EUR", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "quid": "GBP", "sterling": "GBP",
    "chf": "CHF",
    "francs": "CHF", "jpy": "JPY", "yen": "JPY", "inr": "INR", "rupee": "INR",
    "rupees": "INR", "rs": "INR", "cad": "CAD",
    "aud": "AUD",
}  # fmt: skip
TIMES = {
    "k": 1_000, "thousand": 1_000, "grand": 1_000, "m": 1_000_000, "mm": 1_000_000,
    "mn": 1_000_000, "mio": 1_000_000, "million": 1_000_000, "millions": 1_000_000,
    "hundred": 100, "dozen": 12,
    "lakh": 100_000, "lakhs": 100_000, "lac": 100_000, "lacs": 100_000, "crore": 10_000_000,
    "crores": 10_000_000,
}  # fmt: skip
_PHRASES: dict[tuple[str, ...], int] = {
    ("a", "dozen"): 12, ("half", "a", "dozen"): 6,
    ("half", "a", "million"): 500_000, ("a", "couple", "of"): 2,
    ("a", "couple"): 2,
    ("a", "quarter", "of", "a", "million"): 250_000, ("quarter", "of", "a", "million"): 250_000,
    ("a", "quarter", "million"): 250_000, ("quarter", "million"): 250_000,
    ("half", "million"): 500_000, ("half", "of", "a", "million"): 500_000,
    ("three", "quarters", "of", "a", "million"): 750_000,
    ("a", "million"): 1_000_000, ("just", "me", "and", "my"): 2, ("just", "me"): 1,
    ("only", "me"): 1, ("me", "only"): 1,
    ("just", "myself"): 1, ("only", "myself"): 1, ("myself", "only"): 1, ("me", "alone"): 1,
    ("by", "myself"): 1, ("just", "the", "two", "of", "us"): 2, ("none",): 0, ("nobody",): 0,
}  # fmt: skip
PHRASES_FROM = {
    first: [(words, value) for words, value in _PHRASES.items() if words[0] == first]
    for first in {words[0] for words in _PHRASES}
}
WORDS = frozenset((
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    "hundred", "thousand", "million",
))  # fmt: skip
# As they are often typed, for what is meant.
TYPOS = {
    "thrity": "thirty", "thirthy": "thirty", "fourty": "forty",
    "fivty": "fifty", "fity": "fifty", "ninty": "ninety", "eigth": "eight", "eigthy": "eighty",
    "eightteen": "eighteen", "twelv": "twelve", "twelwe": "twelve", "twenti": "twenty",
    "tweny": "twenty", "twnety": "twenty", "fiveteen": "fifteen", "fiften": "fifteen",
    "fourten": "fourteen", "sixten": "sixteen", "seventen": "seventeen", "ninteen": "nineteen",
    "thirten": "thirteen", "elleven": "eleven", "hunderd": "hundred", "hundert": "hundred",
    "hundered": "hundred", "thousend": "thousand", "tousand": "thousand", "thosand": "thousand",
}  # fmt: skip
MOST = 10**12


@lru_cache(maxsize=512)
def of_words(words: tuple[str, ...]) -> int | None:
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


def currency(text: str) -> str | None:
    """The currency that a word or sign names, "USD"."""
    return SIGNS.get(text) or CURRENCIES.get(text)
