"""What a message is, beside the facts in it: yes, no, "I'd rather not say", "I don't know", a
question, an objection, a wish for a person."""

from __future__ import annotations

import re

_I = re.IGNORECASE
_LEAD = r"^\W*(?:(?:well|actually|um+|uh+|hm+|oh|sorry|so|ah|and|but|honestly)\W+)*"
_YES = re.compile(
    _LEAD + r"(?:yes|yeah|yep|yup|yea|sure|of course|correct|right|that's right|exactly|absolutely|"
    r"definitely|certainly|indeed|(?:we|i)\s+(?:do|are|am|have)(?=\s*(?:$|[.,!;]))|true|ok|okay|please|"
    r"sounds good|affirmative|that's\s+me|that\s+would\s+be\s+me|it's\s+me|that's\s+my|y)\b",
    _I,
)
# "Yes please send me the brochure": what follows is no answer to what was asked.
_ON_ITS_WAY = re.compile(
    r"^\W*(?:yes|yeah|yep|sure|ok|okay|no|nope)\b\W+(?:got\s+it|ask\s+away|shoot\b|(?:i've|i\s+have)\s+(?:read|seen|got|received|tried)\b|"
    r"(?:that|the|your|this)\s+(?:link|page|button|video|form|site|website|email|file|chat|code)\b)|"
    r"^\W*no\W+(?:thanks?|thank\s+you|thx|cheers)\W*$|"
    r"^\W*(?:(?:actually|well|oh|ok|okay|um+|hm+)\W+)*(?:yes|yeah|yep|sure|ok|okay|no|nope|sounds\s+good|great|please|absolutely|"
    r"definitely)\b\W+(?:(?:please|pls|thanks|actually|and|but)\W+)*(?:(?:can|could)\s+you\s+)?"
    r"(?:(?:send|show|tell|give|call|email|mail|explain|forward|share|ring)\s+(?:me|us|it|that|the|over)|"
    r"(?:i'd|i\s+would|we'd|we\s+would)\s+(?:really\s+)?(?:like|love|be\s+(?:happy|glad|keen|interested))\s+(?:to|in)\s+"
    r"(?:see|hear|know|get|have|learn|try|read|look|watch|receive)|"
    r"(?:i|we)(?:\s+have|\s+had|'ve)?\s*(?:haven't|have\s+not|didn't|hadn't|never|already|just|still)\s+(?:\w+\s+)?"
    r"(?:see|seen|saw|watch|watched|get|got|gotten|receive|received|read|hear|heard|try|tried|open|opened|find|found|look|looked)\b)",
    _I,
)
# "I'm not Anna": a name denies nothing that was asked.
_NAMED = re.compile(
    r"^\W*(?:(?i:hi|hey|sorry|no|oh)\W+)*(?:[Ii]'m|[Ii] am|[Tt]his is)\s+not\s+[A-Z][a-z]+\b"
)
_NO = re.compile(
    _LEAD
    + r"(?:no|nope|nah|not really|not yet|not at all|never|we don't|we do not|i don't|i do not|"
    r"we aren't|we are not|we haven't|i'm not|negative|false|none|neither|n)\b(?!\s+(?:problem|idea"
    r"|worries|doubt|wonder|later|more\s+than|less\s+than))",
    _I,
)
_REFUSAL = re.compile(
    r"\b(?:(?:i'd|i\s+would|we'd|we\s+would)\s+(?:rather|prefer|sooner)\s+(?:not|to\s+not|to\s+keep)|"
    r"(?:rather|prefer)\s+not\b|prefer\s+(?:to\s+)?keep|(?:don't|do\s+not|won't|will\s+not|not\s+going\s+to|"
    r"can't|cannot|can\s+not|couldn't|not\s+allowed\s+to|not\s+able\s+to|don't\s+(?:want|wish)\s+to|"
    r"not\s+(?:ready|willing)\s+to|don't\s+feel\s+like)\s+(?:really\s+)?(?:share|shar|say(?!ing)|tell|"
    r"disclos|discuss|reveal|give\s+(?:you\s+)?(?:that|this|out|my|our)|talk\s+about|answer)|"
    r"none\s+of\s+your\s+business|not\s+your\s+business|not\s+comfortable|uncomfortable|"
    r"(?:that's|that\s+is|it's|this\s+is|is)\s+(?:\w+\s+)?(?:confidential|private|secret|sensitive|internal)|"
    r"confidential|no\s+comment|next\s+question|skip\s+(?:that|this|it)|no\s+thanks?,?\s+(?:i'd\s+)?rather|"
    r"not\s+something\s+(?:i|we)\s+(?:share|disclose|discuss)|mind\s+your\s+own)",
    _I,
)
_REFUSAL_ALONE = re.compile(r"^\W*(?:skip|pass|next|no comment|private|confidential)\W*$", _I)
_UNKNOWN = re.compile(
    r"\b(?:(?:i|we)\s+(?:really\s+|honestly\s+)?(?:don't|do\s+not|dont)\s+(?:really\s+|actually\s+)?(?:know|have\s+(?:a|any)\s+"
    r"(?:idea|clue|number|figure))|no\s+(?:idea|clue)|not\s+(?:\w+\s+)?(?:sure|certain|clear|decided|known|defined|fixed)|unsure|"
    r"(?:haven't|have\s+not)\s+(?:\w+\s+)?(?:decided|thought|figured|set|defined|discussed|fixed)|can't\s+say|hard\s+to\s+say|"
    r"who\s+knows|(?:it|that)\s+depends|depends\s+on|tbd|to\s+be\s+(?:decided|determined|defined)|"
    r"(?:i'd|i'll|i\s+will|i\s+would)\s+have\s+to\s+(?:ask|check)|need\s+to\s+(?:ask|check)|dunno|idk)\b",
    _I,
)
_PERSON = (
    r"(?:a\s+|an\s+|the\s+|your\s+|some\s+)?(?:real\s+|actual\s+|live\s+|human\s+|sales\s+|support\s+)*"
    r"(?:human|person|someone|somebody|agent|representative|rep|salesperson|colleague|people|team|"
    r"sales|support|operator|expert)\b"
)
_HUMAN = re.compile(
    rf"\b(?:talk|speak|chat)\s+(?:to|with)\s+{_PERSON}|"
    rf"\b(?:connect|put|transfer|pass|hand)\s+me\s+(?:\w+\s+){{0,2}}?(?:to|with)\s+{_PERSON}|"
    r"\b(?:real|actual|live)\s+(?:human|person|agent)\b|\b(?:human|operator|representative)\s+please\b|"
    r"\b(?:want|need|get\s+me|like)\s+(?:to\s+)?a\s+(?:human|person|real|live)\b|"
    r"\b(?<!n't )call\s+me(?:\s+back)?"
    r"(?=\s*(?:$|[.,!?]|at\b|on\b|tomorrow|today|please|now|asap|later|back))|"
    r"\bcall\s?back\b|\bget\s+me\s+someone\b",
    _I,
)
_HUMAN_ALONE = re.compile(r"^\W*(?:a\s+)?(?:human|agent|operator|representative|person)\W*$", _I)
_BOT = re.compile(r"\bare\s+you\s+(?:a\s+)?(?:real|human|person|bot|robot|machine|ai)\b", _I)
_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|hiya|good\s+(?:morning|afternoon|evening|day)|thanks?(?:\s+you)?|thank\s+you|"
    r"thx|ty|cheers|bye|goodbye|no\s+thanks?|ok(?:ay)?|great|cool|nice|perfect|got\s+it|i\s+see|hmm+|lol|there|so\s+much|"
    r"very\s+much|a\s+lot|all|for\s+now|\W+)+$",
    _I,
)
_FAREWELL = re.compile(
    r"\b(?:good\s?bye|bye(?:\s*-?\s*bye)?|(?<!i\s)(?<!can\s)see\s+you(?=\W*$|\s*[.!,]|\s+(?:then|soon|later|there|(?:on|at)\s+(?:\w+day|\d)|tomorrow|next|\w+day))|"
    r"talk\s+(?:to\s+you\s+)?soon|until\s+then|"
    r"(?:that|this)(?:'s|\s+is|\s+was|\s+will\s+be|\s+would\s+be)\s+(?:all|it|everything)|"
    r"nothing\s+(?:else|more)|have\s+a\s+(?:nice|good|great|lovely)\s+(?:day|evening|weekend|one))\b",
    _I,
)
_QUESTION = re.compile(
    r"^\W*(?:(?:so|ok|okay|hi|hey|hello|also|well)\W+)*(?:(?:what|how|why|when|where|who|which|whose|"
    r"tell\s+me|explain|any)\b|(?:is|are|do|does|did|can|could|will|would|should|may|have|has|am|was|"
    r"were)\s+(?:you|it|i|we|the|there|this|that|they|your|my|our|these|those|a|an|he|she|any|anyone|"
    r"someone|people|[a-z]+\s+[a-z]+ing)\b)",
    _I,
)
_OBJECTION = re.compile(
    r"\b(?:too\s+(?:expensive|pricey|costly|complicated|much\s+money)|not\s+(?:interested|convinced)|"
    r"no\s+budget|can't\s+afford|cannot\s+afford|already\s+(?:use|have|using)\s+(?:a|another|something)|"
    r"waste\s+of\s+(?:time|money)|don't\s+(?:trust|believe)|stop\s+asking|too\s+many\s+questions|"
    r"sounds\s+like\s+a\s+scam|why\s+do\s+you\s+(?:need|ask|want))\b",
    _I,
)
_ABUSE = re.compile(
    r"\b(?:kill\s+(?:myself|yourself|you)|suicid\w*|hurt\s+myself|fuck\s+(?:you|off)|"
    r"(?:ignore|disregard|forget)\s+(?:all\s+|any\s+)?(?:of\s+)?(?:your\s+|the\s+|my\s+)?"
    r"(?:previous|prior|above|earlier|your)\s*(?:instructions?|rules?|prompts?|directions?)?|"
    r"system\s+prompt|developer\s+mode|jailbreak|you\s+are\s+now\s+(?:a|an|in|dan)\b|"
    r"reveal\s+(?:your|the)\s+(?:prompt|instructions?|rules))\b",
    _I,
)


