"""Settings > Analytics: what counts as converted, how long page views are kept, which pages go
together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from synaptiq.accounts.roles import Permission
from synaptiq.analytics import actions, queries
from synaptiq.analytics.metrics import GOALS
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.people.forms import refuse
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame
from synaptiq.kit.errors import Conflict, Invalid


class FiguresForm(forms.Form):
    """What was chosen. The action checks it; this only draws it."""

    goal = forms.ChoiceField(
        label="Conversion goal",
        choices=list(GOALS.items()),
        help_text="What a lead must reach within 30 days to count as converted. For all history.",
    )
    kept_months = forms.CharField(
        label="Keep page views for",
        help_text="Months, from 1 to 60. After that only days and numbers are kept, and no page.",
        widget=forms.NumberInput(attrs={"min": 1, "max": 60, "inputmode": "numeric"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "analytics.changed")
def analytics(request: SignedIn) -> HttpResponse:
    """The goal and the keeping; POST changes them. Page groups have a form of their own."""
    now = {"goal": request.actor.account.conversion_goal, "kept_months": queries.kept_months()}
    form = FiguresForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_bound and form.is_valid():
        try:
            actions.change_settings(request.actor, **form.cleaned_data)
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved. It holds for all history.")
            return redirect("settings:analytics")
    return _shown(request, form, _kept(), status=422 if form.is_bound else 200)


@require_POST
@needs(Permission.SETTINGS, "page_groups.changed")
def page_groups(request: SignedIn) -> HttpResponse:
    """All page groups as the form has them; one that is blank is none."""
    names, pages = request.POST.getlist("name"), request.POST.getlist("pages")
    rows = [
        {"name": name, "pages": of}
        for name, of in zip(names, pages, strict=False)
        if name.strip() or of.strip()
    ]
    now = {"goal": request.actor.account.conversion_goal, "kept_months": queries.kept_months()}
    try:
        actions.change_page_groups(request.actor, rows)
    except (Invalid, Conflict) as refusal:
        form = FiguresForm(initial=now)
        return _shown(request, form, rows, refused=refusal.detail, status=422)
    messages.success(request, "Saved. Pages are taken together anew for all history.")
    return redirect("settings:analytics")


def _kept() -> list[dict[str, str]]:
    return [{"name": one.name, "pages": "\n".join(one.pages)} for one in queries.groups()]


def _shown(
    request: SignedIn, form: FiguresForm, rows: list[dict[str, Any]], *, refused: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        # One more than there are, to be filled in.
        "form": form, "rows": [*rows, {"name": "", "pages": ""}], "refused": refused,
        "is_rebuilding": queries.is_rebuilding(),
    }  # fmt: skip
    return frame.show(request, "analytics", context, status=status)
