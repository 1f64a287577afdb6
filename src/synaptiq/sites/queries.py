"""Reading sites, of the current account."""

from __future__ import annotations

from django.db.models import QuerySet

from synaptiq.kit.errors import NotFound
from synaptiq.sites.models import Site


def sites() -> QuerySet[Site]:
    """All sites, the first one made first."""
    return Site.objects.order_by("id")


def site(public_id: str) -> Site:
    """The site of this public id. Raises NotFound."""
    found = Site.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such site in this account.")
    return found


def allows(site_key: str, origin: str) -> bool:
    """Whether a page of that origin may talk to the site of this key, of whichever account."""
    found = Site.across_accounts.filter(key=site_key, origins__contains=[origin])
    return bool(origin) and found.exists()
