"""What a lead's fields may hold: typed input with its checks, field by field.

Used by forms, API, import and terminal alike, so that no way in is laxer than another. Every
function takes what came in and returns what is stored, or raises ValueError with a sentence
that says what to do.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from synaptiq.accounts.values import line
from synaptiq.kit.errors import Invalid
from synaptiq.kit.text import blank_to_none, clean
from synaptiq.leads.models import PROPERTY_TYPES, STATUSES, CustomProperty

LONGEST_TEXT = 10_000
LONGEST_TAG = 60
MOST_TAGS = 100
LONGEST_LABEL = 120
LONGEST_CHOICE = 120
MOST_CHOICES = 200
SLUG = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
# What Python itself takes is more: underscores, and the digits of every script.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# Names before the @ that are right beside every right domain: letters and digits of any script, in
# the unquoted form of RFC 5321 and 6531, at most so many bytes.
_PLAIN_LOCAL = re.compile(r"[\w+-]+(?:\.[\w+-]+)*")
_LONGEST_LOCAL = 64
# Addresses that the library takes too; it needs ten times as long to say so.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?#].*)?", re.DOTALL)


def text(value: Any, longest: int = LONGEST_TEXT) -> str | None:
    """Text as it was given, without control characters; None stays None, "" stays ""."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("is not text.")
    if len(value) > longest:
        raise ValueError(f"is longer than {longest:,} characters.")
    return clean(value)


def email(value: Any) -> str | None:
    """An address as the person gave it, checked for its form only (nothing is looked up)."""
    given = text(value, 254)
    if given is None or not given.strip():
        return blank_to_none(given) if given else given
    address = given.strip()
    local, _, domain = address.rpartition("@")
    # Most of a million addresses differ before the @ only: with the library each takes 37 µs.
    if (
        _PLAIN_LOCAL.fullmatch(local)
        and len(local.encode()) <= _LONGEST_LOCAL
        and _is_plain_domain(domain)
    ):
        return address
    _check_email(address)
    return address


def _check_email(address: str) -> None:
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(f"is not an email address: {error}") from None


@lru_cache(maxsize=4096)
def _is_plain_domain(domain: str) -> bool:
    """Whether every plain name at this domain is an address: ASCII, and short enough for the
    longest of them."""
    if not domain.isascii() or len(domain) > 254 - _LONGEST_LOCAL - 1:
        return False
    try:
        _check_email(f"a@{domain}")
    except ValueError:
        return False
    return True


def phone(value: Any) -> str | None:
    """As the person gave it; `phone_normal` makes the form that matching uses."""
    given = text(value, 60)
    if given is not None and given.strip() and not any(c.isdigit() for c in given):
        raise ValueError("is not a phone number: it holds no digit.")
    return given


def phone_normal(given: str | None) -> str | None:
    """E.164 of a number that carries its country, else None. For matching, never shown."""
    if not given or not given.strip().startswith("+"):
        return None
    try:
        number = phonenumbers.parse(given)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def source_url(value: Any) -> str | None:
    """An http or https address."""
    given = text(value, 4_000)
    if given is None or not given.strip():
        return given
    if _PLAIN_URL.fullmatch(given):
        return given
    try:
        parts = urlsplit(given)
    except ValueError:
        raise ValueError("is not an address; write it like https://yoursite.com/pricing.") from None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("is not an address; write it like https://yoursite.com/pricing.")
    return given


def status(value: Any) -> str:
    if not isinstance(value, str) or value not in STATUSES:
        raise ValueError(f"is none of {', '.join(STATUSES)}.")
    return value


def score(value: Any) -> int | None:
    if value is not None and (type(value) is not int or not 0 <= value <= 100):
        raise ValueError("is not a whole number from 0 to 100.")
    return value


def tag(value: Any) -> str:
    """One tag: visible, on one line, without a comma (the export joins tags by commas)."""
    given = text(value, LONGEST_TAG)
    name = " ".join((given or "").split())
    if not name:
        raise ValueError("is blank.")
    if "," in name:
        raise ValueError(f"“{name}” holds a comma; give two tags instead.")
    return name


def property_type(value: Any) -> str:
    if not isinstance(value, str) or value not in PROPERTY_TYPES:
        raise ValueError(f"is none of {', '.join(PROPERTY_TYPES)}.")
    return value


def label(value: Any) -> str:
    """What people call a custom property: visible, on one line."""
    return line(value, LONGEST_LABEL)


