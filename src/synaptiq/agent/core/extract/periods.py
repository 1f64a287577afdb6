"""Which date belongs to which criterion, and whether it is the visitor's own plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from synaptiq.agent.core.criteria import Criterion
from synaptiq.agent.core.extract import amounts, cues, dates, reckoning, replaced, restated, whose
from synaptiq.agent.core.extract.finding import Finding
from synaptiq.agent.core.extract.tokens import Message
from synaptiq.agent.core.profile import Profile
from synaptiq.agent.core.state import Fact

_NEAR = frozenset(("from", "to", "until", "till", "for", "by", "before", "after", "since", "of"))


# "Our contract runs out on 31 May, so we need it by then": the end of one is the start of another.
_THEREFORE = re.compile(
    r"\bby\b.*\bends\s+then\b|"
    r"\b(?:contract|renewal|expires?|ends)\b.*\b(?:so|by\s+then|need|want|replace)\b|"
    r"\b(?:latest|need\s+it|need\s+to\s+be|ready|live|running)\b.*\b(?:contract|renewal|expires?|ends)\b"
)
# "Push that to next year": a request names no criterion.
_PUT_OFF = re.compile(
    r"\W*(?:please\s+|let's\s+|pls\s+)?(?:push|postpone|delay|shift|move)\s+(?:it|that|this|everything|the\s+(?:date|start))\s+"
    r"(?:back\s+|forward\s+|out\s+)?(?:to|until|till|by)\b",
    re.IGNORECASE,
)
# "We'd need 35 licences by May": beside another fact it is the day of the plan.
_NEEDED_BY = re.compile(
    r"\b(?:we|i)(?:'d|'ll|'re|\s+would|\s+will|\s+must|\s+are)?\s+(?:also\s+)?(?:need|want|require|like|have\s+to|must|looking|hoping)\b"
    r"[^.!?]*\b(?:by|before|from|starting|in|until|than|of|for|on)\s+(?:the\s+|about\s+)*$",
    re.IGNORECASE,
)
# "Since January" is when something began.
_SINCE = re.compile(r"\bsince\s+(?:the\s+|last\s+)?$", re.IGNORECASE)
_ALONE = re.compile(
    r"\W*(?:(?:and|in|by|from|on|at|ideally|preferably|starting|start|before|after|until|around|about|the|for|"
    r"latest|please|pls|asap|beginning|sometime|some|time|hopefully|needed|wanted|required|due|live|go|going|ready|running|rollout|roll|out|up|"
    r"kick-?off|kick|deadline|timing|timeline|timeframe|needs|need|want|must|should|have|it|to|be|is|us|we|could|can|would|would|like|probably|maybe|"
    r"launch|launching|sometime|no|later|than)\s+)*@\W*(?:please|pls|latest|ideally|if\s+possible|thanks)?\W*",
    re.IGNORECASE,
)
# "We changed roles this week" tells what has happened.
# "Before the summer, say mid June".
_SAY = re.compile(
    r"\b(?:say|i\.?e\.?|meaning|namely|that\s+is|so|latest|specifically|ideally)[\s,:]+(?:by\s+|in\s+|on\s+|the\s+|around\s+|about\s+)*$",
    re.IGNORECASE,
)
_BY_THEN = re.compile(
    r"\b(?:contract|renewal|licen[cs]e|lease|expires?|ends)\b.*\b(?:need|want|have)\b.*\bby\s+then\b"
)
_TOLD = re.compile(
    r"\b(?:i|we|they|he|she|it)(?:'ve|\s+have|\s+has)?\s+(?:just\s+)?(?!(?:moved|decided|agreed|planned|wanted|hoped|scheduled|"
    r"aimed|needed|postponed|delayed|pushed|shifted|need)\b)(?:[^\W\d_]+ed|got|had|spoke|met|told|made|took|saw|lost)\b",
    re.IGNORECASE,
)
_IT_IS = re.compile(
    r"\s*,?\s*(?:it's|it\s+is|it'll\s+be|we\s+have|we've\s+got|there's|the\s+budget\s+is|we\s+can\s+spend|only)\s+[\w\s]{0,12}?[$€£₹]?\s?\d",
    re.IGNORECASE,
)
# "€40,000 for this year": of the money, not of the plan.
_OF_MONEY = re.compile(
    r"(?:[$€£₹]\s?\d[\d.,]*\s?[km]?|\d[\d.,]*\s?k?\s*(?:usd|eur|euros?|dollars|gbp|pounds|inr|rupees)|budget|aside|approved|(?:it's|we're)\s+\d{1,4})"
    r"\s+(?:for\s+|in\s+|of\s+)?$", re.IGNORECASE,
)  # fmt: skip


def find(
    profile: Profile,
    message: Message,
    spans: list[dates.Span],
    asked: str | None,
    known: Mapping[str, Fact],
    today: date,
    *,
    listed: bool = False,
) -> list[Finding]:
    """The dates that answer a question, are volunteered or correct a known one, at most one for
    each criterion. `listed`: the message has other facts, so that a date which is a whole part of
    it is one too ("12 people, 8k usd, May")."""
    dated = [criterion for criterion in profile.criteria if criterion.type == "date"]
    if not dated or not spans:
        return []
    found: dict[str, tuple[Finding, int]] = {}
    wrong = replaced.old(
        message, [replaced.tokens_of(message, span.first, span.last) for span in spans]
    )
    cue = bool(wrong) or cues.is_correction(message.text)
    if not cue and any(each.key in known for each in dated):
        is_asked = any(each.key == asked for each in dated)
        anew = [
            span for span in spans
            if restated.is_said(message, span.first, span.last, asked=is_asked)
        ]  # fmt: skip
        # "Let's do September, the office moves in July": the other is the reason.
        cue, spans = bool(anew), anew or spans
    spans = [span for place, span in enumerate(spans) if place not in wrong]
    if any(span.start for span in spans):
        # "Not in a rush, some time in Q4" has a date all the same.
        spans = [span for span in spans if span.start]
    last_known = _last_known(dated, known)
    pieces = _joined(message.text, spans, split=len(dated) > 1)
    for span, implied in pieces:
        place = next((k for k, token in enumerate(message.tokens) if token.end > span.first), 0)
        criterion, beside = _dated(message, place, dated, implied, asked)
        if criterion is None and (wrong or (cue and last_known is not None and not span.bare)):
            # "June instead of March" names none: it is of the one that has a date.
            weekday = message.text[span.first : span.last].lower() in reckoning.DAY_OF
            criterion = last_known or (dated[0] if len(dated) == 1 and not weekday else None)
            if weekday and last_known is not None and not _is_day(known[last_known.key]):
                criterion = None
        listing = listed and _ALONE.fullmatch(
            whose.part_at(message, place).replace(message.text[span.first : span.last], "@")
        )
        if criterion is None and len(dated) == 1 and (listing or _PUT_OFF.match(message.text)):
            criterion = dated[0]
        if criterion is None and len(dated) == 1 and listed and _NEEDED_BY.search(
            whose.before_in_part(message, place)
        ):  # fmt: skip
            criterion = dated[0]
        if criterion is None:
            continue
        corrects = bool(wrong) or (cue and criterion.key in known)
        short = len(message.tokens) <= 6
        is_past = span.end is not None and span.end < today
        if is_past and not (beside and asked in {each.key for each in dated}):
            continue
        said = whose.part_at(message, place)
        if _SINCE.search(message.text, 0, span.first):
            continue
        is_now = span.start and span.end and span.start <= today <= span.end
        if is_now and criterion.key != asked and _TOLD.search(said.replace("’", "'")):
            continue
        # Asked "when do you arrive?", a visitor may say when they leave.
        is_asked = criterion.key == asked or asked in {each.key for each in dated}
        if is_asked and _is_no_answer(message, place, beside, corrects=corrects):
            continue
        if is_asked and beside:
            pass
        elif criterion.key == asked:
            if (
                message.is_question(place)
                and len(message.tokens) > 4
                and not whose.is_said_of_us(message, place, short=False, date=True)
            ):
                continue
        elif (
            _is_of_money(message.text, span)
            or not whose.is_said_of_us(message, place, short=short, date=True, corrects=corrects)
            or (
                (whose.EVENTS if cue and criterion.key in known else whose.APPOINTMENT).search(said)
                and not (corrects and beside)
                and not _BY_THEN.search(whose.sentence_at(message, place).lower())
            )
            or span.open
        ):
            continue
        day = [each and each.isoformat() for each in (span.start, span.end)]
        value = {"start": day[0], "end": day[1], "said": today.isoformat()}
        if criterion.key in found and not cue and not _SAY.search(message.text, 0, span.first):
            continue
        quote = message.text[span.first : span.last]
        found[criterion.key] = Finding(criterion.key, value, quote), place
    return [finding for finding, _ in found.values()]


def _is_no_answer(message: Message, place: int, beside: bool, *, corrects: bool) -> bool:
    """Whether the sentence of a date that was asked for speaks of something else all the same."""
    said = whose.sentence_at(message, place).lower().replace("’", "'")
    part = whose.part_at(message, place)
    if whose.asks_of_it(message, place) or whose.is_elsewhere(part, corrects=True):
        return True
    if whose.EVENTS.search(part) and not beside:
        return True
    if corrects or cues.STRONG.search(message.text):
        return False
    long = len(said.split()) > 4
    if _THEREFORE.search(said):
        return long and whose.is_elsewhere(part)
    if whose.before_in_part(message, place).strip() == "" and place < 3:
        # "Tomorrow, if you let me": who begins with the day answers by it.
        return bool(whose.APPOINTMENT.search(part))
    return bool(whose.APPOINTMENT.search(part)) or (long and whose.is_elsewhere(said))


def _is_of_money(text: str, span: dates.Span) -> bool:
    days = (span.end - span.start).days if span.start and span.end else 0
    return days > 80 and bool(
        _OF_MONEY.search(text[max(0, span.first - 40) : span.first])
        or _IT_IS.match(text.replace("’", "'"), span.last)
    )


def _is_day(fact: Fact) -> bool:
    """Whether it is of one day: "Tuesday" takes the place of no month."""
    return bool(fact.value) and fact.value["start"] == fact.value["end"]


def _last_known(dated: list[Criterion], known: Mapping[str, Fact]) -> Criterion | None:
    held = [criterion for criterion in dated if criterion.key in known]
    return max(held, key=lambda criterion: known[criterion.key].seq, default=None)


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
            for at in message.each(noun, first, last):
                far = place - at if at < place else 100 + at - place
                # "to" and "from" belong to the word beside them.
                if noun[0] in _NEAR and not 0 < far <= 2:
                    continue
                if best is None or far < best[0]:
                    best = far, criterion
    if best is not None:
        return best[1], True
    return next((criterion for criterion in dated if criterion.key == asked), None), False
