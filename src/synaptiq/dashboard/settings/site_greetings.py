"""Settings > Sites > a site > Greetings: what the widget shows by itself, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from synaptiq.accounts.roles import Permission
from synaptiq.agent import queries as agents
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame
from synaptiq.dashboard.settings.team import errors_of
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.sites import greetings, queries, values
from synaptiq.sites.greetings import Record
from synaptiq.sites.models import FREQUENCIES, OUTCOMES, REASONS, Greeting, Site

_PAGE = "sites"
_FIELDS = ("text", "quick_replies", "pages", "delay_seconds", "frequency")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "greeting.added")
def new(request: SignedIn, public_id: str) -> HttpResponse:
    """Add a greeting."""
    return _ask(request, queries.site(public_id), None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "greeting.changed")
def change(request: SignedIn, public_id: str, greeting_id: str) -> HttpResponse:
    """Change what a greeting says, where and when."""
    site = queries.site(public_id)
    return _ask(request, site, greetings.get(site, greeting_id))


@require_POST
@needs(Permission.SETTINGS, "greeting.changed")
def switch(request: SignedIn, public_id: str, greeting_id: str) -> HttpResponse:
    """Have a greeting shown, or not."""
    on = request.POST.get("on") == "1"
    found = greetings.switch_greeting(request.actor, public_id, greeting_id, on=on)
    said = f"{_name(found)}: turned {'on' if found.is_on else 'off'}"
    return _done(request, public_id, said)


@require_POST
@needs(Permission.SETTINGS, "greeting.changed")
def move(request: SignedIn, public_id: str, greeting_id: str) -> HttpResponse:
    """Change places with the neighbour above or below."""
    up = request.POST.get("to") == "up"
    found = greetings.move_greeting(request.actor, public_id, greeting_id, up=up)
    return _done(request, public_id, f"{_name(found)}: place {found.position}")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "greeting.deleted")
def delete(request: SignedIn, public_id: str, greeting_id: str) -> HttpResponse:
    """Delete a greeting, after saying what goes with it."""
    site = queries.site(public_id)
    found = greetings.get(site, greeting_id)
    if request.method == "POST":
        greetings.delete_greeting(request.actor, public_id, greeting_id)
        messages.success(request, "The greeting is deleted.")
        return redirect(_back(public_id))
    context = {
        "title": "Delete this greeting?", "site": site, "greeting": found,
        "back": _back(public_id),
    }  # fmt: skip
    return frame.ask(request, _PAGE, "site_greeting_delete_form", context)


def listed(site: Site) -> dict[str, Any]:
    """The greetings of a site as its page shows them, each with what became of it."""
    every = greetings.of_site(site)
    kept = greetings.records(site) if every else {}
    own = agents.current_version().greeting if any(not one.text for one in every) else ""
    rows = [_shown(one, own, kept.get(one.pk, Record())) for one in every]
    if rows:
        rows[0]["is_first"] = rows[-1]["is_last"] = True
    return {"greetings": rows, "days": greetings.RECORD_DAYS}


def _ask(request: SignedIn, site: Site, found: Greeting | None) -> HttpResponse:
    given = _given(request, found)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            if found is None:
                greetings.add_greeting(request.actor, site.public_id, given)
            else:
                greetings.change_greeting(request.actor, site.public_id, found.public_id, given)
        except (Invalid, Conflict) as refusal:
            errors = errors_of(refusal)
        else:
            messages.success(
                request, "The greeting is saved." if found else "The greeting is added, and on."
            )
            return redirect(_back(site.public_id))
    context = {
        "title": "Change the greeting" if found else "New greeting",
        "site": site, "greeting": found, "given": given, "errors": errors,
        "frequencies": list(FREQUENCIES.items()), "longest": values.LONGEST_GREETING,
        "longest_delay": values.LONGEST_DELAY, "own": agents.current_version().greeting,
        "focus": next((name for name in _FIELDS if name in errors), "text"),
        "back": _back(site.public_id),
    }  # fmt: skip
    return frame.ask(request, _PAGE, "site_greeting_form", context, refused=bool(errors))


def _given(request: SignedIn, found: Greeting | None) -> dict[str, str]:
    if request.method == "POST":
        return {name: request.POST.get(name, "") for name in _FIELDS}
    one = found or Greeting(pages=[values.EVERY_PAGE])
    return {
        "text": one.text, "quick_replies": "\n".join(one.quick_replies),
        "pages": "\n".join(one.pages), "delay_seconds": str(one.delay_seconds),
        "frequency": one.frequency,
    }  # fmt: skip


def _shown(one: Greeting, own: str, record: Record) -> dict[str, Any]:
    most_first = sorted(REASONS, key=lambda reason: -record.counts.get(reason, 0))
    reasons = [
        {
            "words": REASONS[reason], "count": record.counts[reason],
            "at": record.last[reason][0], "page": record.last[reason][1],
        }
        for reason in most_first
        if reason in record.counts
    ]  # fmt: skip
    is_everywhere = values.EVERY_PAGE in one.pages
    return {
        "id": one.public_id,
        "name": _name(one),
        "text": one.text or own,
        "is_own": not one.text,
        "is_on": one.is_on,
        "quick_replies": one.quick_replies,
        "pages": [] if is_everywhere else one.pages,
        "delay": one.delay_seconds,
        "frequency": FREQUENCIES[one.frequency].lower(),
        "outcomes": [(words, record.counts.get(outcome, 0)) for outcome, words in OUTCOMES.items()],
        "not_shown": sum(record.counts.get(reason, 0) for reason in REASONS),
        "reasons": reasons,
    }


def _name(one: Greeting) -> str:
    """What a greeting is called beside others: its first words."""
    text = " ".join((one.text or str(one)).split())
    return text if len(text) <= 40 else f"{text[:39].rstrip()}…"


def _done(request: SignedIn, public_id: str, said: str) -> HttpResponse:
    """The list anew for htmx, which keeps the focus; else the page."""
    if not request.htmx:
        return redirect(_back(public_id))
    site = queries.site(public_id)
    context = {"site": site, **listed(site), "said": said}
    return render(request, "dashboard/settings/site_greetings.html", context)


def _back(public_id: str) -> str:
    return f"{reverse('settings:site', args=[public_id])}#greetings"
