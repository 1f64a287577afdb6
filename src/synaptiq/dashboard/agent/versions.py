"""Agent > Versions: who saved what and when, what each one asked, and using one again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.agent import actions, queries
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.agent import frame
from synaptiq.dashboard.agent.reading import TYPES
from synaptiq.dashboard.requests import SignedIn


@require_safe
@needs(Permission.READ)
def versions(request: SignedIn) -> HttpResponse:
    """All versions, the newest first."""
    found = queries.versions()
    return frame.show(request, "versions", {"versions": found, "most": queries.MOST_VERSIONS})


@require_safe
@needs(Permission.READ)
def version(request: SignedIn, public_id: str) -> HttpResponse:
    """What one version says and asks."""
    found = queries.version(public_id)
    profile = queries.profile_of(found)
    total = sum(each.weight for each in profile.criteria) or 1
    rows = [
        {"label": one.label, "question": one.question, "type": TYPES[one.type],
         "weight": one.weight, "share": round(100 * one.weight / total), "required": one.required}
        for one in profile.criteria
    ]  # fmt: skip
    context = {
        "template": "version", "version": found, "profile": profile, "criteria": rows,
        "is_current": found == queries.current_version(),
    }  # fmt: skip
    return frame.show(request, "versions", context)


@require_POST
@needs(Permission.SETTINGS, "agent.saved")
def use(request: SignedIn, public_id: str) -> HttpResponse:
    """Save an earlier version anew."""
    earlier = queries.version(public_id)
    made = actions.use_again(request.actor, public_id)
    messages.success(request, f"Version {made.number} says what version {earlier.number} did.")
    return redirect("agent:versions")
