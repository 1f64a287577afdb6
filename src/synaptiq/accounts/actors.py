"""Who is asking: a member, an API key, the operator in the terminal, or the product itself.

Every action takes an Actor and asks it for a permission; nothing asks the request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from synaptiq.accounts import roles
from synaptiq.accounts.models import Account, APIKey, Member
from synaptiq.accounts.roles import Permission
from synaptiq.kit import clock
from synaptiq.kit.errors import Denied


class Scope(StrEnum):
    """What an API key may be used for, at most; its member's roles limit it further."""

    LEADS_READ = "leads:read"
    LEADS_WRITE = "leads:write"
    CONVERSATIONS_READ = "conversations:read"
    ANALYTICS_READ = "analytics:read"
    EXPORTS_READ = "exports:read"
    EXPORTS_WRITE = "exports:write"


SCOPE_LABELS: dict[Scope, str] = {
    Scope.LEADS_READ: "Read leads",
    Scope.LEADS_WRITE: "Add, change and delete leads",
    Scope.CONVERSATIONS_READ: "Read conversations",
    Scope.ANALYTICS_READ: "Read figures",
    Scope.EXPORTS_READ: "See exports and download their files",
    Scope.EXPORTS_WRITE: "Start and cancel exports",
}


# By `APIKey.death`.
_DEATHS: dict[str, str] = {
    "account_closed": "The account was closed.",
    "key_revoked": "The API key that asked for it was revoked.",
    "key_expired": "The API key that asked for it expired.",
    "key_member_removed": "The member for whom the API key that asked for it acted has left.",
}


@dataclass(frozen=True)
class Actor:
    """`kind` is member, api_key, terminal, system or stranger; `address` the caller's IP.

    A stranger is a person who is no member of the account.
    """

    kind: str
    account: Account
    member: Member | None = None
    api_key: APIKey | None = None
    address: str | None = None
    request_id: str = ""
    permissions: frozenset[Permission] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        """The public id that the audit log keeps; of the terminal, "terminal"."""
        if self.api_key:
            return self.api_key.public_id
        return self.member.public_id if self.member else self.kind

    def can(self, permission: Permission) -> bool:
        return permission in self.permissions

    def check(self, permission: Permission) -> None:
        """Raise Denied with the sentence that says which role is missing."""
        if not self.can(permission):
            raise Denied(roles.missing(permission), code="role_missing")

    def has_scope(self, scope: Scope) -> bool:
        """Whether this is no API key, or one with that scope."""
        return self.api_key is None or scope in self.api_key.scopes

    def check_scope(self, scope: Scope) -> None:
        """Raise Denied when this is an API key without that scope."""
        if not self.has_scope(scope):
            raise Denied(
                f"This API key lacks the scope {scope.value}. "
                "Make a key that has it under Settings > API keys.",
                code="scope_missing",
            )


def of_member(member: Member, *, address: str | None = None, request_id: str = "") -> Actor:
    """A signed-in member, with the permissions that the roles give now."""
    return Actor("member", member.account, member, None, address, request_id, member.permissions)


def of_api_key(key: APIKey, *, address: str | None = None, request_id: str = "") -> Actor:
    """An API key: it has its member's permissions, and loses them with the member."""
    permissions = key.member.permissions
    return Actor("api_key", key.account, key.member, key, address, request_id, permissions)


def of_stranger(account: Account, *, address: str | None = None, request_id: str = "") -> Actor:
    """Somebody who is no member and may do nothing, for the denial that the log gets."""
    return Actor("stranger", account, address=address, request_id=request_id)


def of_terminal(account: Account) -> Actor:
    """The operator who hosts the product: may do everything, and is named "terminal" in the log."""
    return Actor("terminal", account, permissions=frozenset(Permission))


def of_system(account: Account) -> Actor:
    """The product itself: a sweep that fails a lost run, a job that expires a file."""
    return Actor("system", account)


def still(actor: Actor, permission: Permission) -> Actor:
    """Whoever asked for work that is going on, if they may still do it; else Denied says what was
    lost. For every job: account, key, member and person must have been read for this moment."""
    if actor.api_key and (death := actor.api_key.death(clock.now())):
        raise Denied(_DEATHS[death], code=death)
    if actor.account.closed_at:
        raise Denied(_DEATHS["account_closed"], code="account_closed")
    if actor.member and not actor.member.is_living:
        raise Denied("Whoever asked for it has left the account.", code="member_removed")
    actor.check(permission)
    return actor
