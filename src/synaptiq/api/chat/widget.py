"""What the widget asks and tells on every page view, before there is any visitor."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from ninja import Router
from ninja.decorators import decorate_view

from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent import queries as agents
from synaptiq.api.chat import asking, schemas, visiting
from synaptiq.api.chat.messages import LONGEST_BODY
from synaptiq.api.parsing import takes_short_json
from synaptiq.conversations import limiting
from synaptiq.conversations.masking import mask
from synaptiq.kit import clock
from synaptiq.kit.requests import Request
from synaptiq.meetings.hours import of_team as hours_of_team
from synaptiq.sites import greetings, installing
from synaptiq.sites import queries as sites

router = Router(tags=["Chat"])


@router.get("/{site_key}/widget", response={200: Any}, summary="Get the widget's settings")
def get_widget(
    request: Request, site_key: str, page: str = "", conversation: str = ""
) -> HttpResponse:
    """What the widget must know before it shows anything. `page` is the address of the page, for
    Settings > Sites to say where it stands and for figures; `conversation` the one that this
    browser remembers, so that whoever comes back is no other visitor."""
    origin, page = asking.origin_of(request), mask(page.partition("?")[0])
    site = installing.site_of(site_key, origin=origin, page=page)
    limiting.count_page(site.account_id, site.pk, request.address)
    visiting.view(request, site, page, conversation)
    with acting_for(site.account_id):
        version = agents.current_version()
        shown = [one for one in greetings.of_site(site) if one.is_on]
        hours = hours_of_team(clock.now())
    return JsonResponse(
        {
            "name": _plain(version.name),
            "company": _plain(site.account.name),
            "consent": site.consent,
            "remember_days": site.remember_days,
            "privacy_url": site.privacy_url or None,
            "people": hours and {
                "here": hours.is_open, "until": hours.until and _moment(hours.until),
            },
            "greetings": [
                {
                    "id": one.public_id, "text": one.text or version.greeting,
                    "quick_replies": one.quick_replies, "pages": one.pages,
                    "delay_seconds": one.delay_seconds, "frequency": one.frequency,
                }
                for one in shown
            ],
        }
    )  # fmt: skip


@router.post("/{site_key}/greetings/seen", response={202: Any}, summary="Tell of greetings")
@decorate_view(takes_short_json(LONGEST_BODY))
def tell_greetings(request: Request, site_key: str, given: schemas.Seen) -> HttpResponse:
    """What became of greetings on a page, or why they were not shown. Counted by the day; of whom
    it was, nothing is kept."""
    site = sites.of_page(site_key, asking.origin_of(request), needs_origin=True)
    limiting.count_page(site.account_id, site.pk, request.address)
    told = [(one.greeting, one.outcome) for one in given.outcomes]
    with acting_for(site.account_id):
        greetings.count_outcomes(site, mask(given.page), told)
    if any(outcome == "opened" for _, outcome in told):
        visiting.opened(request, site_key)
    return JsonResponse({}, status=202)


def _plain(name: str) -> str:
    """Without controls of direction, which would turn the words around it about."""
    return re.sub("[\u202a-\u202e\u2066-\u2069]", "", name)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
