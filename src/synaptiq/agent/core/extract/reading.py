"""One message of a visitor, read: facts, contacts, refusals. The one way into the rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from synaptiq.agent.core import values
from synaptiq.agent.core.criteria import CONTACT, Criterion
from synaptiq.agent.core.extract import (
    amounts,
    attitudes,
    choices,
    contacts,
    dates,
    numbers,
    times,
    tokens,
)
from synaptiq.agent.core.extract.amounts import Assigned
from synaptiq.agent.core.extract.tokens import Message
from synaptiq.agent.core.profile import Profile
from synaptiq.agent.core.state import Fact

_CORRECTION = re.compile(
    r"\b(?:sorry|i\s+mean|i\s+meant|actually|no\s+wait|wait|scratch\s+that|make\s+(?:that|it)|"
    r"correct\w*|i\s+(?:wrote|said|told)|or\s+rather|i\s+misspoke|my\s+mistake|typo|should\s+be|change\s+(?:that|it)|update|"
    r"but\s+(?:it's|it\s+is|now|we're|we\s+are|really|not)|rather|instead|not\s+\S+\s*,?\s+but|"
    r"oops)\b|^\W*no\b",
    re.IGNORECASE,
)
# Somebody else's matter, or an earlier time.
_ELSEWHERE = re.compile(
    r"\b(?:(?:last|previous|former|old|ex-?)\s+(?:company|employer|job|firm|team)|used\s+to|competitors?|"
    r"my\s+(?:friend|brother|sister)|my\s+(?:wife|husband)'s|(?:i\s+)?(?:read|heard)\b|years?\s+ago|your|you|they|"
    r"their|he|she|his|her|it\s+says|for\s+example|e\.g\.|imagine|suppose|if\s+(?:we|i)\s+(?:had|were)|"
    r"(?:we|there)\s+(?:were|was|had)|i\s+(?:saw|paid|spoke|called|tried|got)|once\s+had|back\s+then|charges?|costs|customers?\s+(?:of|have)|was\s+founded|founded)\b",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"(?:and\s+|but\s+|now\s+)*(?:we|i|it)(?:'re|'s|\s+is|'m|\s+are|\s+am|\s+have)\b", re.IGNORECASE
)
_OURS = re.compile(
    r"\byour\b|\b(?:do|are|have|did|were|can|could|will|would)\s+you\s+"
    r"(?!got|get|give|offer|help|book|please)",
    re.IGNORECASE,
)
_OWN = frozenset(("we", "our", "us", "my", "we're", "i", "i'm", "me"))
_PRICING = re.compile(r"\b(?:cost|costs|price|pricing|how\s+much|quote|pay)\b", re.IGNORECASE)
# "Moved from 10 to 24 August" is no period.
_MOVED = re.compile(
    r"\b(?:mov|chang|shift|push|postpon|delay|brought|went)\w*\s+(?:\w+\s+)?from\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_NEAR = frozenset(("from", "to", "until", "till", "for", "by", "before", "after", "since", "of"))
_APPOINTMENT = re.compile(
    r"\b(?:demo|meeting|meet|call|talk|chat|speak|appointment|conference|webinar|holiday|vacation|started|founded|fiscal|since|was|were|"
    r"contract|renewal|expires?|ends|born|birthday)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Finding:
    """A value (None where refused) of one criterion, with the words that say it."""

    criterion: str
    value: Any
    quote: str
    status: str = "known"


@dataclass(frozen=True)
class Findings:
    """What one message says. `refused_contact`: how to be reached will not be said."""

    facts: tuple[Finding, ...] = ()
    contacts: tuple[contacts.Found, ...] = ()
    refused_contact: str | None = None
    unknown: bool = False


def find(
    profile: Profile,
    text: str,
    *,
    asked: str | None,
    known: Mapping[str, Fact],
    today: date,
    country: str | None = None,
    language: str = "en",
) -> Findings:
    """Read `text`, the answer to the question `asked` (a criterion's key, "contact" or None).
    `known` are the facts that hold: a correction without a noun is of one of them."""
    message = tokens.read(text)
    reached = contacts.find(text, country, asked=asked == CONTACT)
    taken = contacts.taken(text, reached)
    spans = [
        span
        for span in dates.find(text, today, month_first=country == "US", language=language)
        if not any(a < span.last and span.first < b for a, b in taken)
    ]
    numeric = bool(asked) and _type(profile, asked) in amounts.NUMERIC
    dated = [span for span in spans if not (span.bare and (numeric or asked is None))]
    quantities = numbers.find(
        message,
        [*taken, *times.find(text), *((span.first, span.last) for span in dated)],
    )
    found = _numbers(profile, message, quantities, asked, known)
    found += _dates(profile, message, dated, asked, today)
    found += _words(profile, message, asked, [one.quote for one in found], reached)
    facts = {one.criterion: one for one in reversed(found)}
    refused = attitudes.refusal(text)
    refused_contact = None
    if refused is not None:
        about = _about(profile, message, refused, asked)
        quote = text[refused[0] : refused[1]].strip()
        if about == CONTACT and not reached:
            refused_contact = quote
        elif about and about != CONTACT and about not in facts:
            facts[about] = Finding(about, None, quote, "refused")
    elif asked == CONTACT and not reached and attitudes.yes_or_no(text) is False:
        refused_contact = text.strip()[:60]
    order = {criterion.key: place for place, criterion in enumerate(profile.criteria)}
    return Findings(
        facts=tuple(sorted(facts.values(), key=lambda one: order[one.criterion])),
        contacts=tuple(reached),
        refused_contact=refused_contact,
        unknown=attitudes.is_unknown(text) and (asked or "") not in facts,
    )


def _type(profile: Profile, key: str | None) -> str | None:
    criterion = profile.criterion(key or "")
    return criterion.type if criterion else None


def _about(
    profile: Profile, message: Message, refused: tuple[int, int], asked: str | None
) -> str | None:
    """Which question a refusal is of: the one it names, else the one that was asked."""
    for criterion in profile.criteria:
        named = {criterion.label.lower(), criterion.key.replace("_", " ")}
        for name in named:
            place = message.find(tokens.phrase(name))
            if place is not None and message.tokens[place].start >= refused[0]:
                return criterion.key
    if any(message.find((word,)) is not None for word in ("email", "name", "phone", "contact")):
        return CONTACT
    return asked


def _sentence(message: Message, place: int) -> str:
    first, last = message.clause(place)
    return message.text[message.tokens[first].start : message.tokens[last - 1].end]


def _is_said_of_us(message: Message, place: int, *, short: bool, date: bool = False) -> bool:
    """Whether what was not asked for may be taken: not from a question to us, and not where the
    sentence speaks of somebody else or of another time."""
    first, last = message.clause(place)
    sentence = message.text[message.tokens[first].start : message.tokens[last - 1].end]
    begin = place
    while begin > first and message.tokens[begin - 1].text not in (",", "but", "now"):
        begin -= 1
    if _STATEMENT.match(message.text[message.tokens[begin].start :]) and begin > first:
        sentence = message.text[message.tokens[begin].start : message.tokens[last - 1].end]
    elif message.is_question(place) or (attitudes.is_question(sentence) and not short):
        if _OURS.search(sentence):
            return False
        own = any(word in _OWN for word in message.words(first, last))
        leads = message.words(max(first, place - 3), place)
        return own if date else "for" in leads and (own or bool(_PRICING.search(sentence)))
    return not _ELSEWHERE.search(sentence)


def _numbers(
    profile: Profile,
    message: Message,
    quantities: list[numbers.Quantity],
    asked: str | None,
    known: Mapping[str, Fact],
) -> list[Finding]:
    cue = bool(_CORRECTION.search(message.text)) or any(one.negated for one in quantities)
    cue = cue or (len(quantities) > 1 and message.find(("but",)) is not None)
    target = asked
    if cue and quantities:
        named = [amounts.nearest(message, one, profile.criteria) for one in quantities]
        noted = next((criterion for criterion in named if criterion is not None), None)
        corrected = noted.key if noted else _corrected(profile, quantities, known, asked)
        target = corrected or asked
    assigned = amounts.assign(message, quantities, profile.criteria, target)
    kept: list[Assigned] = []
    for one in assigned:
        place = one.quantity.first
        short = len(message.tokens) <= 5
        if one.criterion.key == asked:
            long = len(message.tokens) > (4 if "?" in message.text else 6)
            mine = not one.beside and "?" not in message.text
            if not cue and (
                _ELSEWHERE.search(_sentence(message, place))
                or (long and not _is_said_of_us(message, place, short=False, date=mine))
            ):
                continue
        elif not _is_said_of_us(message, place, short=short, date=one.article):
            continue
        if one.criterion.type != "money" and one.quantity.low is not None and one.quantity.low < 0:
            continue
        kept.append(one)
    found = []
    for one in amounts.merged(message, kept, cue):
        first, last = amounts.with_noun(message, one)
        found.append(
            Finding(one.criterion.key, amounts.value_of(one.criterion, one.quantity),
                    message.text[first:last])
        )  # fmt: skip
    return found


def _corrected(
    profile: Profile,
    quantities: list[numbers.Quantity],
    known: Mapping[str, Fact],
    asked: str | None,
) -> str | None:
    """Which criterion "no, 20 not 50" is of: the one that is 50; else, where the question that was
    asked takes no number, the numeric one that was said last."""
    numeric = {c.key: c for c in profile.criteria if c.type in amounts.NUMERIC and c.key in known}
    # "I said 50, but it is 45" repeats what was wrong as "not 50" does.
    for wrong in sorted(
        quantities[: 1 if len(quantities) > 1 else 0] + [one for one in quantities if one.negated],
        key=lambda one: not one.negated,
    ):
        for key, criterion in numeric.items():
            low, high = values.bounds(criterion.type, known[key].value)
            if wrong.low is not None and values.exact(wrong.low) in (low, high):
                return key
    if _type(profile, asked) in amounts.NUMERIC:
        return None
    said = [one for one in quantities if not one.negated]
    fitting = [
        fact for key, fact in known.items()
        if key in numeric and said and amounts.fits(numeric[key], said[-1])
        and (said[-1].currency is None or numeric[key].type == "money")
    ]  # fmt: skip
    if fitting:
        return max(fitting, key=lambda fact: fact.seq).criterion
    money = [criterion.key for criterion in profile.criteria if criterion.type == "money"]
    return money[0] if len(money) == 1 and said and said[-1].currency else None


def _dates(
    profile: Profile, message: Message, spans: list[dates.Span], asked: str | None, today: date
) -> list[Finding]:
    dated = [criterion for criterion in profile.criteria if criterion.type == "date"]
    if not dated or not spans:
        return []
    found: dict[str, tuple[Finding, int]] = {}
    cue = _CORRECTION.search(message.text)
    pieces = _joined(message.text, spans, split=len(dated) > 1)
    for span, implied in pieces:
        place = next((k for k, token in enumerate(message.tokens) if token.end > span.first), 0)
        criterion, beside = _dated(message, place, dated, implied, asked)
        if criterion is None:
            continue
        short = len(message.tokens) <= 6
        sentence = message.words(*message.clause(place))
        is_past = span.end is not None and span.end < today
        if is_past and not (beside and _type(profile, asked) == "date"):
            continue
        said = " ".join(sentence)
        # Asked "when do you arrive?", a visitor may say when they leave.
        is_asked = criterion.key == asked or _type(profile, asked) == "date"
        if (
            is_asked
            and not cue
            and (_APPOINTMENT.search(said) or (len(sentence) > 4 and _ELSEWHERE.search(said)))
        ):
            continue
        if is_asked and beside:
            pass
        elif criterion.key == asked:
            if (
                message.is_question(place)
                and len(message.tokens) > 4
                and not _is_said_of_us(message, place, short=False, date=True)
            ):
                continue
        elif (
            not _is_said_of_us(message, place, short=short, date=True)
            or _APPOINTMENT.search(said)
            or span.open
        ):
            continue
        before = message.text[max(0, span.first - 14) : span.first].lower()
        if re.search(
            r"\b(?:not|instead\s+of|rather\s+than|isn't)\s+(?:in|on|by|the|until)?\s*$", before
        ):
            continue
        day = [each and each.isoformat() for each in (span.start, span.end)]
        value = {"start": day[0], "end": day[1], "said": today.isoformat()}
        if criterion.key in found and not cue:
            continue
        quote = message.text[span.first : span.last]
        found[criterion.key] = Finding(criterion.key, value, quote), place
    return [finding for finding, _ in found.values()]


def _joined(
    text: str, spans: list[dates.Span], *, split: bool
) -> list[tuple[dates.Span, str | None]]:
    """Two dates with a joiner between are one period, or, where the profile has a criterion for
    each end, its beginning ("from") and its end ("to")."""
    pieces: list[tuple[dates.Span, str | None]] = []
    rest = list(spans)
    while rest:
        one = rest.pop(0)
        between = text[one.last : rest[0].first] if rest else ""
        joined = rest and not one.open and not rest[0].open and re.fullmatch(
            r"\s*(?:morning|night|evening|afternoon)?\s*(?:-|–|—|to|until|till|through|thru|and)\s*(?:the\s+)?",
            between, re.IGNORECASE,
        )  # fmt: skip
        if (
            joined
            and between.strip().lower().startswith("and")
            and not re.search(r"between\s+(?:the\s+)?$", text[: one.first], re.IGNORECASE)
        ):
            joined = None
        if not joined:
            pieces.append((one, None))
            continue
        other = rest.pop(0)
        if _MOVED.search(text[: one.first]):
            pieces.append((other, None))
            continue
        if split:
            pieces += [(one, "from"), (other, "to")]
        elif one.start and other.end and one.start <= other.end:
            pieces.append((dates.Span(one.start, other.end, one.first, other.last), None))
        else:
            pieces.append((one, None))
    return pieces


def _dated(
    message: Message, place: int, dated: list[Criterion], implied: str | None, asked: str | None
) -> tuple[Criterion | None, bool]:
    """The criterion whose noun stands nearest before the date in its sentence, else behind it, else
    the one that was asked for; and whether a noun said so."""
    first, last = message.clause(place)
    best: tuple[int, Criterion] | None = None
    for criterion in dated:
        for noun in amounts.phrases(criterion.nouns):
            if implied is not None and noun == (implied,):
                return criterion, True
            for at in range(first, last - len(noun) + 1):
                if message.find(noun, at, at + len(noun)) != at:
                    continue
                far = place - at if at < place else 100 + at - place
                # "to" and "from" belong to the word beside them.
                if noun[0] in _NEAR and not 0 < far <= 2:
                    continue
                if best is None or far < best[0]:
                    best = far, criterion
    if best is not None:
        return best[1], True
    return next((criterion for criterion in dated if criterion.key == asked), None), False


def _words(
    profile: Profile,
    message: Message,
    asked: str | None,
    quotes: list[str],
    reached: list[contacts.Found],
) -> list[Finding]:
    quotes = [*quotes, *(one.value for one in reached)]
    more: list[Finding] = []
    for criterion in profile.criteria:
        is_asked = criterion.key == asked
        answer: tuple[Any, int, int] | None = None
        if criterion.type in values.WITH_OPTIONS:
            answer = choices.option(message, criterion, asked=is_asked)
            place = (
                choices.place_name(message.text) if is_asked and criterion.type == "geo" else None
            )
            if (
                answer is None
                and place
                and not attitudes.is_unknown(message.text)
                and not (
                    attitudes.refusal(message.text)
                    or attitudes.is_question(message.text)
                    or attitudes.is_greeting(message.text)
                )
            ):
                more.append(Finding(criterion.key, place, place))
        elif criterion.type == "bool" and message.tokens:
            answer = choices.yes_or_no(message, criterion, asked=is_asked)
        if answer is not None:
            value, first, last = answer
            more.append(Finding(criterion.key, value, message.quote(first, last)))
        if criterion.type == "text":
            more += _text(criterion, message, is_asked, quotes + [one.quote for one in more])
    return more


def _text(
    criterion: Criterion, message: Message, is_asked: bool, quotes: list[str]
) -> list[Finding]:
    if is_asked:
        rest = message.text
        for quote in quotes:
            rest = rest.replace(quote, " ")
        text = choices.free_text(message, rest)
        return [Finding(criterion.key, text, text)] if text else []
    span = choices.volunteered_text(message.text)
    if span is None:
        return []
    text = message.text[span[0] : span[1]].strip()[: choices.LONGEST_TEXT]
    return [Finding(criterion.key, text, text)]
