"""What our middleware adds to a request, as a type for views to name; whose language it is, and the
way back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member, User
from synaptiq.kit import languages, requests
from synaptiq.kit.languages import Language

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

HOME = "/admin/"


class Request(requests.Request):
    """Never made: requests are Django's, with these attributes set by `middleware`.

    `actor` is the signed-in member in the current account, None for everybody else; `memberships`
    are those of the person in open accounts.
    """

    actor: Actor | None
    memberships: list[Member]
    htmx: HtmxDetails


class SignedIn(Request):
    """A request behind `access.needs`: there is an actor, and it is a member."""

    actor: Actor
    user: User


def language_of(request: HttpRequest) -> Language:
    """In which language this person reads dates and times. Of strangers nothing is known: theirs
    is the default, so that public pages are the same for everybody."""
    if not request.user.is_authenticated:
        return languages.DEFAULT
    return languages.chosen(request.user.language, request.headers.get("Accept-Language", ""))


def came_from(request: Request) -> str:
    """The page of ours that a form was posted from, else the first one."""
    referer = urlsplit(request.headers.get("Referer", ""))
    return own_path(referer._replace(scheme="", netloc="").geturl())


def go_to(request: Request, address: str) -> HttpResponse:
    """To another page, also where a dialog asked by htmx, which would take that page for its own
    answer."""
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)


def own_path(path: str) -> str:
    """`path` if it is one of this site, else the first page."""
    own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if own else HOME
