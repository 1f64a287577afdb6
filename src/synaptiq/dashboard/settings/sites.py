"""Settings > Sites: where the widget stands, who may talk there, and what is remembered of whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame, site_greetings
from synaptiq.dashboard.settings.team import errors_of
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.sites import actions, identity, queries, values
from synaptiq.sites.models import Site

_PAGE = "sites"
# A page that was refused longer ago is nobody's question any more.
REFUSED_WITHIN = timedelta(days=30)


@require_safe
@needs(Permission.SETTINGS)
def sites(request: SignedIn) -> HttpResponse:
    """All sites, the first one made first; there is always one."""
    actions.default_site()
    return frame.show(request, _PAGE, {"sites": queries.sites()})


@require_safe
@needs(Permission.SETTINGS)
def site(request: SignedIn, public_id: str) -> HttpResponse:
    """One site: snippet, origins, privacy, identity, greetings."""
    found = queries.site(public_id)
    own = settings.PUBLIC_URL
    context = {
        **_installed(found),
        "snippet": f'<script async src="{own}/widget.js" data-site="{found.key}"></script>',
        "policy": f"script-src {own}; connect-src {own}",
        "demo": f"/demo-site?site={found.key}",
        "people": identity.count_people(found),
        "may_vouch": request.actor.can(Permission.CREDENTIALS),
        **site_greetings.listed(found),
    }
    return frame.show(request, _PAGE, context, template="site")


@require_safe
@needs(Permission.SETTINGS)
def installed(request: SignedIn, public_id: str) -> HttpResponse:
    """Where the widget was seen, for the page that waits for it; nothing while that is the same."""
    found = queries.site(public_id)
    context = _installed(found)
    if context["waits"] == request.GET.get("waits", ""):
        return HttpResponse(status=204)
    return render(request, "dashboard/settings/site_installed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "site.added")
def new(request: SignedIn) -> HttpResponse:
    """Add a site."""
    return _ask(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "site.changed")
def change(request: SignedIn, public_id: str) -> HttpResponse:
    """Change a site's name and origins."""
    return _ask(request, queries.site(public_id))


@require_POST
@needs(Permission.SETTINGS, "site.changed")
def add_origin(request: SignedIn, public_id: str) -> HttpResponse:
    """Let pages of an origin talk that were refused."""
    origin = request.POST.get("origin", "")
    try:
        made = actions.add_origin(request.actor, public_id, origin)
    except Invalid as refusal:
        messages.error(request, errors_of(refusal).get("origins", refusal.detail))
        return redirect(of_site(public_id, "origins"))
    messages.success(request, f"Pages of {made.origins[-1]} may talk now.")
    return redirect(of_site(public_id, "origins"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "site.changed")
def privacy(request: SignedIn, public_id: str) -> HttpResponse:
    """Whether visitors are asked before anything is remembered, and for how long it is."""
    found = queries.site(public_id)
    given: dict[str, Any] = {
        "consent": found.consent, "remember_days": found.remember_days,
        "privacy_url": found.privacy_url,
    }  # fmt: skip
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in given}
        given["consent"] = bool(given["consent"])
        try:
            actions.change_privacy(request.actor, public_id, **given)
        except Invalid as refusal:
            errors = errors_of(refusal)
        else:
            messages.success(request, "The privacy of this site is saved.")
            return redirect(of_site(public_id, "privacy"))
    context = {
        "title": f"Privacy of “{found.name}”", "site": found, "given": given, "errors": errors,
        "most": values.MOST_REMEMBERED, "back": of_site(public_id, "privacy"),
    }  # fmt: skip
    return frame.ask(request, _PAGE, "site_privacy_form", context, refused=bool(errors))


def of_site(public_id: str, section: str = "") -> str:
    """The address of a site's page, at one of its sections."""
    address = reverse("settings:site", args=[public_id])
    return f"{address}#{section}" if section else address


def _installed(found: Site) -> dict[str, Any]:
    at, origin = found.last_refused_at, found.last_refused_origin
    is_news = at is not None and at > clock.now() - REFUSED_WITHIN
    refused = origin if is_news and origin not in found.origins else ""
    return {
        "site": found,
        "refused": refused,
        # What the page asks about until it is something else.
        "waits": "" if found.last_seen_at else f"unseen {refused}".strip(),
    }


def _ask(request: SignedIn, site: Site | None) -> HttpResponse:
    given = {
        "name": request.POST.get("name", site.name if site else ""),
        "origins": request.POST.get("origins", "\n".join(site.origins) if site else ""),
    }
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            if site is None:
                made = actions.add_site(request.actor, **given)
                said = f"“{made.name}” is added. Paste its snippet into your pages."
            else:
                made = actions.change_site(request.actor, site.public_id, **given)
                said = f"“{made.name}” is saved."
        except (Invalid, Conflict) as refusal:
            errors = errors_of(refusal)
        else:
            messages.success(request, said)
            return redirect(of_site(made.public_id))
    context = {
        "title": f"Change “{site.name}”" if site else "New site",
        "lede": "Visitors may talk on pages of these origins, and of no others.",
        "site": site, "given": given, "errors": errors,
        "back": of_site(site.public_id) if site else "",
    }  # fmt: skip
    return frame.ask(request, _PAGE, "site_form", context, refused=bool(errors))
