"""Days and periods in a message, each as first and last day: "by March", "next Tuesday", "Q3".

What has no year is the next that comes; a bare weekday or day of the month likewise. Months of
other languages are read by dateparser, and only on a span that already looks like a date.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from synaptiq.agent.core.extract import digits, reckoning
from synaptiq.agent.core.extract.reckoning import Days


def _any(words: object) -> str:
    return "|".join(sorted((re.escape(str(w)) for w in words), key=len, reverse=True))  # type: ignore[attr-defined]


_M = rf"(?P<month>{_any(reckoning.MONTH_OF)})\b\.?"
_D = rf"(?P<day>\d{{1,2}})(?:\s?(?:st|nd|rd|th)\b)?|(?P<nth>{_any(reckoning.ORDINALS)})"
_W = rf"(?P<weekday>{_any(reckoning.DAY_OF)})\b\.?"
_Y = r"(?P<year>(?:19|20)\d\d)\b"
_N = rf"(?P<count>\d{{1,3}}|{_any(reckoning.NUMBERS)})"
_UNIT = r"(?P<unit>day|week|fortnight|month|quarter|year)s?\b"
_PART = (
    r"(?P<part>(?:the\s+)?(?:end|middle|mid|beginning|start(?=\s+of)|early|late|first\s+half|second\s+half)"
    r"(?:\s+of|\s+in)?|mid|early|late)[\s-]+(?:the\s+)?"
)


@dataclass(frozen=True)
class Span:
    """`start`..`end`, inclusive, and where it stands in the message. `bare`: nothing but
    a number or a season, which is a date only where one was asked for. `open`:
    said that there is no date."""

    start: date | None
    end: date | None
    first: int
    last: int
    bare: bool = False

    @property
    def open(self) -> bool:
        return self.start is None


Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], Days], bool]


def _rule(pattern: str, read: Callable[[re.Match[str], date], Days], bare: bool = False) -> Rule:
    return re.compile(rf"(?<![\w$€£/.])(?:{pattern})(?!\w)", re.IGNORECASE), read, bare


_WHICH = r"(?P<which>next|this|last|the\s+current|the\s+coming|the\s+following|coming|upcoming)"
# Where an answer of a bare number begins: with the message, or behind a word of correction.
_ALONE = "(?:" + "|".join(rf"(?<={cue})" for cue in (
    "^", "mean ", "meant ", "no ", "no, ", "sorry ", "sorry, ", "wait ", "wait, ", "actually ",
    "rather ", "make it ", "make that ", "oops ", "oops, ",
)) + ")"  # fmt: skip
# In this order: what says more comes first, and takes its place in the message.
RULES: tuple[Rule, ...] = (
    _rule(r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", reckoning.iso),
    _rule(rf"(?:{_W},?\s+)?(?:the\s+)?(?:{_D})\s*(?:of\s+)?{_M}(?:,?\s+{_Y})?",
          reckoning.day_month),
    _rule(rf"(?:{_W},?\s+)?{_M}\s+(?:the\s+)?(?:{_D})(?:,?\s+{_Y})?(?!\s*[%k])",
          reckoning.day_month),
    _rule(rf"(?<!happy )(?<!merry )(?P<feast>{_any(reckoning.FEASTS)})(?:\s+{_Y})?",
          reckoning.feast),
    _rule(rf"easter(?!\s+(?:monday|egg))(?:\s+sunday)?(?:\s+{_Y})?", reckoning.easter),
    _rule(rf"(?<!happy )(?P<feast>diwali|deepavali|thanksgiving)(?:\s+{_Y})?",
          reckoning.moving_feast),
    _rule(r"(?:KW|CW|calendar\s+week)\s?(?P<week>\d{1,2})", reckoning.calendar_week),
    _rule(r"(?:Q(?P<q>[1-4])|(?P<qword>first|second|third|fourth|last|1st|2nd|3rd|4th)\s+quarter)"
          rf"(?:\s+of)?(?:\s+{_Y})?", reckoning.of_quarter),
    _rule(rf"(?P<how>in|within|over|during|after)\s+(?:about\s+|around\s+|roughly\s+|the\s+next\s+)?"
          rf"{_N}\s*(?:(?:-|–|to|or)\s*(?P<upto>\d{{1,3}}|{_any(reckoning.NUMBERS)})\s*)?[\s-]*{_UNIT}"
          r"(?:'?\s+time)?", reckoning.ahead),
    _rule(rf"{_N}\s*(?:(?:-|–|to|or)\s*(?P<upto>\d{{1,3}}|{_any(reckoning.NUMBERS)})\s*)?[\s-]*{_UNIT}"
          r"\s+(?:from\s+(?:now|today)|out|away|time)", reckoning.ahead),
    _rule(rf"{_N}\s+{_UNIT}\s+ago", reckoning.ago),
    _rule(rf"next\s+week\s+(?:on\s+)?{_W}", reckoning.day_of_next_week),
    _rule(rf"{_PART}(?P<unit>week|month|quarter|year)", reckoning.part_of_this),
    _rule(r"(?<=from )now", reckoning.at_once),
    _rule(r"(?<=^)\W*(?:right\s+)?now(?=\W*$)", reckoning.at_once),
    _rule(rf"{_ALONE}\W*(?:(?:about|around|maybe|roughly|probably|say|another)\s+)?{_N}\s*"
          rf"(?:(?:-|–|to|or)\s*(?P<upto>\d{{1,3}}|{_any(reckoning.NUMBERS)})\s*)?[\s-]*{_UNIT}"
          r"(?=(?:\s+(?:or\s+so|max|maximum|i\s+guess|i\s+think|tops))?(?:\W*$|\W+(?:not|instead|rather)\b))",
          reckoning.ahead, True),
    _rule(rf"{_WHICH}\s+(?P<unit>week|weekend|month|quarter|calendar\s+year|fiscal\s+year|year|"
          rf"{_any(reckoning.SEASONS)})", reckoning.this_or_next),
    _rule(rf"{_WHICH}\s+{_M}(?:\s+{_Y})?", reckoning.month_only),
    _rule(r"(?:the\s+)?day\s+after\s+tomorrow|a\s+fortnight\s+today|a\s+week\s+today|"
          r"a\s+week\s+tomorrow|today|tonight|tomorrow|tomorow|tmrw|yesterday|"
          r"this\s+(?:morning|evening|afternoon)", reckoning.by_word),
    _rule(rf"(?:(?:{_WHICH}|that)\s+)?{_W}\s+(?:the\s+)?(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)|"
          rf"(?P<nth>{_any(reckoning.ORDINALS)}))",
          reckoning.dated_weekday),
    _rule(rf"(?<!easter )(?:(?:{_WHICH}|that)\s+)?{_W}(?:\s+(?P<week>coming|next\s+week))?",
          reckoning.weekday),
    _rule(r"(?!24/7)(?P<a>\d{1,2})(?:/(?P<b>\d{1,2})(?:/(?P<c>(?:20)?\d\d))?|"
          r"\.(?P<b2>\d{1,2})\.(?P<c2>(?:20)?\d\d))", reckoning.slashed, True),
    _rule(rf"{_M}(?:,?\s+{_Y})?", reckoning.month_only),
    _rule(rf"(?P<season>{_any(reckoning.SEASONS)})(?:\s+(?:of\s+)?{_Y})?",
          reckoning.of_season, True),
    _rule(r"asap|as\s+soon\s+as\s+possible|immediately|right\s+away|straight\s+away|right\s+now|"
          r"at\s+once|urgently", reckoning.at_once),
    _rule(r"(?:the\s+)?(?P<day>\d{1,2})\s?(?:st|nd|rd|th)(?P<nth>)?(?:\s+of\s+the\s+month)?"
        r"(?!\s+(?:floor|time|one|place|grade|edition|generation|quarter|century|version|party|street|"
          r"avenue|anniversary|birthday|attempt|try|visit|level|item|point|question|person|year|"
          r"month|week|call|email|message)\b)",
          reckoning.bare_day),
    _rule(rf"the\s+(?P<day>)(?P<nth>{_any(reckoning.ORDINALS)})(?:\s+of\s+the\s+month)",
          reckoning.bare_day),
    # "2000 euros" and "2000 users" are of no year.
    _rule(_Y + rf"(?![-/.]\d|\s*(?:[$€£₹]|(?:{_any(digits.CURRENCIES)}|"
          r"users?|people|seats|employees|staff|licen[cs]es)\b))", reckoning.of_year, True),
)  # fmt: skip


_LEADS = re.compile(
    r"\b(?:in|by|of|until|till|before|after|since|from|to|next|this|end|early|late|mid|on|around|"
    r"for|during)[\s-]*(?:the\s+)?$"
)
_PARTS = re.compile(_PART + r"$", re.IGNORECASE)
_THEN = re.compile(
    r"\s*(?:$|[.,;!)]|(?:then|instead|rather|please|pls|at\s+the|or|not)\b)", re.IGNORECASE
)
_NEXT_YEAR = re.compile(r"(?P<which>next|this|the\s+following|the\s+coming)\s+year", re.IGNORECASE)
_NO_DATE = re.compile(
    r"\b(?:no\s+(?:real\s+|particular\s+|fixed\s+|set\s+)?(?:rush|hurry|(?:timeline|deadline|date)"
    r"(?!\s+(?:has|is|was|fixed|set|yet|so\s+far|decided|agreed|picked|confirmed|known)\b))|"
    r"not\s+in\s+(?:a|any)\s+(?:rush|hurry)|no\s+time\s+pressure|not\s+urgent|"
    r"just\s+(?:browsing|looking(?:\s+around)?)|whenever|some\s*day)\b",
    re.IGNORECASE,
)
# Of other languages: a day, a word of letters, perhaps a year.
_FOREIGN = re.compile(
    r"(?<![\w.])\d{1,2}\.?\s+(?:de\s+|di\s+)?(?P<word>[^\W\d_]{3,12})\.?(?:\s+(?:de\s+)?(?:19|20)\d\d)?(?!\w)"
)
_TWO_DAYS = re.compile(
    rf"(?<![\w$€£.])(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:-|–|to|until|till|through)\s*(?:the\s+)?"
    rf"(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_M}(?:,?\s+{_Y})?(?!\w)",
    re.IGNORECASE,
)
_FULL = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]20\d\d")
_YEAR = re.compile(r"(?:19|20)\d\d")

# "In the autumn" is a time whatever was asked; "spring water" is none.
_IN = re.compile(
    r"\b(?:(?:in|by|until|till|before|after|during)\s+(?:the\s+)?|(?:to|for|around)\s+the\s+)$",
    re.IGNORECASE,
)
_THIS_IS = re.compile(r"\b(?:this\s+is|that's|that\s+is|you're\s+at|now)\s+$", re.IGNORECASE)
_ALREADY = re.compile(
    r"\s+(?:already|now|so\s+far|in\s+a\s+row|today|of|out\s+of)\b", re.IGNORECASE
)


def _is_count(text: str, match: re.Match[str]) -> bool:
    """ "This is the 4th already"."""
    said = match.group().lower()
    return (
        said[:4] == "the " and said[4:5].isdigit() and said[-1] in "thds"
        and bool(_THIS_IS.search(text, max(0, match.start() - 20), match.start()))
        and bool(_ALREADY.match(text, match.end()))
    )  # fmt: skip


@lru_cache(maxsize=256)
def _foreign(span: str, today: date, language: str) -> tuple[date, date] | None:
    # Here, since it takes a quarter of a second, and hardly a message needs it.
    from datetime import datetime

    import dateparser

    parsed = dateparser.parse(
        span,
        languages=[language],
        settings={
            "RELATIVE_BASE": datetime(today.year, today.month, today.day),  # noqa: DTZ001
            "PREFER_DATES_FROM": "future",
            "REQUIRE_PARTS": ["day", "month"],
        },
    )
    if parsed is None:
        return None
    if not _YEAR.search(span):
        return reckoning.next_of(today, parsed.month, parsed.day)
    return parsed.date(), parsed.date()


def find(text: str, today: date, *, language: str = "en") -> list[Span]:
    """The dates of a message in its order, none over another. 3/4 is April 3rd, 3/14 March 14th."""
    found: list[Span] = []

    def is_free(first: int, last: int) -> bool:
        return not any(span.first < last and first < span.last for span in found)

    if language != "en":
        for match in _FOREIGN.finditer(text):
            if not is_free(match.start(), match.end()):
                continue
            days = _foreign(match.group(), today, language)
            if days:
                found.append(Span(*days, match.start(), match.end()))
    for match in _TWO_DAYS.finditer(text):
        # "5 to 23 January": the first has the month of the second; that one is found below.
        first_day, last_day = int(match["d1"]), int(match["d2"])
        days = reckoning.next_of(today, reckoning.of_month(match), first_day)
        if days and first_day < last_day:
            if match["year"]:
                days = reckoning.one_day(int(match["year"]), reckoning.of_month(match), first_day)
            if days:
                found.append(Span(*days, match.start("d1"), match.end("d1")))
    for pattern, read, bare in RULES:
        for match in pattern.finditer(text):
            if not is_free(match.start(), match.end()):
                continue
            days = read(match, today)
            if days is None:
                continue
            first = match.start()
            part = _PARTS.search(text, 0, first)
            if part and days[0] != days[1]:
                days, first = reckoning.narrow(part["part"], days), part.start()
            common = match.group().lower() in ("may", "march", "mar", "sun", "sat", "mon", "wed")
            if common and not _is_named(text, match):
                continue
            if _is_count(text, match):
                continue
            last = match.end() - match.group().endswith(".")
            # A day that is written with its year is one wherever it stands.
            alone = bare and first == match.start() and not _FULL.fullmatch(match.group())
            alone = alone and not (match.groupdict().get("season") and _IN.search(text, 0, first))
            found.append(Span(*days, first, last, alone))
    for match in _NO_DATE.finditer(text):
        if is_free(match.start(), match.end()):
            found.append(Span(None, None, match.start(), match.end()))
    return _of_years(text, sorted(found, key=lambda span: span.first), today)


def _of_years(text: str, found: list[Span], today: date) -> list[Span]:
    """ "Q2 next year" is one span, of that year."""
    merged: list[Span] = []
    for span in found:
        said = _NEXT_YEAR.fullmatch(text, span.first, span.last)
        before = merged[-1] if merged else None
        if (
            said and before and before.start and before.end
            and text[before.last : span.first].strip(" ,").lower() in ("", "of", "in")
        ):  # fmt: skip
            years = today.year + (said["which"].lower() != "this") - before.start.year
            start, end = (
                reckoning.add_months(day, 12 * years) for day in (before.start, before.end)
            )
            merged[-1] = Span(start, end, before.first, span.last)
        else:
            merged.append(span)
    return merged


def _is_named(text: str, match: re.Match[str]) -> bool:
    """Whether "may", "march", "sun" is the month or day: with a capital inside a sentence, or
    behind a word that leads to a date, or alone."""
    if text.strip(" .!?").lower() == match.group().lower():
        return True
    before = text[: match.start()].rstrip().lower()
    # The verb "may" never ends its part: "may then".
    if before[-1:] in ("", ",", ".", "-") and _THEN.match(text, match.end()):
        return True
    if _LEADS.search(before + " "):
        return True
    return match.group()[0].isupper() and bool(before) and before[-1] not in ".!?"
