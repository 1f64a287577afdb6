"""Leads, custom properties, tags, and a member's selection of leads."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import (
    AccountForeignKey,
    AccountManager,
    AccountModel,
    AccountQuerySet,
)
from synaptiq.kit import clock, ids
from synaptiq.kit.spreadsheet import DANGEROUS

STATUSES: dict[str, str] = {
    "new": "New",
    "nurture": "Nurture",
    "qualified": "Qualified",
    "meeting_booked": "Meeting booked",
    "won": "Won",
    "lost": "Lost",
    "disqualified": "Disqualified",
}
ORIGINS: dict[str, str] = {
    "conversation": "Conversation",
    "import": "Import",
    "api": "API",
    "manual": "By hand",
}
PROPERTY_TYPES: dict[str, str] = {
    "text": "Text",
    "number": "Number",
    "bool": "Yes or no",
    "date": "Date",
    "choice": "Choice",
}

# "No text of this row needs the spreadsheet guard", stored so that exports need not ask again:
# guarding every column of every row costs more than the whole rest of an export (FACTS.md). The
# tags and the custom properties are judged on the safe side; a wrong "no" only costs time.
_TEXTS = ("email", "name", "phone", "company", "source_url")
PLAIN_SQL = (
    " AND ".join(f"({c} IS NULL OR synaptiq_guard({c}) = {c})" for c in _TEXTS)
    + f" AND (tags[1] IS NULL OR tags[1] !~ '{DANGEROUS}')"
    # A tab or a line break stands in JSON text as a backslash and a letter.
    + f" AND custom::text !~ ': \"{DANGEROUS[1:-1]}\\\\]'"
)


def new_lead_id() -> str:
    return ids.new_id("lead")


def new_property_id() -> str:
    return ids.new_id("prop")


class LeadManager(AccountManager["Lead"]):
    def alive(self) -> AccountQuerySet[Lead]:
        """Leads of the current account, without the tombstones of deleted ones."""
        return self.get_queryset().filter(deleted_at=None)


class Lead(AccountModel):
    """A person who left a way to be reached. Emails may repeat; `external_id` may not.

    `created_at` is when a way to reach the person was first stored, by the database's clock, and
    is never back-dated. `custom` holds values by slug in their JSON types, checked in actions.
    A deleted lead keeps its row as a tombstone (`deleted_at`) and can come back for 30 days.
    """

    public_id = models.TextField(unique=True, default=new_lead_id, db_collation="C")
    email = models.TextField(null=True)
    name = models.TextField(null=True)
    phone = models.TextField(null=True)
    phone_normal = models.TextField(null=True)
    company = models.TextField(null=True)
    external_id = models.TextField(null=True)
    source_url = models.TextField(null=True)
    status = models.TextField(default="new", choices=list(STATUSES.items()))
    status_locked = models.BooleanField(default=False)
    score = models.SmallIntegerField(null=True)
    tags = ArrayField(models.TextField(), default=list)
    assigned_to = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    custom = models.JSONField(default=dict)
    origin = models.TextField(default="manual", choices=list(ORIGINS.items()))
    is_test = models.BooleanField(default=False)
    is_spam = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=clock.DatabaseNow())
    updated_at = models.DateTimeField(db_default=clock.DatabaseNow())
    last_activity_at = models.DateTimeField(db_default=clock.DatabaseNow())
    first_visit_at = models.DateTimeField(null=True)
    first_qualified_at = models.DateTimeField(null=True)
    meeting_booked_at = models.DateTimeField(null=True)
    meeting_held_at = models.DateTimeField(null=True)
    won_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    plain = models.GeneratedField(
        expression=RawSQL(PLAIN_SQL.replace("%", "%%"), []),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects: ClassVar[LeadManager] = LeadManager()

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="lead_of_account"),
            models.UniqueConstraint(
                fields=["account", "external_id"],
                condition=Q(external_id__isnull=False),
                name="lead_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(0, 100)), name="lead_score_range"
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(STATUSES)), name="lead_status_known"
            ),
            models.CheckConstraint(condition=Q(origin__in=list(ORIGINS)), name="lead_origin_known"),
            AccountForeignKey(field="assigned_to", to="accounts.Member", name="lead_assignee"),
        ]
        indexes = [models.Index(fields=["account", "created_at", "public_id"], name="lead_created")]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or self.public_id


class CustomProperty(AccountModel):
    """A field that the account defined. The slug never changes; the label may."""

    public_id = models.TextField(unique=True, default=new_property_id)
    slug = models.TextField()
    label = models.CharField(max_length=120)
    type = models.TextField(choices=list(PROPERTY_TYPES.items()))
    choices = ArrayField(models.TextField(), default=list)
    position = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=clock.now)
    archived_at = models.DateTimeField(null=True)

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


class Selection(AccountModel):
    """Leads that a member ticked, over several pages; forgotten a week after the last tick."""

    key = models.TextField(unique=True)
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    lead_ids = ArrayField(models.TextField(), default=list)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta(AccountModel.Meta):
        constraints = [
            AccountForeignKey(field="member", to="accounts.Member", name="selection_member")
        ]
