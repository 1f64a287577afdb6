"""What the team wrote about a lead."""

from __future__ import annotations

from django.http import HttpResponse
from ninja.decorators import decorate_view

from synaptiq.api import schemas
from synaptiq.api.leads.routing import (
    LOCATION,
    address,
    checked_id,
    checked_reader,
    checked_writer,
    count,
    router,
)
from synaptiq.api.parsing import takes_json
from synaptiq.api.requests import READ, Cursor, IdempotencyKey, Limit, Request, takes_only
from synaptiq.kit import ids, paging
from synaptiq.kit.errors import NotFound
from synaptiq.leads import actions, queries
from synaptiq.leads.models import Note


@router.api_operation(
    READ, "/leads/{lead_id}/notes", response=schemas.NotePage, summary="List a lead's notes"
)
def list_notes(
    request: Request, lead_id: str, limit: Limit = 50, cursor: Cursor = None
) -> schemas.NotePage:
    """The notes about a lead, newest first. Needs the scope leads:read."""
    actor = checked_reader(request, "notes")
    takes_only(request, "limit", "cursor")
    page = paging.page(
        queries.note_rows(queries.get(checked_id(lead_id))),
        by="created_at", newest_first=True, size=limit, cursor=cursor,
    )  # fmt: skip
    count(actor, "notes", len(page.rows))
    return schemas.NotePage(data=[_shown(note) for note in page.rows], next_cursor=page.next)


@router.post(
    "/leads/{lead_id}/notes",
    response={201: schemas.Note},
    summary="Write a note",
    openapi_extra={"responses": {201: {"headers": LOCATION}}},
)
@decorate_view(takes_json)
def add_note(
    request: Request,
    response: HttpResponse,
    lead_id: str,
    given: schemas.NoteFields,
    idempotency_key: IdempotencyKey = None,
) -> schemas.Note:
    """Write a note as the key's member. Who is mentioned as @alex@yourteam.com is told. Needs the
    scope leads:write."""
    actor = checked_writer(request, "note.added", checked_id(lead_id))
    note = actions.add_note(actor, lead_id, given.text, idempotency_key=idempotency_key)
    response["Location"] = address("edit_note", note_id=note.public_id)
    return _shown(note)


@router.patch("/notes/{note_id}", response=schemas.Note, summary="Change a note")
@decorate_view(takes_json)
def edit_note(request: Request, note_id: str, given: schemas.NoteFields) -> schemas.Note:
    """Change a note that the key's member wrote. Needs the scope leads:write."""
    actor = checked_writer(request, "note.edited", _checked_note(note_id))
    return _shown(actions.edit_note(actor, note_id, given.text))


@router.delete("/notes/{note_id}", response={204: None}, summary="Delete a note")
def delete_note(request: Request, note_id: str) -> HttpResponse:
    """Delete a note that the key's member wrote; an Admin's key also those of others. Needs the
    scope leads:write."""
    actor = checked_writer(request, "note.deleted", _checked_note(note_id))
    actions.delete_note(actor, note_id)
    return HttpResponse(status=204)


def _checked_note(note_id: str) -> str:
    if not ids.is_id("note", note_id):
        raise NotFound(queries.NO_NOTE)
    return note_id


def _shown(note: Note) -> schemas.Note:
    return schemas.Note(
        id=note.public_id,
        lead_id=note.lead.public_id,
        text=note.text,
        author=note.member.user.email if note.member else None,
        created_at=note.created_at,
        edited_at=note.edited_at,
    )
