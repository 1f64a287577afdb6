"""The page on which a widget can be tried: a stranger's, as far as that can be on our address."""

from __future__ import annotations

from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from synaptiq.kit.errors import NotFound
from synaptiq.sites import queries as sites
from synaptiq.sites.models import Site


@require_safe
def demo_site(request: HttpRequest, page: str) -> HttpResponse:
    """Two pages with the widget of `?site=pk_…`; in the demo, that of its own site.

    The snippet stands there as a customer's page has it, under the policy that our own pages have.
    """
    site = _site(request.GET.get("site", ""))
    context = {
        "site": site, "page": page, "script": f"{settings.PUBLIC_URL}/widget.js",
        "may_talk": site is not None and _own(request) in site.origins,
        "origin": _own(request),
    }  # fmt: skip
    status = 200 if site else 404
    return render(request, "widget/demo_site.html", context, status=status)


def _site(key: str) -> Site | None:
    if key:
        with suppress(NotFound):
            return sites.by_key(key)
        return None
    return Site.across_accounts.order_by("id").first() if settings.DEMO else None


def _own(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
