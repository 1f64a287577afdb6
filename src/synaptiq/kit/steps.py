"""Code that asks by `await`, done where nothing has to be waited for."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def without_waiting(work: Coroutine[Any, Any, T]) -> T:
    """What it returns, done here and now with no event loop: whatever it awaits must be there at
    once. So the same steps serve a process that waits for the database in a thread, and one that
    has a thousand visitors in one thread. Raises RuntimeError where it would have to wait."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise RuntimeError("it would have to wait")
