"""Acts on many leads: the question what to do to how many, its progress, and the way back."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from synaptiq.accounts.queries import context_of
from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.components import figures, wording
from synaptiq.dashboard.components.filtering import CURSOR, Filtering
from synaptiq.dashboard.leads import addresses, selection
from synaptiq.dashboard.leads.selection import Ticked
from synaptiq.dashboard.requests import SignedIn, go_to, own_path
from synaptiq.kit import ids
from synaptiq.kit.counting import Count
from synaptiq.kit.errors import Invalid, NotFound
from synaptiq.leads import actions, queries
from synaptiq.leads.filters import LEAD_FILTERS
from synaptiq.leads.models import STATUSES, Batch

# The batch whose end the list still has to tell of.
SESSION = "lead_batch"
# What the dialog is called, what its button says, and whether it takes something away.
ACTS: dict[str, tuple[str, str, bool]] = {
    "status": ("Set status", "Set status", False),
    "add_tags": ("Add tags", "Add", False),
    "remove_tags": ("Take tags away", "Take away", False),
    "assigned_to": ("Assign", "Assign", False),
    "delete": ("Delete leads", "Delete", True),
}
# List and dialogs are sent with all of them at each view.
MOST_SUGGESTIONS = 200


def recent(request: SignedIn) -> Batch | None:
    """The act that this session asked for last, until it was seen ended once."""
    public_id = request.session.get(SESSION)
    if not public_id:
        return None
    try:
        batch = queries.batch(public_id)
    except NotFound:
        batch = None
    if request.method == "GET" and (batch is None or batch.ended_at):
        request.session.pop(SESSION, None)
    return batch


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT, "leads.changed")
def change(request: SignedIn) -> HttpResponse:
    """The question of one act; posted, the act. A dialog, and a page without script."""
    act = request.GET.get("act", "")
    if act not in ACTS:
        raise NotFound("There is no such act.")
    filters = addresses.read(request.GET, "act", CURSOR)
    ticked = selection.of(request, filters)
    value, error = request.POST.get("value", ""), ""
    title, verb, takes_away = ACTS[act]
    count = _count(request, filters, ticked)
    asked = _asked(ticked, count)
    if request.method == "POST":
        try:
            if asked and asked != request.POST.get("asked"):
                raise Invalid(_moved(count, verb))
            batch = _change(request, filters, ticked, act, value)
        except Invalid as invalid:
            label = act.rpartition("_")[2].capitalize()
            error = " ".join(wording.sentence(one, label) for one in invalid.by_field().values())
        else:
            selection.clear(request)
            request.session[SESSION] = batch.public_id
            return _to_list(request)
    context = {
        "act": act,
        "title": title,
        "verb": verb,
        "takes_away": takes_away,
        "value": value,
        "error": error,
        "count": count,
        "ticked": bool(ticked),
        "asked": asked,
        "everything": ticked.everything,
        "sentence": filters.sentence,
        "statuses": list(STATUSES.items()),
        "tags": queries.tag_names(MOST_SUGGESTIONS),
        "members": _members() if act == "assigned_to" else [],
        "query": request.GET.urlencode(),
        "back": _list_address(request),
    }
    kind = "dialog" if request.htmx else "page"
    template = f"dashboard/leads/change_{kind}.html"
    return render(request, template, context, status=422 if error and not request.htmx else 200)


@require_safe
@needs(Permission.READ)
def batch(request: SignedIn, public_id: str) -> HttpResponse:
    """One act: how far it is, what it did, and how to take it back."""
    found = queries.batch(public_id)
    beside = (request.htmx.current_url_abs_path or "") if request.htmx else ""
    context = {
        "batch": found,
        "undo": queries.undoing([found.pk]).get(found.pk),
        "may_edit": request.actor.can(Permission.EDIT),
        # A note that asks again is beside a list from before, which is brought anew at the end.
        "again": own_path(beside) if beside else "",
    }
    template = "batch_note" if request.htmx else "batch"
    return render(request, f"dashboard/leads/{template}.html", context)


@require_POST
@needs(Permission.EDIT, "leads.changed")
def undo(request: SignedIn, public_id: str) -> HttpResponse:
    """Take an act back, and show the list, which tells how it went."""
    request.session[SESSION] = actions.undo_batch(request.actor, public_id).public_id
    return HttpResponseRedirect(reverse("leads:list"))


@require_POST
@needs(Permission.EDIT, "leads.changed")
def cancel(request: SignedIn, public_id: str) -> HttpResponse:
    """Stop an act. What it did so far can be undone."""
    request.session[SESSION] = actions.cancel_batch(request.actor, public_id).public_id
    return HttpResponseRedirect(reverse("leads:batch", args=[public_id]))


def _count(request: SignedIn, filters: Filtering, ticked: Ticked) -> Count:
    """How many leads it is about: of those ticked the ones that are still there, and of all that
    match no more are counted than the list counts."""
    if ticked.everything:
        return queries.count_matching(filters.values, context_of(request.actor.account))
    return Count(queries.selected(ticked.ids).count() if ticked.ids else 0)


def _asked(ticked: Ticked, count: Count) -> str:
    """What the question is about. Its form sends this along, so that an answer is never taken for
    leads that it did not show: another tab may tick more, and new ones may match meanwhile. Where
    it showed an estimate, that may be another one by now."""
    if ticked.everything:
        return f"all {count.number if count.is_exact else 'of many'}"
    return ids.digest(ticked.ids)


def _moved(count: Count, verb: str) -> str:
    leads = "1 lead" if count.number == 1 else f"{figures.matched(count)} leads"
    return (
        f"What is selected has changed since you were asked; it is {leads} now. Press {verb} again "
        "if that is what you mean."
    )


def _change(request: SignedIn, filters: Filtering, ticked: Ticked, act: str, value: str) -> Batch:
    if not ticked:
        raise Invalid("Nothing is ticked any more. Tick the leads again.")
    wanted = {act: True if act == "delete" else value}
    if ticked.everything:
        chosen = LEAD_FILTERS.to_json(filters.values)
        return actions.change_many(request.actor, wanted, filter=chosen)
    return actions.change_many(request.actor, wanted, ids=ticked.ids)


def _members() -> list[tuple[str, str]]:
    people = queries.assignable().order_by("user__email")
    return [
        (m.public_id, f"{m.user.name} · {m.user.email}" if m.user.name else m.user.email)
        for m in people
    ]


def _list_address(request: SignedIn) -> str:
    kept = request.GET.copy()
    for name in ("act", CURSOR):
        kept.pop(name, None)
    return f"{reverse('leads:list')}?{kept.urlencode()}".rstrip("?")


def _to_list(request: SignedIn) -> HttpResponse:
    return go_to(request, _list_address(request))
