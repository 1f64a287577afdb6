"""Whose matter a sentence is: the visitor's own and present one, or somebody else's, another
time's, a question to us, an appointment."""

from __future__ import annotations

import re

from synaptiq.agent.core.extract import attitudes, cues
from synaptiq.agent.core.extract.tokens import Message

# "They've signed off 24k": whoever they are, it is ours to spend.
_GRANTED = (
    r"(?:(?:just|already|now|only)\s+)?(?:signed\s+off|approved|granted|given\s+us|gave\s+us|given\s+me|gave\s+me|"
    r"set\s+aside|put\s+aside|allocated|earmarked|released|cleared|agreed|okayed|promised)\b"
)
# What is not so, but might be.
HYPOTHESIS = re.compile(
    r"\b(?:for\s+example|e\.g\.|imagine|suppos(?:e|ing)|assum(?:e|ing)|hypothetical\w*|what\s+if|"
    r"say\s+an?\b|let's\s+say\s+(?:i|we|you|they|someone|somebody)\b|i\s+wish|"
    r"(?:someone|somebody|anyone|anybody)\s+(?:wants?|needs?|wanted|needed|has|had|buys?|starts?|says?|asks?)\b|"
    r"if\s+(?:it|we|i|you|they|(?:our|the|my)\s+\w+)\s+(?:were|was|had|could|"
    r"would|grew|grow|hired|hire|takes?|took|costs?|need(?:ed)?|became|become|get|got|go))\b",
    re.IGNORECASE,
)
# Somebody else's matter, whatever else is said.
OTHERS = re.compile(
    r"\b(?:competitors?|(?<!and )my\s+(?:friend|brother|sister)|"
    r"my\s+(?:son|daughter|kids?|child|children|mother|father|mum|mom|dad)\s+(?:is|are|has|have|was|will|starts?|turns?|works?|goes)|"
    r"(?:a|our|his|her)\s+(?:friend|neighbou?r)|they\s+(?:pay|paid|spend|charge|have(?!\s+"
    + _GRANTED
    + r")|had|got)|theirs|"
    r"you\s+(?:keep|already|always)|keep\s+asking|"
    r"quoted|i\s+(?:read|heard|saw)\s+(?:that|about|somewhere|of|on|in)|my\s+(?:wife|husband)'s|their|"
    r"(?:last|previous|former|old|ex-?)\s+(?:company|employer|job|firm|team|supplier|provider|vendor|agency)|"
    r"(?:we|i)\s+(?:paid|tried|spent|lost|met|bought|sold|signed|moved\s+(?!it|the|our|this|that))|"
    r"(?:was\s+)?founded|(?:raised|the)\s+prices?\s+(?:from|went|rose)|"
    r"(?:docs?|documentation|website|site|page|manual|faq|article|brochure|case\s+study|reviews?|report|blog|post)\s+(?:says?|mentions?|lists?)|"
    r"(?:invoice|bill|subscription)\s+(?:was|is|says|shows)|funding|owes?|(?:we|i)\s+(?:currently\s+)?pay|charge[sd]?|billed|invoiced|revenue|turnover|worth|salary|raised\s+\S+\s+(?:last|from|in)|"
    r"(?:our|the|a|an|my|biggest|average|typical|largest|other)\s+(?:\w+\s+)?(?:clients?|customers?|vendors?|"
    r"agency|agencies|suppliers?|providers?|prospects?|(?:average|typical)\s+\w+)(?:'s?)?\s+"
    r"(?:\w+\s+){0,4}?(?:has|have|had|is|are|was|were|gets?)|customers?\s+(?:of|have)|customers'|clients')\b",
    re.IGNORECASE,
)
# Mostly somebody else's, or of an earlier time; who corrects something may say so too.
ELSEWHERE = re.compile(
    r"\b(?:used\s+to|(?:he|she)(?!(?:'d|\s+would|\s+will)?\s+(?:wants?|needs?|likes?)\b|(?:'s|\s+has)?\s+"
    + _GRANTED
    + r")|his|her|"
    r"(?:i\s+)?(?:read|heard)\b|years?\s+ago|your|"
    r"(?<!gave )(?<!told )(?<!give )(?<!tell )you|they(?!(?:'ll|'d|\s+would|"
    r"\s+will)?\s+(?:want|need|like)\b|(?:'ve|\s+have)?\s+" + _GRANTED + r")|it\s+says|"
    r"(?:we|there)\s+(?:were|was|had)|"
    r"i\s+(?:saw|spoke|called|got)|once\s+had|back\s+then|costs)\b",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"(?:so\s+)?(?:down|up)\s+to\b|(?:and\s+|but\s+|now\s+)*(?:we|i|it)(?:'re|'s|\s+is|'m|\s+are|\s+am|\s+have)\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\byour\b|\b(?:do|are|have|did|were|can|could|will|would)\s+you\s+"
    r"(?!got|get|give|offer|help|book|please)",
    re.IGNORECASE,
)
# "Will it be ready by May?" asks of the product, not of the visitor's plans.
_OF_IT = re.compile(
    r"^\W*(?:will|does|is|can|has|would|could)\s+(?:it|this|that|your)\b", re.IGNORECASE
)
# "Do I have to decide today?"
_MUST = re.compile(
    r"\W*(?:(?:so|ok|and|but)\W+)*(?:do|does|must|should|why|what|who|how)\b", re.IGNORECASE
)
_OWN = frozenset(("we", "our", "us", "my", "we're", "i", "i'm", "me"))
_PRICING = re.compile(r"\b(?:cost|costs|price|pricing|how\s+much|quote|pay)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:and|[,;])\s+(?:(?:i|we)(?:'d|'m|'re|\s+would|\s+am|\s+are|\s+was|\s+were)?\s+(?:like|love|want|curious|interested|keen|wonder\w*|hoping|looking|need)\s+"
    r"(?:to\s+(?:know|see|learn|hear|understand|find|get|talk|speak|try)|in|how|whether|if|what|about)|"
    r"(?:what|how|(?:can|could|do|would|will)\s+you|does|is\s+(?:it|that|there)|are\s+you|please|tell)\b)",
    re.IGNORECASE,
)
# "Our director retired on Friday", "two joiners start on Monday".
_COMING = (
    r"(?:joiners?|new\s+hires?|newcomers?|starters?|colleagues?|people|guys|persons?|interns?)\s+(?:\w+\s+)?"
    r"(?:start|join|arrive|begin)s?|(?:my|our|the)\s+(?:\w+\s+){1,2}(?:retired|left|quit|resigned|joined|died|retires|leaves|resigns|"
    r"joins|told|announced|called|decided)"
)
# Dates of these are no plans, not even corrected.
EVENTS = re.compile(
    r"\b(?:demo|meetings?|appointment|conference|webinar|(?<!bank )holiday|vacation|"
    r"fiscal|calendar|invoice|"
    + _COMING
    + r"|birthday|flight|closed|looks?\s+(?:busy|free|full|good|bad)|"
    r"(?:i'm|i\s+am|we're)\s+(?:busy|away|off))\b",
    re.IGNORECASE,
)
APPOINTMENT = re.compile(
    r"\b(?:"
    + _COMING
    + r"|demo|meeting|meet|call|talk|chat|speak|appointment(?!\s+(?:remind|book|sched|manag))|"
    r"conference|webinar|"
    r"(?<!bank )holiday|vacation|started|founded|fiscal|since|was|were|"
    r"contract|renewal|expires?|ends|born|birthday|(?:i'm|i\s+am|we're|we\s+are)\s+(?:free|available)|see\s+you|"
    r"calendar|invoice|out\s+of\s+(?:the\s+)?office|on\s+leave)\b",
    re.IGNORECASE,
)


