"""What an account defined for its leads: custom properties, and the tags in use."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from synaptiq.accounts.tenancy import AccountModel
from synaptiq.kit import clock, ids

# How files, filters and events name one: this and its slug.
CUSTOM = "custom."
PROPERTY_TYPES: dict[str, str] = {
    "text": "Text",
    "number": "Number",
    "bool": "Yes or no",
    "date": "Date",
    "choice": "Choice",
}


def new_property_id() -> str:
    return ids.new_id("prop")


class CustomProperty(AccountModel):
    """A field that the account defined. The slug never changes; the label may.

    `converting`, while a job changes the type: what it is to become (`type`, `choices`), how many
    values may be lost, and who asked (`lose`, `by`).
    """

    public_id = models.TextField(unique=True, default=new_property_id)
    slug = models.TextField()
    label = models.CharField(max_length=120)
    type = models.TextField(choices=list(PROPERTY_TYPES.items()))
    choices = ArrayField(models.TextField(), default=list)
    position = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=clock.now)
    archived_at = models.DateTimeField(null=True)
    converting = models.JSONField(null=True)

    class Meta(AccountModel.Meta):
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "slug"], name="property_slug_once"),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z][a-z0-9_]{0,62}$"), name="property_slug_shape"
            ),
            models.CheckConstraint(
                condition=Q(type__in=list(PROPERTY_TYPES)), name="property_type_known"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Tag(AccountModel):
    """The registry of tags in use, for completion and colour; a lead holds its tags by name."""

    name = models.TextField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta(AccountModel.Meta):
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="tag_once")]
