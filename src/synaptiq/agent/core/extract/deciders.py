"""Who decides, where no noun of a criterion stands beside a word of the first person."""

from __future__ import annotations

import re

_I = re.IGNORECASE
_BOSS = (
    r"(?:my|our|the)\s+(?:\w+\s+){0,2}?(?:boss|manager|ceo|cto|cfo|coo|director|board|head|chief|owner|"
    r"supervisor|vp|partners?|procurement|finance|management|superior|department|team|committee|"
    r"husband|wife|president|founders?|lead|it|legal)\b"
)
_DECIDES = (
    r"(?:decides?|signs?(?:\s+(?:it|this|that|things|everything))?(?:\s+off)?|approves?|has\s+the\s+(?:final|last)|makes?\s+"
    r"(?:the|that|these|those|all)\s+(?:\w+\s+)?(?:call|decision)s?|calls?\s+the\s+shots|holds?\s+the\s+purse)\b"
)
_THEM = re.compile(
    rf"\b(?:lies?|sits?|rests?|is|stays?|remains?|up)\s+(?:with|to)\s+(?:{_BOSS}|somebody|someone|them|him|her)|"
    rf"\b(?:need|needs|require|requires|have\s+to\s+get|must\s+get|get|waiting\s+for|wait\s+for)\s+(?:\w+\s+){{0,2}}?"
    rf"(?:approval|sign-?\s?off|permission|ok|okay|go-?ahead|blessing|signature)\s+(?:from|of|by)\b|"
    rf"{_BOSS}(?:\s+[^\W\d_]+)?\s+{_DECIDES}|\bnot\s+(?:my\s+(?:call|decision)|up\s+to\s+me|mine\s+to\s+(?:make|decide))\b|"
    r"\babove\s+my\s+(?:pay\s?grade|head)\b|"
    r"\b(?:only|just|merely)\s+(?:collecting|gathering|researching|shortlisting|preparing)\s+(?:\w+\s+)?"
    r"(?:options|quotes|offers|information|info|proposals|it\s+for)\b|"
    r"\b(?:i'm|i\s+am|im)\s+not\s+the\s+(?:one|person)\s+(?:who|that)\s+(?:decides|signs|approves)\b",
    _I,
)
# Only where it was asked: one checks other things with the boss too.
_FIRST_THEM = re.compile(
    r"\b(?:run|clear|discuss|check|talk|confirm|agree)\s+(?:(?:it|this|that|everything)\s+)?"
    rf"(?:past|by|with|through|to|over\s+with)\s+{_BOSS}|"
    r"\b(?:go|goes|went)\s+through\s+(?:my|our|the)\b",
    _I,
)
_ME = re.compile(
    r"\b(?:(?:it's|it\s+is|that's|that\s+is|is|be|all)\s+(?:\w+\s+)?(?:my\s+(?:call|decision)|up\s+to\s+me|mine\s+to\s+(?:make|decide))|"
    r"i\s+(?:can\s+|do\s+|will\s+|alone\s+|myself\s+|usually\s+|always\s+)*(?:decide(?!\s+(?:later|when|if|whether|after|once))|sign\s+(?:for\s+)?(?:(?:it|this|that|things|everything|the\s+\w+)\s+)?(?:off|myself)(?!\s+now\b)|"
    r"approve|call\s+the\s+shots|make\s+(?:the|that|these)\s+(?:\w+\s+)?(?:call|decision)s?|"
    r"have\s+(?:the\s+)?(?:\w+\s+)?(?:authority|power|last\s+word|final\s+word|final\s+say|mandate))|"
    r"i\s+(?:don't|do\s+not|needn't|won't)\s+(?:need|have)\s+(?:to\s+(?:ask|check\s+with|consult)\s+(?:anyone|anybody|someone)|"
    r"(?:anyone|anybody)(?:'s|\s+else's)?\s+\w+)|(?:i'm|i\s+am|im)\s+the\s+(?:\w+\s+)?(?:founder|ceo|boss|proprietor|owner(?!\s+of\s+(?:the|this|that|an?)\s+(?:account|email|ticket|domain|order|page)))|"
    r"(?:the\s+)?buck\s+stops\s+with\s+me|(?:lies|sits|rests)\s+with\s+me)\b",
    _I,
)
_UNSURE = re.compile(
    r"\b(?:if|whether|maybe|perhaps|used\s+to|no\s+longer)\s+(?:\w+\s+){0,2}$|\bnot\s+$|n't\s+$", _I
)


def about(nouns: tuple[str, ...]) -> bool:
    """Whether a criterion of yes and no asks who decides."""
    return bool({"decide", "decision", "decision maker", "decides"}.intersection(nouns))


def says(text: str, *, asked: bool) -> bool | None:
    """Whether the message says that its writer decides (True) or another (False). What is said last
    counts, but whoever only prepares does not decide, whatever their post."""
    said = text.replace("’", "'")
    if "?" in said and len(said) < 80:
        return None
    if asked and _FIRST_THEM.search(said):
        return False
    found = [(one.start(), False) for one in _THEM.finditer(said) if not _is_open(said, one)]
    found += [(one.start(), True) for one in _ME.finditer(said) if not _is_open(said, one)]
    return max(found)[1] if found else None


def _is_open(said: str, found: re.Match[str]) -> bool:
    return bool(_UNSURE.search(said[max(0, found.start() - 40) : found.start()]))
