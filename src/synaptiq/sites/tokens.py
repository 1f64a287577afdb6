"""Tokens of visitors: how they begin, and what is kept of one."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_PREFIX = "vt_"  # noqa: S105


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def new_token() -> str:
    """One that nobody can guess, of a visitor who sends no first message."""
    return TOKEN_PREFIX + secrets.token_hex(32)
