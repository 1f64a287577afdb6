"""Adding, editing, ordering and removing what the agent asks. Each is a version of the agent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from synaptiq.accounts.roles import Permission
from synaptiq.agent import actions, editing, queries
from synaptiq.agent.core.profile import OPS, Criterion, Profile
from synaptiq.agent.models import AgentVersion
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.agent import frame, reading, views
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit.errors import Conflict, Invalid


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "agent.saved")
def new(request: SignedIn) -> HttpResponse:
    """Add a criterion of the type in the address; it is asked last."""
    type = request.GET.get("type", "")
    if type not in reading.TYPES:
        type = "number"
    return _form(request, reading.blank(type))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "agent.saved")
def edit(request: SignedIn, key: str) -> HttpResponse:
    """Change a criterion. Its type stays, since facts of that type are kept under its key."""
    return _form(request, editing.criterion(_current()[1], key))


@require_POST
@needs(Permission.SETTINGS, "agent.saved")
def move(request: SignedIn, key: str) -> HttpResponse:
    """Let a criterion change places with its neighbour."""
    version, profile = _current()
    after = editing.move(profile, key, up=request.POST.get("to") == "up")
    try:
        actions.save_profile(request.actor, after.to_json(), was=version.public_id)
    except Invalid as refusal:
        if any(name.endswith(".when.criterion") for name in refusal.fields):
            raise Conflict(
                "It is only asked because of another one, which must stand above it."
            ) from None
        # Saved when that was still taken: the move has nothing to do with it.
        field, sentence = next(iter(refusal.fields.items()))
        raise Conflict(f"{_whose(after, field)}{sentence} Put that right first.") from None
    if not request.htmx:
        return redirect("agent:index")
    label = editing.criterion(after, key).label
    place = [each.key for each in after.criteria].index(key) + 1
    context = {
        **views.listed(), "may_edit": True, "moved": f"{label}: place {place} of "
        f"{len(after.criteria)}",
    }  # fmt: skip
    return render(request, "dashboard/agent/criteria.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "agent.saved")
def remove(request: SignedIn, key: str) -> HttpResponse:
    """Ask first, then take a criterion away. What leads said of it is kept."""
    version, profile = _current()
    found = editing.criterion(profile, key)
    if request.method == "POST":
        after = editing.remove(profile, key)
        saved = actions.save_profile(
            request.actor, after.to_json(), was=request.POST.get("was", "")
        )
        messages.success(request, f"“{found.label}” is removed, as version {saved.number}.")
        return redirect("agent:index")
    context = {"title": f"Remove “{found.label}”?", "criterion": found, "was": version.public_id}
    return frame.ask(request, "index", "remove_form", context)


def _current() -> tuple[AgentVersion, Profile]:
    version = queries.current_version()
    return version, queries.profile_of(version)


def _form(request: SignedIn, before: Criterion) -> HttpResponse:
    version, profile = _current()
    context: dict[str, Any] = {"was": version.public_id, "errors": {}}
    if request.method == "POST":
        read = reading.read(request.POST, profile, before)
        context |= {"was": request.POST.get("was", ""), "given": reading.typed(request.POST)}
        context["errors"] = dict(read.errors)
        if not read.errors:
            after = editing.put(profile, read.criterion, read.ends)
            try:
                saved = actions.save_profile(request.actor, after.to_json(), was=context["was"])
            except (Invalid, Conflict) as refusal:
                context["errors"] = _said(refusal, after, read.criterion)
            else:
                messages.success(
                    request, f"“{read.criterion.label}” is saved, as version {saved.number}."
                )
                return redirect("agent:index")
    else:
        context["given"] = reading.fields(profile, before)
    place = [each.key for each in profile.criteria]
    above = place[: place.index(before.key)] if before.key else place
    context |= {
        "template": "criterion",
        "title": before.label or f"New criterion: {reading.TYPES[before.type].lower()}",
        "criterion": before,
        "type_words": reading.TYPES[before.type],
        "type_says": reading.TYPE_SAYS[before.type],
        "above": [(key, editing.criterion(profile, key).label) for key in above],
        "when_ops": [(op, OPS[op]) for op in ("known", "is", "is_not", "at_least", "at_most")],
        "ends_ops": reading.operators(before.type),
        "amounts": before.type in reading.AMOUNTS,
        "has_options": before.type in ("enum", "geo"),
        "has_given": before.type in ("text", "geo"),
    }
    return frame.show(request, "index", context, status=422 if context["errors"] else 200)


def _whose(profile: Profile, field: str) -> str:
    """“Budget: ”, for a field of a criterion ("criteria.1.label"); nothing for others."""
    part, _, rest = field.partition(".")
    at = rest.partition(".")[0]
    return f"{profile.criteria[int(at)].label}: " if part == "criteria" and at.isdigit() else ""


def _said(refusal: Invalid | Conflict, after: Profile, one: Criterion) -> dict[str, str]:
    """Sentences by field of this form. A profile names its criteria and rules by their place."""
    if isinstance(refusal, Conflict):
        return {"form": refusal.detail}
    place = [each.key for each in after.criteria].index(one.key)
    rules = [each.criterion for each in after.disqualifiers]
    errors: dict[str, str] = {}
    for name, text in refusal.by_field().items():
        part, _, rest = name.partition(".")
        at, _, field = rest.partition(".")
        if (part, at) == ("criteria", str(place)):
            errors.setdefault(field.partition(".")[0], text)
        elif part == "disqualifiers" and at.isdigit() and rules[int(at)] == one.key:
            errors.setdefault(f"ends_{field}", text)
        else:
            errors.setdefault("form", f"{_whose(after, name)}{text}")
    return errors
