"""`synaptiq web` whose application also tells, at /subscribers, how many streams are open."""

from __future__ import annotations

from typing import Any

import django


async def application(scope: Any, receive: Any, send: Any) -> None:
    from synaptiq.project.asgi import application as real
    from synaptiq.project.asgi import streams

    if scope["type"] != "http" or scope["path"] != "/subscribers":
        await real(scope, receive, send)
        return
    body = str(streams.hub.subscribers).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    django.setup()
    from synaptiq.terminal import serving
    from synaptiq.terminal.main import main

    serving.APPLICATION = "tests.api.chat.counting.application"
    main()
