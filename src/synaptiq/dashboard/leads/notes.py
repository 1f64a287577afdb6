"""Notes about a lead: writing one, changing and deleting one's own."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.leads import activity, editing, fields
from synaptiq.dashboard.leads.fields import Field
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit.errors import Invalid, NotFound
from synaptiq.leads import actions, queries
from synaptiq.leads.models import Lead, Note

_FIELD = Field("text", "A note")


@require_POST
@needs(Permission.EDIT, "note.added")
def add(request: SignedIn, public_id: str) -> HttpResponse:
    """Write a note; the stream shows it, and the field is empty again."""
    text, error = request.POST.get("text", ""), ""
    lead = queries.get(public_id)
    try:
        actions.add_note(request.actor, public_id, text)
    except Invalid as invalid:
        error = editing.sentence(_FIELD, invalid)
    if not request.htmx:
        if error:
            return _page(request, lead, None, text, error)
        return _to_lead(public_id)
    context = composer(lead) | {"text": text if error else "", "error": error}
    html = render_to_string("dashboard/leads/composer.html", context, request)
    if error:
        return HttpResponse(html, status=422)
    beside = editing.beside(request, queries.get(public_id), fields.Words())
    html += render_to_string("dashboard/leads/beside.html", beside, request)
    return activity.saying(HttpResponse(html), "Note added.")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "note.edited")
def edit(request: SignedIn, public_id: str, note_id: str) -> HttpResponse:
    """The form of a note, or (`read`) the note; saving."""
    note = _of(public_id, note_id)
    if request.method != "POST":
        if "read" in request.GET:
            return _shown(request, note)
        return _form(request, note, note.text, "")
    text = request.POST.get("text", "")
    try:
        actions.edit_note(request.actor, note_id, text)
    except Invalid as invalid:
        return _form(request, note, text, editing.sentence(_FIELD, invalid))
    if not request.htmx:
        return _to_lead(public_id)
    return activity.saying(_shown(request, _of(public_id, note_id)), "Note saved.")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "note.deleted")
def delete(request: SignedIn, public_id: str, note_id: str) -> HttpResponse:
    """Ask first, then take the note away."""
    note = _of(public_id, note_id)
    context = {"note": note, "lead": note.lead}
    if request.method != "POST":
        form = "note_delete_dialog" if request.htmx else "note_delete"
        return render(request, f"dashboard/leads/{form}.html", context)
    actions.delete_note(request.actor, note_id)
    if not request.htmx:
        return _to_lead(public_id)
    response = render(request, "dashboard/leads/note_deleted.html", context)
    return activity.saying(response, "Note deleted.", **{"close-dialog": True})


def composer(lead: Lead) -> dict[str, Any]:
    """What the field for a new note shows."""
    return {"lead": lead, "people": fields.people()}


def _of(lead_id: str, note_id: str) -> Note:
    note = queries.note(note_id)
    if note.lead.public_id != lead_id:
        raise NotFound(queries.NO_NOTE)
    return note


def _shown(request: SignedIn, note: Note) -> HttpResponse:
    context = {"entry": activity.note_entry(request, note), "lead": note.lead}
    return render(request, "dashboard/leads/note.html", context)


def _form(request: SignedIn, note: Note, text: str, error: str) -> HttpResponse:
    if not request.htmx:
        return _page(request, note.lead, note, text, error)
    context = composer(note.lead) | {"note": note, "text": text, "error": error}
    status = 422 if error else 200
    return render(request, "dashboard/leads/note_form.html", context, status=status)


def _page(request: SignedIn, lead: Lead, note: Note | None, text: str, error: str) -> HttpResponse:
    context = {"lead": lead, "note": note, "text": text, "error": error}
    status = 422 if error else 200
    return render(request, "dashboard/leads/note_page.html", context, status=status)


def _to_lead(public_id: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("leads:lead", args=[public_id]) + "#activity")
