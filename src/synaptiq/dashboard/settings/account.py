"""Settings > Account: its name and time zone, transferring, leaving and closing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from synaptiq.accounts import actions, queries
from synaptiq.accounts.roles import LABELS, Permission, Role
from synaptiq.dashboard.access import confirmed, needs
from synaptiq.dashboard.middleware import SESSION_ACCOUNT
from synaptiq.dashboard.people.forms import AccountForm, refuse
from synaptiq.dashboard.requests import SignedIn, go_to
from synaptiq.dashboard.settings import frame, parting, search
from synaptiq.dashboard.settings.team import errors_of
from synaptiq.kit.errors import Invalid, NotFound
from synaptiq.meetings import actions as meetings


@require_safe
@needs()
def index(request: SignedIn) -> HttpResponse:
    """Every settings page that this member may open, with a sentence; with `q`, what is found."""
    text = request.GET.get("q", "")[: search.LONGEST].strip()
    context = {
        "settings": frame.pages_of(request.actor),
        "q": text,
        "found": search.find(request.actor, text),
    }
    part = "search_found" if request.htmx else "index"
    return render(request, f"dashboard/settings/{part}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
def account(request: SignedIn) -> HttpResponse:
    """The account; who may not change its settings sees them."""
    account = request.actor.account
    now = {"name": account.name, "timezone": account.timezone}
    form = AccountForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_bound and form.is_valid():
        try:
            actions.update_account(request.actor, **form.cleaned_data)
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved.")
            return redirect("settings:account")
    return frame.show(
        request, "account", _context(request, form), status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.OWNERSHIP, "account.closed")
def close(request: SignedIn) -> HttpResponse:
    """Close the account, after its name was typed."""
    name = request.actor.account.name
    typed = request.POST.get("name", "")
    if request.method == "POST" and typed.strip() == name:
        actions.close_account(request.actor)
        return _left(request, f"{name} is closed.")
    context = {
        "title": f"Close {name}?",
        "members": queries.members().count(),
        "keys": queries.living_api_keys().count(),
        "name": name,
        "error": "This is not the account’s name." if request.method == "POST" else "",
    }
    return frame.ask(request, "account", "close_form", context, refused=request.method == "POST")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.OWNERSHIP, "ownership.transferred")
@confirmed
def transfer(request: SignedIn) -> HttpResponse:
    """Make another member an Owner and stop being one."""
    given = {
        "member": request.POST.get("member", ""),
        "role": request.POST.get("role", Role.ADMIN.value),
    }
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            taker = actions.transfer_ownership(request.actor, given["member"], given["role"])
        except Invalid as refusal:
            errors = errors_of(refusal)
        except NotFound:
            # Removed since the form was opened.
            errors = {"member": "This person is no longer a member. Choose somebody else."}
        else:
            messages.success(request, f"{taker} is now an Owner, and you are none any more.")
            return redirect("settings:account")
    assert request.actor.member is not None
    others = queries.members().filter(user__is_active=True).exclude(user=request.user)
    context = {
        "title": "Transfer ownership",
        "lede": "The other becomes an Owner, and you stop being one, in one act.",
        "members": list(others),
        "roles": [(role.value, LABELS[role]) for role in Role if role is not Role.OWNER],
        "given": given,
        "invitations": len(queries.invitations_sent(request.actor.member)),
        "errors": errors,
    }
    return frame.ask(request, "account", "transfer_form", context, refused=bool(errors))


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
def leave(request: SignedIn) -> HttpResponse:
    """End one's own membership; the last Owner is told what has to come before."""
    name = request.actor.account.name
    assert request.actor.member is not None
    is_last_owner = queries.is_last_owner(request.actor.member)
    errors: dict[str, str] = {}
    if request.method == "POST" and not is_last_owner:
        try:
            # Asked there once more, under the account's lock.
            meetings.leave(request.actor, **parting.given(request))
        except Invalid as refusal:
            errors = errors_of(refusal)
        else:
            return _left(request, f"You have left {name}.")
    context = {
        **parting.context(request, request.actor.member, errors),
        "title": f"Leave {name}?",
        "keys": queries.living_api_keys().filter(member=request.actor.member).count(),
        "invitations": len(queries.invitations_sent(request.actor.member)),
        "name": name,
        "is_last_owner": is_last_owner,
    }
    return frame.ask(request, "account", "leave_form", context, refused=request.method == "POST")


def _context(request: SignedIn, form: AccountForm) -> dict[str, object]:
    return {
        "form": form,
        "may_change": request.actor.can(Permission.SETTINGS),
        "may_close": request.actor.can(Permission.OWNERSHIP),
    }


def _left(request: SignedIn, said: str) -> HttpResponse:
    del request.session[SESSION_ACCOUNT]
    messages.success(request, said)
    return go_to(request, reverse("home"))
