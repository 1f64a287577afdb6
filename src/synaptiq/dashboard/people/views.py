"""A person's accounts: making one, joining one, going from one to another."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from synaptiq.accounts import actions, queries
from synaptiq.accounts.roles import Permission, labels
from synaptiq.dashboard.access import needs, signed_in
from synaptiq.dashboard.middleware import SESSION_ACCOUNT
from synaptiq.dashboard.people.adapter import SESSION_INVITATION
from synaptiq.dashboard.people.forms import AccountForm, refuse
from synaptiq.dashboard.requests import HOME, Request, SignedIn, own_path
from synaptiq.kit.errors import Invalid, NotFound


@require_safe
@needs()
def home(request: SignedIn) -> HttpResponse:
    """The first page after signing in: the first section that this member may see."""
    if request.actor.can(Permission.READ):
        return redirect("/admin/leads")
    if request.actor.can(Permission.AUDIT):
        return redirect("settings:audit_log")
    return redirect("settings:index")


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    return redirect(HOME)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def create_account(request: SignedIn) -> HttpResponse:
    """Name an account and become its Owner."""
    if settings.SIGNUP != "open":
        return render(request, "dashboard/people/no_account.html")
    form = AccountForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            member = actions.create_account(
                request.user,
                form.cleaned_data["name"],
                form.cleaned_data["timezone"],
                address=request.address,
                request_id=request.request_id,
            )
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            _enter(request, member.account.public_id)
            return redirect(HOME)
    status = 422 if form.is_bound else 200
    return render(request, "dashboard/people/create_account.html", {"form": form}, status=status)


@require_POST
@signed_in
def switch_account(request: SignedIn) -> HttpResponse:
    """Go to another of one's accounts, and to the page `next` in it."""
    wanted = request.POST.get("account", "")
    member = next((m for m in request.memberships if m.account.public_id == wanted), None)
    if member is None:
        raise NotFound("You are not a member of this account.")
    _enter(request, wanted)
    messages.success(request, f"You are now in {member.account.name}.")
    return HttpResponseRedirect(own_path(request.POST.get("next", "")))


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: Request, token: str) -> HttpResponse:
    """The link of an invitation: says to what, and joins on pressing the button."""
    found = queries.invitation_by_token(token)
    if request.method == "POST":
        return _accept(request, token)
    context = {
        "invitation": found,
        "roles": labels(found.roles),
        "is_other": request.user.is_authenticated and request.user.email.lower() != found.email,
        "here": urlencode({"next": request.path}),
    }
    if not request.user.is_authenticated:
        # Who opened the link has read the mailbox: signing up needs no second proof of it.
        request.session[SESSION_INVITATION] = token
        get_adapter(request).stash_verified_email(request, found.email)
    return render(request, "dashboard/people/invitation.html", context)


def _accept(request: Request, token: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect(reverse("account_login") + "?" + urlencode({"next": request.path}))
    member = actions.accept_invitation(
        request.user, token, address=request.address, request_id=request.request_id
    )
    request.session.pop(SESSION_INVITATION, None)
    _enter(request, member.account.public_id)
    messages.success(request, f"Welcome to {member.account.name}.")
    return redirect(HOME)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def keys(request: SignedIn) -> HttpResponse:
    """A dialog with the keys, which script fills, and the switch for single letters. Without
    script there are no keys; the switch is one of the settings too."""
    if request.method == "POST":
        actions.set_single_keys(request.user, "single_keys" in request.POST)
        if request.htmx:
            return HttpResponse(status=204)
    if not request.htmx:
        return redirect("settings:profile")
    return render(request, "dashboard/people/keys_dialog.html")


def _enter(request: Request, account: str) -> None:
    request.session[SESSION_ACCOUNT] = account
