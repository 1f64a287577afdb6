"""Defining custom properties."""

from __future__ import annotations

from collections.abc import Sequence

from synaptiq.accounts import audit
from synaptiq.accounts import values as accounts
from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.kit.errors import Conflict, Invalid
from synaptiq.leads import queries, values
from synaptiq.leads.models import CustomProperty

MOST_PROPERTIES = 500


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
