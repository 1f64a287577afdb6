"""The record of a run: what was asked, how far it came, and what the file is."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from synaptiq.accounts.models import APIKey, Member
from synaptiq.accounts.tenancy import AccountForeignKey, AccountModel
from synaptiq.exports.states import TRANSITIONS, State
from synaptiq.kit import clock, ids


def new_export_id() -> str:
    return ids.new_id("exp")


class Export(AccountModel):
    """One run. `spec` is the whole request, frozen; the state moves by `states.TRANSITIONS` only.

    `attempt` counts claims: it fences off a worker that lost its run and comes back late, and
    stands in the file's key. `rebuilds` are those of them that followed a change of the
    rules. `actor_kind` and `actor` are those of the audit log.
    """

    public_id = models.TextField(unique=True, default=new_export_id)
    dataset = models.TextField()
    format = models.TextField()
    spec = models.JSONField()
    sentence = models.TextField(blank=True)
    state = models.TextField(default=State.REQUESTED, choices=[(s.value, s.value) for s in State])
    attempt = models.PositiveSmallIntegerField(default=0)
    rebuilds = models.PositiveSmallIntegerField(default=0)

    actor_kind = models.TextField()
    actor = models.TextField()
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    api_key = models.ForeignKey(
        APIKey, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    idempotency_key = models.TextField(null=True)
    request_sha256 = models.TextField(blank=True)

    rows_total = models.BigIntegerField(null=True)
    rows_written = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(null=True)
    sha256 = models.TextField(blank=True)
    file_name = models.TextField(blank=True)
    file_key = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    requested_at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="export_of_account"),
            models.UniqueConstraint(
                fields=["account", "api_key", "idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
                name="export_idempotent",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in State]), name="export_state_known"
            ),
            AccountForeignKey(field="member", to="accounts.Member", name="export_member"),
            AccountForeignKey(field="api_key", to="accounts.APIKey", name="export_api_key"),
        ]
        indexes = [
            models.Index(fields=["account", "-requested_at", "-public_id"], name="export_newest"),
            models.Index(
                fields=["state", "expires_at"],
                condition=Q(state__in=["requested", "running", "ready"]),
                name="export_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def file_size(self) -> int:
        """Bytes of the file of a run that is ready."""
        assert self.bytes is not None, f"a run that is {self.state} has no file"
        return self.bytes

    @property
    def state_now(self) -> State:
        """The state, a file past its time counting as expired also before the sweep has come."""
        is_over = self.expires_at is not None and self.expires_at <= clock.now()
        return State.EXPIRED if self.state == State.READY and is_over else State(self.state)

    def move(self, to: State, *, at_attempt: int | None = None, **columns: Any) -> bool:
        """Move this run to `to` and set `columns`, unless it has left every state that allows it.

        `at_attempt` fences: the run must still be at that claim. Tells whether the row was changed;
        when it was, this object carries the new values.
        """
        allowed = [state for state, ways in TRANSITIONS.items() if to in ways]
        row = Export.objects.filter(pk=self.pk, state__in=allowed)
        if at_attempt is not None:
            row = row.filter(attempt=at_attempt)
        if not row.update(state=to, **columns):
            return False
        for name, value in {"state": to, **columns}.items():
            setattr(self, name, value)
        return True


class RestrictedField(AccountModel):
    """A column that reads `[REDACTED]` in every export of the account."""

    dataset = models.TextField()
    column = models.TextField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["account", "dataset", "column"], name="restricted_once"
            ),
            models.CheckConstraint(
                condition=~Q(column__in=["id", "conversation_id"]), name="restricted_never_id"
            ),
        ]


class ReportBranding(AccountModel):
    """How an account's reports look: two colours as "#rrggbb", and its logo as PNG, cleaned."""

    accent = models.TextField()
    second = models.TextField()
    logo = models.BinaryField(null=True)

    class Meta(AccountModel.Meta):
        constraints = [models.UniqueConstraint(fields=["account"], name="branding_once")]
