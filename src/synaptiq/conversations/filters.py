"""How conversations are chosen: the one declaration for list page, export dialog, API and
schedules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Contains as Contained

from synaptiq.accounts.models import Member
from synaptiq.conversations.models import MESSAGE, SAID, Event, Turn
from synaptiq.kit.filters import (
    Choice,
    Contains,
    Context,
    DateRange,
    Filter,
    FilterSet,
    Words,
    in_days,
)
from synaptiq.leads.models import Lead
from synaptiq.sites.models import Site

OPEN, WAITING, CLOSED = "open", "waiting", "closed"
_YES_NO = Choice({"yes": "Yes", "no": "No"}, widget="one")
_MARKED = Choice(
    {"exclude": "Left out", "include": "Included", "only": "The only ones"},
    widget="one",
    verb="are",
)
# The agent had the last word, and the visitor left no way to be reached.
DROPPED_OFF = Q(last_sender="ai", lead=None)


def _state(value: tuple[str, ...], _: Context) -> Q:
    if OPEN in value or CLOSED in value:
        chosen = Q() if {OPEN, CLOSED} <= set(value) else Q(closed_at__isnull=OPEN in value)
        return chosen | Q(state="pending_human") if chosen and WAITING in value else chosen
    return Q(state="pending_human")


def _spoke(value: tuple[str, ...], _: Context) -> Q:
    return Q() if len(value) == 2 else Q(with_person="person" in value)


def _answered(value: Any, context: Context) -> Q:
    """Whether the agent answered something of it that came on these days."""
    came = Turn.objects.filter(in_days("received_at")(value, context))
    return Q(Exists(came.filter(conversation=OuterRef("pk"), first_output_at__isnull=False)))


def _yes_no(condition: Q) -> Callable[[Any, Context], Q]:
    """Of a condition that is never NULL."""

    def where(value: tuple[str, ...], _: Context) -> Q:
        if len(value) == 2:
            return Q()
        return condition if "yes" in value else ~condition

    return where


def _qualified(value: tuple[str, ...], _: Context) -> Q:
    if len(value) == 2:
        return Q()
    qualified = Q(qualification="qualified")
    return qualified if "yes" in value else ~qualified | Q(qualification=None)


def _lead(value: tuple[str, ...], _: Context) -> Q:
    return Q(lead__in=Lead.objects.filter(public_id__in=value).values("pk"))


def _lead_tags(value: tuple[str, ...], _: Context) -> Q:
    return Q(lead__in=Lead.objects.filter(tags__overlap=list(value)).values("pk"))


def of_members(keys: list[int]) -> Q:
    """What belongs to one of these members (integer keys): who has taken it over, or has its
    lead."""
    theirs = Lead.objects.filter(assigned_to__in=keys)
    return Q(member__in=keys) | Q(lead__in=theirs.values("pk"))


def _person(value: tuple[str, ...], _: Context) -> Q:
    named = [one.lower() for one in value]
    found = Member.objects.filter(Q(user__email__in=named) | Q(public_id__in=named))
    return of_members(list(found.values_list("pk", flat=True)))


def _agent_version(value: tuple[str, ...], _: Context) -> Q:
    return Q(agent_version__in=value)


def _site(value: tuple[str, ...], _: Context) -> Q:
    # Found first: an account has few, and PostgreSQL then knows which.
    named = Site.objects.filter(Q(public_id__in=value) | Q(name__in=value))
    return Q(site__in=list(named.values_list("pk", flat=True)))


def _text(value: str, _: Context) -> Q:
    said = Event.objects.filter(Q(Contained(SAID, Lower(Value(value)))), type=MESSAGE)
    return Q(pk__in=said.values("conversation"))


def _marked(column: str) -> Callable[[Any, Context], Q]:
    def where(value: tuple[str, ...], _: Context) -> Q:
        if "include" in value or {"exclude", "only"} <= set(value):
            return Q()
        return Q(**{column: "only" in value})

    return where


def of_living_leads() -> Q:
    """Not of a lead that was deleted: what that has said leaves lists and exports with it. Nor one
    that its visitor had erased."""
    gone = Lead.objects.filter(pk=OuterRef("lead_id"), deleted_at__isnull=False)
    return Q(~Exists(gone), erased_at=None)


CONVERSATION_FILTERS = FilterSet(
    filters=(
        Filter("started", "Started", DateRange(), in_days("started_at")),
        Filter("answered", "Answered", DateRange(), _answered),
        Filter("ended", "Ended", DateRange(), in_days("ended_at")),
        Filter(
            "state",
            "State",
            Choice({OPEN: "Open", WAITING: "Waiting for a person", CLOSED: "Closed"}, widget="one"),
            _state,
        ),
        Filter("person", "Person", Words(verb="is"), _person),
        Filter(
            "spoke",
            "Who spoke",
            Choice({"agent": "The agent alone", "person": "A person took part"}, widget="one"),
            _spoke,
        ),
        Filter("qualified", "Qualified", _YES_NO, _qualified),
        Filter("meeting_booked", "Meeting booked", _YES_NO, _yes_no(Q(meeting_booked=True))),
        Filter("dropped_off", "Dropped off", _YES_NO, _yes_no(DROPPED_OFF)),
        Filter("lead", "Lead", Words(verb="is"), _lead),
        Filter("lead_tags", "Lead’s tags", Words(verb="include"), _lead_tags),
        Filter("agent_version", "Agent version", Words(verb="is"), _agent_version),
        Filter("site", "Site", Words(verb="is"), _site),
        Filter("test", "Test conversations", _MARKED, _marked("is_test")),
        Filter("spam", "Spam conversations", _MARKED, _marked("is_spam")),
        Filter("text", "Text", Contains(least=3), _text, typed=True),
    ),
    default={"test": Q(is_test=False), "spam": Q(is_spam=False)},
)
