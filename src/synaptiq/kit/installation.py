"""Telling one installation from another that answers on the same port."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

HEADER = "X-Synaptiq-Installation"


def installation_mark() -> str:
    """The same in all processes with this SECRET_KEY, of which it tells nothing."""
    return salted_hmac("synaptiq.installation", "", algorithm="sha256").hexdigest()[:16]
