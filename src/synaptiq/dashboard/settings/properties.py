"""Settings > Leads > Custom properties: define, rename, order, archive, change type and choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components.figures import thin
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame
from synaptiq.dashboard.settings.team import errors_of
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.leads import actions, queries, values
from synaptiq.leads.models import PROPERTY_TYPES, CustomProperty

# Counting goes no further: whether ten thousand leads hold a value or a million changes nothing.
MOST_COUNTED = 10_000
TYPE_SAYS: dict[str, str] = {
    "text": "Any text.",
    "number": "Such as 1250.50; in exports without quotes.",
    "bool": "True or false.",
    "date": "A day, such as 2026-03-15.",
    "choice": "One of a list.",
}
_PAGE = "properties"


@require_safe
@needs(Permission.SETTINGS)
def properties(request: SignedIn) -> HttpResponse:
    """All properties in their order, archived ones apart. htmx asks for the tables alone, as long
    as a type is being changed; until that has ended they stay, with whatever menu is open."""
    context = _listed()
    if not request.htmx:
        return frame.show(request, _PAGE, context)
    if context["busy"] and context["busy"] == request.GET.get("busy"):
        return HttpResponse(status=204)
    return render(request, "dashboard/settings/properties_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "property.defined")
def new(request: SignedIn) -> HttpResponse:
    """Define a property."""
    given = {name: request.POST.get(name, "") for name in ("label", "slug", "type", "choices")}
    given["type"] = given["type"] or "text"
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = actions.define_property(
                request.actor,
                label=given["label"],
                slug=given["slug"].strip(),
                type=given["type"],
                choices=_lines(given["choices"]) if given["type"] == "choice" else (),
            )
        except (Invalid, Conflict) as refusal:
            errors = _said(refusal, given)
        else:
            messages.success(request, f"“{made.label}” is defined, as {made.slug}.")
            return redirect("settings:properties")
    context = {
        "title": "New property",
        "lede": "A field of your own, on every lead and in every export.",
        "given": given,
        "errors": errors,
        "types": _types(),
    }
    return frame.ask(request, _PAGE, "property_form", context, refused=bool(errors))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "property.changed")
def rename(request: SignedIn, public_id: str) -> HttpResponse:
    """Give a property another label."""
    found = queries.custom_property(public_id)
    label, errors = request.POST.get("label", found.label), {}
    if request.method == "POST":
        try:
            after = actions.rename_property(request.actor, public_id, label)
        except Invalid as refusal:
            errors = errors_of(refusal)
        else:
            messages.success(request, f"The property is called “{after.label}” now.")
            return redirect("settings:properties")
    context = {
        "title": f"Rename “{found.label}”", "property": found, "label": label, "errors": errors,
    }  # fmt: skip
    return frame.ask(request, _PAGE, "rename_property_form", context, refused=bool(errors))


@require_POST
@needs(Permission.SETTINGS, "property.changed")
def move(request: SignedIn, public_id: str) -> HttpResponse:
    """Change places with the neighbour above or below."""
    found = actions.move_property(request.actor, public_id, up=request.POST.get("to") == "up")
    if not request.htmx:
        return redirect("settings:properties")
    context = _listed()
    place = [row["id"] for row in context["active"]].index(found.public_id) + 1
    context["moved"] = f"{found.label}: place {place} of {len(context['active'])}"
    return render(request, "dashboard/settings/properties_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "property.archived")
def archive(request: SignedIn, public_id: str) -> HttpResponse:
    """Archive a property, after saying what that means for how many leads."""
    found = queries.custom_property(public_id)
    if request.method == "POST":
        actions.archive_property(request.actor, public_id)
        messages.success(request, f"“{found.label}” is archived.")
        return redirect("settings:properties")
    uses = queries.property_uses()
    context = {
        "title": f"Archive “{found.label}”?",
        "property": found,
        "held": _held(found, uses),
        "of_newest": uses.of_newest,
    }
    return frame.ask(request, _PAGE, "archive_property_form", context)


@require_POST
@needs(Permission.SETTINGS, "property.restored")
def restore(request: SignedIn, public_id: str) -> HttpResponse:
    """Bring an archived property back."""
    found = actions.restore_property(request.actor, public_id)
    messages.success(request, f"“{found.label}” is back.")
    return redirect("settings:properties")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "property.changed")
def convert(request: SignedIn, public_id: str) -> HttpResponse:
    """Change type and choices. What that would lose is shown, and asked about, before."""
    found = queries.custom_property(public_id)
    given = {
        "type": request.POST.get("type", found.type),
        "choices": request.POST.get("choices", "\n".join(found.choices)),
    }
    context: dict[str, Any] = {
        "title": f"Type of “{found.label}”", "property": found, "types": _types(),
        "given": given, "errors": {},
    }  # fmt: skip
    if request.method == "POST":
        choices = _lines(given["choices"]) if given["type"] == "choice" else ()
        wanted = (given["type"], choices)
        try:
            plan = actions.plan_conversion(request.actor, public_id, *wanted)
            agreed = request.POST.get("lose", "")
            lose = int(agreed) if agreed.isascii() and agreed.isdigit() and len(agreed) < 8 else 0
            if plan.lost <= lose and not plan.too_many:
                after = actions.convert_property(request.actor, public_id, *wanted, lose=lose)
                messages.success(request, _done(after))
                return redirect("settings:properties")
            context["plan"] = plan
            context["more"] = plan.lost - sum(count for _, count in plan.examples)
            context["most"] = actions.MOST_VALUES
        except (Invalid, Conflict) as refusal:
            context["errors"] = _said(refusal, given)
    refused = bool(context["errors"]) or "plan" in context
    if "plan" in context:
        form = "lose_form"
        context["title"] = (
            f"Too many values of “{found.label}”"
            if context["plan"].too_many
            else f"Change “{found.label}” and lose values?"
        )
        context["wanted"] = PROPERTY_TYPES[given["type"]]
    else:
        form = "convert_property_form"
    return frame.ask(request, _PAGE, form, context, refused=refused)


@require_POST
@needs(Permission.SETTINGS, "property.changed")
def stop(request: SignedIn, public_id: str) -> HttpResponse:
    """Leave a property's type as it is, where the change still waits."""
    found = actions.stop_conversion(request.actor, public_id)
    messages.success(request, f"The type of “{found.label}” stays as it is.")
    return redirect("settings:properties")


