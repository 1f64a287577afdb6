"""Accounts, their members, keys, and the log of what they did."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from synaptiq.accounts.notices import KINDS
from synaptiq.accounts.roles import Permission, Role, permissions_of
from synaptiq.accounts.tenancy import (
    AccountForeignKey,
    AccountManager,
    AccountModel,
    AccountQuerySet,
)
from synaptiq.kit import clock, ids


def new_account_id() -> str:
    return ids.new_id("acct")


def new_member_id() -> str:
    return ids.new_id("mem")


def new_api_key_id() -> str:
    return ids.new_id("key")


def new_invitation_id() -> str:
    return ids.new_id("inv")


def new_audit_id() -> str:
    return ids.new_id("aud")


def new_notice_id() -> str:
    return ids.new_id("notice")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person who signs in with this email. Without a password: by reset only."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. May be a member of several accounts."""

    email = models.EmailField("Email", max_length=254, unique=True)
    name = models.CharField("Name", max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=clock.now)
    # What they prefer, in all their accounts. No language: the one that their browser asks for.
    language = models.CharField(max_length=16, blank=True, default="")
    dense = models.BooleanField(default=False)
    single_keys = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.email

    @property
    def called(self) -> str:
        """How others see this person: by the name, without one by the address."""
        return self.name or self.email

    @property
    def introduced(self) -> str:
        """With the address beside the name, for those who must know who it is: anybody may take
        any name."""
        return f"{self.name} ({self.email})" if self.name else self.email


class Account(models.Model):
    """The customer: everything else belongs to one.

    `restriction_version` and `erasure_number` count every change that makes earlier exports
    wrong; a run compares them with those at its snapshot before it publishes.
    """

    public_id = models.TextField(unique=True, default=new_account_id)
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=64, default="UTC")
    conversion_goal = models.TextField(default="meeting_booked")
    restriction_version = models.PositiveIntegerField(default=0)
    erasure_number = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


def mailed_at_first() -> list[str]:
    return [kind for kind, about in KINDS.items() if about.mailed_at_first]


class Member(AccountModel):
    """A person in an account. Never deleted, since leads refer to it: `removed_at` ends it."""

    public_id = models.TextField(unique=True, default=new_member_id)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.TextField(choices=[(r.value, r.value) for r in Role]))
    # Kinds of notices that they want by email too.
    mailed_kinds = ArrayField(models.TextField(), blank=True, default=mailed_at_first)
    # When a page of this account was last open before them, told every few seconds; None once the
    # last was closed. `members_here` says for how long it counts.
    seen_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True)

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "user"], name="member_once"),
            models.UniqueConstraint(fields=["account", "id"], name="member_of_account"),
            models.CheckConstraint(
                condition=Q(roles__contained_by=[r.value for r in Role]), name="member_roles_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def permissions(self) -> frozenset[Permission]:
        return frozenset() if self.removed_at else permissions_of(self.roles)

    @property
    def is_living(self) -> bool:
        """Whether they belong here and may sign in. Reads the person too."""
        return self.removed_at is None and self.user.is_active

    def may_give(self, roles: Container[str]) -> bool:
        """Whether their own roles let them give all of these to others."""
        if Role.OWNER.value in roles and Permission.OWNERSHIP not in self.permissions:
            return False
        return Permission.ROLES in self.permissions


class Invitation(AccountModel):
    """An offer to join, sent by email. Only a hash of the link's token is kept."""

    public_id = models.TextField(unique=True, default=new_invitation_id)
    email = models.EmailField(max_length=254)
    roles = ArrayField(models.TextField())
    token_hash = models.TextField(unique=True)
    invited_by = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(AccountModel.Meta):
        constraints = [
            AccountForeignKey(field="invited_by", to="accounts.Member", name="invitation_inviter")
        ]


class APIKeyManager(AccountManager["APIKey"]):
    def living(self, now: datetime) -> AccountQuerySet[APIKey]:
        """Keys of the current account that work: those whose `death` is None."""
        return self.get_queryset().filter(
            Q(expires_at=None) | Q(expires_at__gt=now),
            account__closed_at=None,
            revoked_at=None,
            member__removed_at=None,
            member__user__is_active=True,
        )


class APIKey(AccountModel):
    """A secret that acts as its member, within its scopes. Only a hash of it is stored."""

    public_id = models.TextField(unique=True, default=new_api_key_id)
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, related_name="api_keys"
    )
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=24)
    secret_hash = models.TextField(unique=True)
    scopes = ArrayField(models.TextField())
    created_by = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[APIKeyManager] = APIKeyManager()

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="api_key_of_account"),
            AccountForeignKey(field="member", to="accounts.Member", name="api_key_member"),
            AccountForeignKey(field="created_by", to="accounts.Member", name="api_key_creator"),
        ]

    def death(self, now: datetime) -> str | None:
        """Why this key does not work, as a code; None of a living one.

        The one place that says so: pages, API and jobs put it into their own words, and
        `objects.living` is the same in SQL. Reads the account, the member and their person.
        """
        if self.account.closed_at:
            return "account_closed"
        # Before the revocation, which comes with the removal and would hide it.
        if not self.member.is_living:
            return "key_member_removed"
        if self.revoked_at:
            return "key_revoked"
        return "key_expired" if self.expires_at and self.expires_at <= now else None