def _plain(text: str) -> str:
    return text.replace("’", "'")


def is_farewell(text: str) -> bool:
    """Whether the visitor takes their leave, and asks nothing."""
    return "?" not in text and bool(_FAREWELL.search(_plain(text)))


# "Yes, wait, no": what comes behind it counts.
_ON_SECOND_THOUGHT = re.compile(
    r"\b(?:wait|sorry|actually|well|i\s+mean|scratch\s+that)\W+(?=(?:yes|yeah|no|nope)\b)", _I
)
_SOMEBODY_ELSE = re.compile(
    r"(?<!i'm )(?<!im )(?<!i am )(?<!as )"
    r"\b(?:my|our|the)\s+(?:boss|manager|ceo|cto|cfo|coo|director|husband|wife|partner|board|head|"
    r"supervisor|colleague|vp|owner|founder|team)\b|\b(?:someone|somebody)\s+else\b|\bnot\s+me\b|"
    r"\bnot\s+(?:my|up\s+to\s+me)\b",
    _I,
)


_WHO = re.compile(
    r"^\W*(?:that|it|no)\b|\b(?:does|would|is\s+the|handles?|approves?|signs?|decides?|has|makes?)\b",
    _I,
)


_NOT_THEM = re.compile(
    r"\b(?:not|isn't|no\s+longer|used\s+to\s+be)\s+(?:my|our|the)\s+(?:boss|manager|ceo|cto|cfo|coo|director|board)\b",
    _I,
)


