"""Whose matter a sentence is: the visitor's own and present one, or somebody else's, another
time's, a question to us, an appointment. And whether a message corrects something."""

from __future__ import annotations

import re

from synaptiq.agent.core.extract import attitudes
from synaptiq.agent.core.extract.tokens import Message

CORRECTION = re.compile(
    r"\b(?:sorry|i\s+mean|i\s+meant|actually|no\s+wait|wait|scratch\s+that|make\s+(?:that|it)|"
    r"correct\w*|i\s+(?:wrote|said|told)|or\s+rather|i\s+misspoke|my\s+mistake|typo|should\s+be|change\s+(?:that|it)|update|"
    r"but\s+(?:it's|it\s+is|now|we're|we\s+are|really|not)|rather|instead|not\s+\S+\s*,?\s+but|"
    r"oops)\b|^\W*no\b",
    re.IGNORECASE,
)
# Somebody else's matter, or an earlier time.
ELSEWHERE = re.compile(
    r"\b(?:(?:last|previous|former|old|ex-?)\s+(?:company|employer|job|firm|team)|used\s+to|competitors?|"
    r"my\s+(?:friend|brother|sister)|my\s+(?:wife|husband)'s|(?:i\s+)?(?:read|heard)\b|years?\s+ago|your|you|they|"
    r"their|he|she|his|her|it\s+says|for\s+example|e\.g\.|imagine|suppose|if\s+(?:we|i)\s+(?:had|were)|"
    r"(?:we|there)\s+(?:were|was|had)|i\s+(?:saw|paid|spoke|called|tried|got)|once\s+had|back\s+then|charges?|costs|customers?\s+(?:of|have)|was\s+founded|founded)\b",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"(?:and\s+|but\s+|now\s+)*(?:we|i|it)(?:'re|'s|\s+is|'m|\s+are|\s+am|\s+have)\b", re.IGNORECASE
)
_OURS = re.compile(
    r"\byour\b|\b(?:do|are|have|did|were|can|could|will|would)\s+you\s+"
    r"(?!got|get|give|offer|help|book|please)",
    re.IGNORECASE,
)
_OWN = frozenset(("we", "our", "us", "my", "we're", "i", "i'm", "me"))
_PRICING = re.compile(r"\b(?:cost|costs|price|pricing|how\s+much|quote|pay)\b", re.IGNORECASE)
APPOINTMENT = re.compile(
    r"\b(?:demo|meeting|meet|call|talk|chat|speak|appointment|conference|webinar|holiday|vacation|started|founded|fiscal|since|was|were|"
    r"contract|renewal|expires?|ends|born|birthday)\b",
    re.IGNORECASE,
)


def sentence_at(message: Message, place: int) -> str:
    first, last = message.clause(place)
    return message.text[message.tokens[first].start : message.tokens[last - 1].end]


def is_said_of_us(message: Message, place: int, *, short: bool, date: bool = False) -> bool:
    """Whether what was not asked for may be taken: not from a question to us, and not where the
    sentence speaks of somebody else or of another time."""
    first, last = message.clause(place)
    sentence = message.text[message.tokens[first].start : message.tokens[last - 1].end]
    begin = place
    while begin > first and message.tokens[begin - 1].text not in (",", "but", "now"):
        begin -= 1
    if _STATEMENT.match(message.text[message.tokens[begin].start :]) and begin > first:
        sentence = message.text[message.tokens[begin].start : message.tokens[last - 1].end]
    elif message.is_question(place) or (attitudes.is_question(sentence) and not short):
        if _OURS.search(sentence):
            return False
        own = any(word in _OWN for word in message.words(first, last))
        leads = message.words(max(first, place - 3), place)
        return own if date else "for" in leads and (own or bool(_PRICING.search(sentence)))
    return not ELSEWHERE.search(sentence)
