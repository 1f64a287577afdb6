"""A lead that somebody types in. A dialog, and a page without script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import wording
from synaptiq.dashboard.leads import fields
from synaptiq.dashboard.leads.fields import Field, Words
from synaptiq.dashboard.requests import SignedIn, go_to
from synaptiq.kit.errors import Refusal
from synaptiq.leads import actions, queries
from synaptiq.leads.models import CUSTOM, Lead

# What is asked at once; the rest unfolds.
FIRST = ("name", "email", "phone", "company", "status", "assigned_to")
MOST_ALIKE = 3


@dataclass(frozen=True)
class Asked:
    """A field of the form with what was typed, and what is wrong with it."""

    field: Field
    typed: str
    error: str


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "lead.created")
def add(request: SignedIn) -> HttpResponse:
    """The form; posted, a new lead, and its page. Somebody with this email or phone is shown first,
    and the second press means it."""
    known = [*fields.OWN, *Words().custom()]
    typed = {field.key: request.POST.get(field.key, "") for field in known}
    errors: dict[str, str] = {}
    alike: list[Lead] = []
    # Whoever means it is not asked again, unless about another email or phone.
    ways = " ".join((typed["email"].strip(), typed["phone"].strip()))
    is_meant = request.POST.get("anyway") == ways
    if request.method == "POST":
        if not is_meant:
            alike = queries.of_person(typed["email"], typed["phone"], most=MOST_ALIKE)
        if not alike:
            made = _make(request, known, typed, errors)
            if made is not None:
                messages.success(request, f"{str(made)[:80]} is added.")
                return go_to(request, reverse("leads:lead", args=[made.public_id]))
    else:
        typed["status"] = "new"
    asked = {
        field.key: Asked(field, typed[field.key], errors.pop(field.key, "")) for field in known
    }
    more = [one for key, one in asked.items() if key not in FIRST]
    context = {
        "first": [asked[key] for key in FIRST],
        # Whoever is asked whether this is meant is at the button that says so.
        "focused": "" if alike else next((k for k, one in asked.items() if one.error), FIRST[0]),
        "more": more,
        "unfolded": any(one.typed or one.error for one in more),
        "error": " ".join(errors.values()),
        "alike": alike,
        "anyway": ways if alike or is_meant else "",
        "people": fields.people(),
    }
    kind = "dialog" if request.htmx else "page"
    refused = alike or errors or any(one.error for one in asked.values())
    status = 422 if refused and not request.htmx else 200
    return render(request, f"dashboard/leads/add_{kind}.html", context, status=status)


def _make(
    request: SignedIn, known: list[Field], typed: dict[str, str], errors: dict[str, str]
) -> Lead | None:
    """The new lead; or None, and what is wrong by the field's key in `errors`."""
    given: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    for field in known:
        value = fields.read(field, typed[field.key])
        if value is not None and field.key.startswith(CUSTOM):
            custom[field.key.removeprefix(CUSTOM)] = value
        elif value is not None:
            given[field.key] = value
    try:
        return actions.create_lead(request.actor, given, custom=custom)
    except Refusal as refusal:
        if refusal.status not in {409, 422}:
            raise
        by_key = {
            key.replace("custom_properties.", CUSTOM): text
            for key, text in refusal.by_field().items()
        }
        named = {field.key: field for field in known}
        for key, text in by_key.items():
            errors[key] = wording.sentence(text, named[key].label if key in named else "")
        return None
