"""Reading leads: pages in the order of their creation, and one lead.

Each lead is the object that a JSON export holds, to the byte. What is read here leaves the
product as surely as a file does, so each key's rows are counted into the audit log.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.http import HttpResponse, HttpResponsePermanentRedirect
from ninja import Query

from synaptiq.accounts.queries import context_of
from synaptiq.api import schemas
from synaptiq.api.leads.routing import (
    ETAG,
    LOCATION,
    as_json,
    checked_id,
    checked_reader,
    count,
    router,
    shown,
)
from synaptiq.api.requests import READ, Cursor, Limit, Request
from synaptiq.exports import queries as exports
from synaptiq.kit.filters import Choice, DateRange, Kind, NumberRange, Properties, Words
from synaptiq.leads import queries
from synaptiq.leads.filters import LEAD_FILTERS, SORTS

# What comes later stands behind what is read already, so a reader in this order misses nothing.
DEFAULT_SORT = "created"
_OWN = {"limit", "cursor", "sort"}

SortBy = Annotated[
    str,
    Query(
        alias="sort",
        description=f"One of {', '.join(SORTS)}; with a minus before it, the other way around.",
    ),
]


def hint(kind: Kind) -> str:
    """How a filter's value is written in an address."""
    if isinstance(kind, Choice):
        return f"One or more of {', '.join(kind.options)}; separated by commas."
    if isinstance(kind, Words):
        return "One or more, separated by commas."
    if isinstance(kind, DateRange):
        return (
            "Whole days in the account's timezone, as 2026-03-01..2026-03-31; "
            "either end may be left out."
        )
    if isinstance(kind, NumberRange):
        return f"From {kind.lowest} to {kind.highest}, as 70..100; either end may be left out."
    if isinstance(kind, Properties):
        return "As slug:value; given several times, all must hold."
    return "Upper and lower case are the same; 3 to 200 characters."


FILTER_PARAMETERS: list[dict[str, Any]] = [
    {
        "in": "query",
        "name": one.key,
        "description": f"{one.label}. {hint(one.kind)}",
        "schema": {"type": "string"},
        "required": False,
    }
    for one in LEAD_FILTERS.filters
]


@router.api_operation(
    READ,
    "/leads",
    response=schemas.LeadPage,
    summary="List leads",
    openapi_extra={"parameters": FILTER_PARAMETERS},
)
def list_leads(
    request: Request, limit: Limit = 50, cursor: Cursor = None, sort: SortBy = DEFAULT_SORT
) -> HttpResponse:
    """The leads that the filters choose, the oldest first unless `sort` says otherwise. Needs the
    scope leads:read."""
    actor = checked_reader(request)
    given = {key: texts for key, texts in request.GET.lists() if key not in _OWN}
    values, context = LEAD_FILTERS.from_text(given), context_of(actor.account)
    page = queries.listing(values, context, sort=sort, size=limit, cursor=cursor).page
    # The objects are read by COPY, which has the order of a file: here is which they are.
    objects = {
        json.loads(one)["id"]: one
        for one in exports.objects("leads", [lead.public_id for lead in page.rows])
    }
    count(actor, "leads", len(objects))
    data = b",\n".join(objects[lead.public_id] for lead in page.rows if lead.public_id in objects)
    after = json.dumps(page.next).encode()
    return as_json(b'{"data":[' + data + b'],"next_cursor":' + after + b"}")


@router.api_operation(
    READ,
    "/leads/{lead_id}",
    response=schemas.Lead,
    summary="Get a lead",
    openapi_extra={
        "responses": {
            200: {"headers": ETAG},
            301: {"description": "It was merged into the lead at `Location`.", "headers": LOCATION},
        }
    },
)
def get_lead(request: Request, lead_id: str) -> HttpResponse:
    """One lead; of one that was merged into another, the way there (301). Needs the scope
    leads:read."""
    actor = checked_reader(request)
    survivor = queries.merged_into(checked_id(lead_id))
    if survivor is not None:
        return HttpResponsePermanentRedirect(f"/api/v1/leads/{survivor}")
    lead = queries.get(lead_id)
    return shown(actor, lead.public_id, lead.version)
