"""Correcting what is known of a visitor, from the conversation's page or the lead's."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from synaptiq.accounts.roles import Permission
from synaptiq.agent import actions, states
from synaptiq.agent.core import entering
from synaptiq.agent.core.phrasing import shown
from synaptiq.agent.models import SOURCES
from synaptiq.conversations import queries
from synaptiq.conversations.models import Conversation
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.requests import SignedIn, go_to
from synaptiq.kit.errors import Conflict, Invalid

FIELDS = ("value", "other", "from", "to", "currency", "by", "never")
LEAD = "lead"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "fact.corrected")
def fact(request: SignedIn, public_id: str, key: str) -> HttpResponse:
    """The form of one criterion; posted, what it is from now on."""
    found = queries.get(public_id)
    if request.method != "POST":
        return _form(request, found, key, back=request.GET.get("back", ""))
    given = {name: request.POST[name] for name in FIELDS if name in request.POST}
    back = request.POST.get("back", "")
    seen = _seen(request.POST.get("seen", ""))
    try:
        if "unknown" in request.POST:
            actions.withdraw_fact(request.actor, public_id, key, seen=seen)
        else:
            actions.correct_fact(request.actor, public_id, key, given, seen=seen)
    except Invalid as invalid:
        return _form(request, found, key, back=back, typed=given, errors=invalid.by_field())
    except Conflict as conflict:
        return _form(request, found, key, back=back, typed=given, refused=conflict.detail)
    if request.htmx and back != LEAD:
        # The page under the dialog takes over what changed.
        done = HttpResponse()
        trigger_client_event(done, "close-dialog", {})
        return trigger_client_event(done, "live", {"type": "again"})
    return go_to(request, _back(found, back))


def _seen(given: str) -> int | None:
    """The fact that the form showed, None where it does not say."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None


def _back(found: Conversation, back: str) -> str:
    if back == LEAD and found.lead:
        return reverse("leads:lead", args=[found.lead.public_id])
    return reverse("conversations:conversation", args=[found.public_id])


def _form(
    request: SignedIn, found: Conversation, key: str, *, back: str,
    typed: dict[str, str] | None = None, errors: dict[str, str] | None = None, refused: str = "",
) -> HttpResponse:  # fmt: skip
    criterion = actions.criterion_of(found, key)
    now = states.standing(found) if found.visitor_message_count else None
    known = next((one for one in now.facts if one.criterion == key), None) if now else None
    title = f"{'Correct' if known else 'Set'} {criterion.label}"
    action = reverse("conversations:fact", args=[found.public_id, key])
    context: dict[str, Any] = {
        "conversation": found,
        "criterion": criterion,
        "options": [(option.value, option.label) for option in criterion.scoring.options],
        "typed": typed or entering.typed(criterion, known.value if known else None),
        "known": shown(criterion, known.value) if known else "",
        "source": SOURCES[known.source] if known else "",
        "seen": known.seq if known else 0,
        "is_refused": bool(now and key in now.refused),
        "errors": errors or {},
        "refused": refused,
        "back": LEAD if back == LEAD else "",
        "leads_back": _back(found, back),
        "action": action,
        "title": title,
    }
    is_wrong = bool(errors or refused)
    kind = ("form" if is_wrong else "dialog") if request.htmx else "page"
    template = f"dashboard/conversations/fact_{kind}.html"
    return render(request, template, context, status=422 if is_wrong else 200)
