"""A lead's fields, edited in place: a row of the page turns into its form and back.

Without script the form is a small page of its own.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import wording
from synaptiq.dashboard.leads import activity, fields
from synaptiq.dashboard.leads.fields import Field, Words
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit.errors import Refusal
from synaptiq.leads import actions, queries
from synaptiq.leads.actions import Edited, changes
from synaptiq.leads.models import CUSTOM, MILESTONES, ORIGINS, Lead

MOST_TAGS_PROPOSED = 200


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "lead.edited")
def field(request: SignedIn, public_id: str, key: str) -> HttpResponse:
    """The form of one field, or (`read`) its row; saving. The form carries what its editor saw."""
    lead = queries.get(public_id)
    words = Words()
    chosen = words.named(key)
    if request.method != "POST":
        if "read" in request.GET:
            return HttpResponse(_row(request, lead, chosen, words))
        return _form(request, lead, chosen, fields.text_of(chosen, changes.value(lead, key)))
    typed, was = request.POST.get("value", ""), fields.seen(request.POST)
    if typed == fields.text_of(chosen, was):
        # Nothing was changed, so nothing is written: also a choice that is offered no more stays.
        return _saved(request, lead, chosen, words, "")
    given = fields.read(chosen, typed)
    is_custom = key.startswith(CUSTOM)
    try:
        lead = actions.edit_lead(
            request.actor,
            public_id,
            {} if is_custom else {key: given},
            custom={key.removeprefix(CUSTOM): given} if is_custom else None,
            was={key: was},
        )
    except Edited as edited:
        lead = queries.get(public_id)
        now = edited.theirs[key]
        return _form(request, lead, chosen, typed, theirs=_theirs(lead, key, now, words))
    except Refusal as refusal:
        if refusal.status not in {409, 422}:
            raise
        return _form(request, lead, chosen, typed, error=sentence(chosen, refusal))
    return _saved(
        request, lead, chosen, words, f"{chosen.said[:1].upper()}{chosen.said[1:]} saved."
    )


@require_POST
@needs(Permission.EDIT, "lead.edited")
def tags(request: SignedIn, public_id: str) -> HttpResponse:
    """Add what was typed (several with commas between), take away what was pressed."""
    typed = request.POST.get("add", "")
    removed = request.POST.getlist("remove")
    added = [] if removed else [one for one in typed.split(",") if one.strip()]
    try:
        lead = actions.tag_lead(request.actor, public_id, add=added, remove=removed)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        lead = queries.get(public_id)
        context = tag_context(lead) | {"may_edit": True, "typed": typed}
        context["error"] = sentence(Field("tags", "This tag"), refusal)
        return _answer(request, lead, Words(), "dashboard/leads/tags.html", context)
    said = f"Tag {', '.join(removed)} removed." if removed else ""
    if added:
        said = f"Tag {', '.join(' '.join(one.split()) for one in added)} added."
    context = tag_context(lead) | {"may_edit": True, "typed": typed if removed else ""}
    return _answer(request, lead, Words(), "dashboard/leads/tags.html", context, said=said)


def tag_context(lead: Lead) -> dict[str, Any]:
    """What the row of tags shows: those of the lead, and those that a person may mean."""
    known = [name for name in queries.tag_names(MOST_TAGS_PROPOSED) if name not in lead.tags]
    return {"lead": lead, "known_tags": known}


def row_context(request: SignedIn, lead: Lead, field: Field, words: Words) -> dict[str, Any]:
    """A field in its reading state."""
    value = changes.value(lead, field.key)
    return {
        "lead": lead,
        "field": field,
        "value": value,
        "text": words.of(field.key, value),
        "address": re.sub(r"^https?://(www\.)?", "", str(value)).rstrip("/"),
        "may_edit": request.actor.can(Permission.EDIT),
        "me": request.actor.member,
    }


def sentence(field: Field, refusal: Refusal) -> str:
    """What is wrong and what to do, as it stands beside the field."""
    by_field = refusal.by_field()
    text = by_field.get(field.key) or by_field.get(field.key.replace(CUSTOM, "custom_properties."))
    return wording.sentence(text or next(iter(by_field.values())), field.label)


def _theirs(lead: Lead, key: str, now: Any, words: Words) -> dict[str, Any]:
    """Who changed the field meanwhile, to what, and when."""
    event = queries.last_change(lead, key)
    who = activity.who(event) if event else "Somebody"
    return {
        "who": who, "value": now, "text": words.of(key, now), "at": event.at if event else None
    }  # fmt: skip


def _form(
    request: SignedIn,
    lead: Lead,
    field: Field,
    typed: str,
    *,
    error: str = "",
    theirs: dict[str, Any] | None = None,
) -> HttpResponse:
    value = theirs["value"] if theirs else changes.value(lead, field.key)
    if request.method == "POST" and not theirs:
        # A second try is still about what the editor saw at first.
        value = fields.seen(request.POST)
    options = list(field.options)
    if field.kind == "choice" and typed and typed not in dict(options):
        options.append((typed, typed))
    context = {
        "lead": lead,
        "field": field,
        "was": json.dumps(value),
        "typed": typed,
        "options": options,
        "people": fields.people() if field.kind == "member" else [],
        "me": request.actor.member,
        "error": error,
        "theirs": theirs,
    }
    if request.htmx:
        status = 422 if error or theirs else 200
        return render(request, "dashboard/leads/field_form.html", context, status=status)
    status = 409 if theirs else 422 if error else 200
    return render(request, "dashboard/leads/field_page.html", context, status=status)


def _row(request: SignedIn, lead: Lead, field: Field, words: Words) -> str:
    context = row_context(request, lead, field, words)
    return render_to_string("dashboard/leads/field.html", context, request)


def _saved(request: SignedIn, lead: Lead, field: Field, words: Words, said: str) -> HttpResponse:
    context = row_context(request, lead, field, words)
    return _answer(request, lead, words, "dashboard/leads/field.html", context, said=said)


def _answer(
    request: SignedIn,
    lead: Lead,
    words: Words,
    template: str,
    context: dict[str, Any],
    *,
    said: str = "",
) -> HttpResponse:
    """The row, and what else of the page has changed with it; without script, the page."""
    error = context.get("error", "")
    if not request.htmx:
        if error:
            messages.error(request, error)
        address = reverse("leads:lead", args=[lead.public_id])
        return HttpResponseRedirect(f"{address}#about")
    html = render_to_string(template, context, request)
    if said:
        html += render_to_string(
            "dashboard/leads/beside.html", beside(request, lead, words), request
        )
    response = HttpResponse(html, status=422 if error else 200)
    return activity.saying(response, said) if said else response


def beside(request: SignedIn, lead: Lead, words: Words) -> dict[str, Any]:
    """What a change also shows elsewhere: the head, the dates, and the newest of the stream."""
    stream = activity.context(request, lead, words)
    return {"lead": lead, "oob": True} | facts(request, lead) | stream


def facts(request: SignedIn, lead: Lead) -> dict[str, Any]:
    """What the page says of a lead besides its fields: where it came from, what it reached when."""
    ways = [(label, getattr(lead, name)) for name, label in MILESTONES.items()]
    return {
        "origin": ORIGINS[lead.origin],
        "milestones": [(label, at) for label, at in ways if at],
        "me": request.actor.member,
        "assigned_was": json.dumps(changes.value(lead, "assigned_to")),
    }
