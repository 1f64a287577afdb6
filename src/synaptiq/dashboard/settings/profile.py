"""Settings > You > Profile: one's name, and what one prefers, in all one's accounts.

The appearance alone is of a browser and not of a person: a screen in the sun is another than one at
night. It is kept as the menu of the account keeps it (js/theme.js).
"""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from synaptiq.accounts import actions, values
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.people.forms import refuse
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame
from synaptiq.dashboard.templatetags.components import THEME_COOKIE, THEMES, theme_of
from synaptiq.kit.errors import Invalid
from synaptiq.kit.languages import LANGUAGES

COMFORTABLE, DENSE = "comfortable", "dense"
DENSITIES = ((COMFORTABLE, "Comfortable"), (DENSE, "Dense"))
APPEARANCES = tuple(THEMES.items())
A_YEAR = timedelta(days=365)


class ProfileForm(forms.Form):
    """What a person chose. The action checks it; this only draws it."""

    name = forms.CharField(
        label="Name",
        max_length=values.LONGEST_PERSON_NAME,
        required=False,
        help_text="Shown to others in your accounts. Without one they see your email address.",
    )
    language = forms.ChoiceField(
        label="Language",
        required=False,
        choices=[
            ("", "As my browser asks"),
            *((one.tag, f"{one.label}: {one.example}") for one in LANGUAGES.values()),
        ],
        help_text="How dates and times are written, on pages and in mails. Exports stay the same.",
    )
    density = forms.ChoiceField(label="Density", choices=DENSITIES)
    theme = forms.ChoiceField(label="Appearance", choices=APPEARANCES, required=False)
    single_keys = forms.BooleanField(
        label="Single-letter keys",
        required=False,
        help_text=(
            "Such as / to search and j and k to go from row to row; ? shows those of a page. "
            "Turn them off if you speak to your computer, or press them unawares."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
def profile(request: SignedIn) -> HttpResponse:
    """One's name, language, density and keys, and the browser's appearance."""
    user = request.user
    now = {
        "name": user.name,
        "language": user.language,
        "density": DENSE if user.dense else COMFORTABLE,
        "single_keys": user.single_keys,
        "theme": theme_of(request),
    }
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            actions.change_profile(
                user,
                name=given["name"],
                language=given["language"],
                dense=given["density"] == DENSE,
                single_keys=given["single_keys"],
            )
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved.")
            # A page that shows what was chosen elsewhere meanwhile does not choose it back.
            changed = given["theme"] != request.POST.get("theme_shown")
            return _with_theme(redirect("settings:profile"), given["theme"] if changed else "")
    context = {
        "form": form, "densities": DENSITIES, "appearances": APPEARANCES, "theme": now["theme"],
    }  # fmt: skip
    return frame.show(request, "profile", context, status=422 if form.is_bound else 200)


def _with_theme(response: HttpResponse, chosen: str) -> HttpResponse:
    if chosen:
        # Read by script too, which changes it without a request.
        response.set_cookie(
            THEME_COOKIE, chosen, max_age=A_YEAR, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return response
