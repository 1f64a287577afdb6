"""A meeting's page for its visitor, who comes by a link that only we can make and needs no sign-in.

All of it works without script. Opening an address changes nothing: mail programs open links too.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import limiting, linking
from synaptiq.dashboard.meetings import shown
from synaptiq.dashboard.people.forms import offered_zones
from synaptiq.dashboard.requests import Request
from synaptiq.kit import clock, languages
from synaptiq.kit.errors import Conflict, Gone, NotFound
from synaptiq.kit.languages import Language
from synaptiq.kit.localtime import is_timezone
from synaptiq.meetings import actions, inviting, queries, values
from synaptiq.meetings.actions import MovedTooOften, SlotTaken
from synaptiq.meetings.models import Meeting
from synaptiq.meetings.queries import called
from synaptiq.meetings.values import Slot

NO_LINK = "This link leads to no meeting. Open the one in your invitation."
OVER = "This meeting is over."


@require_safe
@never_cache
def meeting(request: Request, token: str) -> HttpResponse:
    """The meeting, with what can be done with it."""
    return _page(request, _meeting(token), "visitor")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def move(request: Request, token: str) -> HttpResponse:
    """Other free times to choose from; POST moves it to one."""
    found = _meeting(token)
    if _is_settled(found):
        return _back(token)
    error, status = "", 200
    if request.method == "POST":
        _count(request, found)
        start = values.moment(request.POST.get("starts_at"))
        if start is not None:
            try:
                slot = Slot(start, _zone(request, found))
                actions.move_for_visitor(found.account, found.public_id, slot)
            except MovedTooOften as refused:
                error, status = refused.detail, 429
            except SlotTaken:
                error, status = "Somebody else just took that time. These are free now.", 409
            except Conflict:
                return _back(token)
            else:
                return _back(token)
        else:
            error, status = "Choose a time first.", 422
    with acting_for(found.account_id):
        offered = queries.times_to_move(found)
    days = shown.days(offered, _zone(request, found), _language(request))
    return _page(request, found, "visitor_move", {"days": days, "error": error}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cancel(request: Request, token: str) -> HttpResponse:
    """Says what cancelling does; POST does it."""
    found = _meeting(token)
    if _is_settled(found):
        return _back(token)
    if request.method == "POST":
        _count(request, found)
        # It may be over in this very moment; then the page says so.
        with suppress(Conflict):
            actions.cancel_for_visitor(found.account, found.public_id)
        return _back(token)
    return _page(request, found, "visitor_cancel")


@require_safe
@never_cache
def file(request: Request, token: str) -> HttpResponse:
    """The meeting for the visitor's own calendar."""
    found = _meeting(token)
    return HttpResponse(
        inviting.for_visitor(found), content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{inviting.FILE_NAME}"'},
    )  # fmt: skip


def _meeting(token: str) -> Meeting:
    public_id = linking.meeting_of(token)
    found = queries.of_visitor(public_id) if public_id else None
    if found is None:
        raise NotFound(NO_LINK)
    if found.ends_at <= clock.now():
        raise Gone(OVER)
    return found


def _is_settled(found: Meeting) -> bool:
    """Whether nothing is to be changed any more."""
    return found.state == "cancelled" or found.starts_at <= clock.now()


def _count(request: Request, found: Meeting) -> None:
    """Count a change among what this address asks of the site in a minute. Raises TooMany."""
    limiting.count(found.account_id, found.conversation.site_id, request.address)


def _page(
    request: Request, found: Meeting, template: str, more: dict[str, Any] | None = None,
    *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    zone = _zone(request, found)
    context = {
        "row": shown.Row(found, zone, _language(request)),
        "company": found.account.name,
        "name": called(found.member),
        "token": linking.token_of(found.public_id),
        "zone": zone,
        "zones": offered_zones(zone),
        **(more or {}),
    }
    return render(request, f"dashboard/meetings/{template}.html", context, status=status)


def _zone(request: Request, found: Meeting) -> str:
    """The zone that the visitor chose here, else the one in which they booked."""
    given = (request.POST if request.method == "POST" else request.GET).get("zone", "")
    if given and is_timezone(given):
        return given
    return found.zone if is_timezone(found.zone) else "UTC"


def _language(request: Request) -> Language:
    return languages.chosen("", request.headers.get("Accept-Language", ""))


def _back(token: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("visitor_meeting", args=[token]))
