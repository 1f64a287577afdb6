"""Values that replace a known one though no word takes anything back: "we're 9 now", "it's 6,200
EUR without VAT", "May then". What stands right before the value, and how its part of the sentence
goes on, says so."""

from __future__ import annotations

import re

from synaptiq.agent.core.extract import attitudes, cues, whose
from synaptiq.agent.core.extract.tokens import Message

_SOFT = (
    r"(?:(?:about|around|roughly|approx(?:imately)?|now|only|just|actually|really|probably|more\s+like|"
    r"closer\s+to|nearer|at|by|in|for|from|the|a|to|up\s+to|max|maybe|say|currently|exactly|rather|please|"
    r"max(?:imum)?|under|below|over|until|not\s+before|not\s+until|after|before|around|mid|early|late|then|with)\s+)*"
)
# "We're 9", "it's 6,200 EUR", "let's say May".
_BEFORE = re.compile(
    r"(?:^|[\s,;:(–—-])(?:we're|we\s+are|we'll\s+be|we\s+will\s+be|we'd\s+be|we\s+(?:(?:now|only|just|still|actually|really|currently)\s+)?have|we've\s+(?:now\s+)?(?:only\s+)?got|i'm|i\s+am|i\s+have|"
    r"it's|it\s+is|it'll\s+be|it\s+will\s+be|it'd\s+be|it\s+would\s+be|that's|that\s+is|that\s+makes?|that\s+would\s+be|that'd\s+be|take|it\s+(?:has\s+to|must|needs\s+to)\s+be|no\s+need(?:\s+for\s+(?:it|this|that))?|leaves?\s+(?:us|me)(?:\s+(?:with|at))?|leaving\s+(?:us|me)(?:\s+(?:with|at))?|brings?\s+(?:us|it|that)\s+to|"
    r"there\s+are|there's|there\s+is|there\s+will\s+be|let's|let\s+us|let\s+me|(?:let's|let\s+us)\s+(?:say|do|make\s+it|"
    r"go\s+(?:for|with)|aim\s+for|call\s+it|plan\s+(?:for|on))|make\s+it|go\s+(?:for|with)|put|says|call\s+it|"
    r"(?:we|i)\s+(?:can|could|would|will|must|have\s+to|need\s+to)\s+(?:only\s+)?(?:do|go|start|begin|be|wait|prefer|like|rather|aim|manage|take|say|launch|need|want|finish)|"
    r"(?:push|move|shift|bring|postpone|delay|put|set|moved|pushed|shifted|postponed|delayed)\s+(?:it|this|that|everything|the\s+\w+)\s+"
    r"(?:back\s+|forward\s+|off\s+|out\s+)?(?:to|until|till|by|for)|"
    r"(?:stretch|go|get|bring|come|push)\s+(?:it\s+)?(?:up\s+|down\s+)?to|so|therefore|(?:slashed|cut|reduced|raised|lowered|dropped|bumped|increased|trimmed|went|gone|risen|fell|fallen|shrunk|grown|up|down)\s+"
    r"(?:it\s+|that\s+)?(?:up\s+|down\s+|back\s+)?to|(?:our|my)\s+(?:[^\W\d_]+\s+){1,2}(?:is|are|would\s+be|will\s+be)|"
    r"comes?\s+to|came\s+to|amounts?\s+to|adds?\s+up\s+to|total(?:s|l?ing)?(?:\s+of)?|reckon|think|"
    r"counted|checked|better|preferably)\s+" + _SOFT + r"$",
    re.IGNORECASE,
)
# Nothing counted, but the end of the part, a reason or a span of time.
_BEHIND = re.compile(
    r"\s*(?:(?:now|then|instead|in\s+total|total|at\s+the\s+(?:very|absolute|utmost)?\s*(?:most|max(?:imum)?)|tops|it\s+is|left|in\s+all|this\s+year|will\s+do|all\s+in|all\s+inclusive|altogether|overall|at\s+most|max(?:imum)?|tops|only|"
    r"of\s+us|(?:a|per|each)\s+(?:year|month|quarter)|please|pls|at\s+(?:the\s+)?(?:earliest|latest)|i\s+(?:think|guess|reckon)|"
    r"in\s+the\s+end|after\s+all|for\s+(?:us|this|everything|all|now))\b\s*)*"
    r"(?:$|[,.;!()–—]|-\s|\b(?:because|since|as|after|without|including|incl|excluding|excl|so|not|and|but|with|if|once|when|"
    r"plus|for|before|net|gross)\b)",
    re.IGNORECASE,
)
_NEWLY = re.compile(r"\s*(?:now|then|instead|after\s+all)\b", re.IGNORECASE)
# "30 will do", "September it is".
_DO = re.compile(r"\s*(?:will\s+do|it\s+is|should\s+do|would\s+do|is\s+enough)\b", re.IGNORECASE)
_ONLY = re.compile(r"\bonly\b", re.IGNORECASE)
_LEADS = re.compile(r"[\s,.;:!–—-]*" + _SOFT, re.IGNORECASE)


def is_said(message: Message, first: int, last: int, *, asked: bool) -> bool:
    """Whether the value of the characters `first` to `last` is put as a statement of its own.
    `asked`: such a value was asked for, so that a bare one is just the answer."""
    place = next((k for k, token in enumerate(message.tokens) if token.end > first), 0)
    sentence = whose.sentence_at(message, place)
    if message.is_question(place) or attitudes.is_unknown(sentence):
        return False
    if whose.is_elsewhere(whose.part_at(message, place), corrects=True):
        return False
    text = message.text.replace("’", "'")
    behind = text[last : last + 60]
    if cues.FINE.match(behind) and _LEADS.fullmatch(whose.before_in_part(message, place)):
        return True
    if not _BEHIND.match(behind):
        return False
    part = whose.before_in_part(message, place)
    if (_DO.match(behind) or _ONLY.search(part + text[first:last])) and _LEADS.fullmatch(part):
        return True
    return bool(
        _BEFORE.search(text[max(0, first - 80) : first])
        or (_NEWLY.match(behind) and _LEADS.fullmatch(part))
        # "6 - I counted the part timers twice".
        # and "sooner if possible! 1 April".
        or (not asked and _is_sentence(text, message, place, last))
    )


def _is_sentence(text: str, message: Message, place: int, last: int) -> bool:
    """Whether the value begins the message, or is a whole sentence of it."""
    begin = message.tokens[message.clause(place)[0]].start
    lead = text[begin : message.tokens[place].start]
    if not text[:begin].strip():
        return not lead.strip()
    return bool(_LEADS.fullmatch(lead)) and bool(re.match(r"\W*$|\s*[.!;]", text[last:]))
