"""Writing leads: one function for each use case, called by pages, API, jobs and terminal alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from synaptiq.accounts import audit
from synaptiq.accounts import values as accounts
from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Invalid, NotFound
from synaptiq.leads import queries, values
from synaptiq.leads.models import ORIGINS, CustomProperty, Lead, Selection, Tag

MOST_PROPERTIES = 500
MOST_SELECTED = 50_000
SELECTIONS_KEPT = timedelta(days=7)


def create_lead(
    actor: Actor,
    given: Mapping[str, Any],
    *,
    custom: Mapping[str, Any] | None = None,
    assigned_to: Member | None = None,
    origin: str = "manual",
) -> Lead:
    """Add a lead. At least one way to reach the person or an external id must be given.

    The row itself says when and from where it came, so only a denial is in the audit log.
    """
    with audit.denials(actor, "lead.created"):
        actor.check(Permission.EDIT)
    checked = values.fields(given)
    if origin not in ORIGINS:
        raise Invalid({"origin": f"is none of {', '.join(ORIGINS)}."})
    if not any(checked.get(name) for name in ("email", "phone", "name", "external_id")):
        raise Invalid({"email": "give an email, a phone number, a name or an external id."})
    with acting_for(actor.account.pk), transaction.atomic():
        definitions = {p.slug: p for p in queries.custom_properties()}
        kept = {k: v for k, v in values.custom(custom or {}, definitions).items() if v is not None}
        lead = Lead(
            **checked, custom=kept, assigned_to=assigned_to, origin=origin,
            created_at=clock.DatabaseNow(), updated_at=clock.DatabaseNow(),
            last_activity_at=clock.DatabaseNow(),
        )  # fmt: skip
        try:
            with transaction.atomic():
                lead.save()
        except IntegrityError:
            raise Conflict(
                "A lead with this external id is already there.", param="external_id"
            ) from None
        _register_tags(lead.tags)
        lead.refresh_from_db()
    return lead


def delete_lead(actor: Actor, public_id: str) -> None:
    """Take a lead from lists and later exports. `restore_lead` undoes it for 30 days."""
    with audit.denials(actor, "lead.deleted", target=public_id[:80]):
        actor.check(Permission.EDIT)
    with acting_for(actor.account.pk), transaction.atomic():
        lead = queries.get(public_id)
        if Lead.objects.filter(pk=lead.pk, deleted_at=None).update(
            deleted_at=clock.DatabaseNow(), updated_at=clock.DatabaseNow()
        ):
            audit.record(actor, "lead.deleted", target=public_id)


def restore_lead(actor: Actor, public_id: str) -> Lead:
    """Bring a deleted lead back, within 30 days of its deletion."""
    with audit.denials(actor, "lead.restored", target=public_id[:80]):
        actor.check(Permission.EDIT)
    with acting_for(actor.account.pk), transaction.atomic():
        since = clock.now() - queries.UNDO_TIME
        done = Lead.objects.filter(public_id=public_id, deleted_at__gt=since).update(
            deleted_at=None, updated_at=clock.DatabaseNow()
        )
        if not done:
            raise NotFound(
                f"No lead of this id was deleted in the last {queries.UNDO_TIME.days} days."
            )
        audit.record(actor, "lead.restored", target=public_id)
        return queries.get(public_id)


def define_property(
    actor: Actor, *, slug: str, label: str, type: str = "text", choices: Sequence[str] = ()
) -> CustomProperty:
    """Add a custom property at the end of the order. The slug can never be changed or reused."""
    # The account's lock puts definitions in a row, so that positions stay apart.
    with doing(actor, "property.defined", Permission.SETTINGS):
        checked = accounts.checked(
            slug=(values.slug, slug),
            label=(values.label, label),
            type=(values.property_type, type),
            choices=(values.choices, choices),
        )
        if checked["type"] == "choice" and not checked["choices"]:
            raise Invalid({"choices": "give at least one."})
        existing = queries.custom_properties(archived=True)
        if any(p.slug == slug for p in existing):
            raise Conflict("A custom property of this slug is already there.", param="slug")
        if len(existing) >= MOST_PROPERTIES:
            raise Conflict(f"An account has at most {MOST_PROPERTIES} custom properties.")
        position = max((p.position for p in existing), default=0) + 1
        made = CustomProperty.objects.create(**checked, position=position)
        audit.record(
            actor, "property.defined", target=made.public_id,
            detail={"slug": made.slug, "type": made.type},
        )  # fmt: skip
    return made


def change_selection(
    actor: Actor, key: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> list[str]:
    """Tick and untick leads of a session's selection; returns its ids in order of ticking."""
    with audit.denials(actor, "lead.selected"):
        actor.check(Permission.READ)
    if actor.member is None:
        raise Invalid("Only a signed-in member has a selection.")
    with acting_for(actor.account.pk), transaction.atomic():
        Selection.objects.get_or_create(key=key, defaults={"member": actor.member})
        row = Selection.objects.select_for_update().get(key=key, member=actor.member)
        known = set(queries.selected(add).values_list("public_id", flat=True)) if add else set()
        gone = set(remove)
        kept = [i for i in row.lead_ids if i not in gone]
        held = set(kept)
        kept += [i for i in dict.fromkeys(add) if i in known and i not in held]
        if len(kept) > MOST_SELECTED:
            raise Invalid(
                f"A selection holds at most {MOST_SELECTED:,} leads. "
                "Use a filter and export all that match instead."
            )
        row.lead_ids = kept
        row.updated_at = clock.now()
        row.save()
    return kept


def clear_selection(actor: Actor, key: str) -> None:
    """Untick everything."""
    with acting_for(actor.account.pk):
        Selection.objects.filter(key=key, member=actor.member).delete()


def forget_selections() -> int:
    """Delete what nobody has ticked for a week, of all accounts; returns how many."""
    untouched = Selection.across_accounts.filter(updated_at__lt=clock.now() - SELECTIONS_KEPT)
    deleted, _ = untouched.delete()
    return deleted


def _register_tags(names: Sequence[str]) -> None:
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
