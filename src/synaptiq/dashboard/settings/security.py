"""Settings > Security: one's own sign-in."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from synaptiq.accounts import actions, values
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.people.forms import refuse
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame
from synaptiq.kit.errors import Invalid


class NameForm(forms.Form):
    """How others see one. The action checks it; this only draws it."""

    name = forms.CharField(
        label="Name",
        max_length=values.LONGEST_PERSON_NAME,
        required=False,
        help_text="Shown to others in your accounts. Without one they see your email address.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs()
def security(request: SignedIn) -> HttpResponse:
    """One's name, and email address, password and two-factor codes with the pages for them."""
    now = {"name": request.user.name}
    form = NameForm(request.POST if request.method == "POST" else None, initial=now)
    if form.is_bound and form.is_valid():
        try:
            actions.rename_person(request.user, form.cleaned_data["name"])
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved.")
            return redirect("settings:security")
    mine = {a.type: a for a in Authenticator.objects.filter(user_id=request.user.pk)}
    codes = mine.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "form": form,
        "app": mine.get(Authenticator.Type.TOTP),
        "codes_left": len(RecoveryCodes(codes).get_unused_codes()) if codes else 0,
    }
    return frame.show(request, "security", context, status=422 if form.is_bound else 200)
