"""The list of leads: a page of it, the ticks in it, and what has come since."""

from __future__ import annotations

from datetime import datetime
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
from synaptiq.dashboard.leads import batches, columns, selection
from synaptiq.dashboard.leads.selection import Ticked
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit import clock
from synaptiq.kit.errors import Invalid
from synaptiq.leads import queries
from synaptiq.leads.filters import DEFAULT_SORT, LEAD_FILTERS, NOBODY
from synaptiq.leads.queries import Listing

PAGE_SIZE = 50
UNDO = "lead_deleted"
SORT = "sort"
# More than so many new leads are not counted.
MOST_NEW = 100
# The search box is this filter's field, so the panel leaves it out.
SEARCH = "text"


def read(request: SignedIn) -> Filtering:
    """The filters in the address of the list, which carry its order along."""
    return filtering.read(LEAD_FILTERS, request.GET, carried=(SORT,))


@require_safe
@needs(Permission.READ)
def listing(request: SignedIn) -> HttpResponse:
    """Leads that the address's filters choose; 422 where one cannot be read."""
    filters = read(request)
    if not filtering.is_tidy(request.GET):
        return HttpResponseRedirect(f"{reverse('leads:list')}?{filters.address}".rstrip("?"))
    shown, wrong = None, dict(filters.errors)
    if not wrong:
        try:
            shown = _listing(request, filters)
        except Invalid as invalid:
            wrong = invalid.by_field()
    settings = queries.list_settings(request.actor.member)
    sort = request.GET.get(SORT) or DEFAULT_SORT
    chosen = columns.shown(settings)
    context = {
        "filters": filters,
        "fields": filters.fields(leave_out=[SEARCH], suggestions=_suggestions()),
        "search": ", ".join(filters.texts.get(SEARCH, [])),
        "search_error": filters.errors.get(SEARCH, ""),
        "carried_by_search": filters.hidden(leave_out=[SEARCH]),
        "carried_by_panel": [p for p in filters.hidden(leave_out=[]) if p[0] in {SEARCH, SORT}],
        "listing": shown,
        "columns": chosen,
        "fits": columns.is_default(chosen),
        "sorts": columns.sort_links(filters.query, sort),
        "saved": queries.saved_filters(request.actor.member),
        "here": filters.address,
        "shown": " ".join(lead.public_id for lead in shown.page.rows) if shown else "",
        "may_export": request.actor.can(Permission.EXPORT),
        "may_edit": request.actor.can(Permission.EDIT),
        "wrong": wrong if not filters.errors else {},
        "now": clock.now(),
        "deleted": request.session.pop(UNDO, None) if request.method == "GET" else None,
        "batch": batches.recent(request),
        **_ticks(selection.of(request, filters), shown),
    }
    return render(request, "dashboard/leads/list.html", context, status=422 if wrong else 200)


@require_POST
@needs(Permission.READ, "lead.selected")
def select(request: SignedIn) -> HttpResponse:
    """Ticks of one page: `shown` are its ids, `lead` the ticked ones; `clear`; `everything`."""
    filters = read(request)
    shown = request.POST.get("shown", "").split()
    refused = ""
    try:
        if "clear" in request.POST:
            selection.clear(request)
            chosen = Ticked()
        elif "everything" in request.POST and not filters.errors:
            chosen = selection.everything(request, filters)
        else:
            ticked = shown if "all" in request.POST else request.POST.getlist("lead")
            chosen = selection.change(request, filters, ticked, shown)
    except Invalid as invalid:
        if not request.htmx:
            raise
        # Not kept, so the page takes the ticks back.
        chosen, refused = selection.of(request, filters), invalid.detail
    if not request.htmx:
        # Back to the very page that the ticks were on: its address is the form's query.
        address = f"{reverse('leads:list')}?{request.GET.urlencode()}"
        return HttpResponseRedirect(address.rstrip("?"))
    whole = bool(chosen.ids) and all(chosen.holds(i) for i in shown)
    listing = None
    if (whole or chosen.everything) and not filters.errors:
        listing = _listing(request, filters)
    context = {
        **_ticks(chosen, listing),
        "offer": whole and listing and (listing.page.next or listing.page.previous),
        "refused": refused,
        "here": filters.address,
        "may_edit": request.actor.can(Permission.EDIT),
        "may_export": request.actor.can(Permission.EXPORT),
    }
    status = 422 if refused else 200
    return render(request, "dashboard/leads/selected.html", context, status=status)


@require_safe
@needs(Permission.READ)
def news(request: SignedIn) -> HttpResponse:
    """How many that match were made `since` this page was; nothing, where there are none."""
    filters = filtering.read(LEAD_FILTERS, request.GET, carried=(SORT, "since"))
    try:
        since = datetime.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        return HttpResponse(status=204)
    if filters.errors or since.tzinfo is None:
        return HttpResponse(status=204)
    chosen = queries.matching(filters.values, context_of(request.actor.account))
    count = chosen.filter(created_at__gt=since)[: MOST_NEW + 1].count()
    if not count:
        return HttpResponse(status=204)
    context = {"count": count, "most": MOST_NEW, "here": _without_since(request)}
    return render(request, "dashboard/leads/news.html", context)


def _listing(request: SignedIn, filters: Filtering) -> Listing:
    context = context_of(request.actor.account)
    sort, cursor = request.GET.get(SORT) or DEFAULT_SORT, request.GET.get(CURSOR) or None
    return queries.listing(filters.values, context, sort=sort, size=PAGE_SIZE, cursor=cursor)


def _ticks(chosen: Ticked, listing: Listing | None) -> dict[str, Any]:
    """What the template shows of a selection."""
    return {
        "chosen": chosen,
        "selected": len(chosen.ids),
        "count": listing.count if listing else None,
    }


def _suggestions() -> dict[str, list[Any]]:
    """What the form offers while one types; any other tag or address can be typed in full."""
    tags = queries.tag_names(batches.MOST_SUGGESTIONS)
    emails = Member.objects.filter(removed_at=None).order_by("user__email")
    people = emails.values_list("user__email", flat=True)[: batches.MOST_SUGGESTIONS]
    properties = [(p.slug, p.label) for p in queries.custom_properties()]
    return {
        "tags": tags, "tags_all": tags, "assigned_to": [NOBODY, *people], "custom": properties,
    }  # fmt: skip


def _without_since(request: SignedIn) -> str:
    kept = request.GET.copy()
    kept.pop("since", None)
    return kept.urlencode()
