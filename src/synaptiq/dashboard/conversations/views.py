"""The list of conversations."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import filtering
from synaptiq.dashboard.conversations import inbox
from synaptiq.dashboard.conversations.shown import Unread
from synaptiq.dashboard.requests import SignedIn


@require_safe
@needs(Permission.READ)
def listing(request: SignedIn) -> HttpResponse:
    """Conversations that the address's filters choose; 422 where one cannot be read. For a page
    whose conversation is left: the room beside the list."""
    if request.htmx:
        return render(request, "dashboard/conversations/choose.html")
    address = reverse("conversations:list")
    context = inbox.pane(request)
    if not filtering.is_tidy(request.GET):
        return HttpResponseRedirect(f"{address}?{context['filters'].query}".rstrip("?"))
    status = 422 if context["list_wrong"] else 200
    return render(request, "dashboard/conversations/list.html", context, status=status)


@require_safe
@needs(Permission.READ)
def rows(request: SignedIn) -> HttpResponse:
    """The first page anew, for a list that is open; nothing where it cannot be read."""
    context = inbox.rows(request)
    if context is None:
        return HttpResponse(status=204)
    return render(request, "dashboard/conversations/rows.html", context)


@require_safe
@needs(Permission.READ)
def unread(request: SignedIn) -> HttpResponse:
    """The number in the navigation anew."""
    return render(request, "dashboard/conversations/unread.html", {"unread": Unread(request.actor)})
