"""A small ASGI application, loaded by Granian's worker processes as the product's is."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

from synaptiq.kit.processes import exit_with_parent

exit_with_parent(grace=5)

Send = Callable[[dict[str, Any]], Awaitable[None]]


async def app(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
    """Answer every request with the worker's pid."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(os.getpid()).encode()})