def choices(value: Any) -> list[str]:
    """What a property of the type choice may hold, in the order given, each once."""
    if not isinstance(value, list | tuple):
        raise ValueError("is not a list.")
    if len(value) > MOST_CHOICES:
        raise ValueError(f"are more than {MOST_CHOICES}.")
    return list(dict.fromkeys(line(one, LONGEST_CHOICE) for one in value))


def tags(value: Any) -> list[str]:
    """In the order given, each once."""
    if not isinstance(value, list | tuple):
        raise ValueError("is not a list of tags.")
    if len(value) > MOST_TAGS:
        raise ValueError(f"are more than {MOST_TAGS}.")
    return list(dict.fromkeys(tag(v) for v in value))


def slug(value: Any) -> str:
    if not isinstance(value, str) or not SLUG.fullmatch(value):
        raise ValueError(
            "is not a slug: begin with a letter a–z, then letters, digits and _, 63 at most."
        )
    return value


def slug_of(name: str) -> str:
    """A slug made from what people call it: "Company size" → "company_size"; it may be none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_0123456789")[:63].rstrip("_")


def external_id(value: Any) -> str | None:
    """An id that another system gives; blanks alone are none."""
    given = text(value, 255)
    return blank_to_none(given) if given is not None else None


FIELDS: dict[str, Callable[[Any], Any]] = {
    "email": email,
    "name": text,
    "phone": phone,
    "company": text,
    "external_id": external_id,
    "source_url": source_url,
    "status": status,
    "score": score,
    "tags": tags,
}


def fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values of a lead's own fields. Raises Invalid naming every wrong or unknown one."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value in given.items():
        if name not in FIELDS:
            wrong[name] = f"is no field of a lead; there are {', '.join(FIELDS)}."
            continue
        try:
            values[name] = FIELDS[name](value)
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise Invalid(wrong)
    if "phone" in values:
        values["phone_normal"] = phone_normal(values["phone"])
    return values


def _number(value: Any, _: CustomProperty) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise ValueError("is not a number.")
    written = str(value).strip()
    try:
        number = Decimal(written) if _NUMBER.fullmatch(written) else None
    except InvalidOperation:
        number = None
    if number is None:
        raise ValueError("is not a number; write it like 1250.50.")
    if not -30 < number.adjusted() < 30:
        raise ValueError("is a number too large or too small to keep.")
    if number == number.to_integral_value():
        return int(number)
    # Up to 15 digits a float prints the very decimal that it was read from.
    if len(number.normalize().as_tuple().digits) > 15:
        raise ValueError("has more than 15 digits; round it.")
    return float(number)


def _bool(value: Any, _: CustomProperty) -> bool:
    if isinstance(value, str) and value.lower() in {"true", "false", "yes", "no"}:
        value = value.lower() in {"true", "yes"}
    if not isinstance(value, bool):
        raise ValueError("is neither true nor false.")
    return value


def _date(value: Any, _: CustomProperty) -> str:
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise ValueError("is not a date; write it like 2026-03-15.")


def _choice(value: Any, definition: CustomProperty) -> str:
    if value not in definition.choices:
        raise ValueError(f"is none of {', '.join(definition.choices)}.")
    return str(value)


_CUSTOM: dict[str, Callable[[Any, CustomProperty], Any]] = {
    "text": lambda value, _: text(value),
    "number": _number,
    "bool": _bool,
    "date": _date,
    "choice": _choice,
}


def as_text(value: Any) -> str:
    """A custom property's value as files and pages write it."""
    return value if isinstance(value, str) else json.dumps(value)


def converted(value: Any, definition: CustomProperty) -> Any:
    """The value of a property of any type as this definition holds it; None where it is blank.

    Raises ValueError for what would be lost.
    """
    text = as_text(value)
    if definition.type == "text":
        return text
    return _CUSTOM[definition.type](text.strip(), definition) if text.strip() else None


def custom_value(value: Any, definition: CustomProperty) -> Any:
    """What a custom property keeps of a value, in its JSON type. Raises ValueError."""
    return _CUSTOM[definition.type](value, definition)


def custom(given: Any, definitions: Mapping[str, CustomProperty]) -> dict[str, Any]:
    """Checked values of custom properties by slug, in their JSON types; None means no value."""
    if not isinstance(given, Mapping):
        raise Invalid({"custom_properties": "give an object, slug to value."})
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for key, value in given.items():
        name = f"custom_properties.{key}"
        definition = definitions.get(key)
        if definition is None:
            wrong[name] = "is not defined; add it under Settings > Leads > Custom properties."
            continue
        try:
            values[key] = None if value is None else custom_value(value, definition)
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise Invalid(wrong)
    return values
