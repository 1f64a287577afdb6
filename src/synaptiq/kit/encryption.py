"""Encryption at rest with rotation: the newest key encrypts, all of them decrypt."""

from __future__ import annotations

import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotDecrypt(Exception):
    """No key of ENCRYPTION_KEYS opens this: an old key was removed too early."""


def encrypt(text: str) -> bytes:
    """`text` as an opaque token under the newest key."""
    return _keys().encrypt(text.encode())


def decrypt(token: bytes) -> str:
    """The text of a token made by `encrypt`. Raises CannotDecrypt."""
    try:
        return _keys().decrypt(bytes(token)).decode()
    except InvalidToken:
        raise CannotDecrypt(
            "No key of ENCRYPTION_KEYS opens this; add the key it was made with."
        ) from None


def new_key() -> str:
    """A key for ENCRYPTION_KEYS."""
    return Fernet.generate_key().decode()


def salted_hash(text: str) -> tuple[str, str]:
    """`(salt, SHA-256 of salt + text)` in hex: proves a text without keeping it."""
    salt = secrets.token_hex(16)
    return salt, hashlib.sha256((salt + text).encode()).hexdigest()


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
