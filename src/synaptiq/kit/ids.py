"""Public ids: a prefix that names the kind, and 20 random base32 characters (100 bits).

Integer keys never leave the database: they tell how many customers there are, and invite guessing.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b32encode
from collections.abc import Collection

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
LENGTH = 20
# What follows the prefix, for whoever looks for ids in a longer text. Those of the product's
# documentation ("lead_8f3a2b") are shorter and hold other digits.
BODY = r"[0-9a-z]{4,40}"


def new_id(prefix: str) -> str:
    """A fresh id such as `lead_k5m2…`. `prefix` comes without its underscore."""
    return new_ids(prefix, 1)[0]


def new_ids(prefix: str, count: int) -> list[str]:
    """So many fresh ids. Asking the system for each by itself would take an import of a million
    rows a quarter of a minute."""
    # Eight characters are five bytes, so an id is twelve and a half.
    characters = b32encode(secrets.token_bytes(count * 13)).decode().lower()
    starts = range(0, count * LENGTH, LENGTH)
    return [f"{prefix}_{characters[at : at + LENGTH]}" for at in starts]


def is_any_id(value: str) -> bool:
    """Whether `value` has the shape of an id of any kind."""
    return re.fullmatch("[a-z]{2,8}_" + BODY, value, re.ASCII) is not None


def is_id(prefix: str, value: str) -> bool:
    """Whether `value` has the shape of an id of this kind."""
    return re.fullmatch(prefix + "_" + BODY, value, re.ASCII) is not None


def digest(public_ids: Collection[str]) -> str:
    """A short name of exactly these ids, in whatever order; of none, nothing."""
    if not public_ids:
        return ""
    return hashlib.sha256(" ".join(sorted(public_ids)).encode()).hexdigest()[:32]
