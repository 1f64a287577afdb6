"""Notifications: one's own notices, following one to what it is about, and marking them read."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from synaptiq.accounts import actions, queries
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.notices.shown import Bell, address_of, lines
from synaptiq.dashboard.requests import SignedIn, came_from


@require_safe
@needs()
def listing(request: SignedIn) -> HttpResponse:
    """All of one's own, or the unread ones, the newest first."""
    assert request.actor.member is not None
    only_unread = request.GET.get("show") == "unread"
    cursor = request.GET.get("cursor") or None
    page = queries.notice_page(request.actor.member, cursor, unread=only_unread)
    unread = queries.unread_notices(request.actor.member).count()
    here = reverse("notices:list")
    views = [
        {"label": "All", "url": here, "current": not only_unread},
        {
            "label": "Unread", "url": f"{here}?show=unread", "current": only_unread,
            "count": unread or None,
        },
    ]  # fmt: skip
    context = {
        "page": page, "lines": lines(page.rows, request.actor), "views": views,
        "unread": unread, "only_unread": only_unread,
    }  # fmt: skip
    return render(request, "dashboard/notices/list.html", context)


@require_safe
@needs()
def bell(request: SignedIn) -> HttpResponse:
    """The bell anew; nothing, where it would show what the page that asks has (`state`). Its
    headers say whose the session is, and the token that forms need (js/session.js)."""
    assert request.actor.member is not None
    now = Bell(request.actor)
    same = request.GET.get("state") == now.state
    answer = (
        HttpResponse(status=204)
        if same
        else render(request, "dashboard/notices/bell.html", {"notices": now})
    )
    answer["X-Member"] = request.actor.member.public_id
    answer["X-CSRFToken"] = get_token(request)
    return answer


@require_GET
@needs()
def follow(request: SignedIn, public_id: str) -> HttpResponse:
    """Go to what a notice is about, and mark it read.

    It writes on GET, so that a link does, in mails and new tabs too: whoever follows one has read
    it, and doing so again changes nothing.
    """
    notice = actions.mark_notice(request.actor, public_id, read=True)
    address = address_of(notice, request.actor)
    if not address:
        messages.info(request, "This notification has no page that you may open.")
    return HttpResponseRedirect(address or reverse("notices:list"))


@require_POST
@needs()
def mark(request: SignedIn, public_id: str) -> HttpResponse:
    """Mark one read, or unread again, and stay on the page."""
    actions.mark_notice(request.actor, public_id, read=request.POST.get("read") == "1")
    return HttpResponseRedirect(came_from(request))


@require_POST
@needs()
def read_all(request: SignedIn) -> HttpResponse:
    """Mark all read and stay on the page, which says how many they were."""
    count = actions.mark_notices_read(request.actor)
    many = "1 notification is" if count == 1 else f"{count:,} notifications are"
    messages.success(request, f"{many} marked read." if count else "All were read already.")
    return HttpResponseRedirect(came_from(request))
