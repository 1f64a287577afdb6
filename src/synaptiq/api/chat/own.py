"""What a visitor may do with what is theirs: have it sent, and have it erased."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from ninja import Router
from ninja.decorators import decorate_view

from synaptiq.agent import actions as agents
from synaptiq.api.chat import asking, schemas
from synaptiq.api.chat.messages import LONGEST_BODY
from synaptiq.api.parsing import takes_short_json
from synaptiq.exports import transcripts
from synaptiq.kit.requests import Request

router = Router(tags=["Chat"])


@router.post("/{site_key}/transcript", response={202: Any}, summary="Send the transcript")
@decorate_view(takes_short_json(LONGEST_BODY))
def send_transcript(request: Request, site_key: str, given: schemas.Transcript) -> HttpResponse:
    """Have the conversation sent to an email address, as a text file."""
    transcripts.ask(
        site_key, given.email, token=asking.token_of(request.headers.get("Authorization")),
        conversation=given.conversation_id, origin=asking.origin_of(request),
        address=request.address,
    )  # fmt: skip
    return JsonResponse({}, status=202)


@router.post("/{site_key}/erase", response={200: Any}, summary="Erase the visitor's data")
@decorate_view(takes_short_json(LONGEST_BODY))
def erase(request: Request, site_key: str, given: schemas.Erasing) -> HttpResponse:
    """Have all that is known of the visitor erased. `conversations` is how many there were."""
    count = agents.erase_visitor(
        site_key, token=asking.token_of(request.headers.get("Authorization")),
        origin=asking.origin_of(request), address=request.address,
    )  # fmt: skip
    return JsonResponse({"conversations": count})