def _listed() -> dict[str, Any]:
    every = queries.custom_properties(archived=True)
    uses = queries.property_uses()
    rows = [_shown(one, uses) for one in every]
    active = [row for row in rows if not row["archived"]]
    if active:
        active[0]["is_first"] = active[-1]["is_last"] = True
    return {
        "active": active,
        "archived": [row for row in rows if row["archived"]],
        "of_newest": uses.of_newest,
        "busy": ",".join(row["id"] for row in rows if row["becomes"]),
    }


def _shown(one: CustomProperty, uses: queries.PropertyUses) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "label": one.label,
        "slug": one.slug,
        "type": PROPERTY_TYPES[one.type],
        "choices": one.choices,
        "held": _held(one, uses),
        "archived": one.archived_at,
        "becomes": PROPERTY_TYPES[one.converting["type"]] if one.converting else "",
    }


def _held(one: CustomProperty, uses: queries.PropertyUses) -> str:
    """How many of the leads that were looked at hold a value; no more than `MOST_COUNTED`."""
    count = uses.counts.get(one.slug, 0)
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else thin(count)


def _types() -> list[tuple[str, str, str]]:
    return [(value, words, TYPE_SAYS[value]) for value, words in PROPERTY_TYPES.items()]


def _lines(text: str) -> list[str]:
    """Choices as a form has them: one a line, blank lines left out."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _said(refusal: Invalid | Conflict, given: Mapping[str, str]) -> dict[str, str]:
    errors = errors_of(refusal)
    if "slug" in errors and not given.get("slug") and not values.slug_of(given.get("label", "")):
        # Nobody typed it: the label has no letters to make one of.
        errors["slug"] = "Give one: it cannot be made of this label."
    return errors


def _done(after: CustomProperty) -> str:
    if after.converting:
        return f"“{after.label}” is being changed; you are told when it is done."
    if after.type == "choice":
        count = len(after.choices)
        return f"“{after.label}” has {count} {'choice' if count == 1 else 'choices'} now."
    return f"“{after.label}” is of the type {PROPERTY_TYPES[after.type].lower()} now."
