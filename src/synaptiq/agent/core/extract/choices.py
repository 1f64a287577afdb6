"""Answers that are words: options of an enum, places, yes and no, free text."""

from __future__ import annotations

import re
from typing import Any

from synaptiq.agent.core.criteria import Criterion
from synaptiq.agent.core.extract import attitudes, cues, deciders, digits, replaced, uses, whose
from synaptiq.agent.core.extract.amounts import phrases
from synaptiq.agent.core.extract.tokens import Message, phrase

LONGEST_TEXT = 500
_NEGATIONS = frozenset((
    "not", "isn't", "aren't", "never", "no", "n't", "don't", "isnt", "wasn't", "neither", "nor",
    "without", "doesn't",
))  # fmt: skip
_OTHERS = frozenset((
    "my", "our", "their", "his", "her", "your", "ask", "with", "to", "boss", "for",
    "another",
))  # fmt: skip
# "My role is …" speaks of oneself.
_POSTS = frozenset(("role", "job", "title", "position", "function", "part"))
_SELF = frozenset(("i'm", "i", "im", "myself", "me"))
# No answer to any question.
_ASIDE = re.compile(
    r"^\W*(?:i\s+need\s+help\b|(?:can't|cannot|cant|couldn't|won't|doesn't)\b)|"
    r"^\W*(?:(?:oh|ah|ok|okay|no|hm+|well)\W+)*(?:we're\s+(?:just\s+|still\s+)?(?:comparing|evaluating)|scratch|never\s*mind|oops|sorry|correction|let\s+me|hold\s+on|"
    r"hang\s+on|one\s+(?:sec|moment|minute)|give\s+me|wait|not\s+what|that's\s+not|thanks?|thank\s+you|thx|"
    r"ty|your|you(?:'re)?|i\s+(?:think|guess|feel|like|love|hate|wonder)|not\s+an?|there(?:'s|\s+is|\s+are)|"
    r"we\s+already|that's\s+an?|(?:nice|good|great|cool|interesting)(?:\s+\w+)?(?=\W*$)|looking\s+for\s+(?:the|your|my)|we\s+had|just\s+(?:browsing|looking|curious))\b|"
    r"\b(?:already\s+(?:asked|told|said|sent|wrote|gave)|i\s+(?:already|told|asked|meant)|thanks?\s+for|brb|be\s+right\s+back)\b|"
    # What does not work is told, and not what it is for.
    r"^\W*(?:(?:the|my|your|this|that|our|it|i)\b[^.!?]{0,40}?)\b(?:stops?|stopped|gives?|freezes|froze|crash\w*|broken|fails?|failed|"
    r"hangs|(?:does|did|do)\s+nothing|not\s+(?:working|loading|opening)|\w+n't\s+(?:work|load|open|play|log|see|find|access|reach)|error|walked|ringing)\b",
    re.IGNORECASE,
)
# Who begins so talks to us, unless a wish or a task follows.
_CHAT = re.compile(
    r"^\W*(?:i|i['’]\w+|it|its|it['’]s|let['’]?s|that|that['’]s|this|they|he|she|please|pls|plz|send|tell|give|show|call|email|"
    r"ha(?:ha)+|lol|cool|same|wrong|fair|wow|hello|hey|hi|later|maybe|soon|everything|anything|nothing)\b",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"\b(?:wan(?:t|na)|need|like\s+to|would|plan|hop(?:e|ing)|us(?:e|ing)|looking|try(?:ing)?|tired|struggl\w+|spend\w*|handl\w+|"
    r"answer\w*|manag\w+|automat\w+|help\w*|reduc\w+|sav(?:e|ing)|improv\w+|track\w*|for\s+(?:our|the|my|[^\W\d_]+ing)|goal|problem)\b",
    re.IGNORECASE,
)
_FIRST = frozenset(("we", "i", "we're", "i'm", "we've", "i've", "our", "my", "im", "me"))
_ARE_YOU = re.compile(r"\s*(?:are|do|will|would|can)\s+you\b", re.IGNORECASE)
_AT = (["based", "in"], ["located", "in"], ["we're", "in"], ["are", "in"], ["live", "in"])
_I_AM = (["i", "am"], ["as", "the"], ["as", "a"], ["my", "role"])
_TEXT_CUES = re.compile(
    r"\b(?:use\s+case\s+(?:is\s+now|(?:has\s+)?changed(?:\s+to|\s*:)|should\s+be|is|would\s+be|:)|(?:want|like|need|plan|hope|looking|going|intend|planning|hoping)\s+"
    r"(?:to\s+use\s+(?:it|this|you|your\s+\w+)\s+(?:for|to)|(?:it|this|(?:for\s+)?something|(?:for\s+)?(?:a|an|some)\s+(?:\w+\s+)?(?:tool|way|solution|product|bot|chatbot|software|platform|assistant))\s+"
    r"(?:for|to|that))|"
    r"we\s+(?:want|need|hope|plan|would\s+like)\s+to(?!\s+(?:know|see|talk|speak|buy|pay|start|go|get|have|be|"
    r"use|try|ask|meet|book|schedule|cancel|learn|understand|hear|find|think|switch|launch|discuss|check|"
    r"postpone|delay|push|reschedule|shift|stop|change|test|sign|move|wait|implement|deploy|roll|decide|spend|keep|make|wrap|finish|run|onboard|"
    r"begin|kick)\b)|(?:would|will|we'd|we'll|i'd)\s+use\s+(?:it|this)\s+(?:for|to))\s+",
    re.IGNORECASE,
)  # fmt: skip


