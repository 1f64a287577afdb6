"""A lead: a person who left a way to be reached."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Collate, Left, Lower, NullIf

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
# Moments that a lead reaches once, in the funnel's order.
MILESTONES: dict[str, str] = {
    "first_visit_at": "First visit",
    "first_qualified_at": "First qualified",
    "meeting_booked_at": "Meeting booked",
    "meeting_held_at": "Meeting held",
    "won_at": "Won",
}
ORIGINS: dict[str, str] = {
    "conversation": "Conversation",
    "import": "Import",
    "api": "API",
    "manual": "By hand",
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

# A row of an index holds a third of a page at most; nobody sees the order beyond so many letters.
_LETTERS = 100


def _given(column: str) -> Any:
    return NullIf(F(column), Value("", output_field=models.TextField()))


# What lists are ordered by, never NULL. Each has an index over the very same expression.
SCORE_KEY = Coalesce(F("score"), Value(-1))
# What a list calls a lead, as `Lead.__str__` does. Bytewise, so that no system's locale matters.
NAME_KEY = Collate(
    Lower(
        Left(Coalesce(_given("name"), _given("email"), _given("phone"), F("public_id")), _LETTERS)
    ),
    "C",
)


def _where_given(*columns: str) -> list[models.Index]:
    """Indexes over moments that most leads never reach."""
    return [
        models.Index(
            fields=["account", column],
            condition=Q(**{f"{column}__isnull": False}),
            name="lead_" + column.removesuffix("_at"),
        )
        for column in columns
    ]


class Joined(Func):
    """Texts with a separator between that nobody types, in lower case."""

    template = "lower(%(expressions)s)"
    arg_joiner = " || E'\\x1f' || "
    output_field = models.TextField()


# What the search box looks through. One index of letter triples over it all, since of several, each
# over one column, an OR reads every one (FACTS.md).
SEARCHED = Joined(
    *(
        Coalesce(F(column), Value("", output_field=models.TextField()))
        for column in ("name", "email", "company", "phone", "external_id")
    )
)


def new_lead_id() -> str:
    return ids.new_id("lead")


class LeadManager(AccountManager["Lead"]):
    def alive(self) -> AccountQuerySet[Lead]:
        """Leads of the current account, without the tombstones of deleted ones."""
        return self.get_queryset().filter(deleted_at=None)


class Lead(AccountModel):
    """A person who left a way to be reached. Emails may repeat; `external_id` may not, among those
    that are not deleted.

    `created_at` is when a way to reach the person was first stored, by the database's clock, and
    is never back-dated. `custom` holds values by slug in their JSON types, checked in actions.
    A deleted lead keeps its row as a tombstone (`deleted_at`) and can come back for 30 days; one
    that was merged into another (`merged_into`) is a tombstone for good.
    """

    # The plain index over the account led PostgreSQL to sort all leads instead of following the
    # order of `lead_created`.
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    public_id = models.TextField(default=new_lead_id, db_collation="C")
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
        Member, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
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
    # Counts the changes of the row; an ETag of the API, and how an editor knows what it saw.
    version = models.PositiveIntegerField(db_default=1)
    # The import that made it.
    import_batch = models.ForeignKey(
        "leads.Batch", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    # The lead that a merge put in its place. Then this row is a tombstone that leads there.
    merged_into = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    plain = models.GeneratedField(
        expression=RawSQL(PLAIN_SQL.replace("%", "%%"), []),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects: ClassVar[LeadManager] = LeadManager()

    class Meta(AccountModel.Meta):
        constraints = [
            # As a constraint, for `unique=True` would make a second index, for LIKE.
            models.UniqueConstraint(fields=["public_id"], name="lead_public_id_once"),
            models.UniqueConstraint(fields=["account", "id"], name="lead_of_account"),
            models.UniqueConstraint(
                fields=["account", "external_id"],
                condition=Q(external_id__isnull=False, deleted_at=None),
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
            AccountForeignKey(field="import_batch", to="leads.Batch", name="lead_import_batch"),
            AccountForeignKey(field="merged_into", to="leads.Lead", name="lead_merged_into"),
        ]
        # Each begins with the account. What lists are ordered by has the public id at its end and
        # is followed row by row; the others find leads for a filter, several at once by bitmaps.
        indexes = [
            models.Index(fields=["account", "created_at", "public_id"], name="lead_created"),
            models.Index(fields=["account", "last_activity_at", "public_id"], name="lead_activity"),
            models.Index("account", SCORE_KEY, "public_id", name="lead_score"),
            models.Index("account", NAME_KEY, "public_id", name="lead_name"),
            # With the score, for PostgreSQL does not combine two that begin with the account.
            models.Index("account", "status", SCORE_KEY, name="lead_status_score"),
            models.Index(fields=["account", "assigned_to"], name="lead_assigned"),
            models.Index(fields=["account", "origin"], name="lead_origin"),
            models.Index(fields=["account", "updated_at"], name="lead_updated"),
            *_where_given(*MILESTONES),
            models.Index(fields=["account", "id"], condition=Q(is_test=True), name="lead_test"),
            models.Index(fields=["account", "id"], condition=Q(is_spam=True), name="lead_spam"),
            # How imports find a person, in any letter case.
            models.Index(
                "account",
                Lower("email"),
                condition=Q(email__isnull=False, deleted_at=None),
                name="lead_email",
            ),
            models.Index(
                fields=["account", "deleted_at", "public_id"],
                condition=Q(deleted_at__isnull=False, merged_into=None),
                name="lead_deleted",
            ),
            models.Index(
                fields=["account", "merged_into"],
                condition=Q(merged_into__isnull=False),
                name="lead_merged",
            ),
            models.Index(
                fields=["account", "import_batch", "id"],
                condition=Q(import_batch__isnull=False),
                name="lead_imported",
            ),
            GinIndex("account", OpClass(SEARCHED, name="gin_trgm_ops"), name="lead_searched"),
            GinIndex(
                "account", OpClass(Lower("source_url"), name="gin_trgm_ops"), name="lead_source_url"
            ),
            GinIndex(fields=["account", "tags"], name="lead_tags"),
            GinIndex("account", OpClass(F("custom"), name="jsonb_path_ops"), name="lead_custom"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or self.public_id
