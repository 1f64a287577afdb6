"""Making, changing and closing an account."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from synaptiq.accounts import actors, audit, values
from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Member, User
from synaptiq.accounts.roles import Permission, Role
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock


def create_account(
    user: User,
    name: Any,
    timezone: Any,
    *,
    by_operator: bool = False,
    address: str | None = None,
    request_id: str = "",
) -> Member:
    """A new account whose Owner is `user`; returns that membership.

    `by_operator`: made in the terminal, which the audit log then names.
    """
    checked = values.checked(name=(values.account_name, name), timezone=(values.timezone, timezone))
    with transaction.atomic():
        account = Account.objects.create(**checked)
        with acting_for(account.pk):
            member = Member.objects.create(account=account, user=user, roles=[Role.OWNER.value])
        actor = (
            actors.of_terminal(account)
            if by_operator
            else actors.of_member(member, address=address, request_id=request_id)
        )
        audit.record(
            actor, "account.created", target=account.public_id, detail={"owner": member.public_id}
        )
    return member


def update_account(actor: Actor, *, name: Any, timezone: Any) -> Account:
    """Change the account's name and time zone. Unchanged values leave no trace in the log."""
    with doing(actor, "account.updated", Permission.SETTINGS) as account:
        checked = values.checked(
            name=(values.account_name, name), timezone=(values.timezone, timezone)
        )
        changed = [field for field, value in checked.items() if getattr(account, field) != value]
        for field in changed:
            setattr(account, field, checked[field])
        if changed:
            account.save(update_fields=changed)
            # The zone is a fact that exports depend on; the name is text that a person typed.
            zone = {"timezone": account.timezone} if "timezone" in changed else {}
            audit.record(
                actor,
                "account.updated",
                target=account.public_id,
                detail={"changed": changed, **zone},
            )
    return account


def close_account(actor: Actor) -> None:
    """Close the account: nobody gets in any more, its keys stop at once, nothing is deleted."""
    with doing(actor, "account.closed", Permission.OWNERSHIP) as account:
        account.closed_at = clock.now()
        account.save(update_fields=["closed_at"])
        audit.record(actor, "account.closed", target=account.public_id)
