"""Defining custom properties, and what may change about one: its label, its place, its end.

The slug never changes: files, programs and filters know a property by it. What changes the values
that leads hold is in `converting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synaptiq.accounts import audit
from synaptiq.accounts import values as accounts
from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.leads import queries, values
from synaptiq.leads.models import CustomProperty

MOST_PROPERTIES = 500


def define_property(
    actor: Actor, *, slug: str = "", label: str, type: str = "text", choices: Sequence[str] = ()
) -> CustomProperty:
    """Add a custom property at the end of the order. The slug can never be changed or reused; where
    none is given, the label makes one."""
    # The account's lock puts definitions in a row, so that positions stay apart.
    with doing(actor, "property.defined", Permission.SETTINGS):
        slug = slug or values.slug_of(label)
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


def rename_property(actor: Actor, public_id: str, label: Any) -> CustomProperty:
    """Give a property another label."""
    with doing(actor, "property.changed", Permission.SETTINGS, target=public_id[:80]):
        checked = accounts.checked(label=(values.label, label))
        found = queries.custom_property(public_id)
        if found.label != checked["label"]:
            found.label = checked["label"]
            found.save(update_fields=["label"])
            audit.record(
                actor, "property.changed", target=found.public_id,
                detail={"slug": found.slug, "what": "label"},
            )  # fmt: skip
    return found


def move_property(actor: Actor, public_id: str, *, up: bool) -> CustomProperty:
    """Let a property change places with its neighbour, in lists, forms and later exports.

    At the end of the order nothing changes. Archived ones are passed over.
    """
    with doing(actor, "property.changed", Permission.SETTINGS, target=public_id[:80]):
        found = _active(public_id)
        order = queries.custom_properties()
        place = order.index(found)
        beside = place - 1 if up else place + 1
        if 0 <= beside < len(order):
            other = order[beside]
            found.position, other.position = other.position, found.position
            CustomProperty.objects.bulk_update([found, other], ["position"])
            audit.record(
                actor, "property.changed", target=found.public_id,
                detail={"slug": found.slug, "place": beside + 1},
            )  # fmt: skip
    return found


def archive_property(actor: Actor, public_id: str) -> CustomProperty:
    """Take a property from forms, lists and later exports. Leads keep their values."""
    with doing(actor, "property.archived", Permission.SETTINGS, target=public_id[:80]):
        found = _active(public_id)
        if found.converting:
            raise Conflict("Its type is being changed. Wait until that has ended.")
        found.archived_at = clock.now()
        found.save(update_fields=["archived_at"])
        audit.record(
            actor, "property.archived", target=found.public_id, detail={"slug": found.slug}
        )
    return found


def restore_property(actor: Actor, public_id: str) -> CustomProperty:
    """Bring an archived property back to its old place, with the values that leads have kept."""
    with doing(actor, "property.restored", Permission.SETTINGS, target=public_id[:80]):
        found = queries.custom_property(public_id)
        if found.archived_at is None:
            raise Conflict("This property is not archived.")
        found.archived_at = None
        found.save(update_fields=["archived_at"])
        audit.record(
            actor, "property.restored", target=found.public_id, detail={"slug": found.slug}
        )
    return found


def _active(public_id: str) -> CustomProperty:
    found = queries.custom_property(public_id)
    if found.archived_at is not None:
        raise Conflict("This property is archived. Bring it back first.")
    return found
