"""A transcript that a visitor asked for, on its way to an email address."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from synaptiq.accounts.tenancy import AccountForeignKey, AccountModel
from synaptiq.conversations.models.conversation import Conversation
from synaptiq.kit import clock


class TranscriptMail(AccountModel):
    """One that was asked for. `email` is kept until it was sent; `address` is its keyed hash, by
    which it is counted how much goes to one address, until a day later the row is forgotten."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    email = models.TextField()
    address = models.BinaryField(max_length=32)
    asked_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)

    class Meta(AccountModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(email=""), name="transcript_address_forgotten"
            ),
            AccountForeignKey(
                field="conversation", to="conversations.Conversation", name="transcript_of",
                on_delete="CASCADE",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["conversation", "asked_at"], name="transcript_of_conversation"),
            models.Index(fields=["account", "address", "asked_at"], name="transcript_to_address"),
            models.Index(fields=["asked_at"], name="transcript_asked"),
        ]

    def __str__(self) -> str:
        return f"Transcript {self.pk}"
