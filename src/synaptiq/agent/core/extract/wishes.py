"""Whether a message asks for a meeting; which time it names, `core.wished` reads.

Beside `attitudes`: that somebody's product is about meetings and calls is no wish for one.
"""

from __future__ import annotations

import re

_MEETING = (
    r"(?:(?:a|an|the|my|our|your|another|some|one|short|quick|brief|first|live|video|phone|sales|"
    r"product|intro|introductory|discovery|personal|free|30|15|thirty|fifteen|min|minute|minutes)"
    r"[\s-]+){0,4}(?:demos?|meetings?|calls?|appointments?|demonstrations?|consultations?|walkthroughs?|"
    r"time\s+(?:slots?|to\s+(?:talk|speak|chat|meet))|slots?)\b(?!\s*(?:data|volume|log|cent|room|rate))"
)
_WANTS_MEETING = re.compile(
    rf"\b(?:book|schedule|arrange|set\s+up|reserve|organi[sz]e|plan|fix|reschedule|move|postpone|"
    rf"change)\s+{_MEETING}|"
    rf"\b(?:can|could|may)\s+(?:i|we)\s+(?:please\s+)?(?:have|get|see|do|jump\s+on|hop\s+on)\s+{_MEETING}|"
    rf"\b(?:i|we)(?:'d|\s+would)\s+(?:like|love)\s+(?:to\s+(?:have|get|see|do|jump\s+on|hop\s+on)\s+)?"
    rf"{_MEETING}|"
    rf"\b(?:i|we)\s+(?:want|need)\s+(?:to\s+(?:have|get|see|do)\s+)?{_MEETING}|"
    rf"\blet's\s+(?:have|do|jump\s+on|hop\s+on)\s+{_MEETING}|"
    rf"^\W*{_MEETING}(?:\s+please)?\W*$|"
    r"\b(?:can|could|when\s+can)\s+(?:i|we)\s+(?:meet|talk)\s+(?:(?:to|with)\s+(?:you|somebody|someone)\s+)?"
    r"(?:today|tomorrow|next\s+week|this\s+week|on\s+\w+day)\b",
    re.IGNORECASE,
)
_OTHERS = (
    r"\b(?:our|their|its)\s+(?:customers?|clients?|users?|visitors?|patients?|guests?|drivers?|"
    r"sales\s+team|reps?|agents?|people|staff|team)\b"
)
# "Our product books appointments", "we want to schedule calls of our drivers", "no need to book".
_NO_WISH = re.compile(
    r"\b(?:don't|do\s+not|no\s+need\s+to|not|never|without|cancel)\s+(?:\w+\s+){0,3}?(?:book|schedul|meet|call|demo)|"
    r"\b(?:meetings|appointments|calls|demos)\s+(?:of|for|between|with)\s+(?:our|their|its|the|my)\b|"
    + _OTHERS,
    re.IGNORECASE,
)
_THEIRS = re.compile(_OTHERS, re.IGNORECASE)


# "Can we cancel it at any time?" asks of a contract, "we can't make it work" of a product.
_ENDS = (
    r"(?=\W*$|\s*[.!;]|\s+(?:please|pls|anymore|any\s+more|after\s+all|today|tomorrow|tonight|then|"
    r"(?:on|at|to|until|till|for)\s+(?:\w+day\b|tomorrow|next\b|another\b|noon|\d)))"
)
_CANCELS = re.compile(
    rf"\b(?:cancel|call\s+off|delete|drop)\s+(?:(?:this|that)\s+)?{_MEETING}|"
    rf"\bcancel\s+(?:it|that|this){_ENDS}|^\W*(?:please\s+)?cancel(?:\s+please)?\W*$|"
    r"\b(?:can't|cannot|can\s+not|won't\s+be\s+able\s+to|am\s+unable\s+to)\s+"
    rf"(?:(?:make|attend|join|come\s+to)\s+(?:the|our|my)\s+(?:meeting|call|demo)\b|"
    rf"(?:make\s+(?:it|that)|come|attend|join){_ENDS})",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"\b(?:move|reschedule|postpone|push|shift|change|delay)\s+"
    rf"(?:(?:it|that|this){_ENDS}|(?:the|my|our)\s+(?:time|date|slot|appointment)\b)|"
    r"\banother\s+(?:time|day|date|slot)\b",
    re.IGNORECASE,
)


def cancels_meeting(text: str) -> bool:
    """Whether it gives up a meeting that stands: only to be asked where one does."""
    said = text.replace("’", "'")
    return bool(_CANCELS.search(said)) and not _THEIRS.search(said)


def moves_meeting(text: str) -> bool:
    """Whether it wants another time for a meeting that stands: only to be asked where one does."""
    return wants_meeting(text) or bool(_MOVES.search(text.replace("’", "'")))


def wants_meeting(text: str) -> bool:
    """Whether it asks to book a meeting, or to move one; not whether meetings are its subject."""
    said = text.replace("’", "'")
    return bool(_WANTS_MEETING.search(said)) and not _NO_WISH.search(said)
