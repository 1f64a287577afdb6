"""Which of the values in a message are the old ones: those it says not to be so (any more).

A value beside a negation is the old one, one behind a word of correction the new one. The rules
look at places, not at what kind of value it is: they serve numbers, dates, email addresses and
phone numbers alike.
"""

from __future__ import annotations

from collections.abc import Sequence

from synaptiq.agent.core.extract import cues
from synaptiq.agent.core.extract.tokens import Message

_PARTS = frozenset(",;.!?:—–\n") | {"but", "and", "because", "so"}
_FAR = 6
Places = tuple[int, int]


def tokens_of(message: Message, first: int, last: int) -> Places:
    """From characters to tokens: first, and the one behind the last."""
    inside = [
        place
        for place, token in enumerate(message.tokens)
        if token.start < last and first < token.end
    ]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def old(
    message: Message, spans: Sequence[Places], kinds: Sequence[str | None] | None = None
) -> set[int]:
    """The places in `spans` (tokens; in the order of the message) of values that are taken back.
    `kinds` says of what each value surely is: one of people does not replace one of money."""
    of = kinds or [None] * len(spans)
    wrong: set[int] = set()
    # From the end, since no value is replaced by one that is wrong itself.
    for place in range(len(spans) - 1, -1, -1):
        first, last = spans[place]
        floor = spans[place - 1][1] if place else 0
        ceiling = spans[place + 1][0] if place + 1 < len(spans) else len(message.tokens)
        before = part(message, floor, first)
        has_next = place + 1 < len(spans) and place + 1 not in wrong
        if (
            denied(before)
            or _is_dropped(before)
            or _is_wrong(message, last, ceiling)
            or (has_next and _is_replaced(message, last, ceiling, before))
            or (len(spans) > 1 and _is_left(message, floor, first))
            or (place and cues.COMPARED.search(_between(message, floor, first)))
            or (len(spans) > 1 and cues.CHANGED_BY.match(_between(message, last, ceiling)))
            or (has_next and _alike(of, place, place + 1) and _is_passed(message, last, ceiling))
            or (len(spans) > 1 and _is_quoted(message, floor, first, last, ceiling))
        ):
            wrong.add(place)
    said = [message.text[message.tokens[a].start : message.tokens[b - 1].end] for a, b in spans]
    # "Q3. No, Q4, Q3 is our busy season": named again it is no newer.
    again = {said[place] for place in wrong}
    if len(again) < len(set(said)):
        wrong |= {place for place, text in enumerate(said) if text in again}
    return wrong


def _alike(kinds: Sequence[str | None], one: int, other: int) -> bool:
    return None in (kinds[one], kinds[other]) or kinds[one] == kinds[other]


def _is_passed(message: Message, last: int, ceiling: int) -> bool:
    """Whether only words of correction lie between this value and the next."""
    return bool(cues.PASSED.fullmatch(_between(message, last, ceiling)))


def _is_quoted(message: Message, floor: int, first: int, last: int, ceiling: int) -> bool:
    """Whether the value is only what somebody had written before: "the 57 I gave you", "50k, I
    accidentally wrote 5k" (behind which comes no other)."""
    behind = _between(message, last, ceiling)
    if cues.GAVE.match(behind):
        return True
    is_last = ceiling == len(message.tokens) or "and" in message.words(last, ceiling)
    is_last = is_last and floor > 0
    return is_last and bool(cues.WROTE.search(_between(message, floor, first)))


def part(message: Message, floor: int, first: int) -> list[str]:
    """The words of the part of the sentence that lead to token `first`, no further back than
    `floor`, where another value ends."""
    begin = first
    while begin > floor and message.tokens[begin - 1].text not in _PARTS:
        if "\n" in message.text[message.tokens[begin - 1].end : message.tokens[begin].start]:
            break
        begin -= 1
    return message.words(begin, first)


def denied(before: list[str]) -> bool:
    """Whether a negation, "instead of" or "rather than" leads to the value. "Why can't I …" denies
    nothing."""
    if "why" in before:
        return False
    if before[-1:] == ["than"]:
        # "Rather 45 users than 50".
        return True
    for place in range(len(before) - 1, -1, -1):
        word, rest = before[place], before[place + 1 :]
        if len(rest) > _FAR:
            return False
        if word in cues.NEGATIONS:
            return not (rest[:1] and rest[0] in cues.UNSURE) and not cues.EDGES.intersection(rest)
        if (word == "instead" and rest[:1] == ["of"]) or (
            word == "rather" and rest[:1] == ["than"]
        ):
            return True
    return False


def _is_dropped(before: list[str]) -> bool:
    for place in range(len(before) - 1, -1, -1):
        if before[place] in ("to", "from", "use"):
            return False
        if before[place] in cues.DROPS:
            return before[place] != "mind" or before[place - 1 : place] == ["never"]
    return False


def _between(message: Message, first: int, last: int) -> str:
    begin = message.tokens[first - 1].end if first else 0
    end = message.tokens[last].start if last < len(message.tokens) else len(message.text)
    return message.text[begin:end].replace("’", "'")


def _is_wrong(message: Message, last: int, ceiling: int) -> bool:
    found = cues.WRONG.match(_between(message, last, ceiling))
    if found is None:
        return False
    said = found.group()
    return not cues.RIGHT.search(said) or bool(cues.DENIED.search(said))


def _is_replaced(message: Message, last: int, ceiling: int, before: list[str]) -> bool:
    """Whether what stands between this value and the next one makes that one the new."""
    between = _between(message, last, ceiling)
    bare = between.strip()
    if bare in cues.ARROWS or cues.SHOULD.match(between):
        return True
    words = message.words(last, ceiling)
    joins = [w for w in words if w in ("to", "with", "by", "into", "down", "up")]
    if joins and len(words) <= 4 and cues.MOVES.intersection(before):
        return True
    text = message.text[: message.tokens[last - 1].start].replace("’", "'")
    return bool(cues.SAID.search(text) and cues.TURN.search(between))


def _is_left(message: Message, floor: int, first: int) -> bool:
    """Whether a change leads away from it ("up from 50"), or it was so once."""
    text = _between(message, floor, first)
    if cues.ONCE.search(text) or (cues.WAS.search(text) and cues.NOW.search(message.text)):
        return True
    begin, _ = message.clause(first)
    words = message.words(begin, first)
    return words[-1:] == ["from"] and bool(cues.MOVES.intersection(words))
