"""A use that replaces a known one: "it isn't for the website, it's for our helpdesk". The message
is read part by part; a part that names the known use, or denies something, tells of the old one,
and what another part leads to is the new one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synaptiq.agent.core.extract import cues, digits, uses, whose

_I = re.IGNORECASE
# Between parts; "not" and "rather than" begin one.
_SPLIT = re.compile(
    r"[.!?;:,\n()…]+|\s[-–—]+\s|—|\b(?:but|because|since|so|although|though|while|whereas|which|where|and(?=\s+(?:(?:the\s+)?less|more|rather|only|just|i|we|he|she|it|they|you)(?:'\w+)?\s))\b|"
    r"(?=\b(?:not|than|rather\s+than|instead\s+of|no\s+longer)\b)",
    _I,
)
_INSTEAD = re.compile(
    r"(\W*(?:instead\s+of|rather\s+than)\s+.{3,60}?)\s+(?:we|i|they|it)(?:'\w+)?\s", _I
)
# A part with one of these tells of the old use.
_OLD = re.compile(
    r"^\W*than\b|\b(?:not|no\s+longer|\w+n't|isnt|dont|wont|arent|wasnt|cant|never|rather\s+than|instead\s+of|forget|scratch|ignore|drop|"
    r"dropped|dropping|cancel(?:led)?|disregard|skip|leave\s+out|used\s+to|previously|was|were|had|wrong|mistake|typo|"
    r"already|less\s+(?:about|for|of)|done\s+by|covered|handled|sorted|solved|taken\s+care|elsewhere|off\s+the\s+(?:list|table)|over\s+to)\b|"
    r"\b(?:i|we|you)\s+(?:\w+ly\s+|had\s+|have\s+|just\s+)*(?:said|told|wrote|mentioned|put|described|typed|entered|called|"
    r"thought|started|chose|picked|selected|ticked|wanted|stated|gave|explained)\b",
    _I,
)
_ALSO = (
    r"(?:(?:mainly|mostly|really|actually|only|just|rather|more|now|about|like|probably|simply|purely|primarily|"
    r"basically|in\s+fact|all|first|again|instead|then|only|currently|today|still|very|much)\s+)*"
)
_THEY = r"(?:i|we|he|she|they|you|the\s+\w+|(?:my|our)\s+\w+|everyone|management|people)"
_AUX = rf"(?:'d|'ll|'re|\s+would|\s+will)?\s+{_ALSO}"
_NEED = (
    r"(?:want|wants|need|needs|needed|plan|plans|like|have|has|intend|hope|hopes|wish|aim|looking|look|use|uses|using|are|'re|"
    r"after|require|requires|wanting|needing|care|cares|must|prefer)"
)
_IT = (
    r"(?:it|this|you(?:\s+guys)?|your\s+\w+|that|them|something|"
    r"a\s+(?:tool|bot|system|solution)|help)"
)
# What leads to a use; the strongest first.
_FRAMES = tuple(
    re.compile(one, _I)
    for one in (
        r"^(?P<use>.+?)\s+(?:i|we)\s+(?:really\s+|actually\s+)?mean[t]?\b",
        r"^(?P<use>.+?)\s+(?:is|are|would\s+be|will\s+be)\s+(?:really\s+|now\s+|actually\s+)?(?:the|our|my)\s+"
        r"(?:(?:main|real|actual|only|first|biggest|core|new|bigger|true)\s+)?"
        r"(?:purpose|problem|goal|use|use\s+case|need|priority|focus|point|thing|pain|idea|plan|aim|job|task)\b",
        rf"^(?:.*?\b(?:it's|it\s+is)\s+)?{_ALSO}(?P<use>.+?)\s+(?:that\s+)?(?:we|i)(?:'d|\s+would|\s+really|\s+actually)*\s+"
        r"(?:want|need|like)\s+(?:to\s+[^\W\d_]+|(?:it|this)\s+for|help\s+with)\s*$",
        r"^(?P<use>.+?)\s+(?:is|are)\s+what\s+(?:i|we|they|he|she)\b",
        # "The thing we'd use you for is …", "for me it is …", "the use case is now …".
        r"^.*?\b(?:what|thing|use|use\s+case|usecase|goal|purpose|aim|focus|idea|need|priority|requirement|problem|point|part|"
        r"pain|plan|interest|job|task)s?\b(?:\s+[\w']+){0,7}?\s*(?:'s|\b(?:is|are|be|being|was|changed\s+to|becomes?))\s+"
        rf"{_ALSO}(?:(?:for|to|on|with|in|about)\s+)?(?P<use>.+)",
        # "We want it for …", "my boss needs this to …".
        rf"^.*?(?<!that )\b{_THEY}{_AUX}"
        rf"(?:would\s+|will\s+|to\s+|going\s+to\s+|do\s+)*{_NEED}\s+{_ALSO}(?:to\s+)?"
        rf"(?:use\s+|have\s+|get\s+)?(?:{_IT}\s+{_ALSO}(?:for|to|with|on|in)|help\s+(?:with|on|in)|for|to|with|on)\s+(?P<use>.+)",
        rf"^.*?\b(?:use|using|need|want|wanted|needed)\s+{_IT}\s+{_ALSO}(?:for|to|with|on|in)\s+(?P<use>.+)",
        # "It's customer support tickets we need it for".
        rf"^.*?\b(?:it's|its|it\s+is|that's|it'd\s+be|it\s+would\s+be|it\s+will\s+be|it\s+should\s+be|should\s+be|should\s+have\s+been|would\s+be|(?:this|that)(?:\s+one)?\s+is|ours\s+is)\s+{_ALSO}(?:for\s+|to\s+|about\s+)?(?P<use>.+)",
        r"^.*?\b(?:should\s+have\s+(?:said|written|put|been)|meant?|make\s+(?:it|that)|call\s+it|change\s+(?:it|that)\s+to|switch(?:ed|ing)?\s+(?:it\s+)?to|swap(?:ped)?\s+(?:it\s+)?(?:to|for)|"
        r"from\s+[\w\s'-]{2,40}?\s+to|change[ds]?\s+[\w\s'-]{2,40}?\s+to|replace\s+[\w\s'\"“”-]{2,40}?\s+(?:with|by)|moved?\s+(?:on\s+)?to|went\s+for|go(?:ing)?\s+for|went\s+with|goes?\s+with|"
        r"more\s+(?:of|like|about)|looking\s+at|focus(?:ing|ed)?\s+on|concentrat(?:e|ing)\s+on|start(?:ing)?\s+with|interested\s+in|decided\s+on|"
        r"to\s+do\s+with|here\s+for|looking\s+for|looking\s+to|comes?\s+down\s+to|turned\s+into|say)\s+"
        rf"{_ALSO}(?:for\s+|to\s+)?(?P<use>.+)",
        # "The tool should handle …", "we'll do … with it".
        r"^.*?(?:\b(?:should|must|will|would|has\s+to|needs?\s+to)|'ll|'d)\s+(?:\w+ly\s+)?"
        r"(?:handle|do|cover|take\s+care\s+of|help\s+with|deal\s+with)\s+(?P<use>.+)",
        rf"^\W*{_ALSO}(?:for|to(?!\s+be\b))\s+(?P<use>.+)",
        rf"^.*?(?<!that )\b{_THEY}{_AUX}{_NEED}\s+{_ALSO}(?P<use>(?!to\b|it\b|you\b).+)",
    )
)
_QUOTES = "'\"“”‘’"
# What is left of a part without its words of correction, where only the parts around it say more.
_LEAD = re.compile(
    r"^[\W_]*(?:(?:oh|ah|ok|okay|no|nope|sorry|oops|wait|actually|well|hey|hi|hm+|er+m?|correction|update|please|pls|kindly|"
    r"just|only|mainly|mostly|rather|really|now|then|instead|it's|its|for|more|like|make\s+it|that|this|edit|typo|"
    r"scusa|pardon|my\s+bad|my\s+mistake|and|or|to\s+be\s+precise|better|note)\b[\W_]*)*",
    _I,
)
_END = re.compile(
    r"\s+\b(?:with\s+(?:it|this|you|that)\b|instead|now|please|pls|plz|thanks|cheers|though|anyway|any\s?more|i\s+(?:mean|meant|guess|think|suppose|want|need)|"
    r"that\s+(?:i|we|they|he|she)\b|(?:we|i)\s+(?:need|want|would|are|have|'d)|at\s+the\s+moment|right\s+now|these\s+days|for\s+now|"
    r"than\b|after\s+all|lol|haha|sir|madam|first|actually|really|only|too|as\s+well|today|at\s+first|rather|if\s+possible)\b.*$|[\s\W_]+$",
    _I,
)
_NO_USE = re.compile(
    r"^(?:is\s+)?what\b|^(?:i|you|he|she|they|it|me|my\s+\w+|him|her|them|us|that|this|there|nothing|something|anything|what|who|when|sure|"
    r"yes|no|ok|fine|right|wrong|true|a\s+(?:typo|mistake)|the\s+(?:same|other|wrong|one|boss|first|second)(?:\s\w+)?|not|ready|done|"
    r"too|also|very|so|here|more|less|we|our\s+(?:boss|ceo|team|manager))$|"
    r"\b(?:plans?\s+changed|(?:corrected|told|reminded|asked|informed)\s+(?:me|us))\b|^(?:i|you|he|she|they|we|it|know|see|talk|speak|buy|pay|start|go|get|have|be|try|ask|meet|book|schedule|"
    r"cancel|learn|understand|hear|find|think|discuss|check|wait|let\s+me|add|mention|say|tell|rephrase|clarify|correct|confirm|change)(?:\s|$)|\d",
    _I,
)
_STOP = frozenset(("with", "from", "that", "this", "their", "your", "for", "and", "our", "the",
                   "them", "into", "some", "all", "more"))  # fmt: skip


def find(text: str, known: str, quotes: list[str]) -> tuple[int, int] | None:
    """The characters of the use that is to take the place of `known`. `quotes` are the words of
    other facts in the message."""
    said = text.replace("’", "'")
    if whose.HYPOTHESIS.search(said):
        return None
    parts = [
        (first, last, said[first:last])
        for whole in _parts(said)
        for first, last in _halves(said, *whole)
    ]
    stems = _stems(known)
    about = bool(stems & _stems(said))
    sure = about or re.search(r"\buse[\s-]?cases?\b", said, _I)
    new: list[tuple[int, int, int]] = []
    changes = cues.is_correction(said) or bool(_SWAP.match(said))
    for first, last, part in parts:
        old = bool(_OLD.search(part))
        changes = changes or (old and bool(stems & _stems(part)))
        if said[last : last + 1] == "?" and not cues.REQUEST.search(said):
            continue
        for rank, start, end in _uses(part, stems, old=old):
            words = part[start:end]
            if any(quote in words or words in quote for quote in quotes):
                continue
            if stems and _stems(words) and _stems(words) <= stems:
                continue
            new.append((rank, first + start, first + end))
    if not new:
        return None
    if not sure:
        # "I meant scheduling the crews" names no old use.
        plain = len(said.split()) <= 6 and cues.CHANGES.search(said)
        new = [
            one for one in new
            if (one[0] < _BARE and _USE_IT.search(said))
            or (changes and one[0] < _BARE and _HAVE_IT.match(said[one[1] - 12 : one[1]][-12:]))
            or (                (one[0] < _BARE or plain) and uses.is_done(said[one[1] : one[2]])
            )
        ]  # fmt: skip
        changes = changes and not quotes
    if not new or not (
        changes or (new[0][0] < _BARE and (_WANT_IT if about else _USE_IT).search(said))
    ):
        return None
    _, start, end = min(new, key=lambda one: one[0])
    return start, end


_BARE = 90
_WANT_IT = re.compile(
    r"\b(?:use|using|wants?|needs?)\s+(?:it|this)\s+(?:\w+ly\s+)?(?:for|to)\b", _I
)
# What stands right before the use.
_HAVE_IT = re.compile(r".*\b(?:it|this)\s+(?:\w+ly\s+)?(?:for|to)\s+$", _I)
_SWAP = re.compile(r"\W*(?:please\s+|pls\s+)?(?:replace|swap|switch|change|drop|put)\b", _I)
# It leads to nothing else.
_USE_IT = re.compile(r"\b(?:use|using)\s+(?:it|this)\s+(?:\w+ly\s+)?(?:for|to)\b", _I)


def _parts(said: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for sign in _SPLIT.finditer(said):
        if said[begin : sign.start()].strip():
            yield begin, sign.start()
        begin = sign.end()
    if said[begin:].strip():
        yield begin, len(said)


def _halves(said: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """ "Instead of X we need it for Y" without a comma is two parts."""
    found = _INSTEAD.match(said[first:last])
    if found is None:
        yield first, last
    else:
        yield first, first + found.end(1)
        yield first + found.end(1), last


def _uses(part: str, stems: set[str], *, old: bool) -> Iterator[tuple[int, int, int]]:
    """(rank, first, last) of what the part leads to."""
    for rank, frame in enumerate(_FRAMES):
        found = frame.search(part)
        if found is None:
            continue
        before = part[: found.start("use")]
        if _OLD.search(before) and not re.search(
            r"\bmeant\s|should\s|\bwhat\s+(?:i|we)\s+(?:called|described|named|termed|put|wrote|said)\b",
            before,
            _I,
        ):
            continue
        span = _trimmed(part, found.start("use"))
        if span and not (old and _OLD.search(part[slice(*span)])):
            yield rank, *span
            return
    if not old:
        span = _trimmed(part, _LEAD.match(part).end())  # type: ignore[union-attr]
        if span and len(part[slice(*span)].split()) <= 5:
            yield _BARE, *span


def _trimmed(part: str, first: int) -> tuple[int, int] | None:
    lead = _LEAD.match(part, first)
    first = lead.end() if lead else first
    while (end := _END.search(part, first)) is not None:
        part = part[: end.start()]
    while part[first : first + 1] and part[first] in _QUOTES:
        first += 1
    part = part.rstrip(_QUOTES)
    words = part[first:]
    if not re.search(r"[^\W\d_]{2,}", words) or len(words.split()) > 12 or _NO_USE.search(words):
        return None
    if words.split()[0].lower() in digits.WORDS:
        return None
    return first, len(part)


def _stems(text: str) -> set[str]:
    """The beginnings of its words: "hiring" is about "hires"."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return {word[:4] for word in words if (len(word) > 2) and word not in _STOP}
