"""Settings > Exports > Report Branding: logo and colours of reports, with a preview of both."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.people.forms import refuse
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame
from synaptiq.exports import branding as brandings
from synaptiq.exports import logos
from synaptiq.exports.branding import Branding
from synaptiq.kit import colours
from synaptiq.kit.errors import Invalid


class BrandingForm(forms.Form):
    """What was chosen. The action checks it; this only draws it."""

    logo = forms.FileField(
        label="Logo",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/svg+xml"}),
        help_text="PNG, JPEG or SVG, up to 1 MB. Printed 11 mm high.",
    )
    remove_logo = forms.BooleanField(label="Remove the logo", required=False)
    accent = forms.CharField(label="Main colour", help_text="Lines, bars and the rule.")
    second = forms.CharField(
        label="Second colour", help_text="The period before, beside the main colour."
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS, "branding.changed")
def branding(request: SignedIn) -> HttpResponse:
    """How reports look; POST changes it."""
    found = brandings.branding()
    is_sent = request.method == "POST"
    form = BrandingForm(
        request.POST if is_sent else None, request.FILES if is_sent else None,
        initial={"accent": found.accent, "second": found.second},
    )  # fmt: skip
    if is_sent and form.is_valid():
        given = form.cleaned_data
        try:
            brandings.save(
                request.actor, accent=given["accent"], second=given["second"],
                logo=_file(request.FILES.get("logo")), remove_logo=given["remove_logo"],
            )  # fmt: skip
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved. The next report looks like this.")
            return redirect("settings:branding")
    context = {"form": form, "has_logo": found.logo is not None, **_shown(found)}
    return frame.show(request, "branding", context, status=422 if is_sent else 200)


@require_POST
@needs(Permission.SETTINGS, "branding.changed")
def preview(request: SignedIn) -> HttpResponse:
    """A report's head with what stands in the form now; nothing is kept."""
    found = brandings.branding()
    problems: dict[str, str] = {}
    given: dict[str, Any] = {}
    for name in ("accent", "second"):
        try:
            given[name] = colours.of_hex(request.POST.get(name, ""))
        except ValueError:
            given[name] = getattr(found, name)
            problems[name] = "is no colour such as #0f766e."
    logo = None if request.POST.get("remove_logo") else found.logo
    file = _file(request.FILES.get("logo"))
    if file is not None:
        try:
            logo = logos.clean(file)
        except Invalid as refusal:
            problems |= refusal.by_field()
    labels = {name: str(one.label) for name, one in BrandingForm.base_fields.items()}
    said = [f"{labels[name]} {text}" for name, text in problems.items()]
    context = _shown(Branding(given["accent"], given["second"], logo))
    return render(
        request, "dashboard/settings/branding_preview.html", {**context, "problems": said}
    )


def _shown(found: Branding) -> dict[str, Any]:
    ratio = colours.contrast_on_white(found.accent)
    return {
        "branding": found,
        "logo": base64.b64encode(found.logo).decode() if found.logo else "",
        "ratio": f"{ratio:.1f}",
        "is_darkened": found.printed != found.accent,
        "needed": f"{colours.FOR_SHAPES:.0f}",
        "bars": list(_bars(found)),
    }


def _bars(found: Branding) -> Iterator[tuple[int, int, int, str]]:
    """Two bars for each of six periods: left, top, height, colour."""
    for place in range(6):
        before, now = 40 + 6 * place, 44 + place * 37 % 30 + 4 * place
        yield 12 + 48 * place, 112 - before, before, found.second
        yield 29 + 48 * place, 112 - now, now, found.printed


def _file(upload: UploadedFile[Any] | None) -> bytes | None:
    """What was uploaded, of a file that is too large a byte more than is taken."""
    return upload.read(logos.MOST_BYTES + 1) if upload is not None else None
