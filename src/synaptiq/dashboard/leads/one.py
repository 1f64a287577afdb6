"""One lead: its page, and taking it away and bringing it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.leads import activity, editing, fields, notes
from synaptiq.dashboard.leads.views import UNDO
from synaptiq.dashboard.requests import SignedIn
from synaptiq.leads import actions, queries


@require_safe
@needs(Permission.READ)
def lead(request: SignedIn, public_id: str) -> HttpResponse:
    """One lead with all that is known; of a deleted one, what became of it and the way back.

    One that was merged into another leads there.
    """
    survivor = queries.merged_into(public_id)
    if survivor is not None:
        return HttpResponseRedirect(reverse("leads:lead", args=[survivor]))
    deleted = queries.deleted(public_id)
    if deleted is not None:
        context: dict[str, Any] = {
            "lead": deleted,
            "until": deleted.deleted_at + queries.UNDO_TIME if deleted.deleted_at else None,
            "may_edit": request.actor.can(Permission.EDIT),
        }
        return render(request, "dashboard/leads/deleted.html", context, status=410)
    found = queries.get(public_id)
    words = fields.Words()
    own, custom = (
        [editing.row_context(request, found, field, words) for field in known]
        for known in (fields.OWN, fields.custom())
    )
    context = {
        "own": own,
        "custom": custom,
        "may_edit": request.actor.can(Permission.EDIT),
        **editing.facts(request, found),
        **notes.composer(found),
        **editing.tag_context(found),
        **activity.context(request, found, request.GET.get("after", "")),
    }
    return render(request, "dashboard/leads/lead.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "lead.deleted")
def delete(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask first, then take the lead from lists and later exports. The list offers to undo it."""
    found = queries.get(public_id)
    if request.method != "POST":
        template = (
            "dashboard/leads/delete_dialog.html" if request.htmx else "dashboard/leads/delete.html"
        )
        return render(request, template, {"lead": found})
    actions.delete_lead(request.actor, public_id)
    request.session[UNDO] = {"id": public_id, "name": str(found)[:80]}
    return HttpResponseRedirect(reverse("leads:list"))


@require_POST
@needs(Permission.EDIT, "lead.restored")
def restore(request: SignedIn, public_id: str) -> HttpResponse:
    """Bring a deleted lead back and show it."""
    found = actions.restore_lead(request.actor, public_id)
    messages.success(request, f"{str(found)[:80]} is back.")
    return HttpResponseRedirect(reverse("leads:lead", args=[public_id]))
