"""A site, and a browser on a page of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from synaptiq.accounts.models import Account
from synaptiq.sites.models import Site
from tests.api.chat.client import Client
from tests.conversations.making import ORIGIN, make_site


class Browser:
    """Speaks the Chat API; keeps its token as the widget does."""

    def __init__(self, site_key: str, origin: str | None = ORIGIN) -> None:
        self.site_key, self.origin, self.token = site_key, origin, ""
        self._client = Client()

    def headers(self, **more: str) -> dict[str, str]:
        made = {"origin": self.origin} if self.origin is not None else {}
        if self.token:
            made["authorization"] = f"Bearer {self.token}"
        return made | {name.replace("_", "-"): value for name, value in more.items()}

    def post(self, what: str, body: Any, **headers: str) -> Any:
        sent = body if isinstance(body, bytes) else json.dumps(body)
        answer = self._client.post(
            f"/api/v1/chat/{self.site_key}/{what}", sent, content_type="application/json",
            headers=self.headers(**headers),
        )  # fmt: skip
        if answer.status_code == 202:
            self.token = answer.json().get("visitor_token", self.token)
        return answer

    def say(self, text: str = "Hello", **fields: Any) -> Any:
        return self.post("messages", {"client_message_id": str(uuid4()), "text": text, **fields})

    def get(self, what: str, **headers: str) -> Any:
        address = f"/api/v1/chat/{self.site_key}/{what}"
        return self._client.get(address, headers=self.headers(**headers))

    def options(self, what: str, **headers: str) -> Any:
        address = f"/api/v1/chat/{self.site_key}/{what}"
        return self._client.options(address, headers=self.headers(**headers))


@pytest.fixture
def site(account: Account) -> Site:
    return make_site()


@pytest.fixture
def browser(site: Site) -> Browser:
    return Browser(site.key)


@pytest.fixture
def elsewhere(site: Site) -> Callable[[str | None], Browser]:
    """A browser on a page of that origin."""
    return lambda origin: Browser(site.key, origin)
