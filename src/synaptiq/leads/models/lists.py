"""What members do with the list: leads ticked, filters saved, columns chosen."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import AccountForeignKey, AccountModel
from synaptiq.kit import clock, ids


def new_filter_id() -> str:
    return ids.new_id("view")


class Selection(AccountModel):
    """Leads that a member ticked, over several pages; forgotten a week after the last tick.

    `filter`, where it is set, stands for all that it matches (in JSON), and there are no ids.
    """

    key = models.TextField(unique=True)
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    lead_ids = ArrayField(models.TextField(), default=list)
    filter = models.JSONField(null=True)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta(AccountModel.Meta):
        constraints = [
            AccountForeignKey(field="member", to="accounts.Member", name="selection_member")
        ]


class SavedFilter(AccountModel):
    """A filter with a name, in the member's own list or, `shared`, in everybody's.

    `query` is as in an address, sort included: what the list page itself reads.
    """

    public_id = models.TextField(unique=True, default=new_filter_id)
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    name = models.TextField()
    query = models.TextField()
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(AccountModel.Meta):
        constraints = [
            AccountForeignKey(field="member", to="accounts.Member", name="saved_filter_member"),
            models.UniqueConstraint(
                fields=["account", "member", "name"],
                condition=Q(shared=False),
                name="saved_filter_once",
            ),
            models.UniqueConstraint(
                fields=["account", "name"], condition=Q(shared=True), name="shared_filter_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListSettings(AccountModel):
    """How a member sees the list of leads; no row: as it comes."""

    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    columns = ArrayField(models.TextField(), default=list)

    class Meta(AccountModel.Meta):
        constraints = [
            AccountForeignKey(field="member", to="accounts.Member", name="list_settings_member"),
            models.UniqueConstraint(fields=["account", "member"], name="list_settings_once"),
        ]
