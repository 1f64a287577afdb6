"""Who asks: `Authorization: Bearer sk_syn_…`, and nothing else (no session, no cookie)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from synaptiq.accounts import actors, audit, authentication
from synaptiq.accounts.actors import Actor, Scope
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.api.requests import Request


class APIKey(HttpBearer):
    """Gives the actor of a living key; Unauthenticated says what is wrong with another."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        key = authentication.authenticate(token.strip())
        asked = cast(Request, request)
        return actors.of_api_key(key, address=asked.address, request_id=asked.request_id)


def within_account(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let an endpoint work for its key's account only."""

    @wraps(view)
    def within(request: Request, *args: Any, **kwargs: Any) -> Any:
        with acting_for(request.auth.account.pk):
            return view(request, *args, **kwargs)

    return within


def check_reading(actor: Actor, scope: Scope, permission: Permission, dataset: str) -> None:
    """Raise Denied unless the key has the scope and its member the right; the log has it then."""
    with audit.denials(actor, "api.read", dataset=dataset):
        actor.check_scope(scope)
        actor.check(permission)
