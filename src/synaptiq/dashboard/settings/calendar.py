"""Settings > You > Calendar: when one has time for visitors, and how one's meetings go."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from synaptiq.accounts.roles import Permission
from synaptiq.dashboard.access import needs
from synaptiq.dashboard.people.forms import offered_zones, refuse
from synaptiq.dashboard.requests import SignedIn
from synaptiq.dashboard.settings import frame
from synaptiq.kit.errors import Invalid
from synaptiq.meetings import actions, calendars, queries, values
from synaptiq.meetings.models import Calendar
from synaptiq.meetings.slots import DAYS


def _minutes(choices: tuple[int, ...]) -> list[tuple[int, str]]:
    return [(one, f"{one} minutes" if one else "None") for one in choices]


class CalendarForm(forms.Form):
    """What a member chose. The action checks it; this only draws it."""

    is_on = forms.BooleanField(
        label="Offer my times to visitors",
        required=False,
        help_text="The agent offers them in a chat; whoever books gets an invitation by email.",
    )
    timezone = forms.CharField(
        label="Time zone",
        required=False,
        help_text="Of the hours below. Visitors see every time in their own.",
    )
    minutes = forms.ChoiceField(label="Length", choices=_minutes(values.LENGTHS))
    buffer_before = forms.ChoiceField(label="Free before", choices=_minutes(values.BUFFERS))
    buffer_after = forms.ChoiceField(label="Free after", choices=_minutes(values.BUFFERS))
    notice_minutes = forms.ChoiceField(
        label="Notice",
        choices=list(values.NOTICES.items()),
        help_text="How long before its start a meeting can still be booked.",
    )
    days_ahead = forms.ChoiceField(label="How far ahead", choices=list(values.AHEAD.items()))
    place = forms.CharField(
        label="Where",
        required=False,
        help_text="A video link, or words such as “I call you”. It stands in the invitation.",
    )

    def __init__(self, *args: Any, account_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, label in values.DAY_LABELS.items():
            self.fields[day] = forms.CharField(label=label, required=False)
        zone = self["timezone"].value()
        account = ("", f"As the account ({account_zone})")
        self.fields["timezone"].widget = forms.Select(choices=[account, *offered_zones(zone)])

    def days(self) -> list[forms.BoundField]:
        """A field for each day of the week."""
        return [self[day] for day in DAYS]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONVERSE, "calendar.saved")
def calendar(request: SignedIn) -> HttpResponse:
    """One's own calendar; for those who manage the account, who else has one."""
    assert request.actor.member is not None
    found = queries.calendar_of(request.actor.member)
    form = CalendarForm(
        request.POST if request.method == "POST" else None, initial=_shown(found),
        account_zone=request.actor.account.timezone,
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            actions.save_calendar(request.actor, form.cleaned_data)
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, "Saved.")
            return redirect("settings:calendar")
    manages = request.actor.can(Permission.SETTINGS)
    others = queries.members_with_calendars() if manages else []
    context = {
        "form": form,
        "calendar": found,
        "others": [(one, calendars.zone_of(one), _week(one)) for one in others],
        "manages": manages,
    }
    return frame.show(request, "calendar", context, status=422 if form.is_bound else 200)


def _shown(found: Calendar) -> dict[str, Any]:
    settings = {
        name: getattr(found, name)
        for name in (
            "is_on", "timezone", "minutes", "buffer_before", "buffer_after", "notice_minutes",
            "days_ahead", "place",
        )
    }  # fmt: skip
    return settings | {day: values.line_of_day(found.hours.get(day)) for day in DAYS}


def _week(found: Calendar) -> str:
    """On which days somebody has time: `Mon, Tue, Fri`."""
    return ", ".join(values.DAY_LABELS[day][:3] for day in DAYS if found.hours.get(day))
