"""What every request for a page passes: the member behind it, and refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from synaptiq.accounts import actors, queries
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import User
from synaptiq.accounts.tenancy import acting_for
from synaptiq.dashboard import access, errors
from synaptiq.dashboard.people import sessions
from synaptiq.dashboard.requests import Request
from synaptiq.kit.errors import Denied, Malformed, NotFound, Refusal
from synaptiq.kit.requests import API

GetResponse = Callable[[HttpRequest], HttpResponseBase]
SESSION_ACCOUNT = "account"


class Refusals:
    """Answers as pages what no view can do, and refusals that a view let through.

    The API translates refusals itself, into problem documents.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        # A page that refuses before the member is known is made without one.
        request.actor, request.memberships = None, []
        if _is_too_large(request):
            return errors.page(request, 413)
        return self.get_response(request)

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
            sessions.seen(request)
        scope = acting_for(request.actor.account.pk) if request.actor else nullcontext()
        with scope:
            response = _of_another_account(request) or self.get_response(request)
            if request.path.startswith(API):
                return response
            return _unkept(request, errors.dressed(request, response))


def _is_too_large(request: Request) -> bool:
    """Whether a form has more in it than any of ours. Django would take it for an attack, answer
    400 and fill the log."""
    if request.path.startswith(API):
        return False
    try:
        len(request.POST)
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return True
    return False


def _of_another_account(request: Request) -> HttpResponse | None:
    """A refusal where the page that asks was made for another account than the session's present
    one: a tab left open while another switched would act on what it does not show."""
    if request.actor is None or not request.path.startswith("/admin/"):
        return None
    shown = request.headers.get("X-Account") or request.POST.get("account_shown")
    here = request.actor.account
    if not shown or shown == here.public_id:
        return _of_another_person(request)
    there = next((m.account for m in request.memberships if m.account.public_id == shown), None)
    shows = there.name if there and there.name != here.name else "another account"
    said = (
        f"This page shows {shows}, and you have switched to {here.name} meanwhile. Nothing was "
        "done. Reload the page to go on there, or switch back."
        if there
        else "This page shows another account, in which you are not any more; you are in "
        f"{here.name}. Nothing was done."
    )
    return errors.page(
        request,
        409,
        said,
        title="This page is of another account",
        ways=[(f"Leads of {here.name}", reverse("leads:list"))],
    )


def _of_another_person(request: Request) -> HttpResponse | None:
    """A refusal where the page that asks was made for somebody else: at a shared screen another
    member of the account may have signed in meanwhile, in another tab."""
    assert request.actor is not None
    member = request.actor.member
    shown = request.headers.get("X-Member") or request.POST.get("member_shown")
    if not shown or member is None or shown == member.public_id:
        return None
    return errors.page(
        request,
        409,
        f"This page was made for another person, and {member.user.called} is signed in now. "
        "Nothing was done. Reload the page to go on.",
        title="This page is another person’s",
    )


def _unkept(request: Request, response: HttpResponseBase) -> HttpResponseBase:
    """A page of somebody who is signed in stays in no cache, neither a proxy's nor the browser's:
    after signing out, Back shows nothing of it."""
    is_page = response.get("Content-Type", "").startswith("text/html")
    if is_page and request.user.is_authenticated:
        response["Cache-Control"] = "private, no-store"
    return response


def _actor(request: Request) -> Actor | None:
    if not request.user.is_authenticated:
        return None
    memberships = request.memberships = queries.memberships(request.user)
    chosen = request.session.get(SESSION_ACCOUNT)
    member = next((m for m in memberships if m.account.public_id == chosen), None)
    if chosen and member is None:
        _tell_end(request, request.user, chosen)
    if member is None and memberships:
        member = memberships[0]
        request.session[SESSION_ACCOUNT] = member.account.public_id
    if member is None:
        return None
    return actors.of_member(member, address=request.address, request_id=request.request_id)


def _tell_end(request: Request, user: User, account: str) -> None:
    """Leave an account in which this person is no more, and have the next page say so."""
    del request.session[SESSION_ACCOUNT]
    ended = queries.ended_membership(user, account)
    if ended is None:
        return
    name = ended.account.name
    closed = ended.account.closed_at is not None
    said = f"{name} was closed." if closed else f"You are no longer a member of {name}."
    messages.warning(request, said)
