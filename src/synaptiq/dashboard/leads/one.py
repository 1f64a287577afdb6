"""One lead: its page and those beside it, and taking it away and bringing it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from synaptiq.accounts.queries import context_of
from synaptiq.accounts.roles import Permission
from synaptiq.conversations import queries as conversations
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components.filtering import CURSOR, Filtering
from synaptiq.dashboard.conversations import shown
from synaptiq.dashboard.leads import activity, addresses, editing, fields, notes, score
from synaptiq.dashboard.leads.addresses import SORT
from synaptiq.dashboard.leads.views import PAGE_SIZE, UNDO
from synaptiq.dashboard.meetings.shown import Row
from synaptiq.dashboard.requests import SignedIn, language_of
from synaptiq.kit.errors import Invalid
from synaptiq.kit.paging import page
from synaptiq.leads import actions, queries
from synaptiq.leads.filters import DEFAULT_SORT
from synaptiq.leads.models import Lead
from synaptiq.meetings import queries as meetings

# Of more, a link leads to them all.
MOST_CONVERSATIONS = 10
# Of more, the latest.
MOST_MEETINGS = 10


@dataclass(frozen=True)
class Gone:
    """A deleted lead, and who deleted it."""

    lead: Lead
    by: str

    @property
    def until(self) -> datetime:
        """When it can no longer be brought back."""
        assert self.lead.deleted_at
        return self.lead.deleted_at + queries.UNDO_TIME


@require_safe
@needs(Permission.READ)
def lead(request: SignedIn, public_id: str) -> HttpResponse:
    """One lead with all that is known; of a deleted one, what became of it and the way back.

    One that was merged into another leads there.
    """
    survivor = queries.merged_into(public_id)
    if survivor is not None:
        return HttpResponseRedirect(reverse("leads:lead", args=[survivor]))
    deleted = queries.deleted().filter(public_id=public_id).first()
    if deleted is not None:
        context: dict[str, Any] = {
            "lead": deleted,
            "until": Gone(deleted, "").until,
            "may_edit": request.actor.can(Permission.EDIT),
        }
        return render(request, "dashboard/leads/deleted.html", context, status=410)
    found = queries.get(public_id)
    context = {
        "list": _list(request).address,
        "may_export": request.actor.can(Permission.EXPORT),
        **notes.composer(found),
        **_known(request, found, _conversations(request, found), request.GET.get("after", "")),
    }
    return render(request, "dashboard/leads/lead.html", context)


@require_safe
@needs(Permission.READ)
def fresh(request: SignedIn, public_id: str) -> HttpResponse:
    """What a page of it that is open takes over; 204 where it is in the `state` that it has."""
    found = queries.get(public_id)
    talks = _conversations(request, found)
    if request.GET.get("state") == _state(found, talks):
        return HttpResponse(status=204)
    context = {"may_export": request.actor.can(Permission.EXPORT), **_known(request, found, talks)}
    return render(request, "dashboard/leads/lead_fresh.html", context)


def _known(
    request: SignedIn, found: Lead, talks: dict[str, Any], after: str = ""
) -> dict[str, Any]:
    """What is known of it, which may be other things while its page is open."""
    words = fields.Words()
    own, custom = (
        [editing.row_context(request, found, field, words) for field in known]
        for known in (fields.OWN, words.custom())
    )
    may_edit = request.actor.can(Permission.EDIT)
    return {
        "own": own,
        "custom": custom,
        "may_edit": may_edit,
        "may_correct": may_edit,
        **talks,
        "state": _state(found, talks),
        **editing.facts(request, found),
        **score.of_lead(found),
        **editing.tag_context(found),
        **activity.context(request, found, words, after),
    }


def _state(found: Lead, talks: dict[str, Any]) -> str:
    """Another one whenever the page would show something else."""
    said = [
        (one.public_id, one.last_seq, one.state, one.is_test, one.is_spam, row.unread)
        for row in talks["conversations"]
        for one in [row.conversation]
    ]
    met = [(row.meeting.public_id, row.meeting.state, row.brief) for row in talks["meetings"]]
    marks = (found.is_test, found.is_spam)
    known = (found.version, found.status, found.score, *marks, found.last_activity_at, said, met)
    return sha256(repr(known).encode()).hexdigest()[:16]


def _conversations(request: SignedIn, found: Lead) -> dict[str, Any]:
    """The lead's conversations, the lately begun first, the filter that chooses them all, and its
    meetings."""
    rows = conversations.of_lead(found.pk, MOST_CONVERSATIONS + 1)
    query = urlencode({"lead": found.public_id, "test": "include", "spam": "include"})
    return {
        "conversations": shown.rows(rows[:MOST_CONVERSATIONS], request.actor.member),
        "meetings": [
            Row(one, request.actor.account.timezone, language_of(request))
            for one in meetings.of_lead(found.pk, MOST_MEETINGS)
        ],
        "more_conversations": len(rows) > MOST_CONVERSATIONS,
        "its_query": query,
        "its_conversations": quote(query, safe=""),
    }


@require_safe
@needs(Permission.READ)
def beside(request: SignedIn, public_id: str, way: str) -> HttpResponse:
    """To the `next` or `previous` lead of the list that this one was opened from.

    Found when it is asked for: at once where many match, and a page of one lead stays quick.
    """
    found, filters = queries.get(public_id), _list(request)
    sort = dict(filters.carried).get(SORT) or DEFAULT_SORT
    context = context_of(request.actor.account)
    try:
        other = queries.neighbour(found, filters.values, context, sort=sort, forward=way == "next")
    except Invalid:
        # An order that there is not.
        other = None
    if other is None:
        end = "last" if way == "next" else "first"
        messages.info(request, f"This is the {end} lead of the list.")
    address = reverse("leads:lead", args=[(other or found).public_id])
    query = urlencode({"list": filters.address}) if filters.address else ""
    return HttpResponseRedirect(f"{address}?{query}".rstrip("?"))


def _list(request: SignedIn) -> Filtering:
    """The list that a lead was opened from: its address stands in the lead's own as `list`.
    Filters that cannot be read count for nothing."""
    return addresses.read(QueryDict(request.GET.get("list", "")))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "lead.deleted")
def delete(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask first, then take the lead from lists and later exports. The list offers to undo it."""
    found = queries.get(public_id)
    if request.method != "POST":
        template = (
            "dashboard/leads/delete_dialog.html" if request.htmx else "dashboard/leads/delete.html"
        )
        return render(request, template, {"lead": found, "ahead": meetings.ahead_of(found.pk)})
    actions.delete_lead(request.actor, public_id)
    request.session[UNDO] = {"id": public_id, "name": str(found)[:80]}
    return HttpResponseRedirect(reverse("leads:list"))


@require_POST
@needs(Permission.EDIT, "lead.restored")
def restore(request: SignedIn, public_id: str) -> HttpResponse:
    """Bring a deleted lead back and show it."""
    found = actions.restore_lead(request.actor, public_id)
    messages.success(request, f"{str(found)[:80]} is back.")
    if "to_list" in request.POST:
        return HttpResponseRedirect(reverse("leads:deleted"))
    return HttpResponseRedirect(reverse("leads:lead", args=[public_id]))


@require_safe
@needs(Permission.READ)
def deleted(request: SignedIn) -> HttpResponse:
    """Leads that can still be brought back, the last deleted first."""
    rows = queries.deleted().order_by()
    found = page(
        rows, by="deleted_at", newest_first=True, size=PAGE_SIZE,
        cursor=request.GET.get(CURSOR) or None,
    )  # fmt: skip
    by = queries.deletions(found.rows)
    context = {
        "page": found,
        "gone": [
            Gone(lead, activity.who(by[lead.pk]) if lead.pk in by else "") for lead in found.rows
        ],
        "may_edit": request.actor.can(Permission.EDIT),
    }
    return render(request, "dashboard/leads/deleted_list.html", context)
