"""Adding, changing, tagging and deleting leads, by the same actions as on pages."""

from __future__ import annotations

from django.http import HttpResponse
from ninja.decorators import decorate_view

from synaptiq.api import schemas
from synaptiq.api.leads.routing import (
    ETAG,
    LOCATION,
    IfMatch,
    checked_id,
    checked_writer,
    made,
    router,
    shown,
    versions,
)
from synaptiq.api.parsing import takes_json
from synaptiq.api.requests import IdempotencyKey, Request
from synaptiq.leads import actions


@router.post(
    "/leads",
    response={201: schemas.Written},
    summary="Add a lead",
    openapi_extra={"responses": {201: {"headers": ETAG | LOCATION}}},
)
@decorate_view(takes_json)
def create_lead(
    request: Request, given: schemas.LeadFields, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Add a lead with at least an email, a phone number, a name or an external id. Needs the scope
    leads:write."""
    actor = checked_writer(request, "lead.created")
    fields, custom = given.parts()
    lead = actions.create_lead(
        actor, fields, custom=custom, origin="api", idempotency_key=idempotency_key
    )
    return made(actor, lead)


@router.patch(
    "/leads/{lead_id}",
    response=schemas.Written,
    summary="Change a lead",
    openapi_extra={"responses": {200: {"headers": ETAG}}},
)
@decorate_view(takes_json)
def edit_lead(
    request: Request, lead_id: str, given: schemas.LeadFields, if_match: IfMatch = None
) -> HttpResponse:
    """Change the fields that the body names: others stay, null empties one. What is already so
    changes nothing. Needs the scope leads:write."""
    actor = checked_writer(request, "lead.edited", checked_id(lead_id))
    fields, custom = given.parts()
    lead = actions.edit_lead(actor, lead_id, fields, custom=custom, version=versions(if_match))
    return shown(actor, lead.public_id, lead.version)


@router.delete(
    "/leads/{lead_id}", response={204: None}, summary="Delete a lead",
)  # fmt: skip
def delete_lead(request: Request, lead_id: str, if_match: IfMatch = None) -> HttpResponse:
    """Take a lead from lists and later exports. It can be brought back for 30 days. Needs the scope
    leads:write."""
    actor = checked_writer(request, "lead.deleted", checked_id(lead_id))
    actions.delete_lead(actor, lead_id, version=versions(if_match))
    return HttpResponse(status=204)


@router.post(
    "/leads/{lead_id}/restore",
    response=schemas.Written,
    summary="Bring a deleted lead back",
    openapi_extra={"responses": {200: {"headers": ETAG}}},
)
def restore_lead(request: Request, lead_id: str) -> HttpResponse:
    """Bring a lead back that was deleted in the last 30 days. Needs the scope leads:write."""
    actor = checked_writer(request, "lead.restored", checked_id(lead_id))
    lead = actions.restore_lead(actor, lead_id)
    return shown(actor, lead.public_id, lead.version)


@router.post(
    "/leads/{lead_id}/tags",
    response=schemas.Written,
    summary="Tag a lead",
    openapi_extra={"responses": {200: {"headers": ETAG}}},
)
@decorate_view(takes_json)
def tag_lead(request: Request, lead_id: str, given: schemas.TagChange) -> HttpResponse:
    """Add and take away tags; those that it does not name stay. Needs the scope leads:write."""
    actor = checked_writer(request, "lead.edited", checked_id(lead_id))
    lead = actions.tag_lead(actor, lead_id, add=given.add, remove=given.remove)
    return shown(actor, lead.public_id, lead.version)
