"""Settings > Sites > a site > Identity: the secret with which the customer's server vouches."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame
from synaptiq.dashboard.settings.sites import of_site
from synaptiq.sites import identity, queries

_PAGE = "sites"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CREDENTIALS, "site.identity_made")
def make(request: SignedIn, public_id: str) -> HttpResponse:
    """Make a secret, or another one, after saying what that means for whom. The answer is the only
    time that it is shown."""
    found = queries.site(public_id)
    back = of_site(public_id, "identity")
    if request.method == "POST":
        made, secret = identity.make_secret(request.actor, public_id)
        context = {"site": made, "secret": secret, "back": back}
        return frame.show(request, _PAGE, context, template="site_identity_made")
    replaces = found.identity_secret is not None
    context = {
        "title": "Replace the identity secret?" if replaces else "Make an identity secret",
        "site": found, "replaces": replaces, "people": identity.count_people(found), "back": back,
    }  # fmt: skip
    return frame.ask(request, _PAGE, "site_identity_form", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CREDENTIALS, "site.identity_removed")
def remove(request: SignedIn, public_id: str) -> HttpResponse:
    """Vouch for nobody any more, after saying what that means for whom."""
    found = queries.site(public_id)
    back = of_site(public_id, "identity")
    if request.method == "POST":
        identity.remove_secret(request.actor, public_id)
        messages.success(request, "The identity secret is removed.")
        return redirect(back)
    context = {
        "title": "Remove the identity secret?", "site": found, "back": back,
        "people": identity.count_people(found),
    }  # fmt: skip
    return frame.ask(request, _PAGE, "site_identity_remove_form", context)
