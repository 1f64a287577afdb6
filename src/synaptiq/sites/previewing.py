"""Members who try the agent out, as a visitor whose conversations are tests."""

from __future__ import annotations

from django.conf import settings

from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.kit.errors import Conflict
from synaptiq.sites import queries
from synaptiq.sites.models import Site, Visitor
from synaptiq.sites.tokens import hash_of, new_token
from synaptiq.sites.values import origin


def site_of_preview() -> Site | None:
    """The first site on which our own pages may talk; None without one."""
    own = origin(settings.PUBLIC_URL)
    return next((site for site in queries.sites() if own in site.origins), None)


def start_preview(actor: Actor) -> tuple[Visitor, str]:
    """A new visitor who is a test, with the token by which the widget speaks for them. It is in
    nobody's browser but that of whoever tries. Raises Conflict where no site allows our pages."""
    with doing(actor, "agent.previewed", Permission.CONVERSE):
        site = site_of_preview()
        if site is None:
            raise Conflict(f"Add {origin(settings.PUBLIC_URL)} to the origins of a site first.")
        token = new_token()
        visitor = Visitor.objects.create(site=site, token_sha256=hash_of(token), is_test=True)
    return visitor, token
