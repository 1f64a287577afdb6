"""Reading sites: of the current account, and by the key that a page has."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from synaptiq.kit.errors import Denied, NotFound
from synaptiq.sites.models import Site

NO_SITE = "There is no site with this key. Copy it from Settings > Sites."
WRONG_ORIGIN = (
    "This page may not talk to this site: its origin is not among those of Settings > Sites."
)


def sites() -> QuerySet[Site]:
    """All sites, the first one made first."""
    return Site.objects.order_by("id")


def site(public_id: str) -> Site:
    """The site of this public id. Raises NotFound."""
    found = Site.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such site in this account.")
    return found


def of_page(site_key: str, origin: str | None, *, needs_origin: bool) -> Site:
    """The site of this key, of whichever account, for a page of that origin. Raises NotFound, and
    Denied as `check_origin` does."""
    found = by_key(site_key)
    check_origin(found.origins, origin, needs_origin=needs_origin)
    return found


def by_key(site_key: str) -> Site:
    """The site of this key, of whichever account, with its account. Raises NotFound."""
    # PostgreSQL has no NUL to look for.
    known = Site.across_accounts.select_related("account")
    found = known.filter(key=site_key.replace("\x00", " ")).first()
    if found is None:
        raise NotFound(NO_SITE)
    return found


def check_origin(origins: Collection[str], origin: str | None, *, needs_origin: bool) -> None:
    """Raise Denied for a page of another origin than the site's. Who only reads may come without
    one, as browsers send none to their own page's server; a foreign one never may."""
    if (origin or needs_origin) and origin not in origins:
        raise Denied(WRONG_ORIGIN, code="origin_not_allowed")
