"""Corrections of a part of what is known: "euros, not dollars", "not 2027, 2028"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from synaptiq.agent.core import values
from synaptiq.agent.core.extract import attitudes, cues, digits, replaced
from synaptiq.agent.core.extract.dates import Span
from synaptiq.agent.core.extract.finding import Finding
from synaptiq.agent.core.extract.numbers import Quantity
from synaptiq.agent.core.extract.tokens import Message
from synaptiq.agent.core.profile import Profile
from synaptiq.agent.core.state import Fact


def find(
    profile: Profile,
    message: Message,
    spans: Sequence[Span],
    quantities: Sequence[Quantity],
    known: Mapping[str, Fact],
    today: date,
) -> list[Finding]:
    """The known amount in another currency, the known days in another year; each only where one
    criterion has such a value, and the message gives none of its own."""
    if not known or attitudes.is_question(message.text):
        return []
    more = []
    money = [c.key for c in profile.criteria if c.type == "money" and c.key in known]
    if len(money) == 1:
        more += _currency(message, known[money[0]], quantities)
    dated = [c.key for c in profile.criteria if c.type == "date" and c.key in known]
    if len(dated) == 1:
        more += _year(message, known[dated[0]], spans, today)
    return more


def _currency(message: Message, fact: Fact, quantities: Sequence[Quantity]) -> list[Finding]:
    inside = {k for one in quantities for k in range(one.first, one.last)}
    if any(not values.same(_bare(fact.value), _bare(_money(one))) for one in quantities):
        return []
    places = [
        (place, place + 1) for place in range(len(message.tokens))
        if place not in inside and digits.currency(message.tokens[place].text) is not None
    ]  # fmt: skip
    wrong = replaced.old(message, places)
    new = [place for at, (place, _) in enumerate(places) if at not in wrong]
    if not new or not (wrong or quantities or cues.is_correction(message.text)):
        return []
    code = digits.currency(message.tokens[new[-1]].text)
    if code == fact.value["currency"]:
        return []
    return [Finding(fact.criterion, {**fact.value, "currency": code},
                    message.quote(new[-1], new[-1] + 1))]  # fmt: skip


def _money(one: Quantity) -> dict[str, Any]:
    if one.single:
        return {"amount": one.low}
    return {"min": one.low, "max": one.high}


def _bare(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: part for key, part in value.items() if key != "currency"}


def _year(message: Message, fact: Fact, spans: Sequence[Span], today: date) -> list[Finding]:
    years = [span for span in spans if message.text[span.first : span.last].isdigit()]
    if not years or len(years) != len(spans) or fact.value["start"] is None:
        return []
    wrong = replaced.old(
        message, [replaced.tokens_of(message, span.first, span.last) for span in years]
    )
    new = [span for place, span in enumerate(years) if place not in wrong]
    if not new or new[-1].start is None or not (wrong or cues.STRONG.search(message.text)):
        return []
    start, end = (date.fromisoformat(fact.value[key]) for key in ("start", "end"))
    shift = new[-1].start.year - start.year
    try:
        days = [day.replace(year=day.year + shift).isoformat() for day in (start, end)]
    except ValueError:
        # February 29th of another year.
        return []
    value = {"start": days[0], "end": days[1], "said": today.isoformat()}
    return [Finding(fact.criterion, value, message.text[new[-1].first : new[-1].last])]
