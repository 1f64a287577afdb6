"""What a request of a visitor's browser says of itself."""

from __future__ import annotations

import re

from django.http import HttpRequest

from synaptiq.conversations.accepting import UnknownVisitor
from synaptiq.sites.tokens import TOKEN_PREFIX

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}")
_TABLET = re.compile(r"iPad|Tablet|Android(?!.*Mobi)", re.IGNORECASE)
_PHONE = re.compile(r"Mobi|iPhone|iPod", re.IGNORECASE)


def token_of(header: str | None) -> str | None:
    """The visitor's token of an Authorization header; None without one. Raises Unauthenticated for
    anything else that stands there, such as an API key."""
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip().startswith(TOKEN_PREFIX):
        raise UnknownVisitor
    return token.strip()


def origin_of(request: HttpRequest) -> str | None:
    return request.headers.get("Origin")


def device_of(user_agent: str) -> str | None:
    """phone, tablet or desktop; None where nothing is said."""
    if not user_agent:
        return None
    if _TABLET.search(user_agent):
        return "tablet"
    return "phone" if _PHONE.search(user_agent) else "desktop"


def language_of(accept_language: str) -> str | None:
    """The first language that the browser asks for, as a tag."""
    first = accept_language.partition(",")[0].partition(";")[0].strip()
    return first if _TAG.fullmatch(first) else None
