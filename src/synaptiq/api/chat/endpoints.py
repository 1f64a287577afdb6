"""What a visitor's browser sends beside messages (`messages.py`), and the greeting it shows."""

from __future__ import annotations

from typing import Any, NoReturn

from django.http import Http404, HttpResponse, JsonResponse
from ninja import Router
from ninja.decorators import decorate_view

from synaptiq.agent import queries as agents
from synaptiq.agent import suggesting
from synaptiq.api.chat import asking, schemas
from synaptiq.api.chat import visiting as visits
from synaptiq.api.chat.messages import LONGEST_BODY
from synaptiq.api.parsing import takes_short_json
from synaptiq.conversations import actions, telling, visiting
from synaptiq.conversations import greeting as opening
from synaptiq.conversations.visiting import Visit
from synaptiq.kit.requests import Request
from synaptiq.meetings import queries as meetings
from synaptiq.meetings import values as meeting_values
from synaptiq.meetings.actions import reserve

router = Router(tags=["Chat"])


@router.get("/{site_key}/greeting", response={200: Any}, summary="Get the greeting")
def get_greeting(request: Request, site_key: str, greeting: str | None = None) -> HttpResponse:
    """What the agent says before the visitor has said anything, or one of the site's greetings.
    `greeting` is for the first message, within 30 minutes: then it stands at the beginning of the
    conversation."""
    shown = opening.show(
        site_key, origin=asking.origin_of(request), address=request.address,
        now=agents.current_version, rule=greeting,
    )  # fmt: skip
    if greeting is None:
        # A greeting of the site's is asked for while the chat is still closed.
        visits.opened(request, site_key)
    return JsonResponse(
        {
            "text": shown.text, "name": shown.agent_name,
            "quick_replies": list(shown.quick_replies),
            "greeting": opening.sign(site_key, shown),
        }
    )  # fmt: skip


@router.post("/{site_key}/person", response={202: Any}, summary="Ask for a person")
@decorate_view(takes_short_json(LONGEST_BODY))
def ask_for_person(request: Request, site_key: str, given: schemas.Of) -> HttpResponse:
    """Ask that a person of the team joins. The agent goes on answering until one does."""
    here = _visit(request, site_key, given)
    actions.request_person(here.account_id, here.conversation_pk)
    return JsonResponse({"conversation_id": here.conversation}, status=202)


@router.post("/{site_key}/close", response={202: Any}, summary="End the conversation")
@decorate_view(takes_short_json(LONGEST_BODY))
def close_conversation(request: Request, site_key: str, given: schemas.Of) -> HttpResponse:
    """End it for good. The visitor's next message begins another. Ending it twice does nothing."""
    here = _visit(request, site_key, given)
    actions.close_for_visitor(here.account_id, here.conversation_pk)
    return JsonResponse({"conversation_id": here.conversation}, status=202)


@router.post("/{site_key}/typing", response={202: Any}, summary="Tell of typing")
@decorate_view(takes_short_json(LONGEST_BODY))
def tell_typing(request: Request, site_key: str, given: schemas.Of) -> HttpResponse:
    """The visitor types, which members who look on see for six seconds. Kept nowhere. Ask at most
    every three seconds."""
    here = _visit(request, site_key, given)
    if not here.is_closed:
        telling.visitor_types(here.account_id, here.conversation_pk)
    return JsonResponse({"conversation_id": here.conversation}, status=202)


@router.post("/{site_key}/activity", response={202: Any}, summary="Tell of activity")
@decorate_view(takes_short_json(LONGEST_BODY))
def tell_activity(request: Request, site_key: str, given: schemas.Activity) -> HttpResponse:
    """How long the panel was open and seen so far, whether the scheduler was opened, whether a slot
    was picked."""
    here = _visit(request, site_key, given)
    actions.note_activity(
        here.account_id, here.conversation_pk, active_seconds=given.active_seconds,
        scheduler_opened=given.scheduler_opened, slot_picked=given.slot_picked,
    )  # fmt: skip
    return JsonResponse({"conversation_id": here.conversation}, status=202)


@router.get("/{site_key}/slots", response={200: Any}, summary="List free times")
def list_slots(
    request: Request, site_key: str, zone: str, conversation_id: str | None = None
) -> HttpResponse:
    """When a meeting can be booked: days of that time zone that have free starts. `suggested` is
    the one that the visitor spoke of (`is_it`), or that is next to it."""
    here = visiting.visit(
        site_key, token=asking.token_of(request.headers.get("Authorization")),
        conversation=conversation_id, origin=asking.origin_of(request), address=request.address,
        needs_origin=False,
    )  # fmt: skip
    zone = meeting_values.zone(zone)
    found = meetings.offered(here.account_id, here.conversation_pk)
    shown = found.days(zone)
    days = [
        {"date": day.isoformat(), "starts": [meeting_values.said(start) for start in starts]}
        for day, starts in shown
    ]
    every = [start for _, starts in shown for start in starts]
    near = suggesting.suggested(here.account_id, here.conversation_pk, every, zone)
    return JsonResponse(
        {
            "zone": zone, "minutes": found.calendar.minutes, "name": found.name, "days": days,
            "suggested": near and {
                "starts_at": meeting_values.said(near.start), "is_it": near.is_it,
                "is_near": near.is_near,
            },
        }
    )  # fmt: skip


@router.post("/{site_key}/slots/hold", response={200: Any}, summary="Hold a free time")
@decorate_view(takes_short_json(LONGEST_BODY))
def hold_slot(request: Request, site_key: str, given: schemas.Hold) -> HttpResponse:
    """Keep a start for this visitor for five minutes, instead of another that they had kept."""
    here = _visit(request, site_key, given)
    kept = reserve(
        here.account_id, here.conversation_pk, meeting_values.slot(given.starts_at, given.zone),
        address=request.address,
    )  # fmt: skip
    assert kept.expires_at is not None
    return JsonResponse(
        {
            "starts_at": meeting_values.said(kept.starts_at),
            "held_until": meeting_values.said(kept.expires_at),
        }
    )


@router.api_operation(
    ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"], "/{path:rest}", include_in_schema=False
)
def nothing_here(request: Request, rest: str) -> NoReturn:
    """Whatever is no address of the chat: told so, and not asked for a form's token first."""
    raise Http404


def _visit(request: Request, site_key: str, given: schemas.Of) -> Visit:
    return visiting.visit(
        site_key, token=asking.token_of(request.headers.get("Authorization")),
        conversation=given.conversation_id, origin=asking.origin_of(request),
        address=request.address,
    )  # fmt: skip
