"""A file of leads that a member gave, and how far it has been brought in."""

from __future__ import annotations

from django.db import models

from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import AccountForeignKey, AccountModel
from synaptiq.kit import clock, ids
from synaptiq.leads.models.history import Batch


def new_import_id() -> str:
    return ids.new_id("imp")


class Import(AccountModel):
    """One CSV file. Without a `batch` it is only looked at; with one it is (being) brought in.

    `row` counts the records of the file that are done, names and blank lines among them: whoever
    goes on after a kill begins behind it. It changes in the transaction that writes those rows'
    leads, so no row is done twice. `rejected_bytes` is how much of the file of rejected rows
    belongs to the rows that are done; what stands behind was written by somebody who was killed.
    `dialect` says how the file is written, `mapping` which column becomes which field.
    """

    public_id = models.TextField(unique=True, default=new_import_id)
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    via = models.TextField()
    batch = models.OneToOneField(
        Batch, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    file_name = models.TextField()
    file_key = models.TextField(default="")
    size = models.BigIntegerField(default=0)
    sha256 = models.TextField(default="")
    # About as many records as the file has; exactly, where no cell holds a line break.
    lines = models.PositiveIntegerField(default=0)
    dialect = models.JSONField(default=dict)
    mapping = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    row = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    rejected_bytes = models.BigIntegerField(default=0)
    uploaded_at = models.DateTimeField(default=clock.now)

    class Meta(AccountModel.Meta):
        constraints = [
            AccountForeignKey(field="member", to="accounts.Member", name="import_member"),
            AccountForeignKey(field="batch", to="leads.Batch", name="import_batch_of"),
        ]
        indexes = [
            models.Index(fields=["account", "uploaded_at", "public_id"], name="import_uploaded")
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def done(self) -> int:
        """How many rows of the file were dealt with."""
        return self.created + self.changed + self.unchanged + self.rejected