_PARTING = frozenset((",", ";", ":", "(", ")", "but", "because", "since", "so"))


def part_at(message: Message, place: int) -> str:
    """What stands between the commas (or "but", "because") around the token `place`: the reason
    that somebody gives for a day is not about that day."""
    end, last = place, message.clause(place)[1]
    while end < last and message.tokens[end].text not in _PARTING:
        end += 1
    begin = _begin(message, place)
    return message.text[message.tokens[begin].start : message.tokens[max(place, end - 1)].end]


def before_in_part(message: Message, place: int) -> str:
    """What of that part stands before the token `place`."""
    begin = message.tokens[_begin(message, place)].start
    return message.text[begin : message.tokens[place].start].replace("’", "'")


def _begin(message: Message, place: int) -> int:
    begin, first = place, message.clause(place)[0]
    while begin > first and message.tokens[begin - 1].text not in _PARTING:
        begin -= 1
    return begin


def sentence_at(message: Message, place: int) -> str:
    first, last = message.clause(place)
    return message.text[message.tokens[first].start : message.tokens[last - 1].end]


def is_elsewhere(sentence: str, *, corrects: bool = False) -> bool:
    """Whether it speaks of somebody else, or of another time."""
    return bool(
        HYPOTHESIS.search(sentence)
        or OTHERS.search(sentence)
        or (not corrects and ELSEWHERE.search(sentence))
    )


def asks_of_it(message: Message, place: int) -> bool:
    """Whether the sentence is a question about the product."""
    return (
        message.is_question(place)
        and not cues.REQUEST.search(message.text)
        and bool(_OF_IT.search(sentence_at(message, place)))
    )


def _goes_on(message: Message, place: int) -> bool:
    """Whether "and I'd like to know …" begins there: what is asked of us behind a fact."""
    return message.tokens[place].text in ("and", ",", ";") and bool(
        _ASKS.match(message.text[message.tokens[place].start :].replace("’", "'"))
    )


def is_said_of_us(
    message: Message, place: int, *, short: bool, date: bool = False, corrects: bool = False
) -> bool:
    """Whether what was not asked for may be taken: not from a question to us, and not where the
    sentence speaks of somebody else or of another time (`corrects`: that was known before)."""
    first, last = message.clause(place)
    sentence = message.text[message.tokens[first].start : message.tokens[last - 1].end]
    if cues.REQUEST.search(sentence):
        return not is_elsewhere(sentence, corrects=True) or bool(cues.REQUEST.match(sentence))
    end = next((k for k in range(place, last - 1) if _goes_on(message, k)), last)
    if end < last:
        sentence = message.text[message.tokens[first].start : message.tokens[end - 1].end]
        last = end
    begin = place
    while begin > first and message.tokens[begin - 1].text not in (",", "but", "now", "so"):
        begin -= 1
    if _STATEMENT.match(message.text[message.tokens[begin].start :]) and begin > first:
        sentence = message.text[message.tokens[begin].start : message.tokens[last - 1].end]
    elif message.is_question(place) or (attitudes.is_question(sentence) and not short):
        if _OURS.search(sentence):
            return False
        if date and _MUST.match(sentence):
            return False
        own = any(word in _OWN for word in message.words(first, last))
        leads = message.words(max(first, place - 3), place)
        return own if date else "for" in leads and (own or bool(_PRICING.search(sentence)))
    other = OTHERS.search(sentence) if corrects else None
    if other and other.group().lower().startswith(("we ", "i ")):
        # "We lost a client, so it's 6k now": the reason is another part.
        sentence = part_at(message, place)
    return not is_elsewhere(sentence, corrects=corrects)
