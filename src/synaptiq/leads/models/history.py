"""What happened to leads: events of one, acts on many, notes."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import AccountForeignKey, AccountModel
from synaptiq.kit import clock, ids
from synaptiq.leads.models.lead import Lead

EVENT_TYPES: dict[str, str] = {
    "created": "Created",
    "edited": "Edited",
    "deleted": "Deleted",
    "restored": "Brought back",
    "merged": "Merged",
}
BATCH_KINDS: dict[str, str] = {
    "change": "Changed",
    "delete": "Deleted",
    "undo": "Undone",
    "import": "Imported",
}


# Why an undo leaves a lead as it is: of one lead, of several.
KEPT: dict[str, tuple[str, str]] = {
    "taken": (
        "stays deleted, because another lead has its external ID by now",
        "stay deleted, because other leads have their external IDs by now",
    ),
    "worked_on": (
        "that the import made stays, because it was worked on since",
        "that the import made stay, because they were worked on since",
    ),
    "changed": ("was changed since and stays as it is", "were changed since and stay as they are"),
}


class BatchState(models.TextChoices):
    """`requested → running → done | failed | cancelled`; a run whose worker died goes on."""

    REQUESTED = "requested"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


def new_batch_id() -> str:
    return ids.new_id("batch")


def new_note_id() -> str:
    return ids.new_id("note")


class Batch(AccountModel):
    """One act on many leads, which can be undone as a whole for 30 days.

    It goes through the leads in the order of their integer keys, some at a time, each piece in one
    transaction with `last_id`: whoever goes on after a kill begins where the last piece ended.
    `scope` says which leads (`{"ids": […]}` or `{"filter": {…}}`), `act` what is done to each.
    `kept` counts the leads that an undo leaves as they are, by a reason of `KEPT`; not those whose
    fields were changed since.
    """

    public_id = models.TextField(unique=True, default=new_batch_id)
    kind = models.TextField(choices=list(BATCH_KINDS.items()))
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    via = models.TextField()
    said = models.TextField()
    scope = models.JSONField(default=dict)
    act = models.JSONField(default=dict)
    state = models.TextField(choices=BatchState.choices, default=BatchState.REQUESTED)
    reason = models.TextField(default="")
    total = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    kept = models.JSONField(default=dict)
    last_id = models.BigIntegerField(default=0)
    undoes = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    requested_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="batch_of_account"),
            AccountForeignKey(field="member", to="accounts.Member", name="batch_member"),
            AccountForeignKey(field="undoes", to="leads.Batch", name="batch_undoes"),
            # Two clicks on Undo must not make two of them.
            models.UniqueConstraint(
                fields=["account", "undoes"],
                condition=Q(undoes__isnull=False) & ~Q(state__in=["failed", "cancelled"]),
                name="batch_undone_once",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "requested_at", "public_id"], name="batch_requested"),
            # The sweep asks for all accounts at once.
            models.Index(
                fields=["requested_at"],
                condition=Q(state__in=["requested", "running"]),
                name="batch_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.said

    @property
    def unchanged(self) -> int:
        """How many of the leads seen so far were so already, or could not be put back."""
        return self.seen - self.changed

    @property
    def left(self) -> list[tuple[int, str]]:
        """How many leads an undo left as they are, and why, in words."""
        counts = {**self.kept, "changed": self.unchanged - sum(self.kept.values())}
        return [(n, KEPT[why][n != 1]) for why, n in counts.items() if n]


class LeadEvent(AccountModel):
    """Something that happened to a lead, as its timeline shows it; never changed afterwards.

    `changes` maps a field to `[before, after]` in JSON types, `custom.<slug>` for a custom
    property; from them an act is undone. `via` is the kind of the actor (member, api_key,
    terminal, system), `member` the person where there is one.
    """

    # Its own indexes begin with the account and serve all of these.
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    lead = models.ForeignKey(
        Lead, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    at = models.DateTimeField(db_default=clock.DatabaseNow())
    type = models.TextField(choices=list(EVENT_TYPES.items()))
    via = models.TextField()
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    batch = models.ForeignKey(
        Batch, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True,
        related_name="+",
    )  # fmt: skip
    changes = models.JSONField(default=dict)
    detail = models.JSONField(default=dict)

    class Meta(AccountModel.Meta):
        constraints = [
            AccountForeignKey(field="lead", to="leads.Lead", name="event_lead"),
            AccountForeignKey(field="member", to="accounts.Member", name="event_member"),
            AccountForeignKey(field="batch", to="leads.Batch", name="event_batch"),
        ]
        indexes = [
            models.Index(fields=["account", "lead", "id"], name="event_of_lead"),
            models.Index(
                fields=["account", "batch", "lead"],
                condition=Q(batch__isnull=False),
                name="event_of_batch",
            ),
        ]


class Note(AccountModel):
    """What a member wrote about a lead, for the team alone: never exported, never shown outside."""

    public_id = models.TextField(unique=True, default=new_note_id)
    lead = models.ForeignKey(
        Lead, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    via = models.TextField()
    text = models.TextField()
    mentions = ArrayField(models.TextField(), default=list)
    created_at = models.DateTimeField(db_default=clock.DatabaseNow())
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta(AccountModel.Meta):
        constraints = [
            AccountForeignKey(field="lead", to="leads.Lead", name="note_lead"),
            AccountForeignKey(field="member", to="accounts.Member", name="note_member"),
        ]
        indexes = [models.Index(fields=["account", "lead", "id"], name="note_of_lead")]