def is_somebody_else(text: str) -> bool:
    """Whether another person is named where the visitor was asked for themselves."""
    return bool(_SOMEBODY_ELSE.search(_plain(text)))


def denies_somebody_else(text: str) -> bool:
    """Whether another person is named as the one who it is not."""
    return bool(_NOT_THEM.search(_plain(text)))


def names_somebody_else(text: str) -> bool:
    """Whether it answers "are you …?" by another person: "my boss", "that would be our CFO"."""
    said = _plain(text)
    return is_somebody_else(said) and (len(said.split()) <= 3 or bool(_WHO.search(said)))


# "I own it, so yes".
_AFTER_ALL = re.compile(r"\b(?:so|then)\s*,?\s+(?:yes|yeah|yep)\W*$", _I)
# "Yeah, hold on": a moment is asked for, and nothing answered.
_ASIDE = re.compile(
    r"^\W*\w+\W+(?:hold\s+on|hang\s+on|(?:just\s+)?(?:one|a)\s+(?:sec|second|moment|minute)|wait\s+a|"
    r"go\s+(?:on|ahead)|continue|carry\s+on|(?:i'm\s+)?(?:still\s+)?here\b|what(?:'s|\s+is)?\s+next|give\s+me\s+a|brb|be\s+right\s+back|bear\s+with)\b",
    _I,
)


