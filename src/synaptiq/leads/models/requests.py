"""What requests with an `Idempotency-Key` made, so that one that comes twice makes it once."""

from __future__ import annotations

from django.db import models

from synaptiq.accounts.models import APIKey
from synaptiq.accounts.tenancy import AccountForeignKey, AccountModel
from synaptiq.kit import clock


class MadeOnce(AccountModel):
    """`target` is the public id of the lead or note that this key of this API key made.

    The row is committed with what it names, so there is none of a request that was refused.
    """

    api_key = models.ForeignKey(
        APIKey, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    key = models.TextField()
    request_sha256 = models.TextField()
    target = models.TextField(blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "api_key", "key"], name="made_once"),
            AccountForeignKey(field="api_key", to="accounts.APIKey", name="made_by_api_key"),
        ]
        # The sweep asks for all accounts at once.
        indexes = [models.Index(fields=["made_at"], name="made_once_at")]
