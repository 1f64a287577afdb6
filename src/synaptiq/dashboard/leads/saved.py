"""Filters with a name, and how a member wants to see the list."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import wording
from synaptiq.dashboard.leads import addresses, columns
from synaptiq.dashboard.leads.addresses import SORT
from synaptiq.dashboard.requests import SignedIn, go_to
from synaptiq.kit.errors import Invalid, Refusal
from synaptiq.leads import actions, queries


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.READ, "filter.saved")
def save(request: SignedIn) -> HttpResponse:
    """Give the filters of the list's address a name. A dialog, and a page without script."""
    filters = addresses.read(request.GET)
    name, shared = request.POST.get("name", ""), "shared" in request.POST
    errors: dict[str, str] = dict(filters.errors)
    if request.method == "POST" and not errors:
        try:
            actions.save_filter(
                request.actor, name, filters.texts, sort=request.GET.get(SORT, ""), shared=shared
            )
        except Refusal as refusal:
            errors = refusal.by_field()
        else:
            messages.success(request, f"“{name.strip()}” is saved.")
            return go_to(request, f"{reverse('leads:list')}?{filters.address}")
    context = {
        "filters": filters,
        "sentence": filters.sentence,
        "name": name,
        "shared": shared,
        "error": " ".join(errors.values()),
        "may_share": request.actor.can(Permission.EDIT),
        "query": filters.address,
        "back": f"{reverse('leads:list')}?{filters.address}".rstrip("?"),
    }
    kind = "dialog" if request.htmx else "page"
    status = 422 if errors and not request.htmx else 200
    return render(request, f"dashboard/leads/save_{kind}.html", context, status=status)


@require_POST
@needs(Permission.READ, "filter.deleted")
def forget(request: SignedIn, public_id: str) -> HttpResponse:
    """Delete a saved filter; the list stays as it is."""
    gone = actions.delete_filter(request.actor, public_id)
    messages.success(request, f"“{gone.name}” is deleted.")
    here = QueryDict(request.POST.get("here", "")).urlencode()
    return HttpResponseRedirect(f"{reverse('leads:list')}?{here}".rstrip("?"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.READ, "list.arranged")
def display(request: SignedIn) -> HttpResponse:
    """Which columns the member sees and how dense the rows are. A dialog and a page."""
    settings = queries.list_settings(request.actor.member)
    back = f"{reverse('leads:list')}?{request.GET.urlencode()}".rstrip("?")
    on, dense, error = {c.key for c in columns.shown(settings)}, request.user.dense, ""
    if request.method == "POST":
        chosen = [] if "reset" in request.POST else request.POST.getlist("column")
        dense = "dense" in request.POST
        try:
            actions.save_list_settings(request.actor, columns=chosen, dense=dense)
        except Invalid as invalid:
            on, error = set(chosen), wording.sentence(invalid.by_field()["columns"])
        else:
            return go_to(request, back)
    context = {
        "choices": [(c.key, c.label, c.key in on) for c in columns.known()],
        "dense": dense,
        "error": error,
        "query": request.GET.urlencode(),
        "back": back,
    }
    kind = "dialog" if request.htmx else "page"
    status = 422 if error and not request.htmx else 200
    return render(request, f"dashboard/leads/display_{kind}.html", context, status=status)
