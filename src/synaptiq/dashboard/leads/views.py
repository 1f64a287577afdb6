"""The list of leads, and the ticks in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from synaptiq.accounts.models import Member
from synaptiq.accounts.queries import context_of
from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import filtering
from synaptiq.dashboard.components.filtering import CURSOR, Filtering
from synaptiq.dashboard.leads import selection
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit.errors import Invalid
from synaptiq.kit.paging import Page, page
from synaptiq.leads import queries
from synaptiq.leads.filters import LEAD_FILTERS, NOBODY
from synaptiq.leads.models import Lead

PAGE_SIZE = 50
UNDO = "lead_deleted"
# The page is sent with all of them at each view.
MOST_SUGGESTIONS = 200
# The search box is this filter's field, so the panel leaves it out.
SEARCH = "text"


@require_safe
@needs(Permission.READ)
def listing(request: SignedIn) -> HttpResponse:
    """Leads that the address's filters choose, newest first; 422 where one cannot be read."""
    filters = filtering.read(LEAD_FILTERS, request.GET)
    if not filtering.is_tidy(request.GET):
        return HttpResponseRedirect(f"{reverse('leads:list')}?{filters.query}".rstrip("?"))
    total, rows, wrong = None, None, bool(filters.errors)
    if not wrong:
        total, rows = _rows(request, filters)
        wrong = rows is None
    chosen = set(selection.of(request))
    context = {
        "filters": filters,
        "fields": filters.fields(leave_out=[SEARCH], suggestions=_suggestions()),
        "search": ", ".join(filters.texts.get(SEARCH, [])),
        "carried_by_search": filters.hidden(leave_out=[SEARCH]),
        "carried_by_panel": [p for p in filters.hidden(leave_out=[]) if p[0] == SEARCH],
        "total": total,
        "page": rows,
        "shown": " ".join(lead.public_id for lead in rows.rows) if rows else "",
        "chosen": chosen,
        "selected": len(chosen),
        "may_export": request.actor.can(Permission.EXPORT),
        "bad_cursor": wrong and not filters.errors,
        "deleted": request.session.pop(UNDO, None) if request.method == "GET" else None,
    }
    return render(request, "dashboard/leads/list.html", context, status=422 if wrong else 200)


@require_POST
@needs(Permission.READ, "lead.selected")
def select(request: SignedIn) -> HttpResponse:
    """Ticks of one page: `shown` are its ids, `lead` the ticked ones; or `clear`."""
    shown = request.POST.get("shown", "").split()
    if "clear" in request.POST:
        selection.clear(request)
        chosen: list[str] = []
    else:
        ticked = shown if "all" in request.POST else request.POST.getlist("lead")
        try:
            chosen = selection.change(request, ticked, shown)
        except Invalid as invalid:
            return _too_many(request, invalid)
    if request.htmx:
        return render(request, "dashboard/leads/selected.html", {"selected": len(chosen)})
    # Back to the very page of the list that the ticks were on: its address is the form's query.
    return HttpResponseRedirect(f"{reverse('leads:list')}?{request.GET.urlencode()}".rstrip("?"))


def _rows(request: SignedIn, filters: Filtering) -> tuple[int, Page[Lead] | None]:
    """The exact number that match, and a page of them; no page where the cursor is not ours."""
    context = context_of(request.actor.account)
    matching = queries.matching(filters.values, context)
    rows = matching.select_related("assigned_to__user").defer("custom")
    try:
        found = page(
            rows, by="created_at", newest_first=True, size=PAGE_SIZE,
            cursor=request.GET.get(CURSOR) or None,
        )  # fmt: skip
    except Invalid:
        return matching.count(), None
    return matching.count(), found


def _suggestions() -> dict[str, list[str]]:
    """What the form offers while one types; any other tag or address can be typed in full."""
    tags = queries.tag_names(MOST_SUGGESTIONS)
    emails = Member.objects.filter(removed_at=None).order_by("user__email")
    people = emails.values_list("user__email", flat=True)[:MOST_SUGGESTIONS]
    return {"tags": tags, "tags_all": tags, "assigned_to": [NOBODY, *people]}


def _too_many(request: SignedIn, invalid: Invalid) -> HttpResponse:
    if not request.htmx:
        raise invalid
    context: dict[str, Any] = {
        "selected": len(selection.of(request)), "refused": invalid.detail
    }  # fmt: skip
    # Not kept, so the page takes the ticks back.
    return render(request, "dashboard/leads/selected.html", context, status=422)
