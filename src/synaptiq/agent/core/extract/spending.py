"""Amounts of money in a message: the currency that is said apart from its number, and whether one
that nobody asked for is what the visitor can spend."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from synaptiq.agent.core.extract import digits, whose
from synaptiq.agent.core.extract.numbers import Quantity
from synaptiq.agent.core.extract.tokens import Message

_NAMES = "|".join(
    sorted((*digits.CURRENCIES, *map(re.escape, digits.SIGNS)), key=len, reverse=True)
)
# Behind a number: ", no sorry, euros", ", in pounds", ", pounds that is".
_APART = re.compile(
    r"[\s,.;:!?()…–—-]*(?:(?:per|a)\s+(?:year|month)[\s,]+)?"
    r"(?:(?:oh|ah|but|no+|wait|sorry|i\s+meant?|make\s+(?:that|it)|correction|actually|or\s+rather|rather|"
    r"oops|well|hold\s+on|that\s+is|that's|meaning|all|in|uk|us|british|american|canadian|australian|"
    rf"(?:{_NAMES})(?=\W+(?:no+\b|sorry|wait|i\s+mean))|er+m?|h+m+|it's|it\s+is|they're)(?!\w)[\s,.;:!?…–—-]*)*"
    rf"(?P<name>{_NAMES})(?!\w)(?!\s*\d)(?P<rest>[^,.;!?]{{0,12}})",
    re.IGNORECASE,
)
_WHO = (
    r"\b(?:we|i|they|he|she|management|finance|accounting|(?:the|my|our)\s+\w+(?:\s+\w+)?|"
    r"[a-z]+\s+(?:dept|department|team))(?:'ve|'d|'ll)?\b"
)
_MOST = (
    r"(?:(?:up|over|above|beyond|past|about|around|roughly|maybe|more|than|as|high|far|to|at|most|"
    r"of|only|just|a|some|say|total|us|something|somewhere|like|between|region|in|the)\s+)*$"
)
# What leads to an amount that may be spent.
_MAY = re.compile(
    r"(?:\b(?:can|could|can't|cant|cannot|couldn't|may|able\s+to|allowed\s+to|willing\s+to|ready\s+to|want\s+to|won't|not|prepared\s+to|"
    r"happy\s+to|have\s+to|trying\s+to|try\s+to)\s+(?:not\s+|only\s+|really\s+|probably\s+|maybe\s+|stretch\s+)*(?:stretch|go|do|manage|commit|spare|"
    r"stay|exceed|stomach|free\s+up|put\s+in|put\s+up|put\s+down)\s+(?:it\s+)?(?:under|below|within)?\s*"
    r"|(?:"
    + _WHO
    + r"\s+(?:have\s+|has\s+|just\s+|already\s+|only\s+|now\s+)*|\b(?:was|were|been|got|is|are)\s+)"
    r"(?:approved|cleared|granted|released|reserved|earmarked|given|gave|allotted|signed\s+off(?:\s+on)?|okayed|ok'd|greenlit|"
    r"assigned|secured|promised|freed\s+up|set\s+aside|put\s+aside|put\s+by)\s+)" + _MOST,
    re.IGNORECASE,
)
# These say so only with what stands behind the amount.
_HAVE = re.compile(
    r"\b(?:we|i|and)(?:'ve|'d)?\s+(?:(?:have|has|had|got|put|set|kept|still|now|currently|also|only)\s+){1,3}"
    + _MOST,
    re.IGNORECASE,
)
_FOR_IT = re.compile(
    r"^\s*(?:(?:set|put)\s+)?(?:aside|available|approved|reserved|earmarked|to\s+(?:spend|work\s+with|play\s+with|invest)|"
    r"(?:is|are|would\s+be|being)\s+(?:all\s+we\s+have|(?:my|our|the)\s+(?:absolute\s+|upper\s+)?(?:limit|max(?:imum)?|ceiling|cap|budget))|"
    r"for\s+(?:this|it|the\s+(?:project|tool|year|software|whole\s+thing|pilot)|that)|(?:this|per|a)\s+year)\b",
    re.IGNORECASE,
)
# "30k approved", but not "30k calls".
_ALONE = re.compile(
    r"\s*(?:$|[,.;!()–—-]|(?:approved|for|to|this|per|a|now|instead|max|tops|if|because|though|when|unless)\b)",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    r"\b(?:discounts?|refund\w*|coupons?|voucher|credits?|bills?|invoiced?|in\s+(?:debt|sales|revenue|savings|arr|mrr|losses)|fees?|fine|"
    r"price[ds]?|costs?|per\s+(?:seat|user|month\s+per)|sold|raised|funding|round|loan|deal|contract\s+worth|transactions?)\b",
    re.IGNORECASE,
)  # fmt: skip
_SIGNING = re.compile(
    r"\b(?:signs?|approves?|decides?|authority|my\s+call|purchases)\b", re.IGNORECASE
)
_SIGNED = re.compile(
    r"(?:\s+(?!and\b)[^\W\d_]+){0,3}?\s+(?:signs|approves|decides|my\s+call)\b|"
    r"\s+(?:it|that|things|everything)\s+(?:needs?|goes|has\s+to|must|requires)\b",
    re.IGNORECASE,
)


def with_currency(
    message: Message, quantities: Sequence[Quantity], *, corrects: bool
) -> list[Quantity]:
    """The currency that stands apart from its number, and for a new amount that has none the one of
    the amount it replaces. `corrects`: the message takes something back."""
    found: list[Quantity] = []
    for place, one in enumerate(quantities):
        behind = quantities[place + 1].first if place + 1 < len(quantities) else None
        code = _apart(message, one, behind)
        if code is not None:
            one = replace(one, currency=code, marked=True)
        found.append(one)
    old = [one for one in found if (one.negated or corrects) and one.currency]
    # Of a crowd of amounts nobody knows which replaces which.
    if len({one.currency for one in old}) != 1 or len(found) > 6:
        return found
    last = old[0]
    return [
        replace(one, currency=last.currency, marked=True)
        if not one.negated and one.currency is None and one.first > last.first
        and _is_alike(message, one, last) else one
        for one in found
    ]  # fmt: skip


def _is_alike(message: Message, one: Quantity, old: Quantity) -> bool:
    """Whether a bare number is as large as the money before it: 25,000, and not 5."""
    now, before = one.high or one.low or 0, old.high or old.low or 0
    return bool(before) and 0.1 <= now / before <= 10


def _apart(message: Message, one: Quantity, behind: int | None) -> str | None:
    """ "800 dollars, no sorry, euros", "3 grand, in pounds"."""
    if not (one.marked or one.currency) and (one.high or one.low or 0) < 100:
        return None
    begin = message.tokens[one.last - 1].end
    last = message.tokens[behind].start if behind is not None else len(message.text)
    said = message.text[begin : min(last, begin + 80)].replace("’", "'")
    found = _APART.match(said)
    if found is None or (one.currency and found.group()[0] not in " ,.;(-–—…!?"):
        return None
    code = digits.currency(found["name"].lower())
    if one.currency and (
        code == one.currency
        or not re.search(
            r"no|wait|sorry|mean|make|correct|actually|rather|oops|hold",
            found.group()[: found.start("name")],
            re.IGNORECASE,
        )
    ):
        return None
    return code


def is_own(message: Message, one: Quantity) -> bool:
    """Whether an amount that nobody asked for is said to be what the visitor can spend."""
    if not one.marked:
        return False
    first, last = message.clause(one.first)
    begin = message.tokens[max(first, one.first - 14)].start
    before = message.text[begin : message.tokens[one.first].start].replace("’", "'")
    end = message.tokens[min(last, one.last + 12) - 1].end
    after = message.text[message.tokens[one.last - 1].end : end]
    if one.currency is None and not _ALONE.match(after):
        return False
    if _NOT_OURS.search(before) or _NOT_OURS.search(after):
        return False
    found = _FOR_IT.match(after)
    if found and found.group().split()[0] in ("is", "are", "would", "being"):
        return True
    if found and one.currency and re.match(r"\s*(?:available|approved|earmarked|reserved)", after):
        return True
    return bool(_MAY.search(before) or (_HAVE.search(before) and found))


def is_limit(message: Message, one: Quantity) -> bool:
    """Whether it only says how far somebody decides: "I can sign up to 10k"."""
    if one.single:
        return False
    behind = message.text[message.tokens[one.last - 1].end :]
    return bool(_SIGNING.search(whose.before_in_part(message, one.first)) or _SIGNED.match(behind))


_LEADING = frozenset((
    "so", "max", "maximum", "about", "around", "roughly", "say", "approx", "circa", "at", "most",
    "and",
))  # fmt: skip
_TRAILING = frozenset((
    "tops", "max", "maximum", "ish", "total", "per", "a", "month", "year", "annually", "monthly",
    "yearly", "at", "most",
))  # fmt: skip


def is_listed(message: Message, one: Quantity) -> bool:
    """Whether the amount is a whole part of a list: "12 ppl, 8k usd, May"."""
    if one.currency is None:
        return False
    ends = {",", ";", "/", "+", "|", "."}
    tokens = message.tokens
    first = one.first
    while first and tokens[first - 1].text in _LEADING:
        first -= 1
    before = tokens[first - 1].text if first else ","
    last = one.last
    while last < len(tokens) and tokens[last].text in _TRAILING:
        last += 1
    after = tokens[last].text if last < len(tokens) else ","
    return before in ends and after in ends