# Where another thing begins: "want it for reminders and could start in May".
_OVER = re.compile(
    r"[.!?\n]|\s*(?:[,;]|\s[-–—]\s|\band\b|\bbut\b)\s*(?:(?:and|but|so)\s+)?(?:(?:we|i)(?:'\w+)?|(?:our|my|the)\s+(?:budget|team|boss|deadline)|could|can|should|must|start\w*|"
    r"budget|ideally|preferably|hopefully|by|it\s+(?:should|must|needs)|[$€£]|\d|"
    r"(?:needed|wanted|live|ready)\s)(?!\w)",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"(?:(?:about|around|some|at\s+least|up\s+to|all|our|the)\s+)*(?:\d|(?:{'|'.join(sorted(digits.WORDS))})\b)",
    re.IGNORECASE,
)


def _negated(message: Message, place: int) -> bool:
    return any(
        word in _NEGATIONS or word in cues.NEGATIONS
        for word in replaced.part(message, 0, place)[-4:]
    )


def _taken_back(message: Message, place: int) -> bool:
    """Whether what stands at `place` is said only to take it back: "I was wrong about being …",
    "I said I decide, but …"."""
    first, _ = message.clause(place)
    before = message.text[message.tokens[first].start : message.tokens[place].end].replace("’", "'")
    if cues.WRONG_ABOUT.search(before):
        return True
    behind = message.text[message.tokens[place].end :].replace("’", "'")
    return bool(cues.SAID.search(before) and cues.TURN.search(behind))


def option(message: Message, criterion: Criterion, *, asked: bool) -> tuple[str, int, int] | None:
    """The option that is meant: (value, first token, last token). Volunteered it counts only where
    the visitor speaks of themselves, or beside a noun of the criterion."""
    if attitudes.is_question(message.text) and "," not in message.text:
        return None
    if whose.HYPOTHESIS.search(message.text):
        return None
    corrects = cues.is_correction(message.text)
    best: tuple[tuple[int, int], str, int, int] | None = None
    for each in criterion.scoring.options:
        for words in {each.label, each.value.replace("_", " "), *each.words}:
            sought = phrase(words)
            place = message.find(sought) if sought else None
            if place is None or _negated(message, place) or _taken_back(message, place):
                continue
            if not (
                _is_own(message, place, sought)
                if asked
                else _volunteered(message, place, sought, criterion)
            ):
                continue
            # Where something is corrected, what is said last counts.
            rank = (place, len(sought)) if corrects else (len(sought), -place)
            if best is None or rank > best[0]:
                best = rank, each.value, place, place + len(sought)
    return best[1:] if best else None


def _is_own(message: Message, place: int, sought: tuple[str, ...]) -> bool:
    """Not "my boss is the CEO", "I ask the director": somebody else is meant."""
    if sought[0] in ("i", "my", "i'm"):
        return True
    before = message.words(max(0, place - 4), place)
    if any(before[k] == "my" and before[k + 1] in _POSTS for k in range(len(before) - 1)):
        return True
    if not before or "i'm" in before or "am" in before or "as" in before or "im" in before:
        return True
    return not any(word in _OTHERS for word in before) or before[-2:-1] == ["i'm"]


