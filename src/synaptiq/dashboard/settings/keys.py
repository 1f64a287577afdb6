"""Settings > API keys: making one, showing its secret once, revoking."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from synaptiq.accounts import actions, queries
from synaptiq.accounts.actors import SCOPE_LABELS, Scope
from synaptiq.accounts.models import APIKey, Member
from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame
from synaptiq.dashboard.settings.team import errors_of
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Invalid

# What the form offers: value → (words, how long from now; None is for ever).
EXPIRIES: dict[str, tuple[str, timedelta | None]] = {
    "30": ("In 30 days", timedelta(days=30)),
    "90": ("In 90 days", timedelta(days=90)),
    "365": ("In a year", timedelta(days=365)),
    "never": ("Never", None),
}
DEFAULT_EXPIRY = "90"
# What became of a key → words and tone. (Nobody sees the keys of a closed account.)
STATES: dict[str | None, tuple[str, str]] = {
    None: ("Active", "good"),
    "key_revoked": ("Revoked", ""),
    "key_expired": ("Expired", "warn"),
    "key_member_removed": ("Stopped: its member left", ""),
}


@require_safe
@needs(Permission.CREDENTIALS)
def api_keys(request: SignedIn) -> HttpResponse:
    """Every key ever made, the newest first, by pages."""
    now, page = clock.now(), queries.api_key_page(request.GET.get("cursor") or None)
    keys = [_shown(key, now) for key in page.rows]
    return frame.show(request, "api_keys", {"keys": keys, "key_page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CREDENTIALS, "api_key.created")
def new(request: SignedIn) -> HttpResponse:
    """Make a key. The answer is the only time that its secret is shown."""
    given = {
        "name": request.POST.get("name", ""),
        "member": request.POST.get("member", request.actor.name),
        "scopes": request.POST.getlist("scopes"),
        "expiry": request.POST.get("expiry", DEFAULT_EXPIRY),
    }
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            key, secret = _make(request, given)
        except (Invalid, Conflict) as refusal:
            errors = errors_of(refusal)
        else:
            made = {"key": _shown(key, clock.now()), "secret": secret}
            return frame.show(request, "api_keys", made, template="api_key_made")
    context = {
        "title": "New API key",
        "lede": "For a program of yours. It may do what its member may, within its scopes.",
        "given": given,
        "errors": errors,
        "scopes": [(s.value, SCOPE_LABELS[s], s.value in given["scopes"]) for s in Scope],
        "members": _may_act_as(request),
        "expiries": [(value, words) for value, (words, _) in EXPIRIES.items()],
    }
    return frame.ask(request, "api_keys", "key_form", context, refused=bool(errors))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CREDENTIALS, "api_key.revoked")
def revoke(request: SignedIn, public_id: str) -> HttpResponse:
    """Stop a key for good, after saying who uses it."""
    key = queries.api_key(public_id)
    if request.method == "POST":
        actions.revoke_api_key(request.actor, public_id)
        messages.success(request, f"The key “{key.name}” is revoked.")
        return redirect("settings:api_keys")
    context = {"title": f"Revoke “{key.name}”?", "key": _shown(key, clock.now())}
    return frame.ask(request, "api_keys", "revoke_key_form", context)


def _make(request: SignedIn, given: dict[str, Any]) -> tuple[APIKey, str]:
    if given["expiry"] not in EXPIRIES:
        raise Invalid({"expiry": "choose one of the list."})
    span = EXPIRIES[given["expiry"]][1]
    return actions.create_api_key(
        request.actor,
        given["member"],
        name=given["name"],
        scopes=given["scopes"],
        expires_at=clock.now() + span if span else None,
    )


def _may_act_as(request: SignedIn) -> list[Member]:
    """Members whose permissions are no more than one's own."""
    return [m for m in queries.members() if m.permissions <= request.actor.permissions]


def _shown(key: APIKey, now: datetime) -> dict[str, Any]:
    """A key as the list shows it, with its state in words and the state's tone."""
    death = key.death(now)
    state, tone = STATES[death]
    return {
        "id": key.public_id,
        "name": key.name,
        "hint": key.hint,
        "acts_as": str(key.member),
        "scopes": [SCOPE_LABELS[Scope(scope)] for scope in key.scopes if scope in list(Scope)],
        "made_by": str(key.created_by),
        "created": key.created_at,
        "expires": key.expires_at,
        "last_used": key.last_used_at,
        "state": state,
        "tone": tone,
        "is_living": death is None,
    }