def yes_or_no(text: str) -> bool | None:
    said = _plain(text)
    thought = _ON_SECOND_THOUGHT.search(said)
    if thought:
        said = said[thought.end() :]
    if _UNKNOWN.search(said) or _ASIDE.search(said) or _ON_ITS_WAY.search(said):
        return None
    if _NAMED.search(said):
        return None
    if _NO.search(said):
        return False
    if _AFTER_ALL.search(said):
        return True
    return True if _YES.search(said) else None


def refusal(text: str) -> tuple[int, int] | None:
    """Where it says that something will not be said."""
    found = _REFUSAL.search(_plain(text)) or _REFUSAL_ALONE.search(_plain(text))
    return found.span() if found else None


# "I'd rather not say who decides", asked how to be reached; "who I am" is that.
_ELSE = re.compile(
    r"\b(?:who|what|when|how|which|why|whether)\s+(?!(?:i\s+am|we\s+are|i'm|we're)\W*$|"
    r"(?:to|you\s+can|can\s+you)\s+(?:reach|contact|call|find))",
    _I,
)


def is_of_something_else(text: str) -> bool:
    """Whether what is refused by words before these is another thing than how to be reached."""
    return bool(_ELSE.search(_plain(text)))


# "No rush", "no deadline": there is none of something.
_NONE = re.compile(
    r"^\W*no\s+(?!thank|way\b|chance|need|i\b|we\b|sorry|please|never|not\b|e-?mail|mail|phone|"
    r"contact|number|details)\w",
    _I,
)


def has_none(text: str) -> bool:
    """Whether "no" says at the beginning that there is none of a thing, and answers nothing."""
    return bool(_NONE.search(_plain(text)))


def is_unknown(text: str) -> bool:
    return bool(_UNKNOWN.search(_plain(text)))


def wants_person(text: str) -> bool:
    said = _plain(text)
    if _BOT.search(said):
        return False
    return bool(_HUMAN.search(said) or _HUMAN_ALONE.search(said))


def asks_whether_bot(text: str) -> bool:
    return bool(_BOT.search(_plain(text)))


def is_question(text: str) -> bool:
    said = _plain(text).strip()
    return "?" in said or bool(_QUESTION.search(said))


def is_greeting(text: str) -> bool:
    return not text.strip() or bool(_GREETING.search(_plain(text)))


def is_objection(text: str) -> bool:
    return bool(_OBJECTION.search(_plain(text)))


def is_unsafe(text: str) -> bool:
    """Abuse, danger, or an attempt to give the agent other instructions."""
    return bool(_ABUSE.search(_plain(text)))


_WHY = re.compile(
    r"\bwhy\s+(?:do|would|should|are)\s+(?:you|i|we)\b[^?]*\b(?:need|ask|asking|want|tell|know|answer)\b",
    _I,
)
_NO_QUESTIONS = re.compile(
    r"\b(?:stop\s+asking|(?:too\s+many|no\s+more|enough)\s+questions|stop\s+(?:with\s+)?(?:the|these|your)\s+questions|"
    r"leave\s+me\s+alone)\b",
    _I,
)


def asks_why(text: str) -> bool:
    """Whether it asks why we ask."""
    return bool(_WHY.search(_plain(text)))


def wants_no_questions(text: str) -> bool:
    return bool(_NO_QUESTIONS.search(_plain(text)))
