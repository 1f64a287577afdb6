"""Settings > Security > Your sign-in: adding, renaming and removing passkeys.

No actions of ours: as with the password and the codes, allauth's flows write, and tell the person
by email; they need the request. No entries in an audit log either: how somebody signs in is theirs,
in all their accounts, and belongs to none.
"""

from __future__ import annotations

from allauth.mfa.webauthn.internal import auth, flows
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from synaptiq.dashboard.access import confirmed, needs
from synaptiq.dashboard.people import passkeys
from synaptiq.dashboard.people.passkeys import AddForm, NameForm
from synaptiq.dashboard.people.sessions import device
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame

PAGE = "settings:security"


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
@confirmed
def add(request: SignedIn) -> HttpResponse:
    """Add a passkey; the first one comes with recovery codes, which are shown then."""
    proposed = {"name": device(request.headers.get("User-Agent", ""))}
    form = AddForm(request.POST if request.method == "POST" else None, initial=proposed)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        _, codes = flows.add_authenticator(request, given["name"], given["credential"])
        return redirect("mfa_view_recovery_codes" if codes else PAGE)
    context = {
        "title": "Add a passkey",
        "lede": "This browser, your phone or a security key keeps it.",
        "form": form,
        # Each page has options of its own: what they ask for can be answered once.
        "options": auth.begin_registration(request.user, True),
        "possible": passkeys.possible(request),
        "elsewhere": passkeys.elsewhere(request),
    }
    return frame.ask(request, "security", "passkey_form", context, refused=form.is_bound)


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
@confirmed
def rename(request: SignedIn, passkey_id: str) -> HttpResponse:
    """Call a passkey something else."""
    one = passkeys.passkey(request.user, passkey_id)
    now = {"name": one.wrap().name}
    form = NameForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_bound and form.is_valid():
        flows.rename_authenticator(request, one, form.cleaned_data["name"])
        messages.success(request, "The passkey is renamed.")
        return redirect(PAGE)
    context = {"title": f"Rename “{now['name']}”", "form": form, "id": passkey_id}
    return frame.ask(request, "security", "rename_passkey_form", context, refused=form.is_bound)


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
@confirmed
def remove(request: SignedIn, passkey_id: str) -> HttpResponse:
    """Make a passkey worthless here, after saying what is left to sign in with."""
    one = passkeys.passkey(request.user, passkey_id)
    if request.method == "POST":
        flows.remove_authenticator(request, one)
        return redirect(PAGE)
    context = {
        "title": f"Remove “{one.wrap().name}”?",
        "id": passkey_id,
        "others": len(passkeys.passkeys(request.user)) - 1,
    }
    return frame.ask(request, "security", "remove_passkey_form", context)
