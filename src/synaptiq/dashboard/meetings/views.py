"""Meetings: those to come, those that are over and want to be marked, those that were cancelled."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.meetings import shown
from synaptiq.dashboard.requests import SignedIn, go_to, language_of
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.meetings import actions, calendars, queries, values
from synaptiq.meetings.actions import HostBusy, SlotTaken
from synaptiq.meetings.models import Meeting

VIEWS: dict[str, str] = {
    "upcoming": "Upcoming", "hostless": "Without a host", "past": "Past", "cancelled": "Cancelled",
}  # fmt: skip
TITLES: dict[str, str] = {
    "cancel": "Cancel this meeting?", "move": "Move this meeting",
    "hand_over": "Hand this meeting over",
}  # fmt: skip


@require_safe
@needs(Permission.READ)
def listing(request: SignedIn) -> HttpResponse:
    """A page of the meetings of one of the views; that without hosts is there when it holds any."""
    which = request.GET.get("show", "upcoming")
    which = which if which in VIEWS else "upcoming"
    own = request.actor.member if request.GET.get("mine") else None
    found = queries.listing(which, request.GET.get("cursor") or None, of=own)
    counts = {"past": queries.unmarked() or None, "hostless": queries.without_host() or None}
    tabs = [
        {
            "label": label, "current": name == which,
            "url": _list(name, is_mine=bool(own)),
            "count": counts.get(name),
        }
        for name, label in VIEWS.items()
        if name != "hostless" or which == "hostless" or counts["hostless"]
    ]  # fmt: skip
    context = {
        "which": which,
        "tabs": tabs,
        "is_mine": bool(own),
        "other": _list(which, is_mine=not own),
        "page": found,
        "rows": _rows(request, list(found.rows)),
        "may_change": request.actor.can(Permission.CONVERSE),
        "has_calendars": queries.switched_on().exists(),
    }
    return render(request, "dashboard/meetings/list.html", context)


@require_safe
@needs(Permission.READ)
def meeting(request: SignedIn, public_id: str) -> HttpResponse:
    """One meeting with all that can be done with it."""
    context = {
        "row": _row(request, queries.get(public_id)),
        "may_change": request.actor.can(Permission.CONVERSE),
    }
    return render(request, "dashboard/meetings/meeting.html", context)


@require_POST
@needs(Permission.CONVERSE, "meeting.marked")
def mark(request: SignedIn, public_id: str) -> HttpResponse:
    """Say whether it took place."""
    given = request.POST.get("attendance", "")
    try:
        actions.mark(request.actor, public_id, given or None)
    except (Conflict, Invalid) as refused:
        messages.warning(request, refused.detail)
    if request.POST.get("from") == "list":
        return HttpResponseRedirect(_list("past", is_mine=bool(request.POST.get("mine"))))
    return HttpResponseRedirect(_address(public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONVERSE, "meeting.cancelled")
def cancel(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask first, then cancel it."""
    note, error = request.POST.get("note", ""), ""
    if request.method == "POST":
        try:
            made = actions.cancel(request.actor, public_id, note=note)
        except Invalid as refused:
            error = f"The message {refused.fields['note']}"
        except Conflict as conflict:
            # Somebody else was quicker: the page shows what is so now.
            messages.warning(request, conflict.detail)
            return go_to(request, _address(public_id))
        else:
            messages.success(request, f"Cancelled. {_row(request, made).told}")
            return go_to(request, _address(public_id))
    more = {"note": note, "note_error": error}
    return _ask(request, "cancel", queries.get(public_id), more, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONVERSE, "meeting.handed_over")
def hand_over(request: SignedIn, public_id: str) -> HttpResponse:
    """Who shall have it instead, and what the visitor reads of that."""
    given = {name: request.POST.get(name, "") for name in ("member", "note")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = actions.hand_over(request.actor, public_id, given["member"], note=given["note"])
        except (Invalid, HostBusy) as refused:
            errors = {
                name: f"The message {said}" if name == "note" else said
                for name, said in refused.by_field().items()
            }
        except Conflict as conflict:
            messages.warning(request, conflict.detail)
            return go_to(request, _address(public_id))
        else:
            row = _row(request, made)
            messages.success(request, f"{row.with_} has this meeting now. {row.told}")
            return go_to(request, _address(public_id))
    found = queries.get(public_id)
    more = {"hosts": queries.hosts(found), "given": given, "errors": errors}
    return _ask(request, "hand_over", found, more, status=422 if errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONVERSE, "meeting.moved")
def move(request: SignedIn, public_id: str) -> HttpResponse:
    """Free times of its member to choose from; POST moves it to one."""
    error, status = "", 200
    if request.method == "POST":
        start = values.moment(request.POST.get("starts_at"))
        try:
            if start is None:
                raise Invalid({"starts_at": "Choose a time first."})
            made = actions.move(request.actor, public_id, start)
        except Invalid as refused:
            error, status = refused.fields["starts_at"], 422
        except SlotTaken as taken:
            error, status = taken.detail, 422
        except Conflict as conflict:
            messages.warning(request, conflict.detail)
            return go_to(request, _address(public_id))
        else:
            messages.success(request, f"Moved. {_row(request, made).told}")
            return go_to(request, _address(public_id))
    found = queries.get(public_id)
    zone = request.actor.account.timezone
    days = shown.days(queries.times_to_move(found), zone, language_of(request))
    return _ask(request, "move", found, {"days": days, "zone": zone, "error": error}, status=status)


def _ask(
    request: SignedIn, what: str, found: Meeting, more: dict[str, Any] | None = None,
    *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """A question: a dialog for htmx, a page for a link that is followed."""
    context = {
        "row": _row(request, found), "in_dialog": bool(request.htmx),
        "title": TITLES[what],
        "form_template": f"dashboard/meetings/{what}_form.html", **(more or {}),
    }  # fmt: skip
    way = "dialog" if request.htmx else "question"
    return render(request, f"dashboard/meetings/{way}.html", context, status=status)


def _row(request: SignedIn, found: Meeting) -> shown.Row:
    return _rows(request, [found])[0]


def _rows(request: SignedIn, found: list[Meeting]) -> list[shown.Row]:
    own, zone = request.actor.member, ""
    if own and any(one.member_id == own.pk for one in found):
        zone = calendars.zone_of(queries.calendar_of(own))
    there, language = request.actor.account.timezone, language_of(request)
    return [
        shown.Row(one, there, language, own_zone=zone if own and one.member_id == own.pk else "")
        for one in found
    ]


def _list(which: str, *, is_mine: bool) -> str:
    asked = ({} if which == "upcoming" else {"show": which}) | ({"mine": "1"} if is_mine else {})
    return reverse("meetings:list") + (f"?{urlencode(asked)}" if asked else "")


def _address(public_id: str) -> str:
    return reverse("meetings:meeting", args=[public_id])
