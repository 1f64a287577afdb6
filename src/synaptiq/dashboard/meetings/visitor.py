"""A meeting's page for its visitor, who comes by a link that only we can make and needs no sign-in.

All of it works without script. Opening an address changes nothing: mail programs open links too.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations import limiting, linking, naming
from synaptiq.dashboard.meetings import shown
from synaptiq.dashboard.people.forms import offered_zones
from synaptiq.dashboard.requests import Request
from synaptiq.kit import clock, languages
from synaptiq.kit.errors import Conflict, Gone, NotFound, Refusal, TooMany
from synaptiq.kit.languages import Language
from synaptiq.kit.localtime import is_timezone
from synaptiq.meetings import actions, inviting, queries, values
from synaptiq.meetings.actions import MovedTooOften, SlotTaken
from synaptiq.meetings.models import Meeting
from synaptiq.meetings.queries import called
from synaptiq.meetings.values import Slot

NO_LINK = "This link leads to no meeting. Open the one in your invitation."
OVER = "This meeting is over."
# What a page says of the change that led to it.
DONE = {"moved": "booked", "cancelled": "cancelled"}


class Over(Gone):
    """The link was right, and its meeting is over."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(OVER)
        self.company = meeting.account.name


def _for_visitors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keeps the page out of caches and search engines, which find links in mails too, and answers
    what cannot be in words for somebody who has no dashboard."""

    @wraps(view)
    @never_cache
    def shown_to_visitor(request: Request, token: str) -> HttpResponse:
        try:
            answer = view(request, token)
        except (NotFound, Gone, TooMany) as refused:
            answer = _refused(request, token, refused)
        answer["X-Robots-Tag"] = "noindex"
        return answer

    return shown_to_visitor


def _refused(request: Request, token: str, refused: Refusal) -> HttpResponse:
    context = {
        "said": refused.detail, "company": getattr(refused, "company", ""),
        "token": token if isinstance(refused, TooMany) else "",
    }  # fmt: skip
    template = "dashboard/meetings/visitor_refused.html"
    answer = render(request, template, context, status=refused.status)
    if isinstance(refused, TooMany):
        answer["Retry-After"] = str(refused.retry_after)
    return answer


@require_safe
@_for_visitors
def meeting(request: Request, token: str) -> HttpResponse:
    """The meeting, with what can be done with it, and what was done just now."""
    found = _meeting(token)
    done = request.GET.get("done", "")
    return _page(request, found, "visitor", {"done": DONE.get(done) == found.state and done})


@require_http_methods(["GET", "HEAD", "POST"])
@_for_visitors
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
                return _back(token, done="moved")
        else:
            error, status = "Choose a time first.", 422
    with acting_for(found.account_id):
        offered = queries.times_to_move(found)
    days = shown.days(offered, _zone(request, found), _language(request))
    return _page(request, found, "visitor_move", {"days": days, "error": error}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@_for_visitors
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
            return _back(token, done="cancelled")
        return _back(token)
    return _page(request, found, "visitor_cancel")


@require_safe
@_for_visitors
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
        raise Over(found)
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
        "guest": _guest(found),
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


def _guest(found: Meeting) -> str:
    """Whose meeting it is, as far as the visitor needs it: `Jane, jane@…`. Nothing of whom all was
    erased."""
    if found.lead is None or found.lead.deleted_at or found.conversation.erased_at:
        return ""
    local, at, _ = found.guest_email.rpartition("@")
    parts = [naming.first_name(found.lead.name), f"{local}@…" if at else ""]
    return ", ".join(filter(None, parts))


def _back(token: str, *, done: str = "") -> HttpResponse:
    asked = f"?done={done}" if done else ""
    return HttpResponseRedirect(reverse("visitor_meeting", args=[token]) + asked)
