"""What a customer's server signs, well and ill."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from synaptiq.kit import clock


def signed(secret: str, header: Any = None, **claims: Any) -> str:
    """A JWT as RFC 7515 has it, made without the library that reads it. A claim that is None is
    left out; `exp` is in an hour."""
    exp = int((clock.now() + timedelta(hours=1)).timestamp())
    given = {"sub": "user-42", "exp": exp, **claims}
    body = {name: value for name, value in given.items() if value is not None}
    parts = [_coded(header or {"alg": "HS256", "typ": "JWT"}), _coded(body)]
    made = hmac.new(secret.encode(), ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, _plain(made)])


def unsigned(alg: str = "none", **claims: Any) -> str:
    """One that wants to be believed without a signature."""
    head, body, _ = signed("", {"alg": alg, "typ": "JWT"}, **claims).split(".")
    return f"{head}.{body}."


def _coded(value: Any) -> str:
    return _plain(value if isinstance(value, bytes) else json.dumps(value).encode())


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
