"""Who is at a conversation at this moment, and how far each member has read.

Presence is told again every few seconds and counts for less than a minute, so its two tables are
not logged by the database: a crash forgets them, and nothing waits for them to be written.
"""

from __future__ import annotations

from django.db import models

from synaptiq.accounts.models import Member
from synaptiq.accounts.tenancy import AccountForeignKey, AccountModel
from synaptiq.conversations.models.conversation import Conversation
from synaptiq.kit import clock


class Online(AccountModel):
    """The visitor of a conversation has its event stream open, in one web process (`process` is a
    random name of it)."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    process = models.UUIDField()
    seen_at = models.DateTimeField(db_default=clock.DatabaseNow())

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["conversation", "process"], name="online_once"),
            AccountForeignKey(
                field="conversation", to="conversations.Conversation", name="online_conversation",
                on_delete="CASCADE",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["process"], name="online_process"),
            models.Index(fields=["seen_at"], name="online_seen"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.process}"


class Looking(AccountModel):
    """A member has the page of a conversation before them."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    seen_at = models.DateTimeField(db_default=clock.DatabaseNow())

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["conversation", "member"], name="looking_once"),
            AccountForeignKey(
                field="conversation", to="conversations.Conversation", name="looking_conversation",
                on_delete="CASCADE",
            ),
            AccountForeignKey(field="member", to="accounts.Member", name="looking_member"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["seen_at"], name="looking_seen")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.member_id}"


class ReadUpTo(AccountModel):
    """How far a member has read a conversation: what the visitor wrote behind `seq` is unread."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    seq = models.PositiveIntegerField()

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["member", "conversation"], name="read_once"),
            AccountForeignKey(
                field="conversation", to="conversations.Conversation", name="read_conversation",
                on_delete="CASCADE",
            ),
            AccountForeignKey(field="member", to="accounts.Member", name="read_member"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.member_id} {self.seq}"
