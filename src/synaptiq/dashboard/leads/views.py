"""The list of leads: a page of it, the ticks in it, and what has come since."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from synaptiq.accounts.queries import context_of, members
from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import filtering
from synaptiq.dashboard.components.filtering import CURSOR, Filtering
from synaptiq.dashboard.leads import addresses, batches, columns, selection
from synaptiq.dashboard.leads.addresses import SORT
from synaptiq.dashboard.leads.selection import Ticked
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit import clock
from synaptiq.kit.errors import Invalid
from synaptiq.leads import queries
from synaptiq.leads.filters import DEFAULT_SORT, NOBODY
from synaptiq.leads.queries import Listing

PAGE_SIZE = 50
UNDO = "lead_deleted"
# More than so many new leads are not counted.
MOST_NEW = 100
# "4 new" looks back so far, and leaves out as many as were there when the list was read: a lead is
# seen when its transaction ends, some time after the moment that it bears, by another clock.
LOOKED_BACK = timedelta(seconds=30)
MOST_KNOWN = 1_000
# The search box is this filter's field, so the panel leaves it out.
SEARCH = "text"


@require_safe
@needs(Permission.READ)
def listing(request: SignedIn) -> HttpResponse:
    """Leads that the address's filters choose; 422 where one cannot be read."""
    filters = addresses.read(request.GET)
    if not filtering.is_tidy(request.GET):
        return HttpResponseRedirect(f"{reverse('leads:list')}?{filters.address}".rstrip("?"))
    shown, wrong = None, dict(filters.errors)
    since, known = clock.now() - LOOKED_BACK, 0
    if not wrong:
        try:
            # Before the list is read: what comes in between is told, and not missed.
            known = _made_since(request, filters, since, MOST_KNOWN)
            shown = _listing(request, filters)
        except Invalid as invalid:
            wrong = invalid.by_field()
    settings = queries.list_settings(request.actor.member)
    sort = request.GET.get(SORT) or DEFAULT_SORT
    chosen = columns.shown(settings)
    on_page = [lead.public_id for lead in shown.page.rows] if shown else []
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
        "shown": " ".join(on_page),
        "may_export": request.actor.can(Permission.EXPORT),
        "may_edit": request.actor.can(Permission.EDIT),
        "wrong": wrong if not filters.errors else {},
        "since": since,
        "known": known,
        "deleted": request.session.pop(UNDO, None) if request.method == "GET" else None,
        "batch": batches.recent(request),
        **_ticks(selection.of(request, filters), shown, on_page),
    }
    return render(request, "dashboard/leads/list.html", context, status=422 if wrong else 200)


@require_POST
@needs(Permission.READ, "lead.selected")
def select(request: SignedIn) -> HttpResponse:
    """Ticks of one page: `shown` are its ids, `lead` the ticked ones; `clear`; `everything`."""
    filters = addresses.read(request.GET)
    # No more than a page has, whatever is sent.
    shown = request.POST.get("shown", "").split(maxsplit=PAGE_SIZE)[:PAGE_SIZE]
    refused = ""
    try:
        if "clear" in request.POST:
            selection.clear(request)
            chosen = Ticked()
        elif "everything" in request.POST and not filters.errors:
            chosen = selection.everything(request, filters)
        else:
            ticked = shown if "all" in request.POST else request.POST.getlist("lead")[:PAGE_SIZE]
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
    listing = None
    if (_holds_all(chosen, shown) or chosen.everything) and not filters.errors:
        listing = _listing(request, filters)
    context = {
        **_ticks(chosen, listing, shown),
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
    """How many that match were made `since` a moment, but for those that were `known` when the page
    was made; nothing, where there are none."""
    filters = addresses.read(request.GET, "since", "known")
    try:
        since = datetime.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        return HttpResponse(status=204)
    given = request.GET.get("known", "")
    known = min(int(given), MOST_KNOWN + 1) if re.fullmatch(r"[0-9]{1,5}", given) else 0
    if filters.errors or since.tzinfo is None:
        return HttpResponse(status=204)
    count = _made_since(request, filters, since, known + MOST_NEW) - known
    if count <= 0:
        return HttpResponse(status=204)
    context = {"count": count, "most": MOST_NEW, "here": _without_since(request)}
    return render(request, "dashboard/leads/news.html", context)


def _made_since(request: SignedIn, filters: Filtering, moment: datetime, most: int) -> int:
    context = context_of(request.actor.account)
    return queries.made_since(filters.values, context, moment, most=most)


def _listing(request: SignedIn, filters: Filtering) -> Listing:
    context = context_of(request.actor.account)
    sort, cursor = request.GET.get(SORT) or DEFAULT_SORT, request.GET.get(CURSOR) or None
    return queries.listing(filters.values, context, sort=sort, size=PAGE_SIZE, cursor=cursor)


def _holds_all(chosen: Ticked, shown: Sequence[str]) -> bool:
    """Whether single leads are ticked, and each of this page is among them."""
    return bool(chosen.ids) and all(chosen.holds(i) for i in shown)


def _ticks(chosen: Ticked, listing: Listing | None, shown: Sequence[str]) -> dict[str, Any]:
    """What the template shows of a selection. All that match are offered where the page is ticked
    as a whole and is not all of them."""
    more = bool(listing and (listing.page.next or listing.page.previous))
    return {
        "offer": more and _holds_all(chosen, shown),
        "chosen": chosen,
        "selected": len(chosen.ids),
        "count": listing.count if listing else None,
    }


def _suggestions() -> dict[str, list[Any]]:
    """What the form offers while one types; any other tag or address can be typed in full."""
    tags = queries.tag_names(batches.MOST_SUGGESTIONS)
    people = (
        members()
        .order_by("user__email")
        .values_list("user__email", flat=True)[: batches.MOST_SUGGESTIONS]
    )
    properties = [(p.slug, p.label) for p in queries.custom_properties()]
    return {
        "tags": tags, "tags_all": tags, "assigned_to": [NOBODY, *people], "custom": properties,
    }  # fmt: skip


def _without_since(request: SignedIn) -> str:
    kept = request.GET.copy()
    for name in ("since", "known"):
        kept.pop(name, None)
    return kept.urlencode()
