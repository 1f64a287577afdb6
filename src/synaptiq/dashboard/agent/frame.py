"""The three views of the agent, and questions that are a dialog with script and a page without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from synaptiq.accounts.roles import Permission
from synaptiq.agent.models import Answer
from synaptiq.dashboard.components import wording
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit.errors import Conflict, Invalid

VIEWS = (
    ("Questions", "index"),
    ("Answers", "answers"),
    ("Preview", "preview"),
    ("Versions", "versions"),
)


def show(
    request: SignedIn, name: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """One of the views, or a page below it (`context["below"]` its name)."""
    return render(
        request, f"dashboard/agent/{context.get('template', name)}.html",
        {**_frame(request, name), **context}, status=status,
    )  # fmt: skip


def ask(
    request: SignedIn, name: str, form: str, context: Mapping[str, Any], *, refused: bool = False
) -> HttpResponse:
    """A question with a form (`dashboard/agent/<form>.html`) that belongs to the view `name`.

    htmx gets it as a dialog, a link that is followed without script as a page. `context` has
    `title`. With `refused` the answer is 422.
    """
    way = "dialog" if request.htmx else "question"
    frame = {
        **_frame(request, name),
        "form_template": f"dashboard/agent/{form}.html",
        "in_dialog": bool(request.htmx),
    }
    return render(
        request, f"dashboard/agent/{way}.html", {**frame, **context}, status=422 if refused else 200
    )


def errors_of(refusal: Invalid | Conflict, prefix: str = "") -> dict[str, str]:
    """Sentences by field of a form. Fields of the profile that begin with `prefix` are this form's;
    what is of others, or of none, stands under "form"."""
    errors: dict[str, str] = {}
    for name, text in refusal.by_field().items():
        own = name.removeprefix(prefix).partition(".")[0] if name.startswith(prefix) else ""
        said = wording.sentence(text, own.replace("_", " ").capitalize() if own else "")
        errors.setdefault(own or "form", said)
    return errors


def _frame(request: SignedIn, name: str) -> dict[str, Any]:
    counts = {"answers": Answer.objects.count()}
    return {
        "view": reverse(f"agent:{name}"),
        "view_label": next(label for label, view in VIEWS if view == name),
        "may_edit": request.actor.can(Permission.SETTINGS),
        "tabs": [
            {
                "label": label, "url": reverse(f"agent:{view}"), "current": view == name,
                "count": counts.get(view),
            }
            for label, view in VIEWS
            if view != "preview" or request.actor.can(Permission.CONVERSE)
        ],
    }  # fmt: skip
