"""What every request passes: an id and an address, the member behind it, refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from synaptiq.accounts import actors, queries
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.tenancy import acting_for
from synaptiq.dashboard import access, errors
from synaptiq.dashboard.addresses import client_address
from synaptiq.dashboard.requests import Request
from synaptiq.kit import ids
from synaptiq.kit.errors import Denied, Malformed, NotFound, Refusal

GetResponse = Callable[[HttpRequest], HttpResponseBase]
API = "/api/"
SESSION_ACCOUNT = "account"


class RequestContext:
    """Gives each request its id and the caller's address, and answers uncaught refusals.

    The API translates refusals itself, into problem documents.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        request.actor, request.memberships = None, []
        request.request_id = ids.new_id("req")
        request.address = client_address(
            request.META.get("REMOTE_ADDR", ""),
            request.headers.get("X-Forwarded-For", ""),
            settings.TRUSTED_PROXIES,
        )
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id
        return response

    def process_view(self, request: Request, *_: object) -> HttpResponse | None:
        """Refuse NUL in address and form: PostgreSQL has no such character, so nothing has it."""
        if request.path.startswith(API):
            return None
        given = [request.path]
        for fields in (request.GET, request.POST):
            given += [text for name, texts in fields.lists() for text in (name, *texts)]
        if not any("\x00" in text for text in given):
            return None
        return errors.refused(request, Malformed("Remove the NUL character (U+0000) from it."))

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal) or request.path.startswith(API):
            return None
        if isinstance(exception, Denied | NotFound):
            offer = access.offer_switch(request)
            if offer is not None:
                return offer
        return errors.refused(request, exception)


class CurrentAccount:
    """Sets `request.actor`, and lets the request work for that member's account only.

    Roles are read anew for each request, so a change of them takes effect on the next. An API
    request has no session: its key says who asks.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        if not request.path.startswith(API):
            request.actor = _actor(request)
        scope = acting_for(request.actor.account.pk) if request.actor else nullcontext()
        with scope:
            response = self.get_response(request)
            return response if request.path.startswith(API) else errors.dressed(request, response)


def _actor(request: Request) -> Actor | None:
    if not request.user.is_authenticated:
        return None
    memberships = request.memberships = queries.memberships(request.user)
    if not memberships:
        return None
    chosen = request.session.get(SESSION_ACCOUNT)
    member = next((m for m in memberships if m.account.public_id == chosen), memberships[0])
    if member.account.public_id != chosen:
        request.session[SESSION_ACCOUNT] = member.account.public_id
    return actors.of_member(member, address=request.address, request_id=request.request_id)
