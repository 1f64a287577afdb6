"""What may be entered of a site."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from synaptiq.accounts.values import line

LONGEST_NAME = 120
LONGEST_ORIGIN = 300
MOST_ORIGINS = 50
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
