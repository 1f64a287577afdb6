"""What members do with figures: notes about days, the conversion goal, page groups, retention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from synaptiq.accounts import audit, values
from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.accounts.roles import Permission
from synaptiq.analytics.metrics import GOALS
from synaptiq.analytics.models import KEPT_MONTHS, Annotation, PageGroup, Settings
from synaptiq.analytics.spec import NONE, OTHER
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Invalid, NotFound
from synaptiq.sites import values as pages

LONGEST_NOTE = 280
LONGEST_GROUP = 60
MOST_GROUPS = 50
# In all; a chart marks them one by one.
MOST_ANNOTATIONS = 2_000


def add_annotation(actor: Actor, day: Any, text: Any) -> Annotation:
    """Note something about a day (a date, or `2026-03-15`), for charts and reports."""
    with doing(actor, "annotation.added", Permission.EDIT):
        checked = _checked(day, text)
        if Annotation.objects.count() >= MOST_ANNOTATIONS:
            raise Conflict(f"An account has at most {MOST_ANNOTATIONS:,} annotations.")
        made = Annotation.objects.create(member=actor.member, **checked)
        _record(actor, "annotation.added", made)
    return made


def change_annotation(actor: Actor, public_id: str, day: Any, text: Any) -> Annotation:
    """Correct one, whoever wrote it. What is so already is no change. Raises NotFound, Invalid."""
    with doing(actor, "annotation.changed", Permission.EDIT, target=public_id[:80]):
        found, checked = _annotation(public_id), _checked(day, text)
        if (found.day, found.text) != (checked["day"], checked["text"]):
            found.day, found.text = checked["day"], checked["text"]
            found.edited_at = clock.now()
            found.save(update_fields=["day", "text", "edited_at"])
            _record(actor, "annotation.changed", found)
    return found


def delete_annotation(actor: Actor, public_id: str) -> None:
    """Take one away for good. Raises NotFound."""
    with doing(actor, "annotation.deleted", Permission.EDIT, target=public_id[:80]):
        found = _annotation(public_id)
        Annotation.objects.filter(pk=found.pk).delete()
        _record(actor, "annotation.deleted", found)


def change_settings(actor: Actor, *, goal: Any, kept_months: Any) -> Account:
    """The conversion goal, which applies to all history at once, and for how many months page views
    are kept (1 to 60)."""
    with doing(actor, "analytics.changed", Permission.SETTINGS) as account:
        checked = values.checked(goal=(_goal, goal), kept_months=(_months, kept_months))
        kept, _ = Settings.objects.get_or_create()
        before = {"goal": account.conversion_goal, "kept_months": kept.kept_months}
        if before != checked:
            account.conversion_goal = checked["goal"]
            account.save(update_fields=["conversion_goal"])
            kept.kept_months = checked["kept_months"]
            kept.save(update_fields=["kept_months"])
            audit.record(actor, "analytics.changed", detail={**checked, "before": before})
    return account


def change_page_groups(actor: Actor, given: Sequence[Mapping[str, Any]]) -> list[PageGroup]:
    """All page groups, in the order in which a page is tried: `{"name", "pages"}`, the pages one a
    line or a list, `*` standing for anything. None: pages go by the first part of their path. Holds
    for all history at once."""
    with doing(actor, "page_groups.changed", Permission.SETTINGS):
        checked = [
            _group(place, one.get("name"), one.get("pages")) for place, one in enumerate(given)
        ]
        names = [one["name"] for one in checked]
        if len(checked) > MOST_GROUPS:
            raise Conflict(f"An account has at most {MOST_GROUPS} page groups.")
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise Invalid({"name": f"“{twice}” stands twice; give each group its own name."})
        before = list(PageGroup.objects.order_by("position").values("name", "pages"))
        if before != checked:
            PageGroup.objects.all().delete()
            PageGroup.objects.bulk_create(
                PageGroup(position=place, **one) for place, one in enumerate(checked)
            )
            audit.record(actor, "page_groups.changed", detail={"groups": checked})
    return list(PageGroup.objects.order_by("position"))


def _annotation(public_id: str) -> Annotation:
    found = Annotation.objects.select_for_update().filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such annotation; it may have been deleted.")
    return found


def _checked(day: Any, text: Any) -> dict[str, Any]:
    return values.checked(day=(_day, day), text=(_note, text))


def _record(actor: Actor, action: str, annotation: Annotation) -> None:
    audit.record(
        actor, action, target=annotation.public_id, detail={"day": annotation.day.isoformat()}
    )


def _day(value: Any) -> date:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("is not a date; write it like 2026-03-31.") from None
    if not 1900 <= day.year <= 2200:
        raise ValueError("is no day that figures have.")
    return day


def _note(value: Any) -> str:
    return values.line(value, LONGEST_NOTE)


def _goal(value: Any) -> str:
    if value not in GOALS:
        raise ValueError(f"is none of {', '.join(GOALS)}.")
    return str(value)


def _months(value: Any) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= 60):
        raise ValueError(f"is no whole number from 1 to 60; {KEPT_MONTHS} unless you choose.")
    return int(text)


def _group(place: int, name: Any, of: Any) -> dict[str, Any]:
    try:
        return values.checked(name=(_group_name, name), pages=(_group_pages, of))
    except Invalid as wrong:
        # Of many rows the one that is meant.
        said = " ".join(f"its {field} {text}" for field, text in wrong.by_field().items())
        raise Invalid({"groups": f"number {place + 1} cannot be: {said}"}) from None


def _group_name(value: Any) -> str:
    name = values.line(value, LONGEST_GROUP)
    if "," in name or name in (NONE, OTHER):
        raise ValueError(f"holds a comma, or is {NONE} or {OTHER}, which mean something else.")
    return name


def _group_pages(value: Any) -> list[str]:
    lines = value if isinstance(value, str) else "\n".join(map(str, value or []))
    if not lines.strip():
        # To the rules of a greeting no page is every page; a group of every page is no group.
        raise ValueError("are blank: name at least one, such as /blog*.")
    return pages.pages(value)
