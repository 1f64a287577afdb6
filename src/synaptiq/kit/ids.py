"""Public ids: a prefix that names the kind, and 20 random base32 characters (100 bits).

Integer keys never leave the database: they tell how many customers there are, and invite guessing.
"""

from __future__ import annotations

import re
import secrets

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
LENGTH = 20
# What follows the prefix, for whoever looks for ids in a longer text. Those of the product's
# documentation ("lead_8f3a2b") are shorter and hold other digits.
BODY = r"[0-9a-z]{4,40}"


def new_id(prefix: str) -> str:
    """A fresh id such as `lead_k5m2…`. `prefix` comes without its underscore."""
    return prefix + "_" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_id(prefix: str, value: str) -> bool:
    """Whether `value` has the shape of an id of this kind."""
    return re.fullmatch(prefix + "_" + BODY, value, re.ASCII) is not None
