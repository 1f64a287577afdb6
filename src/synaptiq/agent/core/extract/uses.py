"""What somebody wants the product for, where they say no more than "it's for …"."""

from __future__ import annotations

import re

from synaptiq.agent.core.extract import attitudes

# Words for something that is done; "for my boss" and "for next year" name no use.
_DONE = (
    r"(?:[^\W\d_]{3,}(?:ing|tions?|ments?|ance|ery|ics)|support|services?|sales|reminders?|tickets?|"
    r"payroll|invoices?|leads|helpdesk|inventory|hr|logistics|surveys?|crm|intake|bookings?|outreach|"
    r"orders|complaints|requests|enquiries|inquiries|control|claims|checks|returns|chat|storage|paperwork|"
    r"rotas?|reviews|audits|quotes|contracts|expenses|newsletters?|campaigns?|questions|emails|calls|records|documents|"
    r"schedules?|shifts|deliveries|appointments|reservations|timesheets|approvals|purchases|faqs?)"
)
_NO_USE = r"(?:me|my|a|an|the|this|next|our|your|now|free|nothing|another|some)\b"
_WORDS = (
    rf"(?P<use>(?:(?!{_NO_USE})[^\W\d_-]+[\s-]){{0,3}}?{_DONE}"
    # "Tracking spare parts".
    rf"|[^\W\d_]{{3,}}ing(?:\s+(?!(?:and|or|at|in|now|instead)\b)[^\W\d_'-]+){{1,5}})"
)
_END = r"(?=\s*(?:$|[.,;!\n]|\b(?:instead|now|only|mostly|mainly|really|at|in|and|with|for|by)\b))"
_ALSO = r"(?:(?:mainly|mostly|really|actually|only|just|rather|more|now|about)\s+)*"
_FOR = re.compile(
    r"(?<!n't )(?<!not )(?<!is )\b(?:it's|it\s+is|its|it'd\s+be|it\s+would\s+be|"
    r"it\s+will\s+be|it'll\s+be|"
    r"use\s+it|use\s+this|want\s+it|need\s+it|using\s+it|used|but|this\s+is|this\s+would\s+be|"
    r"need\s+this|want\s+this|(?:looking|look)\s+(?:for|at)\s+(?:something|sth|software|(?:a|an|some)\s+(?:\w+\s+)?\w+)|"
    r"(?<![^,;.\s])(?=(?:mainly|mostly|primarily|mainly)\s+for))\s*"
    rf"{_ALSO}for\s+{_WORDS}{_END}"
    rf"|\b(?:use|purpose|goal)\s+(?:is|would\s+be|will\s+be)\s+{_ALSO}(?:for\s+)?"
    rf"{_WORDS.replace('use>', 'goal>')}{_END}"
    rf"|\b(?:roll|use|deploy|introduce)\s+(?:it|"
    rf"this)\b[^.!?\n]{{0,80}},\s+for\s+{_WORDS.replace('use>', 'listed>')}{_END}"
    r"|\bwe\s+(?:need|want|are\s+after)\s+(?P<named>(?!(?:a|an|the|more|some|your|better|any|no|this|that|it|to|in)\b)"
    r"[^\W\d_]+\s+(?:reminders|scheduling|tracking|planning|routing|booking|ticketing|invoicing|forecasting|"
    rf"reporting|automation|management|monitoring|scoring)){_END}"
    r"|\b(?:i|we)\s+(?:put\s+down|put|wrote|said|entered|typed|selected|chose|picked|ticked)\s+[^\W\d_]+(?:\s+[^\W\d_]+){0,3}?"
    r"\s*,?\s+but\s+(?:it\s+should\s+(?:be|have\s+been|read|say)|(?:i|we)\s+(?:actually\s+|really\s+)?meant|it's\s+(?:actually|really))\s+"
    rf"{_WORDS.replace('use>', 'meant>')}{_END}",
    re.IGNORECASE,
)  # fmt: skip


def sentence(text: str, place: int) -> str:
    """The sentence of `text` in which the character `place` stands, with its last sign."""
    first = max(text.rfind(sign, 0, place) for sign in ".!?\n") + 1
    end = re.search(r"[.!?\n]", text[place:])
    return text[first : place + end.end() if end else len(text)]


def find(text: str) -> tuple[int, int] | None:
    """The characters of the use that is named."""
    every = list(_FOR.finditer(text.replace("’", "'")))
    found = every[-1] if every else None
    if found is None or attitudes.is_question(sentence(text, found.start())):
        return None
    return found.span(found.lastgroup or 0)


_IS_DONE = re.compile(rf"\b{_DONE}\b", re.IGNORECASE)


def is_done(words: str) -> bool:
    """Whether they name something that is done."""
    return bool(_IS_DONE.search(words))
