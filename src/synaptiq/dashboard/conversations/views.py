"""The list of conversations."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from synaptiq.accounts.queries import context_of
from synaptiq.accounts.roles import Permission
from synaptiq.conversations import queries
from synaptiq.conversations.filters import CONVERSATION_FILTERS
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import filtering
from synaptiq.dashboard.components.filtering import CURSOR
from synaptiq.dashboard.conversations import shown
from synaptiq.dashboard.conversations.shown import Unread
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit.errors import Invalid
from synaptiq.leads.queries import tag_names

PAGE_SIZE = 50
MOST_SUGGESTIONS = 100
# The search box is this filter's field, so the panel leaves it out.
SEARCH = "text"


@require_safe
@needs(Permission.READ)
def listing(request: SignedIn) -> HttpResponse:
    """Conversations that the address's filters choose; 422 where one cannot be read."""
    filters = filtering.read(CONVERSATION_FILTERS, request.GET)
    if not filtering.is_tidy(request.GET):
        return HttpResponseRedirect(f"{reverse('conversations:list')}?{filters.query}".rstrip("?"))
    found, wrong = _found(request, filters)
    context = {
        "filters": filters,
        "fields": filters.fields(leave_out=[SEARCH], suggestions=_suggestions()),
        "search": ", ".join(filters.texts.get(SEARCH, [])),
        "carried_by_search": filters.hidden(leave_out=[SEARCH]),
        "carried_by_panel": [("text", text) for text in filters.texts.get(SEARCH, [])],
        "listing": found,
        "rows": shown.inbox(found.page.rows, request.actor.member) if found else [],
        # Only the first page is of what goes on.
        "is_live": not wrong and not request.GET.get(CURSOR),
        "wrong": wrong,
        "may_export": request.actor.can(Permission.EXPORT),
    }
    status = 422 if wrong else 200
    return render(request, "dashboard/conversations/list.html", context, status=status)


@require_safe
@needs(Permission.READ)
def rows(request: SignedIn) -> HttpResponse:
    """The first page anew, for a list that is open; nothing where it cannot be read."""
    found, wrong = _found(request, filtering.read(CONVERSATION_FILTERS, request.GET))
    if found is None or wrong:
        return HttpResponse(status=204)
    context = {"listing": found, "rows": shown.inbox(found.page.rows, request.actor.member)}
    return render(request, "dashboard/conversations/rows.html", context)


@require_safe
@needs(Permission.READ)
def unread(request: SignedIn) -> HttpResponse:
    """The number in the navigation anew."""
    return render(request, "dashboard/conversations/unread.html", {"unread": Unread(request.actor)})


def _found(
    request: SignedIn, filters: filtering.Filtering
) -> tuple[queries.Listing | None, dict[str, str]]:
    """The page that was asked for, and what is wrong with the question."""
    if filters.errors:
        return None, dict(filters.errors)
    context, cursor = context_of(request.actor.account), request.GET.get(CURSOR) or None
    try:
        found = queries.listing(
            filters.values, context, size=PAGE_SIZE, cursor=cursor, by=queries.LAST_SAID
        )
    except Invalid as invalid:
        return None, invalid.by_field()
    return found, {}


def _suggestions() -> dict[str, list[Any]]:
    """What the form offers while one types."""
    return {
        "lead_tags": tag_names(MOST_SUGGESTIONS),
        "site": queries.site_names(MOST_SUGGESTIONS),
    }
