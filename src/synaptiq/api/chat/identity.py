"""A visitor for whom the customer's server vouches."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from ninja import Router
from ninja.decorators import decorate_view

from synaptiq.api.chat import asking, schemas
from synaptiq.api.chat.messages import LONGEST_BODY
from synaptiq.api.parsing import takes_short_json
from synaptiq.conversations import identifying
from synaptiq.kit.requests import Request

router = Router(tags=["Chat"])


@router.post("/{site_key}/identify", response={200: Any}, summary="Identify the visitor")
@decorate_view(takes_short_json(LONGEST_BODY))
def identify(request: Request, site_key: str, given: schemas.Identity) -> HttpResponse:
    """Say who the visitor is, by a JWT that the customer's server signed. From then on the visitor
    is that person, on all their devices, and has the token of the answer."""
    found = identifying.identify(
        site_key, given.token, visitor_token=asking.token_of(request.headers.get("Authorization")),
        origin=asking.origin_of(request), address=request.address,
    )  # fmt: skip
    return JsonResponse({"visitor_token": found.token, "conversation_id": found.conversation})
