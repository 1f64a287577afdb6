"""What our middleware adds to a request, as a type for views to name; and whose language it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member, User
from synaptiq.kit import languages, requests
from synaptiq.kit.languages import Language

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


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
