"""Agent > Questions: name, greeting, thresholds and the criteria in the order of asking."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.agent import actions, editing, queries
from synaptiq.agent.core.profile import OPS, Criterion, Profile
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.agent import frame
from synaptiq.dashboard.agent.reading import TYPES, shown_values
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit.errors import Conflict, Invalid


@require_safe
@needs(Permission.READ)
def index(request: SignedIn) -> HttpResponse:
    """What the agent says and asks now."""
    return frame.show(request, "index", listed())


def listed() -> dict[str, Any]:
    """The current version as the page shows it."""
    version = queries.current_version()
    profile = queries.profile_of(version)
    total = sum(each.weight for each in profile.criteria)
    rows = [_row(profile, each, total) for each in profile.criteria]
    if rows:
        rows[0]["is_first"] = rows[-1]["is_last"] = True
    return {"version": version, "profile": profile, "criteria": rows, "types": TYPES}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "agent.saved")
def words(request: SignedIn) -> HttpResponse:
    """Change name, greeting and thresholds."""
    version = queries.current_version()
    profile = queries.profile_of(version)
    given = {
        "name": profile.name, "greeting": profile.greeting, "qualified": str(profile.qualified),
        "nurture": str(profile.nurture), "was": version.public_id,
    }  # fmt: skip
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in given}
        wanted = replace(
            profile, name=given["name"], greeting=given["greeting"],
            qualified=_whole(given["qualified"]), nurture=_whole(given["nurture"]),
        )  # fmt: skip
        try:
            saved = actions.save_profile(request.actor, wanted.to_json(), was=given["was"])
        except (Invalid, Conflict) as refusal:
            errors = frame.errors_of(refusal)
            if "qualified" in errors and wanted.nurture >= 0:
                # What it was compared with is no number.
                errors.pop("nurture", None)
        else:
            messages.success(request, f"Saved as version {saved.number}.")
            return redirect("agent:index")
    context = {"title": "Name, greeting, thresholds", "given": given, "errors": errors}
    return frame.ask(request, "index", "words_form", context, refused=bool(errors))


def _whole(text: str) -> int:
    """The number; one that no profile may have where it is none, so that its field says so."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _row(profile: Profile, one: Criterion, total: int) -> dict[str, Any]:
    ends = editing.disqualifier(profile, one.key)
    when = one.when and editing.criterion(profile, one.when.criterion)
    return {
        "key": one.key,
        "label": one.label,
        "question": one.question,
        "type": TYPES[one.type],
        "weight": one.weight,
        "share": round(100 * one.weight / total) if total else 0,
        "required": one.required,
        "replies": one.quick_replies,
        "when": f"{when.label} {OPS[one.when.op]} {shown_values(when, one.when)}".strip()
        if when and one.when
        else "",
        "ends": f"{OPS[ends.op]} {shown_values(one, ends)}" if ends else "",
    }
