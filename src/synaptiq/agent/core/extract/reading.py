"""One message of a visitor, read: facts, contacts, refusals. The one way into the rules."""

from __future__ import annotations

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
    cues,
    dates,
    figures,
    numbers,
    parts,
    periods,
    reused,
    times,
    tokens,
    uses,
    whose,
)
from synaptiq.agent.core.extract.finding import Finding
from synaptiq.agent.core.extract.tokens import Message
from synaptiq.agent.core.profile import Profile
from synaptiq.agent.core.state import Fact

# So many dates and so many numbers are read of one message. Nobody says more of themselves, and
# each is looked at beside all that is around it: a message full of them would hold up all visitors.
MOST = 50


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
    language: str = "en",
) -> Findings:
    """Read `text`, the answer to the question `asked` (a criterion's key, "contact" or None).
    `known` are the facts that hold: a correction without a noun is of one of them."""
    message = tokens.read(text)
    reached = contacts.find(text, asked=asked == CONTACT)
    taken = contacts.taken(text, reached)
    spans = [
        span
        for span in dates.find(text, today, language=language)
        if not any(a < span.last and span.first < b for a, b in taken)
    ][:MOST]
    numeric = bool(asked) and _type(profile, asked) in amounts.NUMERIC
    dated = [span for span in spans if not (span.bare and (numeric or asked is None))]
    quantities = numbers.find(
        message,
        [*taken, *times.find(text), *((span.first, span.last) for span in dated)],
        figures.held(profile, known),
    )[:MOST]
    found = parts.find(profile, message, spans, quantities, known, today)
    found += figures.find(profile, message, quantities, asked, known)
    found += periods.find(
        profile,
        message,
        dated,
        asked,
        known,
        today,
        listed=any(one.criterion == (asked or one.criterion) for one in found),
    )
    found += _words(profile, message, asked, known, found, reached)
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
    elif (
        asked == CONTACT
        and not (reached or facts or attitudes.is_unknown(text))
        and attitudes.yes_or_no(text) is False
        and not attitudes.has_none(text)
    ):
        # "No, 40 not 30 people" refuses nothing, and "no idea when" and "no rush" neither.
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
    if asked == CONTACT and attitudes.is_of_something_else(message.text[refused[1] :]):
        return None
    return asked


def _words(
    profile: Profile,
    message: Message,
    asked: str | None,
    known: Mapping[str, Fact],
    found: list[Finding],
    reached: list[contacts.Found],
) -> list[Finding]:
    quotes = [*(one.quote for one in found), *(one.value for one in reached)]
    more: list[Finding] = []
    # Who changes what was said before answers nothing by "no" and "please".
    changes = any(one.criterion in known and one.criterion != asked for one in found)
    changes = changes and (
        cues.is_correction(message.text)
        or not (cues.NEGATIONS | cues.DROPS).isdisjoint(message.places)
    )
    for criterion in sorted(profile.criteria, key=lambda each: each.type == "text"):
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
            answer = choices.yes_or_no(
                message,
                criterion,
                asked=is_asked and not changes,
                known=criterion.key in known,
            )
        if answer is not None:
            value, first, last = answer
            more.append(Finding(criterion.key, value, message.quote(first, last)))
        if criterion.type == "text":
            others = quotes + [one.quote for one in more]
            changes = changes or any(
                one.criterion in known and one.value != known[one.criterion].value
                for one in (*found, *more)
            )
            said = _text(
                criterion, message, is_asked and not changes, others, known.get(criterion.key)
            )
            if not said and criterion.key not in known and criterion.key != asked and others:
                said = _of_list(profile, criterion, message, [*found, *more])
            more += said
    return more


def _text(
    criterion: Criterion,
    message: Message,
    is_asked: bool,
    quotes: list[str],
    before: Fact | None,
) -> list[Finding]:
    if before is not None and isinstance(before.value, str):
        span = reused.find(message.text, before.value, quotes)
        if span is not None:
            new = message.text[slice(*span)][: choices.LONGEST_TEXT]
            return [Finding(criterion.key, new, new)]
    if is_asked:
        rest = message.text
        for quote in quotes:
            rest = rest.replace(quote, " ")
        if rest != message.text and cues.CHANGES.search(message.text):
            # A change of something else is no answer.
            return _volunteered(criterion, message)
        text = choices.free_text(message, rest)
        if text:
            return [Finding(criterion.key, text, text)]
    return _volunteered(criterion, message)


def _of_list(
    profile: Profile, criterion: Criterion, message: Message, found: list[Finding]
) -> list[Finding]:
    """A task among other facts: "15 agents, call routing, by Friday", "25k for supplier audits"."""
    if whose.HYPOTHESIS.search(message.text):
        return []
    span = uses.listed(message.text)
    for one in found:
        if span is None and _type(profile, one.criterion) == "money":
            span = uses.paid_for(message.text, one.quote)
    if span is None:
        return []
    text = message.text[slice(*span)]
    return [Finding(criterion.key, text, text)]


def _volunteered(criterion: Criterion, message: Message) -> list[Finding]:
    span = choices.volunteered_text(message.text)
    if span is None:
        return []
    text = message.text[span[0] : span[1]].strip()[: choices.LONGEST_TEXT]
    return [Finding(criterion.key, text, text)]
