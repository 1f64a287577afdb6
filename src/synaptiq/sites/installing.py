"""Where the widget was asked for, so that Settings > Sites can say that it is installed, or where
it was refused. Written seldom, since every page view asks."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from django.db.models import Q
from django.db.models.functions import Coalesce

from synaptiq.kit import clock
from synaptiq.kit.errors import Denied
from synaptiq.sites import queries, values
from synaptiq.sites.models import Site

WRITTEN_EVERY = timedelta(minutes=10)
# Another origin that is refused is news, but whoever makes some up must not have us write for each.
ANOTHER_AFTER = timedelta(seconds=30)


def site_of(site_key: str, *, origin: str | None, page: str) -> Site:
    """The site for a page that shows the widget, remembered as seen there, or as refused. `page` is
    its address. A request without an origin (from a page of the product's own, or no browser) is
    answered and not remembered. Raises NotFound, Denied."""
    found = queries.by_key(site_key)
    try:
        queries.check_origin(found.origins, origin, needs_origin=False)
    except Denied:
        _refused(found, origin or "")
        raise
    if origin:
        _seen(found, f"{origin}{path_of(page, origin)}")
    return found


def _seen(site: Site, page: str) -> None:
    now = clock.now()
    if site.last_seen_at is not None and site.last_seen_at > now - WRITTEN_EVERY:
        return
    # Of many that come at once, one writes.
    due = Q(last_seen_at=None) | Q(last_seen_at__lte=now - WRITTEN_EVERY)
    Site.across_accounts.filter(due, pk=site.pk).update(
        first_seen_at=Coalesce("first_seen_at", now), last_seen_at=now, last_seen_page=page
    )


def _refused(site: Site, origin: str) -> None:
    try:
        is_one = values.origin(origin) == origin
    except ValueError:
        is_one = False
    if not is_one:
        return
    now = clock.now()
    wait = WRITTEN_EVERY if site.last_refused_origin == origin else ANOTHER_AFTER
    if site.last_refused_at is not None and site.last_refused_at > now - wait:
        return
    due = Q(last_refused_at=None) | Q(last_refused_at__lte=now - wait)
    Site.across_accounts.filter(due, pk=site.pk).update(
        last_refused_at=now, last_refused_origin=origin
    )


def path_of(page: str, origin: str) -> str:
    """The path of that address, where it is one of this origin."""
    try:
        is_here = values.origin(page) == origin and len(page) <= values.LONGEST_ADDRESS
    except ValueError:
        return ""
    path = urlsplit(page).path
    return path if is_here and path.isprintable() and path != "/" else ""
