"""Who may open a page: one decorator, and the offer to switch to another account of one's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from django.db.models import Model
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from synaptiq.accounts import audit
from synaptiq.accounts.models import Account, Notice
from synaptiq.accounts.roles import Permission
from synaptiq.conversations.models import Conversation
from synaptiq.dashboard import errors
from synaptiq.dashboard.requests import Request
from synaptiq.exports.models import Export
from synaptiq.kit import ids
from synaptiq.leads.models import Lead
from synaptiq.meetings.models import Meeting

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponseBase]

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
IN_NO_ACCOUNT = "You are no longer a member of this account. Nothing was done."

# Which objects have pages whose links people share, by the prefix of their public ids.
LINKED: dict[str, type[Model]] = {
    "lead": Lead,
    "conv": Conversation,
    "mtg": Meeting,
    "exp": Export,
    "notice": Notice,
}
_ID = re.compile(rf"\b({'|'.join(LINKED)})_{ids.BODY}\b", re.ASCII)


def needs(permission: Permission | None = None, records: str = "") -> Callable[[View[P]], View[P]]:
    """Only for members, and only with this permission (None: any member of the account).

    A stranger is sent to sign in, a person without an account to make one, and Denied is raised
    for a member whose roles do not permit it; if it would have changed something, the audit log
    has it too, as the denied action `records`: the name under which the action itself writes.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if request.actor is None:
                if request.htmx:
                    return errors.page(request, 403, IN_NO_ACCOUNT)
                return HttpResponseRedirect(reverse("account_create"))
            if permission is not None and not request.actor.can(permission):
                _refuse(request, permission, records, kwargs)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def signed_in(view: View[P]) -> View[P]:
    """Only for people who are signed in, with or without an account."""

    @wraps(view)
    def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return guarded


def confirmed(view: View[P]) -> View[P]:
    """Only for who has given the password or a code again within the last minutes; anybody else
    is asked for it, and then sees the page of this address. What a form sent is not done: it has
    to be sent again by somebody who has seen what it does. Stands below `needs`.
    """

    @wraps(view)
    def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if reauthentication.did_recently_reauthenticate(request):
            return view(request, *args, **kwargs)
        ways = get_adapter(request).get_reauthentication_methods(request.user)
        address = f"{ways[0]['url']}?{urlencode({'next': request.path})}"
        if request.htmx:  # It would follow a redirect inside a fragment: this is of the whole page.
            return HttpResponse(status=401, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)

    return guarded


def to_sign_in(request: Request) -> HttpResponse:
    """The sign-in page, which leads back to where the person was going. A part of a page is refused
    alone: the page stays, with what is typed in it, and its script says so (js/requests.js)."""
    if request.htmx:
        return HttpResponse(status=401)
    back = request.get_full_path() if request.method in SAFE_METHODS else ""
    query = "?" + urlencode({"next": back}) if back else ""
    return HttpResponseRedirect(reverse("account_login") + query)


def offer_switch(request: Request) -> HttpResponse | None:
    """A page that offers to switch, when the link is of another account of this person."""
    if request.method not in SAFE_METHODS or not request.user.is_authenticated:
        return None
    account = _elsewhere(request)
    if account is None:
        return None
    context = {"other": account, "next": request.get_full_path()}
    return render(request, "dashboard/people/other_account.html", context, status=404)


def _elsewhere(request: Request) -> Account | None:
    found = _ID.search(request.path)
    if found is None:
        return None
    here = request.actor.account.pk if request.actor else None
    others = {
        member.account_id: member.account
        for member in request.memberships
        if member.account_id != here
    }
    rows = LINKED[found[1]].across_accounts.filter(  # type: ignore[attr-defined]
        public_id=found[0], account_id__in=others
    )
    account_id = rows.values_list("account_id", flat=True).first()
    return others.get(account_id)


def _refuse(
    request: Request, permission: Permission, records: str, about: Mapping[str, Any]
) -> None:
    """Raise Denied. Looking at a page that one may not see changes nothing and is not recorded."""
    assert request.actor is not None
    if request.method in SAFE_METHODS:
        request.actor.check(permission)
    with audit.denials(request.actor, records, target=str(about.get("public_id", ""))[:80]):
        request.actor.check(permission)
