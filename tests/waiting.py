"""How tests wait: for a condition, with a deadline, never for a length of time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

Found = TypeVar("Found")
_POLL_SECONDS = 0.02


def wait_until(predicate: Callable[[], Found], timeout: float = 30.0, what: str = "") -> Found:
    """The first true result of `predicate`; AssertionError after `timeout` seconds without one."""
    never = threading.Event()
    deadline = monotonic() + timeout
    while not (found := predicate()):
        assert monotonic() < deadline, f"not within {timeout:g} s: {what or predicate}"
        never.wait(_POLL_SECONDS)
    return found
