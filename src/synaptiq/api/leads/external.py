"""One lead by the id that another system knows it by: changed, or added where there is none."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Path
from ninja.decorators import decorate_view

from synaptiq.api import schemas
from synaptiq.api.leads.routing import (
    ETAG,
    LOCATION,
    IfMatch,
    checked_writer,
    made,
    router,
    shown,
    versions,
)
from synaptiq.api.parsing import takes_json
from synaptiq.api.requests import Request
from synaptiq.leads import actions

ExternalId = Annotated[str, Path(description="What the lead is called in your system.")]


@router.patch(
    "/leads/external/{path:external_id}",
    response={200: schemas.Written, 201: schemas.Written},
    summary="Change or add a lead by external id",
    openapi_extra={"responses": {200: {"headers": ETAG}, 201: {"headers": ETAG | LOCATION}}},
)
@decorate_view(takes_json)
def upsert_lead(
    request: Request,
    external_id: ExternalId,
    given: schemas.LeadFields,
    if_match: IfMatch = None,
) -> HttpResponse:
    """Change the lead of this external id as `PATCH /api/v1/leads/{lead_id}` does (200), or add one
    (201). What is already so changes nothing, so the same request may be sent any number of
    times. With `If-Match` no lead is added. Needs the scope leads:write."""
    actor = checked_writer(request, "lead.edited")
    fields, custom = given.parts()
    lead, is_new = actions.upsert_lead(
        actor, external_id, fields, custom=custom, version=versions(if_match), origin="api"
    )
    return made(actor, lead) if is_new else shown(actor, lead.public_id, lead.version)
