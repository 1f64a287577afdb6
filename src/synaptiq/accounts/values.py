"""What the fields of accounts, members and keys may hold: typed input with its checks.

Used by forms, API and terminal alike. Every function takes what came in and returns what is
stored, or raises ValueError with a sentence that says what to do; `checked` gathers several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email

from synaptiq.accounts.actors import Scope
from synaptiq.accounts.roles import Role
from synaptiq.kit import clock
from synaptiq.kit.errors import Invalid
from synaptiq.kit.languages import LANGUAGES
from synaptiq.kit.localtime import is_timezone
from synaptiq.kit.text import is_letterless, one_line

LONGEST_ACCOUNT_NAME = 120
LONGEST_PERSON_NAME = 120
LONGEST_KEY_NAME = 80
LONGEST_EMAIL = 254


def line(value: Any, longest: int) -> str:
    """A visible text on one line."""
    if not isinstance(value, str):
        raise ValueError("is not text.")
    text = one_line(value)
    if not text or is_letterless(text):
        raise ValueError("is blank.")
    if len(text) > longest:
        raise ValueError(f"is longer than {longest} characters.")
    return text


def account_name(value: Any) -> str:
    return line(value, LONGEST_ACCOUNT_NAME)


def person_name(value: Any) -> str:
    """How a person is called; nothing is a name too, and others then see the address."""
    return "" if value == "" else line(value, LONGEST_PERSON_NAME)


def key_name(value: Any) -> str:
    return line(value, LONGEST_KEY_NAME)


def language(value: Any) -> str:
    """The tag of a language that the product speaks; "" is what the browser asks for."""
    if value != "" and value not in LANGUAGES:
        raise ValueError(f"is none that is spoken here; there are {', '.join(LANGUAGES)}.")
    return str(value)


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("is neither yes nor no.")
    return value


def timezone(value: Any) -> str:
    """The name of an IANA zone."""
    if not isinstance(value, str) or not is_timezone(value):
        raise ValueError("is no time zone; choose one such as Europe/Berlin.")
    return value


def email(value: Any) -> str:
    """An address in lower case, checked for its form only (nothing is looked up)."""
    given = line(value, LONGEST_EMAIL)
    try:
        validate_email(given, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(f"is not an email address: {error}") from None
    return given.lower()


def roles(value: Any) -> list[str]:
    """At least one known role, in the order of the table."""
    given = _words(value)
    unknown = sorted(given - {role.value for role in Role})
    if unknown:
        raise ValueError(f"“{unknown[0]}” is no role; there are {', '.join(Role)}.")
    if not given:
        raise ValueError("choose at least one role.")
    return [role.value for role in Role if role.value in given]


def scopes(value: Any) -> list[str]:
    """At least one known scope, in the order of their declaration."""
    given = _words(value)
    unknown = sorted(given - {scope.value for scope in Scope})
    if unknown:
        raise ValueError(f"“{unknown[0]}” is no scope; there are {', '.join(Scope)}.")
    if not given:
        raise ValueError("choose at least one scope.")
    return [scope.value for scope in Scope if scope.value in given]


def expiry(value: Any) -> datetime | None:
    """A moment to come, aware; None is never."""
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("is not a moment with a time zone.")
    if value <= clock.now():
        raise ValueError("is not in the future.")
    return value


def checked(**fields: tuple[Callable[[Any], Any], Any]) -> dict[str, Any]:
    """Each field's checked value. Raises one Invalid that names every wrong field."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, (check, value) in fields.items():
        try:
            values[name] = check(value)
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise Invalid(wrong)
    return values


def _words(value: Any) -> set[str]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError("is not a list.")
    words = list(value)
    if not all(isinstance(word, str) for word in words):
        raise ValueError("is not a list of words.")
    return set(words)
