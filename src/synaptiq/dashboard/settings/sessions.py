"""Settings > You > Sessions: where one is signed in, and signing out there."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from synaptiq.accounts import actions, queries
from synaptiq.accounts.actions.sessions import UNKNOWN_ADDRESS
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.people.sessions import device
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame

# Of more than these one sees no more than that they are many; “everywhere else” ends them all.
MOST_SHOWN = 100


@require_safe
@needs()
def sessions(request: SignedIn) -> HttpResponse:
    """One's sessions, this one first, then the last used."""
    shown = [_shown(one, request) for one in queries.sessions(request.user, MOST_SHOWN)]
    shown.sort(key=lambda one: not one["is_this"])
    others = sum(not one["is_this"] for one in shown)
    return frame.show(request, "sessions", {"sessions": shown, "others": others})


@require_POST
@needs()
def end(request: SignedIn, session_id: str) -> HttpResponse:
    """Sign out one of one's other sessions."""
    ended = actions.end_session(request.user, session_id, current=_key(request))
    messages.success(request, f"{device(ended.user_agent)} is signed out.")
    return redirect("settings:sessions")


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
def end_others(request: SignedIn) -> HttpResponse:
    """Sign out everywhere else, after saying in how many places."""
    if request.method == "POST":
        ended = actions.end_other_sessions(request.user, current=_key(request))
        places = "1 other session is" if ended == 1 else f"{ended:,} other sessions are"
        messages.success(request, f"{places} signed out.")
        return redirect("settings:sessions")
    others = sum(one.session_key != _key(request) for one in queries.sessions(request.user))
    context = {"title": "Sign out everywhere else?", "others": others}
    return frame.ask(request, "sessions", "end_sessions_form", context)


def _key(request: SignedIn) -> str:
    return str(request.session.session_key)


def _shown(one: UserSession, request: SignedIn) -> dict[str, Any]:
    """A session as the list shows it."""
    return {
        "id": queries.session_id_of(one),
        "device": device(one.user_agent),
        "user_agent": one.user_agent,
        "address": "" if one.ip == UNKNOWN_ADDRESS else one.ip,
        "first": one.created_at,
        "last": one.last_seen_at,
        "is_this": one.session_key == _key(request),
    }
