"""Leads as columns (PRODUCT 1.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Func, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Collate

from synaptiq.accounts.queries import EmailsOfMembers
from synaptiq.exports.columns import Column
from synaptiq.kit.filters import Context, FilterSet
from synaptiq.leads import queries
from synaptiq.leads.filters import LEAD_FILTERS
from synaptiq.leads.models import CustomProperty

COLUMNS: tuple[Column, ...] = (
    Column("id", "word", F("public_id"), locked=True),
    Column("email", "text", F("email"), personal=True, judged=True),
    Column("name", "text", F("name"), personal=True, judged=True),
    Column("phone", "text", F("phone"), personal=True, judged=True),
    Column("company", "text", F("company"), judged=True),
    Column("status", "word", F("status")),
    Column("score", "number", F("score")),
    Column("source_url", "text", F("source_url"), judged=True),
    Column("created_at", "time", F("created_at")),
    Column("last_activity_at", "time", F("last_activity_at")),
    Column("tags", "texts", F("tags"), judged=True),
)
_CUSTOM_KINDS = {
    "text": "text", "choice": "text", "date": "word", "number": "number", "bool": "bool",
}  # fmt: skip


class Leads:
    key = "leads"
    label = "Leads"
    filters: FilterSet = LEAD_FILTERS

    def columns(self, *, archived: bool = False) -> list[Column]:
        custom = [_custom(p) for p in queries.custom_properties(archived=archived)]
        return [*COLUMNS, _assigned_to(), *custom]

    def chosen(self, values: Mapping[str, Any], context: Context) -> QuerySet[Any, Any]:
        return queries.matching(values, context)

    def selected(self, ids: Sequence[str]) -> QuerySet[Any, Any]:
        return queries.selected(ids)

    def ordered(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return rows.order_by("created_at", Collate("public_id", "C"))


def _assigned_to() -> Column:
    """The assignee's email, looked up in one object of them all: joined to each lead, member and
    user took a quarter of an export's time (docs/performance.md)."""
    email = Func(
        EmailsOfMembers(), Cast(F("assigned_to_id"), TextField()),
        template="(%(expressions)s)", arg_joiner=" ->> ", output_field=TextField(),
    )  # fmt: skip
    return Column("assigned_to", "text", email, personal=True)


def _custom(prop: CustomProperty) -> Column:
    kind = _CUSTOM_KINDS[prop.type]
    # Numbers and booleans keep their JSON type; the rest is read as text.
    read = KeyTransform if kind in {"number", "bool"} else KeyTextTransform
    return Column(
        "custom_" + prop.slug, kind, read(prop.slug, "custom"), judged=True,
        group="custom_properties", name=prop.slug,
    )  # fmt: skip
