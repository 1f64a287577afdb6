"""The list of conversations as a pane: by itself, and beside the conversation that is open.

The address holds its filters and its page, in both places: `/admin/conversations/conv_…?state=open`
is that conversation beside the open ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from synaptiq.accounts.queries import context_of, members
from synaptiq.accounts.roles import Permission
from synaptiq.conversations import queries
from synaptiq.conversations.filters import CLOSED, CONVERSATION_FILTERS, OPEN, WAITING
from synaptiq.dashboard.components import filtering
from synaptiq.dashboard.components.filtering import CURSOR, Filtering
from synaptiq.dashboard.conversations import shown
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit.errors import Invalid
from synaptiq.leads import queries as leads
from synaptiq.leads.models import Lead
from synaptiq.leads.queries import tag_names

PAGE_SIZE = 50
MOST_SUGGESTIONS = 100
# The search box is this filter's field, so the panel leaves it out.
SEARCH = "text"
# Names in an address that are the page's own, and no filter: from where on a transcript is shown,
# and which conversation is open beside a list that is made anew.
OWN = ("from", "open")
# What a tab says is no chip.
_OF_TABS = ("state", "person")
# What a lead's page asks for.
_OF_LEAD = ("lead", "test", "spam")


@dataclass(frozen=True)
class Tab:
    """One view of the list; `query` is its address's."""

    label: str
    query: str
    current: bool
    count: int | None = None


def asked(request: SignedIn) -> QueryDict:
    """What an address says of the list."""
    query = request.GET.copy()
    for name in OWN:
        query.pop(name, None)
    return query


def pane(request: SignedIn, current: str = "") -> dict[str, Any]:
    """What the pane shows. `current` is the conversation (public id) that is open beside it; links
    and forms keep the address that they stand at, and change its query."""
    query = asked(request)
    filters = filtering.read(CONVERSATION_FILTERS, query)
    found, wrong = _found(request, filters, query)
    return {
        "current": current,
        "filters": filters,
        "fields": filters.fields(leave_out=[SEARCH], suggestions=_suggestions()),
        "search": ", ".join(filters.texts.get(SEARCH, [])),
        "carried_by_search": filters.hidden(leave_out=[SEARCH]),
        "carried_by_panel": [("text", text) for text in filters.texts.get(SEARCH, [])],
        **ways(request),
        "list_wrong": wrong,
        # Only the first page is of what goes on.
        "is_live": not wrong and not query.get(CURSOR),
        "may_export": request.actor.can(Permission.EXPORT),
        **_rows(request, filters, found, query),
    }


def ways(request: SignedIn) -> dict[str, Any]:
    """What leads back from a conversation: to the list as it was, or to the lead whose it is of."""
    query = asked(request)
    filters = filtering.read(CONVERSATION_FILTERS, query)
    return {"kept": _kept(query), "of_lead": _lead_of(filters)}


def rows(request: SignedIn) -> dict[str, Any] | None:
    """What of it changes while it is open; None where it cannot be read."""
    query = asked(request)
    filters = filtering.read(CONVERSATION_FILTERS, query)
    found, wrong = _found(request, filters, query)
    if found is None or wrong:
        return None
    current = request.GET.get("open", "")
    return {"current": current, "filters": filters, **_rows(request, filters, found, query)}


def _rows(
    request: SignedIn, filters: Filtering, found: queries.Listing | None, query: QueryDict
) -> dict[str, Any]:
    tabs = [] if filters.errors else _tabs(request, filters)
    tab = next((one.label for one in tabs if one.current), "")
    return {
        "chips": _chips(filters, is_tab=bool(tab), lead=_lead_of(filters)),
        "listing": found,
        "rows": shown.inbox(found.page.rows, request.actor.member) if found else [],
        "tabs": tabs,
        "tab": tab,
        "kept": _kept(query),
    }


def _found(
    request: SignedIn, filters: Filtering, query: QueryDict
) -> tuple[queries.Listing | None, dict[str, str]]:
    """The page that was asked for, and what is wrong with the question."""
    if filters.errors:
        return None, dict(filters.errors)
    context, cursor = context_of(request.actor.account), query.get(CURSOR) or None
    try:
        found = queries.listing(
            filters.values, context, size=PAGE_SIZE, cursor=cursor, by=queries.LAST_SAID
        )
    except Invalid as invalid:
        return None, invalid.by_field()
    return found, {}


def _tabs(request: SignedIn, filters: Filtering) -> list[Tab]:
    """All, those that go on in three views, and those that ended; with the other filters kept."""
    member = request.actor.member
    context = context_of(request.actor.account)
    count = queries.going_on(filters.values, context, member)
    me = member.user.email if member else ""
    views: list[tuple[str, dict[str, str], int | None]] = [
        ("All", {}, None),
        ("Open", {"state": OPEN}, count.open),
        ("Waiting", {"state": WAITING}, count.waiting),
        ("Mine", {"state": OPEN, "person": me}, count.mine),
        ("Closed", {"state": CLOSED}, None),
    ]
    rest = [pair for pair in filters.hidden(leave_out=_OF_TABS) if pair[0] not in _OF_TABS]
    now = {key: ",".join(filters.texts[key]) for key in _OF_TABS if key in filters.texts}
    return [
        Tab(label, urlencode([*chosen.items(), *rest]), chosen == now, number)
        for label, chosen, number in views
        if me or label != "Mine"
    ]


def _kept(query: QueryDict) -> str:
    return f"?{query.urlencode()}" if query else ""


def _chips(filters: Filtering, *, is_tab: bool, lead: Lead | None) -> list[filtering.Chip]:
    """One for each filter that is on, but for what a tab says already; of one lead's, which holds
    tests and spam too, one that names the lead."""
    said = set(_OF_TABS if is_tab else ()) | set(_OF_LEAD if lead else ())
    every = zip(filters.texts, filters.chips(), strict=True)
    chips = [chip for key, chip in every if key not in said]
    if lead is None:
        return chips
    rest = filters.hidden(leave_out=_OF_LEAD)
    return [filtering.Chip(f"Of {lead}", urlencode(rest)), *chips]


def _lead_of(filters: Filtering) -> Lead | None:
    """The lead whose conversations these are, where it is one: the way back leads there."""
    named = filters.values.get("lead", ())
    return leads.selected(named).first() if len(named) == 1 else None


def _suggestions() -> dict[str, list[Any]]:
    """What the form offers while one types."""
    people = members().order_by("user__email").values_list("user__email", flat=True)
    return {
        "lead_tags": tag_names(MOST_SUGGESTIONS),
        "site": queries.site_names(MOST_SUGGESTIONS),
        "person": list(people[:MOST_SUGGESTIONS]),
    }
