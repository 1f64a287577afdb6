"""Reading leads: pages in the order of their creation, and one lead.

Each lead is the object that a JSON export holds, to the byte. What is read here leaves the
product as surely as a file does, so each key's rows are counted into the audit log.
"""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from ninja import Router

from synaptiq.accounts.actors import Actor, Scope
from synaptiq.accounts.authentication import count_reads
from synaptiq.accounts.queries import context_of
from synaptiq.accounts.roles import Permission
from synaptiq.api import schemas
from synaptiq.api.authentication import check_reading
from synaptiq.api.parsing import check_query
from synaptiq.api.requests import READ, Cursor, Limit, Request
from synaptiq.exports import queries as exports
from synaptiq.kit import ids, paging
from synaptiq.kit.errors import NotFound
from synaptiq.kit.filters import Choice, DateRange, Kind, NumberRange, Words
from synaptiq.leads import queries
from synaptiq.leads.filters import LEAD_FILTERS

router = Router(tags=["Leads"])

_PAGING = {"limit", "cursor"}


def _hint(kind: Kind) -> str:
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
    return "Upper and lower case are the same; 1 to 200 characters."


FILTER_PARAMETERS: list[dict[str, Any]] = [
    {
        "in": "query",
        "name": one.key,
        "description": f"{one.label}. {_hint(one.kind)}",
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
def list_leads(request: Request, limit: Limit = 50, cursor: Cursor = None) -> HttpResponse:
    """The leads that the filters choose, oldest first. Needs the scope leads:read."""
    actor = _reader(request)
    given = {key: texts for key, texts in request.GET.lists() if key not in _PAGING}
    chosen = queries.matching(LEAD_FILTERS.from_text(given), context_of(actor.account))
    # The objects are read by COPY: what is needed here is which they are, and the cursor.
    chosen = chosen.only("public_id", "created_at")
    page = paging.page(chosen, by="created_at", newest_first=False, size=limit, cursor=cursor)
    objects = exports.objects("leads", [lead.public_id for lead in page.rows])
    _count(actor, len(objects))
    data = b",\n".join(objects)
    after = json.dumps(page.next).encode()
    return _json(b'{"data":[' + data + b'],"next_cursor":' + after + b"}")


@router.api_operation(READ, "/leads/{lead_id}", response=schemas.Lead, summary="Get a lead")
def get_lead(request: Request, lead_id: str) -> HttpResponse:
    """One lead. Needs the scope leads:read."""
    actor = _reader(request)
    objects = exports.objects("leads", [lead_id]) if ids.is_id("lead", lead_id) else []
    if not objects:
        raise NotFound("There is no such lead in this account; it may have been deleted.")
    _count(actor, 1)
    return _json(objects[0])


def _reader(request: Request) -> Actor:
    check_query(request)
    check_reading(request.auth, Scope.LEADS_READ, Permission.READ, "leads")
    return request.auth


def _count(actor: Actor, rows: int) -> None:
    assert actor.api_key is not None
    count_reads(actor.api_key, "leads", rows)


def _json(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/json")
