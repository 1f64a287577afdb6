"""Numbers that count or name something else than what was asked for: "room 204", "3 questions",
"one moment", "$74 per seat"."""

from __future__ import annotations

from synaptiq.agent.core.criteria import Criterion
from synaptiq.agent.core.extract.numbers import Quantity
from synaptiq.agent.core.extract.tokens import Message

# What leads from a noun on to its number ("our team is about 20").
LEADS = frozenset((
    "which",
    "is", "are", "of", ":", "was", "be", "has", "have", "about", "around", "size", "count", "=",
    "would", "will", "with", "approximately", "roughly", "currently", "maybe", "up", "to", "over",
    "under", "at", "least", "most", "more", "less", "than", "between", "only", "just", "a", "our",
    "the", "probably", "now", "it's", "we're", "for", "can", "could", "should", "s", "number",
    "year", "annual", "yearly", "total", "somewhere", "near", "close", "from", "not", "isn't",
    "likely", "say", "meant", "-", "–", "we", "i", "spend", "pay", "here", "~", "using", "this",
))  # fmt: skip
# A number of these is a time or a share, whatever was asked.
UNITS = frozenset(
    f"{word}{plural}"
    for word in ("day", "week", "month", "year", "hour", "minute", "second", "percent", "night",
                 "quarter", "time", "yr", "hr", "min", "gb", "mb", "tb", "km", "mile")
    for plural in ("", "s")
)  # fmt: skip
_PEOPLE = frozenset((
    "people", "persons", "person", "folks", "guys", "heads", "of", "us", "employees", "users",
    "total", "in", "or", "so", "right", "at", "please", "i", "we", "for", "more", "plus", "ish",
    "maybe", "currently", "across", "including", "if", "as", "thanks", "per", "is", "was",
))  # fmt: skip
# A number behind one of these names a thing.
_NAMES = frozenset((
    "number", "version", "error", "order", "ticket", "invoice", "id", "page", "step", "code",
    "release", "extension", "floor", "chapter", "section", "option", "top", "question",
    "plan", "case", "point", "item", "line",
))  # fmt: skip
# Who works in a company, by what they do.
POSTS = (
    ("drivers",), ("dispatchers",), ("nurses",), ("technicians",), ("clerks",), ("teachers",),
    ("doctors",), ("lawyers",), ("recruiters",), ("consultants",), ("accountants",),
    ("cleaners",), ("mechanics",), ("planners",), ("analysts",), ("designers",), ("operators",),
    ("electricians",), ("carers",), ("caregivers",), ("pharmacists",), ("waiters",), ("cooks",),
    ("chefs",), ("officers",), ("workers",), ("inspectors",), ("advisors",), ("advisers",),
    ("brokers",), ("editors",), ("writers",), ("journalists",), ("paramedics",), ("guards",),
    ("staffers",), ("tutors",), ("trainers",), ("installers",), ("plumbers",), ("freelancers",),
    ("interns",), ("couriers",), ("packers",), ("pickers",), ("receptionists",), ("assistants",),
    ("therapists",), ("dentists",), ("auditors",), ("researchers",), ("stylists",),
    ("programmers",), ("marketers",), ("salesmen",), ("labourers",), ("supervisors",),
    ("coordinators",), ("specialists",), ("administrators",),
)  # fmt: skip
_STRONG_ENDS = frozenset(".!?;")
# "The real number is 100" gives no name.
_REAL = (["real"], ["right"], ["correct"], ["actual"], ["new"], ["true"])
_DETERMINERS = (["a"], ["an"], ["the"], ["in"], ["at"], ["this"], ["on"])
_PLACES = frozenset(("room", "port", "street", "building", "suite", "apartment", "line", "item"))


def names_thing(message: Message, quantity: Quantity) -> bool:
    """Whether the sentence speaks of an order, a ticket or the like that has a number."""
    first, last = message.clause(quantity.first)
    commas = [place for place in range(first, quantity.first) if message.tokens[place].text == ","]
    if commas and message.words(commas[-1] + 1, commas[-1] + 2) in (["so"], ["then"]):
        # "They need no account, so it's 14".
        first = commas[-1]
    named = _NAMES - {"number", "point", "case", "top", "question", "plan"}
    named -= {"release"} if quantity.currency else set()
    named |= {"reference", "ref", "phone", "account", "card", "postcode", "zip", "extension"}
    return bool(named.intersection(message.words(first, last)))


