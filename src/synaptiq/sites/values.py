"""What may be entered of a site."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from synaptiq.accounts.values import line
from synaptiq.kit import text as texts
from synaptiq.sites.models import FREQUENCIES

LONGEST_NAME = 120
LONGEST_ORIGIN = 300
MOST_ORIGINS = 50
LONGEST_ADDRESS = 2_000
MOST_REMEMBERED = 365
LONGEST_GREETING = 500
MOST_QUICK_REPLIES, LONGEST_QUICK_REPLY = 4, 60
MOST_PAGES, LONGEST_PAGE = 20, 200
LONGEST_DELAY = 600
EVERY_PAGE = "/*"
_PORTS = {"http": 80, "https": 443}


def name(value: Any) -> str:
    """A site's name. Raises ValueError with a sentence."""
    return line(value, LONGEST_NAME)


def origin(value: str) -> str:
    """`https://acme.com` of whatever address on it was given, as browsers send it. ValueError."""
    text = value.strip()
    wrong = f"“{text[:80]}” is no origin. Example: https://www.acme.com"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(wrong) from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in _PORTS or not host or len(text) > LONGEST_ORIGIN or "*" in host:
        raise ValueError(wrong)
    try:
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError(wrong) from None
    if any(character in host for character in " \"'<>\\"):
        raise ValueError(wrong)
    host = f"[{host}]" if ":" in host else host
    shown = "" if port in (None, _PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{shown}"


def origins(value: Any) -> list[str]:
    """The origins of a text with one on each line, or of a list; each once, as they came."""
    words = value.split() if isinstance(value, str) else list(value or [])
    found = list(dict.fromkeys(origin(str(word)) for word in words))
    if len(found) > MOST_ORIGINS:
        raise ValueError(f"A site has at most {MOST_ORIGINS} origins.")
    return found


def remember_days(value: Any) -> int:
    """For how many days a visitor's browser remembers."""
    return _whole(value, 1, MOST_REMEMBERED)


def privacy_url(value: Any) -> str:
    """The address of the customer's privacy page, "" for none."""
    text = texts.one_line(str(value or ""))
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname or " " in text or "@" in parts.netloc:
        raise ValueError("is no address that begins with https:// and a host.")
    if len(text) > LONGEST_ADDRESS:
        raise ValueError(f"is longer than {LONGEST_ADDRESS:,} characters.")
    return text


def greeting_text(value: Any) -> str:
    """What a greeting says; "" where the agent's own is to be said."""
    text = texts.clean(str(value or "").replace("\r\n", "\n")).strip()
    if texts.is_letterless(text):
        return ""
    if len(text) > LONGEST_GREETING:
        raise ValueError(f"is longer than {LONGEST_GREETING} characters.")
    return text


def quick_replies(value: Any) -> list[str]:
    """Buttons below a greeting, one a line; each once."""
    found = list(dict.fromkeys(line(one, LONGEST_QUICK_REPLY) for one in _lines(value)))
    if len(found) > MOST_QUICK_REPLIES:
        raise ValueError(f"are more than {MOST_QUICK_REPLIES}.")
    return found


def pages(value: Any) -> list[str]:
    """Patterns of paths, one a line; none is every page. Of a whole address its path is taken."""
    found = list(dict.fromkeys(_page(one) for one in _lines(value)))
    if len(found) > MOST_PAGES:
        raise ValueError(f"are more than {MOST_PAGES}.")
    return found or [EVERY_PAGE]


def delay_seconds(value: Any) -> int:
    """After how many seconds on the page a greeting comes."""
    return _whole(value, 0, LONGEST_DELAY)


def frequency(value: Any) -> str:
    if value not in FREQUENCIES:
        raise ValueError("is none of the list.")
    return str(value)


def _whole(value: Any, least: int, most: int) -> int:
    text = str(value).strip()
    if not re.fullmatch(r"[0-9]{1,5}", text) or not least <= int(text) <= most:
        raise ValueError(f"is no whole number from {least} to {most}.")
    return int(text)


def _lines(value: Any) -> list[str]:
    given = value.splitlines() if isinstance(value, str) else [str(one) for one in value or []]
    return [one for one in given if one.strip()]


def _page(value: str) -> str:
    text = line(value, LONGEST_ADDRESS)
    if text.startswith(("https://", "http://")):
        text = "/" + text.partition("//")[2].partition("/")[2]
    text = text.partition("?")[0].partition("#")[0]
    if text == "*":
        return EVERY_PAGE
    shown = f"“{text[:80]}”"
    if not text.startswith("/") or " " in text:
        raise ValueError(f"{shown} is no path. Example: /pricing*")
    if len(text) > LONGEST_PAGE:
        raise ValueError(f"{shown} is longer than {LONGEST_PAGE} characters.")
    return text
