"""Two leads that are one person become one.

The lead that was there first keeps its id; the other becomes a tombstone that leads to it. Fields
of which both say something are chosen by whoever merges; the rest follows by rule: tags together,
of each stage the earliest moment, what is blank is filled from the other.

Every row that points to the other moves in the same transaction. `MOVES` names each such place; a
test compares it with all models and with the database's own foreign keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import F, Func, JSONField, Value

from synaptiq.accounts import audit
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit.errors import Invalid, NotFound, OutOfDate
from synaptiq.leads import queries, values
from synaptiq.leads.actions import changes
from synaptiq.leads.models import CUSTOM, MILESTONES, Lead

# Fields that are chosen where both leads have them; custom properties are chosen too.
CHOSEN = (
    "name", "email", "phone", "company", "source_url", "external_id", "status", "assigned_to",
)  # fmt: skip
# What comes along with a chosen field.
_WITH = {"phone": "phone_normal", "status": "status_locked"}


@dataclass(frozen=True)
class Plan:
    """What merging two leads comes to, before anything is written; values as events hold them.

    `conflicts` maps a field to what the survivor and the other say; `default` to the public id of
    the lead whose word is proposed. `filled` are the survivor's blanks with the other's values.
    """

    survivor: Lead
    other: Lead
    conflicts: Mapping[str, tuple[Any, Any]]
    default: Mapping[str, str]
    filled: Mapping[str, Any]
    tags: list[str]
    moments: Mapping[str, str]


def plan_merge(one: Lead, two: Lead) -> Plan:
    """What becomes of these two; pure. The assignees must have been selected with them."""
    if one.pk == two.pk:
        raise Invalid({"other": "is this very lead; choose another one."})
    survivor, other = sorted((one, two), key=lambda lead: (lead.created_at, lead.pk))
    slugs = dict.fromkeys([*survivor.custom, *other.custom])
    conflicts: dict[str, tuple[Any, Any]] = {}
    filled: dict[str, Any] = {}
    for field in (*CHOSEN, *(CUSTOM + slug for slug in slugs)):
        ours, theirs = changes.value(survivor, field), changes.value(other, field)
        if theirs in (None, "") or json.dumps(ours) == json.dumps(theirs):
            continue
        if ours in (None, ""):
            filled[field] = theirs
        else:
            conflicts[field] = (ours, theirs)
    default = dict.fromkeys(conflicts, survivor.public_id)
    # A status that a person set weighs more than one that came by itself.
    if "status" in default and other.status_locked and not survivor.status_locked:
        default["status"] = other.public_id
    moments = {}
    for stage in MILESTONES:
        reached = [at for at in (getattr(survivor, stage), getattr(other, stage)) if at]
        if reached:
            moments[stage] = min(reached).isoformat()
    tags = list(dict.fromkeys([*survivor.tags, *other.tags]))
    return Plan(survivor, other, conflicts, default, filled, tags, moments)


def merge_leads(
    actor: Actor,
    one: str,
    two: str,
    choices: Mapping[str, str] | None = None,
    *,
    seen: Mapping[str, int] | None = None,
) -> Lead:
    """Merge two leads, whichever is named first; returns the survivor. It cannot be undone.

    `choices` maps a field of which both say something to the public id of the lead whose word is
    kept; without one the proposal of `plan_merge` holds. `seen` are the versions that the choices
    were made on: raises OutOfDate when either lead has changed since.
    """
    with audit.denials(actor, "lead.merged", target=one[:80]):
        actor.check(Permission.EDIT)
    with acting_for(actor.account.pk), transaction.atomic():
        # In one order, so that two merges of the same leads wait for each other.
        rows = queries.locked(queries.selected([one, two]).order_by("pk"))
        found = {lead.public_id: lead for lead in rows}
        if not {one, two} <= found.keys():
            raise NotFound(queries.NO_LEAD)
        for public_id, version in (seen or {}).items():
            if public_id in found and found[public_id].version != version:
                raise OutOfDate("One of them has changed since you looked. Look again, then merge.")
        plan = plan_merge(found[one], found[two])
        _write(actor, plan, _wanted(plan, choices or {}))
        return queries.get(plan.survivor.public_id)


def _wanted(plan: Plan, choices: Mapping[str, str]) -> dict[str, Any]:
    """The survivor's fields after the merge, as events hold them."""
    sides = {plan.survivor.public_id: plan.survivor, plan.other.public_id: plan.other}
    wrong = {f: "choose one of the two leads." for f, i in choices.items() if i not in sides}
    if len(plan.tags) > values.MOST_TAGS:
        wrong["tags"] = (
            f"of both are {len(plan.tags)}; a lead holds {values.MOST_TAGS} at most. "
            "Take some away first."
        )
    if wrong:
        raise Invalid(wrong)
    wanted = dict(plan.filled)
    for field in plan.conflicts:
        wanted[field] = changes.value(sides[choices.get(field, plan.default[field])], field)
    for field, along in _WITH.items():
        if field in wanted:
            is_survivors = wanted[field] == changes.value(plan.survivor, field)
            wanted[along] = getattr(plan.survivor if is_survivors else plan.other, along)
    wanted |= {"tags": plan.tags, **plan.moments}
    if plan.survivor.score is None:
        wanted["score"] = plan.other.score
    for mark in ("is_test", "is_spam"):
        wanted[mark] = getattr(plan.survivor, mark) and getattr(plan.other, mark)
    return wanted


