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
from synaptiq.dashboard.settings import frame, hours
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
        zone = self["timezone"].value()
        account = ("", f"As the account ({account_zone})")
        self.fields["timezone"].widget = forms.Select(
            choices=[account, *offered_zones(zone)], attrs={"data-search": True}
        )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CONVERSE, "calendar.saved")
def calendar(request: SignedIn) -> HttpResponse:
    """One's own calendar; for those who manage the account, who else has one."""
    assert request.actor.member is not None
    found = queries.calendar_of(request.actor.member)
    sent = request.POST if request.method == "POST" else None
    form = CalendarForm(sent, initial=_shown(found), account_zone=request.actor.account.timezone)
    week = hours.given(sent) if sent is not None else {}
    # Also where another field is wrong: all is named at once.
    wrong = values.wrong_in_week(week)
    if sent is not None and form.is_valid():
        try:
            actions.save_calendar(request.actor, {**form.cleaned_data, **week})
        except Invalid as refusal:
            wrong = {name: said for name, said in refusal.fields.items() if _is_of_hours(name)}
            refuse(form, Invalid({n: said for n, said in refusal.fields.items() if n not in wrong}))
        else:
            messages.success(request, "Saved.")
            return redirect("settings:calendar")
    manages = request.actor.can(Permission.SETTINGS)
    others = queries.members_with_calendars() if manages else []
    context = {
        "form": form,
        "days": hours.shown(found.hours, sent, wrong),
        "hours_error": wrong.get("hours", ""),
        "calendar": found,
        "others": [(one, calendars.zone_of(one), _week(one)) for one in others],
        "manages": manages,
    }
    return frame.show(request, "calendar", context, status=422 if form.is_bound else 200)


def _shown(found: Calendar) -> dict[str, Any]:
    return {
        name: getattr(found, name)
        for name in (
            "is_on", "timezone", "minutes", "buffer_before", "buffer_after", "notice_minutes",
            "days_ahead", "place",
        )
    }  # fmt: skip


def _is_of_hours(name: str) -> bool:
    """Whether an error is of the week's hours, such as "mon.0.to", and of no field of the form."""
    return name == "hours" or name.partition(".")[0] in DAYS


def _week(found: Calendar) -> str:
    """On which days somebody has time: `Mon, Tue, Fri`."""
    return ", ".join(values.DAY_LABELS[day][:3] for day in DAYS if found.hours.get(day))