def is_other_thing(message: Message, quantity: Quantity, *, money: bool) -> bool:
    """Whether a noun behind the number says that it counts something that was not asked for."""
    before = message.words(max(0, quantity.first - 2), quantity.first)
    if (
        before
        and not (quantity.currency and before[-1] == "release")
        and (
            before[-1] in _NAMES
            or (
                before[-1] in ("is", "#", ":", "no")
                and before[0] in _NAMES
                and message.words(max(0, quantity.first - 3), quantity.first - 2) not in _REAL
            )
        )
    ):
        return True
    if not quantity.marked and _is_name(message, quantity):
        return True
    if quantity.last >= len(message.tokens):
        return False
    behind = message.words(quantity.last, quantity.last + 2)
    if behind[0] in ("cheaper", "dearer", "off"):
        return True
    if behind in (["more", "than"], ["less", "than"]) or _is_rate(behind, money=money):
        return True
    if (
        message.words(quantity.last - 1, quantity.last) == ["one"]
        and behind[0].isalpha()
        and (behind[0] not in _PEOPLE)
    ):
        # "One moment".
        return True
    text = message.tokens[quantity.last].text
    if text in ("other", "different", "new", "more") and quantity.last + 1 < len(message.tokens):
        text = message.tokens[quantity.last + 1].text
    if text in UNITS:
        # "20k a year" has another word between; "3 months" is no number of people.
        return True
    if len(message.tokens) <= quantity.last - quantity.first + 1 or text in _PEOPLE:
        return False
    if money and quantity.marked:
        return False
    if text not in LEADS and len(behind) == 2 and _is_plural(behind[1]):
        return True
    return _is_plural(text)


def _is_rate(behind: list[str], *, money: bool) -> bool:
    """Of people no number is "a month", and a budget none "per seat"."""
    if len(behind) < 2 or behind[0] not in ("a", "per", "each", "every"):
        return False
    timely = behind[1] in UNITS or behind[1] in ("annum", "yr")
    return timely is not money and (timely or behind[0] == "per")


def _is_plural(text: str) -> bool:
    return (
        text.isalpha()
        and len(text) > 3
        and text.endswith("s")
        and not text.endswith(("ss", "this"))
    )


def _is_name(message: Message, quantity: Quantity) -> bool:
    """Whether the number is a part of a name: "Office 365", "room 204", "a 404", "221 Baker
    Street", "I'm 34"."""
    first, last, tokens = quantity.first, quantity.last, message.tokens
    before = message.words(max(0, first - 2), first)
    if before in (["back", "in"], ["i", "am"], ["no", "."], ["nr", "."], ["scale", "of"]) or (
        before[-1:] in (["i'm"], ["thanks"], ["turns"], ["turned"], ["aged"])
    ):
        return True
    if first and tokens[first].is_number and tokens[first - 1].text in ("a", "an"):
        return True
    if (
        last < len(tokens)
        and message.text[tokens[last].start].isupper()
        and (tokens[last].is_word and tokens[last].text not in ("i", "i'm", "i'd", "i've"))
    ):
        return not message.text.isupper()
    if not first or not tokens[first - 1].is_word or tokens[first - 1].text in LEADS:
        return False
    lead = tokens[first - 1]
    if first > 1 and message.text[lead.start].isupper() and not message.text.isupper():
        return tokens[first - 2].text not in _STRONG_ENDS
    return message.words(max(0, first - 2), first - 1) in _DETERMINERS or lead.text in _PLACES


def is_one_of(message: Message, quantity: Quantity) -> bool:
    """ "one of my colleagues"."""
    return message.words(quantity.last - 1, quantity.last + 1) == ["one", "of"]


def is_odd(message: Message, quantity: Quantity, target: Criterion) -> bool:
    """Three and a half people, a year, or a budget of 40 in the midst of a sentence."""
    low = quantity.low if quantity.low is not None else quantity.high
    text = message.quote(quantity.first, quantity.last)
    if target.type == "number" and low != int(low or 0):
        return True
    if len(text) == 4 and text.isdigit() and text[:2] in ("19", "20") and message.words(
        max(0, quantity.first - 1), quantity.first
    ) in (["in"], ["since"], ["the"], ["of"], ["from"], ["until"]):  # fmt: skip
        return True
    long = len(message.tokens) > 6
    return target.type == "money" and not quantity.marked and (low or 0) < 100 and long


def is_pronoun(message: Message, quantity: Quantity) -> bool:
    """As in "a new one"."""
    if message.words(quantity.last - 1, quantity.last) != ["one"]:
        return False
    return len(message.tokens) > 3 or message.words(quantity.last, quantity.last + 1) == ["more"]
