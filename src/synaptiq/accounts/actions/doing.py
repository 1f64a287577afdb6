"""The frame of every use case of this folder, and of others that need the account's lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from synaptiq.accounts import audit
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit.errors import Gone


@contextmanager
def doing(
    actor: Actor, action: str, permission: Permission | None, *, target: str = ""
) -> Iterator[Account]:
    """One transaction for the actor's account, begun with its row locked.

    The lock puts changes of members and keys in a row, so that two Owners cannot each take the
    other's role and leave none; it keeps nobody from adding rows to the account, as visitors do
    with each message. Gives the account as it is now. A Denied raised here or inside
    is recorded.
    """
    with audit.denials(actor, action, target=target):
        if permission is not None:
            actor.check(permission)
        with acting_for(actor.account.pk), transaction.atomic():
            account = Account.objects.select_for_update(no_key=True).get(pk=actor.account.pk)
            if account.closed_at:
                raise Gone("This account is closed.")
            yield account
