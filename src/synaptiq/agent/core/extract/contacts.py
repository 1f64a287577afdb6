"""How a visitor can be reached, where it stands in a message: email addresses and phone numbers.

A phone number with its country ("+") has to be possible there; one without counts only as the
answer to the question, and needs as many digits as a number can have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from synaptiq.agent.core.extract import replaced, tokens

_EMAIL = re.compile(r"[^\s<>()\[\],;:\"'`|@][^\s<>()\[\],;:\"`|@]*@[^\s<>()\[\],;:\"'`|@]+")
_PHONE = re.compile(r"(?<![\w.@/-])(?:\+|00)?\(?\d(?:[\s().\-/\u00a0]{0,2}\d){6,14}(?![\w@])")
_DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d")
_URL = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_NAME = re.compile(
    r"\b(?:my\s+name\s+is|my\s+name's|i\s+am\s+called|call\s+me|name\s*:)\s+"
    r"([^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*){0,3}?)(?=\s*(?:[,.;!?\n]|\band\b|\bmy\b|$))",
    re.IGNORECASE,
)
LONGEST_NAME = 120


@dataclass(frozen=True)
class Found:
    """`value` as it was given; tokens are not meant by `first` and `last`, but characters."""

    field: str
    value: str
    first: int
    last: int


def is_email(text: str) -> bool:
    """Whether it has the form of an address; nothing is looked up."""
    from email_validator import EmailNotValidError, validate_email

    if len(text) > 254:
        return False
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def is_phone(text: str, *, asked: bool) -> bool:
    # Here, since it takes 30 ms, and hardly a message needs it.
    import phonenumbers

    given = text.strip()
    given = "+" + given[2:] if given.startswith("00") else given
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(given))
    except phonenumbers.NumberParseException:
        # Without any country nothing can be checked but how long it is.
        return asked and 7 <= sum(c.isdigit() for c in given) <= 15


def find(text: str, *, asked: bool) -> list[Found]:
    """Emails, phones, and (only where they were asked for) a name, in the order of the message;
    none that the message takes back."""
    found: list[Found] = []
    for match in _EMAIL.finditer(text):
        address = match.group().rstrip(".!?")
        if address.lower().startswith("mailto"):
            continue
        if is_email(address):
            found.append(Found("email", address, match.start(), match.start() + len(address)))
    for match in _PHONE.finditer(text):
        if _DATE.search(match.group()) or any(
            one.first < match.end() and match.start() < one.last for one in found
        ):
            continue
        if is_phone(match.group(), asked=asked):
            found.append(Found("phone", match.group(), match.start(), match.end()))
    if found:
        message = tokens.read(text)
        wrong = replaced.old(
            message, [replaced.tokens_of(message, one.first, one.last) for one in found]
        )
        found = [one for place, one in enumerate(found) if place not in wrong]
    if asked:
        name = _NAME.search(text)
        if name and len(name[1]) <= LONGEST_NAME:
            found.append(Found("name", name[1], name.start(1), name.end(1)))
    return found


def tried(text: str) -> str | None:
    """Which way to be reached a text that holds none was meant to be: an email address where there
    is an "@", a phone number where there are digits; None where it was neither."""
    if "@" in text:
        return "email"
    return "phone" if sum(c.isdigit() for c in text) >= 4 else None


def taken(text: str, found: list[Found]) -> list[tuple[int, int]]:
    """The spans in which no other rule may look: addresses, phone numbers, links, long digits."""
    spans = [(one.first, one.last) for one in found if one.field != "name"]
    spans += [match.span() for match in (*_URL.finditer(text), *_EMAIL.finditer(text))]
    # What may be a phone number is at least no number of people.
    spans += [m.span() for m in _PHONE.finditer(text)
              if len(re.sub(r"\D", "", m.group())) >= 9 and m.group()[0] in "+0("]  # fmt: skip
    return spans
