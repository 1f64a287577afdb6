"""What our middleware adds to a request, as a type for views to name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member, User
from synaptiq.kit import requests

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
