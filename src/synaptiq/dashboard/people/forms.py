"""Forms of people's pages, and how a refusal of an action comes back into a form."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from django import forms

from synaptiq.accounts import values
from synaptiq.dashboard.components import wording
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.kit.localtime import is_timezone


class AccountForm(forms.Form):
    """Name and time zone of an account. What they may be, the action says."""

    name = forms.CharField(
        label="Name", max_length=values.LONGEST_ACCOUNT_NAME, help_text="Usually your company."
    )
    timezone = forms.CharField(
        label="Time zone", help_text="Days of figures, filters and reports begin at its midnight."
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["timezone"].widget = forms.Select(
            choices=offered_zones(self["timezone"].value()),
            attrs={"data-guess-timezone": not self.is_bound and not self.initial},
        )


def offered_zones(chosen: str | None) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """All choices, and the zone in use where it is an older name that is not offered."""
    offered = {name for _, group in zones() for name, _ in group}
    older = is_timezone(chosen or "") and chosen not in offered
    return [*zones(), *([("Older names", ((str(chosen), str(chosen)),))] if older else [])]


@lru_cache(maxsize=1)
def zones() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The zones people live in, by continent, and UTC before all."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        region, _, place = name.partition("/")
        if place and region not in {"Etc", "SystemV", "US", "posix", "right"}:
            groups.setdefault(region, []).append((name, place.replace("_", " ")))
    first = (("UTC", "UTC"),)
    return (("Universal", first), *((region, tuple(rows)) for region, rows in groups.items()))


def refuse(form: forms.Form, refusal: Invalid | Conflict) -> None:
    """Put what an action refused beside the fields that it names."""
    for name, text in refusal.by_field().items():
        known = name if name in form.fields else None
        label = str(form.fields[known].label or "") if known else ""
        form.add_error(known, wording.sentence(text, label))
