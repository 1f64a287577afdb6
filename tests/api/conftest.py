"""A client that speaks as an API key, and a few leads to read."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.test import Client

from synaptiq.accounts import authentication
from synaptiq.accounts.actors import Actor, Scope
from synaptiq.accounts.models import APIKey, Member
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead

ALL_SCOPES = tuple(scope.value for scope in Scope)


def make_key(member: Member, *scopes: str, **fields: Any) -> tuple[APIKey, str]:
    """A key of this member in the current account, and its secret."""
    issued = authentication.issue()
    key = APIKey.objects.create(
        member=member, created_by=member, name="Test", scopes=list(scopes or ALL_SCOPES),
        secret_hash=issued.secret_hash, hint=issued.hint, **fields,
    )  # fmt: skip
    return key, issued.secret


class Caller:
    """Requests with a key. `post` sends bytes as they are, anything else as JSON."""

    def __init__(self, secret: str, key: APIKey | None = None) -> None:
        self.secret = secret
        self.key = key
        self._client = Client(headers={"authorization": f"Bearer {secret}"} if secret else {})

    def get(self, path: str, query: Any = None, **headers: str) -> Any:
        return self._client.get(path, query, headers=_names(headers))

    def head(self, path: str, **headers: str) -> Any:
        return self._client.head(path, headers=_names(headers))

    def delete(self, path: str, **headers: str) -> Any:
        return self._client.delete(path, headers=_names(headers))

    def post(
        self, path: str, body: Any = b"", content_type: str = "application/json", **headers: str
    ) -> Any:
        return self._client.post(
            path, _bytes(body), content_type=content_type, headers=_names(headers)
        )

    def patch(
        self, path: str, body: Any, content_type: str = "application/json", **headers: str
    ) -> Any:
        return self._client.patch(
            path, _bytes(body), content_type=content_type, headers=_names(headers)
        )


def _bytes(body: Any) -> Any:
    return body if isinstance(body, bytes) else json.dumps(body)


def _names(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def assert_problem(response: Any, status: int, code: str, param: str | None = None) -> None:
    """The answer is a whole problem document of this status and code."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {
        "type", "title", "status", "detail", "code", "param", "request_id", "doc_url",
    }  # fmt: skip
    assert (body["status"], body["code"], body["param"]) == (status, code, param)
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == response["X-Request-ID"]
    assert body["doc_url"].endswith(f"/docs/rate-limits-and-error-codes#{code}")


@pytest.fixture
def caller(member: Callable[..., Member]) -> Callable[..., Caller]:
    """`caller("admin", scopes=["leads:read"])`: a key of a fresh member with these roles."""

    numbers = count()

    def make(*roles: str, scopes: tuple[str, ...] = ALL_SCOPES, **fields: Any) -> Caller:
        one = member(*roles, email=f"caller{next(numbers)}@example.com")
        key, secret = make_key(one, *scopes, **fields)
        return Caller(secret, key)

    return make


@pytest.fixture
def five_leads(actor: Callable[..., Actor]) -> list[Lead]:
    """Leads one to five; the odd ones are qualified."""
    admin = actor("agent", email="keeper@example.com")
    return [
        leads.create_lead(
            admin,
            {
                "email": f"lead{i}@example.com",
                "name": f"Lead {i}",
                "score": i * 10,
                "status": "qualified" if i % 2 else "new",
                "tags": ["webinar"] if i < 3 else [],
            },
        )
        for i in range(1, 6)
    ]
