"""How leads are chosen and ordered: the one declaration for list page, export dialog, API and
schedules."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Contains as Contained
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from pydantic_core import from_json

from synaptiq.accounts.models import Member
from synaptiq.kit.errors import Invalid
from synaptiq.kit.filters import (
    Choice,
    Contains,
    Context,
    DateRange,
    Filter,
    FilterSet,
    NumberRange,
    Properties,
    Words,
    in_days,
)
from synaptiq.kit.paging import Key
from synaptiq.leads.models import (
    MILESTONES,
    NAME_KEY,
    ORIGINS,
    SCORE_KEY,
    SEARCHED,
    STATUSES,
    CustomProperty,
)

NOBODY = "nobody"
# Which moment of the row tells that a stage was reached; a later one counts as well.
STAGES: dict[str, str] = {
    "captured": "Lead captured",
    "qualified": "Qualified",
    "meeting_booked": "Meeting booked",
    "meeting_held": "Meeting held",
    "won": "Won",
}
# Behind being captured. The first visit comes before, and is no stage.
_STAGE_COLUMNS = [name for name in MILESTONES if name != "first_visit_at"]
_MARKED = Choice(
    {"exclude": "Left out", "include": "Included", "only": "The only ones"},
    widget="one",
    verb="are",
)


def _status(value: tuple[str, ...], _: Context) -> Q:
    return Q(status__in=value)


def _any_tag(value: tuple[str, ...], _: Context) -> Q:
    return Q(tags__overlap=list(value))


def _all_tags(value: tuple[str, ...], _: Context) -> Q:
    return Q(tags__contains=list(value))


def _assigned_to(value: tuple[str, ...], _: Context) -> Q:
    named = [v.lower() for v in value if v != NOBODY]
    # Found first: joined, PostgreSQL reads every lead; as a subquery, it cannot know how many leads
    # they have, and sorts them all for a page of fifty.
    members = Member.objects.filter(Q(user__email__in=named) | Q(public_id__in=named))
    condition = Q(assigned_to__in=list(members.values_list("pk", flat=True))) if named else Q()
    return condition | Q(assigned_to=None) if NOBODY in value else condition


def _origin(value: tuple[str, ...], _: Context) -> Q:
    return Q(origin__in=value)


def _source_url(value: str, _: Context) -> Q:
    return Q(Contained(Lower("source_url"), Lower(Value(value))))


def _stage(value: tuple[str, ...], _: Context) -> Q:
    reached = Q()
    for stage in value:
        if stage == "captured":
            return Q()
        for column in _STAGE_COLUMNS[list(STAGES).index(stage) - 1 :]:
            reached |= Q(**{f"{column}__isnull": False})
    return reached


def _goal(value: tuple[str, ...], context: Context) -> Q:
    column = {
        "qualified": "first_qualified_at",
        "meeting_booked": "meeting_booked_at",
        "held": "meeting_held_at",
        "won": "won_at",
    }[context.facts["goal"]]
    # Within 30 × 24 hours of the lead's creation, as the conversion rate counts it.
    reached = Q(**{f"{column}__lt": F("created_at") + timedelta(days=30)})
    condition = Q()
    if "yes" in value:
        condition |= reached
    if "no" in value:
        condition |= ~reached | Q(**{f"{column}__isnull": True})
    return condition


def _score(value: Any, _: Context) -> Q:
    # Over what lists are ordered by, for it has the index. No score is -1 there.
    low, high = value
    condition = Q(GreaterThanOrEqual(SCORE_KEY, low or 0))
    return condition if high is None else condition & Q(LessThanOrEqual(SCORE_KEY, high))


def _marked(column: str) -> Callable[[Any, Context], Q]:
    def where(value: tuple[str, ...], _: Context) -> Q:
        if "include" in value or {"exclude", "only"} <= set(value):
            return Q()
        return Q(**{column: "only" in value})

    return where


def _text(value: str, _: Context) -> Q:
    return Q(Contained(SEARCHED, Lower(Value(value))))


def _custom(value: tuple[tuple[str, str], ...], _: Context) -> Q:
    condition = Q()
    for slug, text in value:
        # The value's type is not known here: it may be any that reads like this.
        readings = [text, *_as_json(text)]
        either = Q()
        for reading in readings:
            either |= Q(custom__contains={slug: reading})
        condition &= either
    return condition


def _called(slugs: Sequence[str]) -> dict[str, str]:
    """What properties are called, said of those that there are no more."""
    found = {p.slug: p for p in CustomProperty.objects.filter(slug__in=slugs)}
    words = {slug: p.label + " (archived)" * bool(p.archived_at) for slug, p in found.items()}
    return {slug: words.get(slug, f"{slug} (no such property)") for slug in slugs}


def _as_json(text: str) -> list[Any]:
    """A number or a boolean that a text says; "yes" and "no" as a person writes booleans."""
    if text.lower() in {"yes", "no"}:
        return [text.lower() == "yes"]
    try:
        found = from_json(text.lower(), allow_inf_nan=False)
    except ValueError:
        return []
    # 1e999 is read as infinite, which JSON has not.
    if isinstance(found, float) and not math.isfinite(found):
        return []
    return [found] if isinstance(found, bool | int | float) else []


LEAD_FILTERS = FilterSet(
    filters=(
        Filter("status", "Status", Choice(STATUSES), _status),
        Filter("created", "Created", DateRange(), in_days("created_at")),
        Filter("last_activity", "Last activity", DateRange(), in_days("last_activity_at")),
        Filter("updated", "Updated", DateRange(), in_days("updated_at")),
        Filter("first_qualified", "First qualified", DateRange(), in_days("first_qualified_at")),
        Filter("first_visit", "First visit", DateRange(), in_days("first_visit_at")),
        Filter("score", "Score", NumberRange(0, 100), _score),
        Filter("tags", "Tags", Words(verb="include"), _any_tag),
        Filter("tags_all", "All tags", Words(joined="and", verb="include"), _all_tags),
        Filter("assigned_to", "Assigned to", Words(verb=""), _assigned_to),
        Filter("source_url", "Source URL", Contains(least=3), _source_url, typed=True),
        Filter("origin", "Origin", Choice(ORIGINS), _origin),
        Filter("stage", "Stage reached", Choice(STAGES), _stage),
        Filter("goal", "Goal reached", Choice({"yes": "Yes", "no": "No"}, widget="one"), _goal),
        Filter("test", "Test leads", _MARKED, _marked("is_test")),
        Filter("spam", "Spam leads", _MARKED, _marked("is_spam")),
        Filter("custom", "Custom property", Properties(_called), _custom, typed=True),
        Filter("text", "Text", Contains(least=3), _text, typed=True),
    ),
    default={"test": Q(is_test=False), "spam": Q(is_spam=False)},
)


@dataclass(frozen=True)
class Sort:
    """An order that a list offers; its key is never NULL, so that pages by key leave nobody out.

    `first` says which way a list begins: "desc" with the newest or highest."""

    label: str
    key: Key
    first: str = "desc"


SORTS: dict[str, Sort] = {
    "created": Sort("Created", Key(F("created_at"), "moment")),
    "last_activity": Sort("Last activity", Key(F("last_activity_at"), "moment")),
    "score": Sort("Score", Key(SCORE_KEY, "number")),
    "name": Sort("Name", Key(NAME_KEY, "text"), "asc"),
}
DEFAULT_SORT = "-created"


def sort_of(given: str) -> tuple[Sort, bool]:
    """The sort that an address names (`score`, `-score`), and whether it descends."""
    name = given.removeprefix("-")
    if name not in SORTS or given.startswith("--"):
        raise Invalid({"sort": f"is none of {', '.join(SORTS)}, each with or without a minus."})
    return SORTS[name], given.startswith("-")
