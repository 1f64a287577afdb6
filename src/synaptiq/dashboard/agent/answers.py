"""Agent > Answers: the Q&A list, and trying what the agent would answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from synaptiq.accounts.roles import Permission
from synaptiq.agent import actions, queries, searching, values
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.agent import frame
from synaptiq.dashboard.components.filtering import CURSOR
from synaptiq.dashboard.requests import SignedIn
from synaptiq.kit.errors import Conflict, Invalid

LONGEST_TRIED = 500


@require_safe
@needs(Permission.READ)
def answers(request: SignedIn) -> HttpResponse:
    """The list, the newest first; with a question in `ask`, what it would be answered."""
    asked = request.GET.get("ask", "").strip()[:LONGEST_TRIED]
    page = queries.answers(cursor=request.GET.get(CURSOR) or None)
    context: dict[str, Any] = {"page": page, "asked": asked, "enough": _percent(searching.ENOUGH)}
    if asked:
        context["found"] = [
            {"answer": one.answer, "percent": _percent(one.score), "says": one.is_enough}
            for one in searching.best(asked)
        ]
    return frame.show(request, "answers", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "answer.added")
def new(request: SignedIn) -> HttpResponse:
    """Add a question and its answer."""
    given, errors = _given(request, "", ""), {}
    if request.method == "POST":
        try:
            actions.add_answer(request.actor, given["question"], given["answer"])
        except (Invalid, Conflict) as refusal:
            errors = frame.errors_of(refusal)
        else:
            messages.success(request, "The agent answers this from now on.")
            return redirect("agent:answers")
    context = {"title": "New answer", "verb": "Add answer", "given": given, "errors": errors}
    return frame.ask(request, "answers", "answer_form", context, refused=bool(errors))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "answer.edited")
def edit(request: SignedIn, public_id: str) -> HttpResponse:
    """Change a question and its answer."""
    found = queries.answer(public_id)
    given, errors = _given(request, found.question, found.answer), {}
    if request.method == "POST":
        try:
            actions.edit_answer(
                request.actor, public_id, given["question"], given["answer"], was=given["was"]
            )
        except (Invalid, Conflict) as refusal:
            errors = frame.errors_of(refusal)
        else:
            messages.success(request, "The answer is saved.")
            return redirect("agent:answers")
    context = {"title": "Edit answer", "verb": "Save", "given": given, "errors": errors}
    return frame.ask(request, "answers", "answer_form", context, refused=bool(errors))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "answer.deleted")
def delete(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask first, then take an answer away."""
    found = queries.answer(public_id)
    if request.method == "POST":
        actions.delete_answer(request.actor, public_id)
        messages.success(request, "The answer is deleted.")
        return redirect("agent:answers")
    context = {"title": "Delete this answer?", "answer": found}
    return frame.ask(request, "answers", "delete_answer_form", context)


def _given(request: SignedIn, question: str, answer: str) -> dict[str, str]:
    return {
        # What the form was made of, also where it comes back.
        "was": request.POST.get("was", values.mark(question, answer)),
        "question": request.POST.get("question", question),
        "answer": request.POST.get("answer", answer),
    }


def _percent(score: float) -> int:
    return round(100 * score)
