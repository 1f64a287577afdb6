"""Merging two leads: finding the other one, choosing what is kept, and doing it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from synaptiq.accounts.queries import context_of
from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import wording
from synaptiq.dashboard.leads.fields import Words
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit.errors import Invalid, OutOfDate
from synaptiq.leads import actions, queries
from synaptiq.leads.actions import Plan
from synaptiq.leads.filters import LEAD_FILTERS
from synaptiq.leads.models import MILESTONES, Lead

MOST_FOUND = 8


@dataclass(frozen=True)
class Choice:
    """A field of which both leads say something: what each says, and which one is ticked."""

    key: str
    label: str
    sides: list[tuple[Lead, str, bool]]


@require_safe
@needs(Permission.EDIT)
def find(request: SignedIn, public_id: str) -> HttpResponse:
    """The search for the other lead; as it opens, leads with the same email, phone or name."""
    lead = queries.get(public_id)
    asked = request.GET.get("q", "").strip()[:200]
    found, problem = list[Lead](), ""
    try:
        found = _found(request, lead, asked) if asked else _alike(request, lead)
    except Invalid as invalid:
        problem = wording.sentence(invalid.by_field()["text"])
    context = {"lead": lead, "asked": asked, "found": found, "problem": problem}
    template = "merge_found" if request.htmx else "merge_find"
    return render(request, f"dashboard/leads/{template}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "lead.merged")
def merge(request: SignedIn, public_id: str, other_id: str) -> HttpResponse:
    """What becomes of these two, field by field; then merging them."""
    both = queries.get(public_id), queries.get(other_id)
    plan, problem, status = actions.plan_merge(*both), "", 200
    picked = {
        key.removeprefix("keep."): str(value)
        for key, value in request.POST.items()
        if key.startswith("keep.")
    }
    if request.method == "POST":
        try:
            survivor = actions.merge_leads(
                request.actor, public_id, other_id, picked, seen=_seen(request, plan)
            )
        except OutOfDate:
            problem, status = (
                "One of them has changed since you looked. This is how it is now.",
                409,
            )
        except Invalid as invalid:
            words, wrong = Words(), invalid.by_field()
            problem, status = (
                " ".join(wording.sentence(v, words.field(k).label) for k, v in wrong.items()),
                422,
            )
        else:
            messages.success(request, f"Merged. {str(plan.other)[:80]} leads here from now on.")
            return HttpResponseRedirect(reverse("leads:lead", args=[survivor.public_id]))
    context = {
        "lead": both[0],
        "plan": plan,
        "problem": problem,
        **_told(plan, picked),
    }
    return render(request, "dashboard/leads/merge.html", context, status=status)


def _seen(request: SignedIn, plan: Plan) -> dict[str, int]:
    """The versions that the choices were made on; what is no number fits none."""
    seen = {}
    for lead in (plan.survivor, plan.other):
        given = request.POST.get(f"seen.{lead.public_id}", "")
        seen[lead.public_id] = int(given) if given.isascii() and given.isdecimal() else -1
    return seen


def _told(plan: Plan, picked: dict[str, str]) -> dict[str, Any]:
    """The plan in words: what is chosen, what is taken over, and what follows by rule."""
    words = Words()
    choices = []
    for key, said in plan.conflicts.items():
        kept = picked.get(key, plan.default[key])
        leads = (plan.survivor, plan.other)
        sides = [
            (lead, words.of(key, value), lead.public_id == kept)
            for lead, value in zip(leads, said, strict=True)
        ]
        choices.append(Choice(key, words.field(key).label, sides))
    filled = [(words.field(key).label, words.of(key, value)) for key, value in plan.filled.items()]
    moments = []
    for name, label in MILESTONES.items():
        if name in plan.moments:
            ours, theirs = getattr(plan.survivor, name), getattr(plan.other, name)
            differ = bool(ours and theirs and ours != theirs)
            moments.append((label, datetime.fromisoformat(plan.moments[name]), differ))
    return {
        "choices": choices,
        "filled": filled,
        "moments": moments,
        "notes": queries.count_notes(plan.other),
    }


def _found(request: SignedIn, lead: Lead, asked: str) -> list[Lead]:
    """At most eight living leads of which a text or the id agrees, the lately active first. Raises
    Invalid where the text is too short to be found."""
    named = queries.one(asked).first()
    if named is not None:
        rows = [named]
    else:
        # Also those that lists leave out: that is where duplicates are.
        given = {"text": [asked], "test": ["include"], "spam": ["include"]}
        chosen = LEAD_FILTERS.from_text(given)
        context = context_of(request.actor.account)
        rows = list(
            queries.listing(
                chosen, context, sort="-last_activity", size=MOST_FOUND + 1, cursor=None
            ).page.rows
        )
    return [one for one in rows if one.pk != lead.pk][:MOST_FOUND]


def _alike(request: SignedIn, lead: Lead) -> list[Lead]:
    """Leads with this one's email, phone or name."""
    same = queries.of_person(lead.email or "", lead.phone or "", most=MOST_FOUND + 1)
    name = (lead.name or "").strip()[:200]
    # One that is too short to be found has no namesakes.
    with suppress(Invalid):
        same += _found(request, lead, name) if name else []
    return list({one.pk: one for one in same if one.pk != lead.pk}.values())[:MOST_FOUND]