class APIKeyReads(AccountModel):
    """What a key read on a day (UTC), counted here and written to the audit log when it is over."""

    api_key = models.ForeignKey(
        APIKey, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    day = models.DateField()
    dataset = models.TextField()
    requests = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    logged = models.BooleanField(default=False)

    class Meta(AccountModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["api_key", "day", "dataset"], name="reads_once_a_day"),
            AccountForeignKey(field="api_key", to="accounts.APIKey", name="reads_api_key"),
        ]


# Whose act an entry is: the member for whom a key acts, else who acted. One expression and not an
# OR, so that a page of the busiest member is read from the index in its order.
PERSON = Coalesce(NullIf("on_behalf_of", Value(""), output_field=models.TextField()), "actor")


class AuditEntry(AccountModel):
    """One line of the audit log, in its final shape. Append-only, kept for seven years.

    The runtime role may INSERT and SELECT, and a trigger refuses the rest to everybody. Hence no
    foreign key but the account: ids are public ids as text, which outlive what they name.
    `transaction` tells which entries can no longer be joined by late commits, so that closed
    batches can be sealed. Free text that a person typed stands in AuditText, not here.
    """

    public_id = models.TextField(unique=True, default=new_audit_id)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=clock.DatabaseNow())
    actor_kind = models.TextField()
    actor = models.TextField(blank=True)
    on_behalf_of = models.TextField(blank=True)
    action = models.TextField()
    outcome = models.TextField()
    target = models.TextField(blank=True)
    dataset = models.TextField(blank=True)
    format = models.TextField(blank=True)
    filter = models.JSONField(null=True)
    fields = ArrayField(models.TextField(), null=True)
    rows = models.BigIntegerField(null=True)
    bytes = models.BigIntegerField(null=True)
    sha256 = models.TextField(blank=True)
    destination = models.TextField(blank=True)
    address = models.GenericIPAddressField(null=True)
    request_id = models.TextField(blank=True)
    detail = models.JSONField(default=dict)

    class Meta(AccountModel.Meta):
        indexes = [
            models.Index(fields=["account", "-at", "-public_id"], name="audit_newest"),
            models.Index(fields=["account", "target"], name="audit_target"),
            models.Index(fields=["account", "action", "-at", "-public_id"], name="audit_action"),
            models.Index(fields=["account", "actor", "-at", "-public_id"], name="audit_actor"),
            models.Index(
                F("account"), PERSON, F("at").desc(), F("public_id").desc(), name="audit_person"
            ),
        ]


class AuditText(AccountModel):
    """Text that a person typed (a search term), beside the log so that it can be erased.

    The entry's filter holds `{"sha256": …}` of salt + text in its place.
    """

    entry = models.TextField()
    field = models.TextField()
    salt = models.TextField()
    text = models.TextField()

    class Meta(AccountModel.Meta):
        constraints = [models.UniqueConstraint(fields=["entry", "field"], name="audit_text_once")]


class Notice(AccountModel):
    """A line under the bell of one member: something happened while they were elsewhere.

    `target` is the public id of what it is about, whose prefix tells what that is; where it has a
    page is for the dashboard to say. `text` holds nothing of a lead (`notices.py`).
    """

    public_id = models.TextField(unique=True, default=new_notice_id)
    member = models.ForeignKey(
        Member, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    kind = models.TextField(blank=True, default="")
    text = models.TextField()
    target = models.TextField(blank=True)
    mailed = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)

    class Meta(AccountModel.Meta):
        indexes = [
            models.Index(
                fields=["account", "member", "-created_at", "-public_id"], name="notice_newest"
            ),
            models.Index(
                fields=["account", "member", "-created_at", "-public_id"],
                condition=Q(read_at=None),
                name="notice_unread",
            ),
        ]
        constraints = [
            AccountForeignKey(field="member", to="accounts.Member", name="notice_member")
        ]


class Mail(models.Model):
    """A mail on its way out: encrypted, since it may hold a sign-in link; a job carries its id.

    `about` is the public id of the conversation whose visitor it tells of, so that erasing them
    finds it; "once" where nothing of it may stay once it is sent.
    """

    to = models.EmailField(max_length=254)
    subject = models.TextField()
    message = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    about = models.TextField(blank=True, default="", db_default="")
