"""Search or jump to: what this member may open, by Ctrl K or the rail's button, from any page.

All of it is given here, for this member alone. What the open page can do are that page's own
buttons, which `static/dashboard/js/palette.js` adds. Without script it is a page of links.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.queries import context_of
from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.context import sections
from synaptiq.dashboard.docs import contents
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import search
from synaptiq.kit.errors import Invalid
from synaptiq.leads import queries
from synaptiq.leads.filters import LEAD_FILTERS
from synaptiq.leads.models import Lead

MOST_LEADS = 8
# Of so many that were active last, those whose name begins with the text come first.
LOOKED_AT = 40
# Pages that stand in no list of sections or settings: label, name of the address, icon, who
# (None: every member).
MORE: tuple[tuple[str, str, str, Permission | None], ...] = (
    ("Notifications", "notices:list", "bell", None),
    ("New lead", "leads:add", "plus", Permission.EDIT),
    ("Import leads", "leads:import", "plus", Permission.EDIT),
    ("Answers of the agent", "agent:answers", "agent", Permission.READ),
    ("New answer", "agent:new_answer", "plus", Permission.SETTINGS),
    ("Versions of the agent", "agent:versions", "agent", Permission.READ),
    ("Deleted leads", "leads:deleted", "trash", Permission.READ),
)


@dataclass(frozen=True)
class Way:
    """One page to go to; `also` are words by which it is found as well, `where` tells it from its
    namesakes. What is `typed_for` stands in the dialog only when something is typed."""

    label: str
    url: str
    icon: str
    also: str = ""
    where: str = ""
    typed_for: bool = False


@dataclass(frozen=True)
class Group:
    """Ways of one kind, under their name."""

    label: str
    ways: list[Way]


@require_safe
@needs()
def palette(request: SignedIn) -> HttpResponse:
    """The dialog; without script a page, where a form searches leads."""
    may_read = request.actor.can(Permission.READ)
    text = request.GET.get("text", "")
    context = {
        "groups": [group for group in groups(request.actor) if group.ways],
        "may_read": may_read,
        "text": text,
        "leads": found(request.actor, text) if may_read else [],
    }
    kind = "dialog" if request.htmx else "page"
    return render(request, f"dashboard/palette/{kind}.html", context)


@require_safe
@needs(Permission.READ)
def leads(request: SignedIn) -> HttpResponse:
    """Options for the leads that fit `text`; none for fewer than three letters."""
    context = {"leads": found(request.actor, request.GET.get("text", ""))}
    return render(request, "dashboard/palette/leads.html", context)


def groups(actor: Actor) -> list[Group]:
    """Everything that this member may go to, besides leads."""
    pages = [Way(label, url, icon) for label, url, icon, _ in sections(actor)]
    pages += [
        Way(label, reverse(name), icon) for label, name, icon, permission in MORE
        if permission is None or actor.can(permission)
    ]  # fmt: skip
    settings = [
        Way(
            one.label, one.url, "settings", f"Settings {one.held}",
            where="" if one.where == "Settings" else one.where, typed_for=not one.is_page,
        )
        for one in search.offered(actor)
    ]  # fmt: skip
    filters = queries.saved_filters(actor.member) if actor.can(Permission.READ) else []
    saved = [
        Way(one.name, f"{reverse('leads:list')}?{one.query}", "filter", "Saved filter leads")
        for one in filters
    ]
    docs = [
        Way(entry.title, entry.url, "book", f"Docs documentation help {entry.group}")
        for entry in contents.entries()
    ]
    return [
        Group("Pages", pages), Group("Saved filters", saved), Group("Settings", settings),
        Group("Documentation", docs),
    ]  # fmt: skip


def found(actor: Actor, text: str) -> list[Lead]:
    """Leads by name, email, company, phone or external id, by the search of their list."""
    try:
        values = LEAD_FILTERS.from_text({"text": [text]})
    except Invalid:
        return []
    if not values:
        return []
    listing = queries.listing(
        values, context_of(actor.account), sort="-last_activity", size=LOOKED_AT, cursor=None
    )
    begun = text.strip().lower()
    rows = sorted(listing.page.rows, key=lambda lead: not str(lead).lower().startswith(begun))
    return rows[:MOST_LEADS]
