"""Conversations as columns (PRODUCT 1.4).

What belongs to a conversation is read by subqueries beside its row and not by joins: each names the
account, and PostgreSQL follows the index of the order while it writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    JSONField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Cast, Collate

from synaptiq.accounts.queries import NamesOfMembers
from synaptiq.conversations import queries
from synaptiq.conversations.filters import CONVERSATION_FILTERS
from synaptiq.conversations.models import EXPORTED_TYPES, MESSAGE, Conversation, Event
from synaptiq.exports.columns import OBJECTS, REDACTED, Column, Moment
from synaptiq.kit.filters import Context, FilterSet
from synaptiq.leads.models import Lead

# What is exported of an event beside its type and its moment: a closed list, in this order.
_OF_MEETING = ("starts_at", "zone", "member")
FIELDS: dict[str, tuple[str, ...]] = {
    "qualification_check": ("result", "score"),
    "meeting_booked": _OF_MEETING,
    "meeting_rescheduled": _OF_MEETING,
    "meeting_cancelled": _OF_MEETING,
}


class Objects(Subquery):
    """Rows as one JSON list of objects, without blanks; `[]` where there are none.

    `json_agg` would put a blank and a line break between them. `values` are the keys with their
    expressions, in the order in which they are written.
    """

    output_field = JSONField()

    def __init__(self, rows: QuerySet[Any, Any], values: Mapping[str, Any]) -> None:
        # A key may be the name of a field, which an annotation may not be: named outside.
        columns = {f"k{i}": value for i, value in enumerate(values.values())}
        keys = ", ".join(f'"{key}"' for key in values)
        self.template = f"array_to_json(ARRAY(SELECT row_to_json(o) FROM (%(subquery)s) o({keys})))"
        super().__init__(rows.annotate(**columns).values(*columns))


class Values(Subquery):
    """Rows of one JSON value each as one JSON list, without blanks."""

    template = "array_to_json(ARRAY(%(subquery)s))"
    output_field = JSONField()


class _Object(Func):
    """One JSON object of these keys, in this order, without blanks."""

    output_field = JSONField()

    def __init__(self, **values: Any) -> None:
        names = ", ".join(f'%s AS "{key}"' for key in values)
        self.template = f"(SELECT row_to_json(o) FROM (SELECT {names}) o)"
        super().__init__(*values.values())

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        sql = self.template % tuple(sql for sql, _ in parts)
        return sql, [param for _, params in parts for param in params]


class _Seconds(Func):
    """Whole seconds between two moments as files show them, so that they can be counted again."""

    template = "extract(epoch FROM %(expressions)s)::int"
    arg_joiner = " - "
    output_field = IntegerField()


class _Cut(Func):
    template = "date_trunc('second', %(expressions)s AT TIME ZONE 'UTC')"


class Conversations:
    key = "conversations"
    label = "Conversations"
    filters: FilterSet = CONVERSATION_FILTERS

    def columns(self, *, archived: bool = False) -> list[Column]:
        checked = Exists(_log().filter(type="qualification_check"))
        return [
            Column("conversation_id", "word", F("public_id"), locked=True),
            Column("lead_id", "word", _of_lead("public_id")),
            Column("lead_email", "text", _of_lead("email"), personal=True),
            Column("started_at", "time", F("started_at")),
            Column("ended_at", "time", F("ended_at")),
            Column(
                "duration_seconds", "number", _Seconds(_Cut(F("ended_at")), _Cut(F("started_at")))
            ),
            Column("message_count", "number", F("message_count")),
            Column("qualification_triggered", "bool", checked),
            Column("meeting_booked", "bool", F("meeting_booked")),
            Column("messages", OBJECTS, _messages(), personal=True),
            Column("events", OBJECTS, _events(frozenset()), redacting=_events),
        ]

    def chosen(self, values: Mapping[str, Any], context: Context) -> QuerySet[Any, Any]:
        return queries.matching(values, context)

    def selected(self, ids: Sequence[str]) -> QuerySet[Any, Any]:
        return queries.selected(ids)

    def ordered(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return rows.order_by("created_at", Collate("public_id", "C"))


def transcript() -> list[Column]:
    """What a transcript in words needs of a conversation beside its columns. The names are as they
    are kept: whoever writes them cleans them."""
    member = Func(
        NamesOfMembers(), Cast(F("member_id"), TextField()),
        template="(%(expressions)s)", arg_joiner=" ->> ", output_field=TextField(),
    )  # fmt: skip
    said = _log().filter(type=MESSAGE).order_by("seq")
    lines = Objects(
        said, {"sender": F("sender"), "content": F("content"), "at": Moment("at"), "name": member}
    )
    return [
        Column("agent", "text", F("agent_name")),
        Column("name", "text", _of_lead("name"), personal=True),
        Column("messages", OBJECTS, lines, personal=True),
    ]


def references() -> Objects:
    """A lead's conversations in short: id, start and number of messages, in the order in which they
    began."""
    of_lead = Conversation.objects.filter(lead=OuterRef("pk"))
    return Objects(
        of_lead.order_by("started_at", Collate("public_id", "C")),
        {
            "id": F("public_id"),
            "started_at": Moment("started_at"),
            "message_count": F("message_count"),
        },
    )


def _log() -> QuerySet[Any, Any]:
    return Event.objects.filter(conversation=OuterRef("pk"))


def _of_lead(field: str) -> Subquery:
    return Subquery(
        Lead.objects.filter(pk=OuterRef("lead_id")).values(field)[:1], output_field=TextField()
    )


def _messages() -> Objects:
    said = _log().filter(type=MESSAGE).order_by("seq")
    return Objects(
        said, {"sender": F("sender"), "content": F("content"), "timestamp": Moment("at")}
    )


def _events(restricted: frozenset[str]) -> Values:
    """The events that may be exported; restricted keys are `events.score` and the like."""
    shown = Case(
        *(
            When(type=type, then=_event(fields, restricted))
            for type, fields in FIELDS.items()
        ),
        default=_event((), restricted),
        output_field=JSONField(),
    )  # fmt: skip
    happened = _log().filter(type__in=EXPORTED_TYPES).order_by("seq")
    return Values(happened.annotate(shown=shown).values("shown"))


def _event(fields: Sequence[str], restricted: frozenset[str]) -> _Object:
    hidden = Value(REDACTED, output_field=TextField())
    values = {
        field: hidden if f"events.{field}" in restricted else _field(field) for field in fields
    }
    return _Object(type=F("type"), timestamp=Moment("at"), **values)


def _field(name: str) -> Func:
    """A key of an event's data with its own JSON type."""
    return Func(
        F("data"), Value(name, output_field=TextField()),
        template="(%(expressions)s)", arg_joiner=" -> ", output_field=JSONField(),
    )  # fmt: skip
