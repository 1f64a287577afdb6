"""Settings > Sites: where visitors may talk, and the key that names each site."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame
from synaptiq.dashboard.settings.team import errors_of
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.sites import actions, queries
from synaptiq.sites.models import Site

_PAGE = "sites"


@require_safe
@needs(Permission.SETTINGS)
def sites(request: SignedIn) -> HttpResponse:
    """All sites, the first one made first; there is always one."""
    actions.default_site()
    return frame.show(request, _PAGE, {"sites": queries.sites()})


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
                said = f"“{made.name}” is added. Its key is {made.key}."
            else:
                made = actions.change_site(request.actor, site.public_id, **given)
                said = f"“{made.name}” is saved."
        except (Invalid, Conflict) as refusal:
            errors = errors_of(refusal)
        else:
            messages.success(request, said)
            return redirect("settings:sites")
    context = {
        "title": f"Change “{site.name}”" if site else "New site",
        "lede": "Visitors may talk on pages of these origins, and of no others.",
        "site": site, "given": given, "errors": errors,
    }  # fmt: skip
    return frame.ask(request, _PAGE, "site_form", context, refused=bool(errors))
