"""Exports by API: ask for one, watch it, fetch its file, end it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import F
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from ninja import Router
from ninja.decorators import decorate_view

from synaptiq.accounts.actors import Scope
from synaptiq.accounts.roles import Permission
from synaptiq.api import schemas
from synaptiq.api.authentication import check_reading
from synaptiq.api.parsing import takes_json
from synaptiq.api.requests import (
    NAMESPACE,
    READ,
    Cursor,
    IdempotencyKey,
    Limit,
    Request,
    takes_only,
)
from synaptiq.exports import actions, files, queries
from synaptiq.exports.formats import FORMATS
from synaptiq.exports.models import Export
from synaptiq.exports.states import State
from synaptiq.kit import ids, paging, ranges
from synaptiq.kit.errors import NotFound

router = Router(tags=["Exports"])

_SHOWN_OF_SPEC = ("scope", "filter", "columns", "options")


@router.post(
    "/exports",
    response={202: schemas.Export},
    summary="Request an export",
    openapi_extra={
        "responses": {
            202: {
                "headers": {
                    "Location": {
                        "description": "The address of the run.",
                        "schema": {"type": "string", "format": "uri"},
                    }
                }
            }
        }
    },
)
@decorate_view(takes_json)
def request_export(
    request: Request,
    response: HttpResponse,
    given: schemas.ExportRequest,
    idempotency_key: IdempotencyKey = None,
) -> schemas.Export:
    """Start a run; its file is made in the background. Needs the scope exports:write."""
    export = actions.request(
        request.auth, given.model_dump(exclude_unset=True), idempotency_key=idempotency_key
    )
    response["Location"] = _address("get_export", export)
    return _shown(export, export.spec.get)


@router.api_operation(READ, "/exports", response=schemas.ExportPage, summary="List exports")
def list_exports(request: Request, limit: Limit = 50, cursor: Cursor = None) -> schemas.ExportPage:
    """The account's runs, newest first. Needs the scope exports:read."""
    _check(request)
    takes_only(request, "limit", "cursor")
    # Not the whole spec: a selection of 50,000 ids is in there.
    parts = {f"spec_{key}": F(f"spec__{key}") for key in _SHOWN_OF_SPEC}
    page = paging.page(
        queries.runs().annotate(**parts),
        by="requested_at", newest_first=True, size=limit, cursor=cursor,
    )  # fmt: skip
    shown = [
        _shown(export, lambda key, e=export: getattr(e, f"spec_{key}"))  # type: ignore[misc]
        for export in page.rows
    ]
    return schemas.ExportPage(data=shown, next_cursor=page.next)


@router.api_operation(
    READ, "/exports/{export_id}", response=schemas.Export, summary="Get an export"
)
def get_export(request: Request, export_id: str) -> schemas.Export:
    """One run, to see how far it is. Needs the scope exports:read."""
    _check(request)
    export = queries.get(_checked(export_id))
    return _shown(export, export.spec.get)


@router.api_operation(
    READ,
    "/exports/{export_id}/file",
    summary="Download the file",
    openapi_extra={
        "parameters": [
            {"in": "header", "name": name, "schema": {"type": "string"}, "description": says}
            for name, says in {
                "Range": "One range of bytes, such as bytes=1048576-.",
                "If-Range": "The ETag; the part comes only if the file is still the same.",
                "If-None-Match": "The ETag of the file that you have already.",
            }.items()
        ],
        "responses": {
            200: {
                "description": "The file",
                "content": {
                    media_type: {"schema": {"type": "string", "format": "binary"}}
                    for format in FORMATS.values()
                    for media_type in (format.media_type, *(format.several or ())[1:])
                },
            },
            206: {"description": "The part that the header Range asks for"},
            304: {"description": "If-None-Match names this file"},
            416: {"description": "The range lies outside the file"},
        },
    },
)
def download_file(request: Request, export_id: str) -> HttpResponseBase:
    """The bytes of a ready run. Honours Range, If-Range and If-None-Match; the ETag is the file's
    SHA-256. Needs the scope exports:read."""
    asked = ranges.Asked.by(request)
    export = actions.download(request.auth, _checked(export_id), asked)
    return ranges.respond(
        files.open_file(export.file_key),
        asked,
        size=export.file_size,
        etag=export.sha256,
        media_type=queries.media_type(export),
        file_name=export.file_name,
    )


@router.delete("/exports/{export_id}", response=schemas.Export, summary="Cancel an export")
def cancel_export(request: Request, export_id: str) -> schemas.Export:
    """End an unfinished run. Its record stays. Needs the scope exports:write."""
    export = actions.cancel(request.auth, _checked(export_id))
    return _shown(export, export.spec.get)


def _check(request: Request) -> None:
    check_reading(request.auth, Scope.EXPORTS_READ, Permission.EXPORT, "exports")


def _checked(export_id: str) -> str:
    if not ids.is_id("exp", export_id):
        raise NotFound("There is no such export in this account.")
    return export_id


def _shown(export: Export, part: Callable[[str], Any]) -> schemas.Export:
    """`part(key)` gives that part of the run's spec."""
    state = export.state_now
    return schemas.Export(
        id=export.public_id,
        state=state,
        reason=export.reason or None,
        dataset=export.dataset,
        format=export.format,
        scope=part("scope"),
        filter=part("filter"),
        columns=part("columns"),
        options=part("options"),
        rows_total=export.rows_total,
        rows_written=export.rows_written,
        bytes=export.bytes,
        sha256=export.sha256 or None,
        file_name=export.file_name or None,
        file_url=_address("download_file", export) if state == State.READY else None,
        requested_at=export.requested_at,
        ended_at=export.ended_at,
        expires_at=export.expires_at,
    )


def _address(name: str, export: Export) -> str:
    path = reverse(f"{NAMESPACE}:{name}", kwargs={"export_id": export.public_id})
    return settings.PUBLIC_URL + path