def _volunteered(
    message: Message, place: int, sought: tuple[str, ...], criterion: Criterion
) -> bool:
    first, last = message.clause(place)
    if message.is_question(place):
        return False
    words = message.words(first, place)
    if any(message.find(noun, first, last) is not None for noun in phrases(criterion.nouns)):
        return True
    if sought[0] in ("i", "i'm", "my") and len(sought) > 1:
        return True
    near = words[-5:]
    if criterion.type == "geo":
        return any(near[k : k + 2] in _AT for k in range(len(near)))
    if any(word in ("ask", "boss", "report", "manager", "convince", "need") for word in near):
        return False
    speaks = any(near[k] in ("i'm", "im") or near[k : k + 2] in _I_AM for k in range(len(near)))
    behind = message.words(place + len(sought), place + len(sought) + 3)
    if words == ["as"] or "mine" in behind or behind[-2:] == ["with", "me"]:
        return True
    return speaks or message.words(place + len(sought), place + len(sought) + 1) == ["here"]


def place_name(text: str) -> str | None:
    """A place, as the answer to the question for it: "in Norway", "Norway"."""
    bare = re.sub(
        r"^\W*(?:(?:we're|we\s+are|i'm|i\s+am|based|located|mostly|mainly|it's|out|from|in|of|the)\s+)*",
        "", text.replace("’", "'"), flags=re.IGNORECASE,
    ).strip(" .!,")  # fmt: skip
    words = bare.split()
    return bare if 1 <= len(words) <= 4 and all(w[0].isalpha() for w in words) else None


def free_text(message: Message, rest: str) -> str | None:
    """A whole message as the answer to an open question. `rest` is what other facts leave of it."""
    text = message.text.strip()
    if (
        attitudes.is_greeting(text)
        or attitudes.is_question(text)
        or attitudes.is_unknown(text)
        or attitudes.refusal(text)
        or attitudes.is_unsafe(text)
        or attitudes.wants_person(text)
        or _ASIDE.search(text)
        or (_CHAT.search(text) and not _WISH.search(text))
    ):
        return None
    words = re.findall(r"[^\W\d_]{2,}", rest)
    if not words or (
        len(words) == 1 and (len(words[0]) < 5 or attitudes.yes_or_no(text) is not None)
    ):
        return None
    if text != rest.strip() and len(words) < 3:
        return None
    return text[:LONGEST_TEXT]


def volunteered_text(text: str) -> tuple[int, int] | None:
    """Where somebody says unasked what they want to do."""
    found = _TEXT_CUES.search(text.replace("’", "'"))
    if found is None:
        return uses.find(text)
    if attitudes.is_question(uses.sentence(text, found.start())):
        return None
    end = _OVER.search(text, found.end())
    last = end.start() if end else len(text)
    if _COUNT.match(text, found.end()):
        return uses.find(text)
    return (found.end(), last) if len(text[found.end() : last].split()) >= 2 else None


def yes_or_no(
    message: Message, criterion: Criterion, *, asked: bool, known: bool = False
) -> tuple[Any, int, int] | None:
    """Yes or no as the answer to the question; or a sentence in the first person with a noun of
    the criterion, and a negation in it or not."""
    everything = 0, len(message.tokens)
    if deciders.about(criterion.nouns):
        verdict = deciders.says(message, asked=asked, known=known)
        if verdict is not None:
            return verdict, *everything
    if asked and not attitudes.is_question(message.text):
        answer = attitudes.yes_or_no(message.text)
        if answer is not None:
            return answer, *everything
    nouns = () if deciders.about(criterion.nouns) else phrases(criterion.nouns)
    for noun in nouns:
        place = message.find(noun)
        if place is None or message.is_question(place):
            continue
        first, last = message.clause(place)
        if attitudes.is_question(message.quote(first, last)):
            continue
        if attitudes.is_unknown(message.quote(first, place + 1)):
            continue
        words = message.words(first, place)
        if not any(word in _FIRST for word in words):
            continue
        if attitudes.denies_somebody_else(message.quote(first, place + 1)):
            return True, first, last
        back = _taken_back(message, place)
        if attitudes.is_somebody_else(message.quote(first, place + 1)):
            if asked or _ARE_YOU.match(criterion.question):
                return False, first, last
            continue
        return _negated(message, place) == back, first, last
    if asked and _ARE_YOU.match(criterion.question) and not attitudes.is_question(message.text):
        if attitudes.names_somebody_else(message.text):
            return False, *everything
        if message.words()[:1] in (["me"], ["myself"]) or message.words()[:2] == ["just", "me"]:
            return True, *everything
    return None
