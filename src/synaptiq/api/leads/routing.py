"""What all endpoints of leads share: the router, who may write, a lead as the answer."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from ninja import Header, Router

from synaptiq.accounts import audit
from synaptiq.accounts.actors import Actor, Scope
from synaptiq.accounts.authentication import count_reads
from synaptiq.accounts.roles import Permission
from synaptiq.api.authentication import check_reading
from synaptiq.api.parsing import check_query
from synaptiq.api.requests import NAMESPACE, Request, takes_only
from synaptiq.exports import queries as exports
from synaptiq.kit import ids
from synaptiq.kit.errors import Malformed, NotFound
from synaptiq.leads import queries
from synaptiq.leads.models import Lead

router = Router(tags=["Leads"])

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of the lead as you read it. If it has changed since, nothing is "
        "written, and the answer is 412.",
    ),
]
# What every version of a lead is in: `If-Match: *` asks only that there be one.
ANY_VERSION = range(2**31)
_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_TAGS = re.compile(rf"{_TAG}(?:[ \t]*,[ \t]*{_TAG})*")
_OURS = re.compile(r'(?<!/)"(\d{1,10})"', re.ASCII)
ETAG: dict[str, Any] = {
    "ETag": {
        "description": "The version of the lead, for `If-Match`.",
        "schema": {"type": "string"},
    }
}
LOCATION: dict[str, Any] = {
    "Location": {
        "description": "The address of what was made.",
        "schema": {"type": "string", "format": "uri"},
    }
}


def checked_reader(request: Request, dataset: str = "leads") -> Actor:
    """Who reads, after their scope and right were asked; a denial is in the log."""
    check_query(request)
    check_reading(request.auth, Scope.LEADS_READ, Permission.READ, dataset)
    return request.auth


def checked_writer(request: Request, action: str, target: str = "") -> Actor:
    """Who writes, after the key's scope was asked; the action itself asks for the right. A denial
    is in the log as that action's, so `target` is an id that was checked for its shape."""
    takes_only(request)
    with audit.denials(request.auth, action, target=target):
        request.auth.check_scope(Scope.LEADS_WRITE)
    return request.auth


def checked_id(lead_id: str) -> str:
    if not ids.is_id("lead", lead_id):
        raise NotFound(queries.NO_LEAD)
    return lead_id


def versions(if_match: str | None) -> Collection[int] | None:
    """The versions that the header If-Match would do with; None without one.

    Entity tags that are not of a lead's shape, and weak ones, match nothing, as HTTP has it.
    """
    if if_match is None:
        return None
    given = if_match.strip(" \t")
    if given == "*":
        return ANY_VERSION
    if not _TAGS.fullmatch(given):
        raise Malformed('If-Match is no entity tag; send the ETag with its quotes, like "7".')
    return [int(found) for found in _OURS.findall(given)]


def shown(actor: Actor, lead_id: str, version: int, *, status: int = 200) -> HttpResponse:
    """A lead as a JSON export has it, counted as read; to a key that may only write, its id alone,
    or a change that changes nothing would be a way to read any lead.

    `version` was read before: if the lead changes meanwhile, an `If-Match` with this answer's ETag
    fails, and never passes for what was not seen.
    """
    if actor.has_scope(Scope.LEADS_READ):
        objects = exports.objects("leads", [lead_id])
        if not objects:
            raise NotFound(queries.NO_LEAD)
        count(actor, "leads", 1)
        response = as_json(objects[0], status)
    else:
        response = as_json(json.dumps({"id": lead_id}).encode(), status)
    response["ETag"] = f'"{version}"'
    return response


def made(actor: Actor, lead: Lead) -> HttpResponse:
    """The answer 201 with where the lead is."""
    response = shown(actor, lead.public_id, lead.version, status=201)
    response["Location"] = address("get_lead", lead_id=lead.public_id)
    return response


def address(name: str, **ids: str) -> str:
    """The absolute address of an operation."""
    return settings.PUBLIC_URL + reverse(f"{NAMESPACE}:{name}", kwargs=ids)


def count(actor: Actor, dataset: str, rows: int) -> None:
    assert actor.api_key is not None
    count_reads(actor.api_key, dataset, rows)


def as_json(body: bytes, status: int = 200) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="application/json")
