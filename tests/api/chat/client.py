"""Django's test client, for all that the chat's addresses are: what stands beside Django too.

What is a message goes through the application of ASGI that answers it, in this thread and over
Django's own connection, so that a test sees it in its transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import django.test
from django.http import HttpResponse

from synaptiq.agent import actions as agent
from synaptiq.api.chat.messages import Messages
from synaptiq.conversations import accepting
from synaptiq.kit.steps import without_waiting


class Here:
    """The database as Django's connection of this thread has it."""

    async def ask(self, sql: str, params: list[Any]) -> list[Any]:
        return await accepting._ask(sql, params)

    async def close_first(self, row: Any) -> None:
        accepting.close_first(row)

    async def settle(self, conversation: str, seq: int) -> None:
        agent.settle_pick(conversation, seq)

    async def close(self) -> None:
        pass


class _NotOurs(Exception):
    pass


async def _django(scope: Any, receive: Any, send: Any) -> None:
    raise _NotOurs


class Client(django.test.Client):
    """Like Django's; headers of the answer are read by any spelling, as there."""

    database: Any = Here()

    def request(self, **request: Any) -> Any:
        environ = {**self._base_environ(), **request}
        sent: list[Mapping[str, Any]] = []
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = request["wsgi.input"] = django.test.client.FakePayload(body)

        async def receive() -> Mapping[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Mapping[str, Any]) -> None:
            sent.append(message)

        messages = Messages(_django, self.database)
        try:
            without_waiting(messages(_scope(environ), receive, send))
        except _NotOurs:
            return super().request(**request)
        response = HttpResponse(status=sent[0]["status"], content=sent[1]["body"])
        del response["Content-Type"]
        for name, value in sent[0]["headers"]:
            response[name.decode()] = value.decode()
        response.json = partial(self._parse_json, response)  # type: ignore[attr-defined]
        return response


def _scope(environ: Mapping[str, Any]) -> dict[str, Any]:
    headers = [
        (name.removeprefix("HTTP_").replace("_", "-").lower(), str(value))
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    ]
    return {
        "type": "http", "method": environ["REQUEST_METHOD"], "scheme": environ["wsgi.url_scheme"],
        # As WSGI has it, UTF-8 read as Latin-1.
        "path": environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        "query_string": environ["QUERY_STRING"].encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
        "client": (environ["REMOTE_ADDR"], 0), "server": (environ["SERVER_NAME"], 80),
    }  # fmt: skip
