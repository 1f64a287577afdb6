"""What somebody wants the product for, where they say no more than "it's for …"."""

from __future__ import annotations

import re

from synaptiq.agent.core.extract import attitudes

# Words for something that is done; "for my boss" and "for next year" name no use.
_DONE = (
    r"(?:[^\W\d_]{3,}(?:ing|tions?|ments?|ance|ery|ics)|support|services?|sales|reminders?|tickets?|"
    r"payroll|invoices?|leads|helpdesk|inventory|hr|logistics|surveys?|crm|intake|bookings?|outreach|"
    r"orders|complaints|requests|enquiries|inquiries|control|claims|checks|returns|chat|storage|paperwork|"
    r"alerts|applications|notes|renewals?|sign-?ups?|memberships?|check-?ins?|permits|donations?|registrations|repairs|visits|reports|"
    r"rotas?|reviews|audits|quotes|contracts|expenses|newsletters?|campaigns?|questions|emails|calls|records|documents|"
    r"schedules?|shifts|deliveries|appointments|reservations|timesheets|approvals|purchases|faqs?)"
)
_NO_USE = r"(?:me|my|a|an|the|this|next|our|your|now|free|nothing|another|some)\b"
_WORDS = (
    rf"(?P<use>(?:(?!{_NO_USE})[^\W\d_-]+[\s-]){{0,3}}?{_DONE}"
    # "Tracking spare parts".
    rf"|[^\W\d_]{{3,}}ing(?:\s+(?!(?:and|or|at|in|now|instead)\b)[^\W\d_'-]+){{1,5}})"
)
# Two words that name a task; "technical support" and "my invoices" are asked of us.
_TASK = (
    r"(?:(?!(?:a|an|the|more|some|your|better|any|no|this|that|it|to|in|my|our|help|for|with|on|and|good|automated|"
    r"proper|simple|easier)\b)[^\W\d_]+(?:-[^\W\d_]+)?\s+){1,2}(?:reminders|scheduling|tracking|planning|routing|bookings?|ticketing|invoicing|forecasting|"
    r"reporting|automation|management|monitoring|scoring|generation|qualification|handling|onboarding|counting|"
    r"screening|processing|registration|collection|follow-?ups?|triage|intake|audits?|reviews|rotas?|chat|replenishment|"
    r"payments?|billing|inspections?|maintenance|logging|sharing|outreach|appointments|reservations|training|matching|dispatch(?:ing)?|"
    r"approvals?|ordering|surveys|enquiries|inquiries|complaints|claims|returns|timesheets|coordination|analysis|coaching|hiring|recruiting|"
    r"sales\s+calls|alerts|applications|notes|renewals?|sign-?ups?|memberships?|check-?ins?|tickets|permits|donations?|"
    r"registrations|repairs|visits|invoices|expenses|schedules|questions|requests|orders|emails|contracts|quotes|records|reports|answering|checking|checks|control|search|archiving|translation|documentation|communication|pick-?ups?|deliveries)"
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
    r"|(?:\b(?:we|i)(?:'re|\s+are|'d\s+like|\s+would\s+like|\s+just|\s+really|\s+mainly|\s+mostly|\s+primarily)?\s+(?:need|want|after)|"
    r"\b(?:looking|look|searching|shopping)\s+(?:for|into|at)|\binterested\s+in)\s+"
    r"(?:(?:some\s+)?(?:help|support|assistance)\s+(?:with|on|for|in)\s+)?(?:(?:better|good|some|automated|proper|simple|easier)\s+)?"
    rf"(?P<named>{_TASK}){_END}"
    rf"|\b(?:help|assist|support)\s+(?:us\s+|me\s+|my\s+team\s+)?(?:with|on)\s+(?P<helped>{_TASK}){_END}"
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


# A part of a list of facts: "15 agents, call routing, by Friday".
_LISTED = re.compile(
    rf"(?:^|[,;.]|\band\b|-\s)\s*(?:(?:mainly|mostly|use\s*case|purpose|goal|use|need|need\s+help\s+with|help\s+with|for|it's\s+for)\s*:?\s+)*"
    rf"(?P<task>{_TASK})(?:\s+(?:is|are)\s+(?:the|our|my)\s+\w+(?:\s+\w+)?)?\s*(?=$|[,;.]|\band\b|-\s)",
    re.IGNORECASE,
)
# "25k for supplier audits".
_PAID = re.compile(
    rf"^(?:\s+(?:set|put)\s+aside|\s+reserved|\s+planned)?\s+for\s+(?:the\s+)?(?P<task>{_TASK}){_END}",
    re.IGNORECASE,
)


def listed(text: str) -> tuple[int, int] | None:
    """The task that is a whole part of a list of facts."""
    found = _LISTED.search(text)
    if found is None or attitudes.is_question(sentence(text, found.start("task"))):
        return None
    return found.span("task")


def paid_for(text: str, amount: str) -> tuple[int, int] | None:
    """The task that the amount of money, as it is written in `text`, is for."""
    last = text.find(amount) + len(amount)
    found = _PAID.match(text[last : last + 80])
    return (last + found.start("task"), last + found.end("task")) if found else None


_IS_DONE = re.compile(rf"\b{_DONE}\b", re.IGNORECASE)


def is_done(words: str) -> bool:
    """Whether they name something that is done."""
    return bool(_IS_DONE.search(words))
