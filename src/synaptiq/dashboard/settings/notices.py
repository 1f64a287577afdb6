"""Settings > You > Notifications: which kinds come by email too."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from synaptiq.accounts import actions
from synaptiq.accounts.notices import KINDS
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame
from synaptiq.kit.errors import Invalid


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
def notices(request: SignedIn) -> HttpResponse:
    """One tick for each kind, for this account alone."""
    assert request.actor.member is not None
    chosen, error = request.actor.member.mailed_kinds, ""
    if request.method == "POST":
        chosen = request.POST.getlist("kinds")
        try:
            actions.choose_mailed_kinds(request.actor, chosen)
        except Invalid as refusal:
            error = " ".join(refusal.by_field().values())
        else:
            messages.success(request, "Saved.")
            return redirect("settings:notices")
    kinds = [
        {
            "key": key, "label": kind.label, "says": kind.says, "is_fixed": kind.has_letter,
            "checked": key in chosen,
        }
        for key, kind in KINDS.items()
    ]  # fmt: skip
    context = {"kinds": kinds, "error": error}
    return frame.show(request, "notices", context, status=422 if error else 200)