def _write(actor: Actor, plan: Plan, wanted: Mapping[str, Any]) -> None:
    survivor, other, at = plan.survivor, plan.other, changes.now()
    # First the tombstone: the survivor may take its external id.
    Lead.objects.filter(pk=other.pk).update(
        deleted_at=at, updated_at=at, version=F("version") + 1, merged_into=survivor
    )
    for place, move in MOVES.items():
        model, _, field = place.rpartition(".")
        move(apps.get_model(model), field, survivor, other)
    taken = changes.differences(survivor, wanted)
    detail = {
        "merged": other.public_id,
        "name": str(other)[:200],
        "created_at": other.created_at.isoformat(),
    }
    changes.apply(actor, [survivor], lambda _: wanted, at=at, type="merged", detail=detail)
    if survivor.import_batch_id and survivor.import_batch_id != other.import_batch_id:
        # Whoever undoes the import must not take along what was known without it.
        Lead.objects.filter(pk=survivor.pk).update(import_batch=None)
    audit.record(
        actor, "lead.merged", target=survivor.public_id,
        detail={"merged": other.public_id, "fields": sorted(taken)},
    )  # fmt: skip


# ── What points to a lead ───────────────────────────────────────────────────────────────────────

Move = Callable[[Any, str, Lead, Lead], None]


def _point(model: Any, field: str, survivor: Lead, other: Lead) -> None:
    """A foreign key: it points to the survivor from now on."""
    model.objects.filter(**{field: other}).update(**{field: survivor})


def _event(model: Any, field: str, survivor: Lead, other: Lead) -> None:
    """As a foreign key, and the event remembers whose it was: an undo must not take it for an
    event of the survivor."""
    of = Value({"of": other.public_id}, output_field=JSONField())
    # The right side wins: what has moved before keeps its first lead.
    both = Func(of, F("detail"), template="(%(expressions)s)", arg_joiner=" || ")
    both.output_field = JSONField()
    model.objects.filter(**{field: other}).update(**{field: survivor, "detail": both})


def _tick(model: Any, field: str, survivor: Lead, other: Lead) -> None:
    """A list of public ids: the survivor stands in the other's place, once."""
    for row in model.objects.select_for_update().filter(
        **{f"{field}__contains": [other.public_id]}
    ):
        ids = [survivor.public_id if i == other.public_id else i for i in getattr(row, field)]
        setattr(row, field, list(dict.fromkeys(ids)))
        row.save(update_fields=[field])


# `app.Model.field` → how it moves.
MOVES: dict[str, Move] = {
    "leads.Lead.merged_into": _point,
    "leads.LeadEvent.lead": _event,
    "leads.Note.lead": _point,
    "leads.Selection.lead_ids": _tick,
    "conversations.Conversation.lead": _point,
    "meetings.Meeting.lead": _point,
    "agent.Fact.lead": _point,
}
