"""Work that somebody asked for is done with the rights of the moment in which it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, APIKey, Member, User
from synaptiq.accounts.roles import Permission
from synaptiq.kit import clock
from synaptiq.kit.errors import Denied
from tests.api.conftest import make_key


@pytest.mark.parametrize("by_key", [False, True])
@pytest.mark.parametrize(
    ("model", "change", "code", "key_code"),
    [
        (Account, {"closed_at": clock.now()}, "account_closed", "account_closed"),
        (User, {"is_active": False}, "member_removed", "key_member_removed"),
        (Member, {"removed_at": clock.now()}, "member_removed", "key_member_removed"),
        (Member, {"roles": ["viewer"]}, "role_missing", "role_missing"),
        (APIKey, {"revoked_at": clock.now()}, None, "key_revoked"),
        (APIKey, {"expires_at": clock.now()}, None, "key_expired"),
    ],
)
def test_whoever_lost_a_right_meanwhile_is_told_which(
    member: Callable[..., Member], by_key: bool, model: type[Model], change: dict[str, Any],
    code: str | None, key_code: str,
) -> None:  # fmt: skip
    jane = member("agent")
    key = make_key(jane)[0]

    def asked() -> actors.Actor:
        if by_key:
            keys = APIKey.objects.select_related("account", "member__user")
            return actors.of_api_key(keys.get(pk=key.pk))
        return actors.of_member(Member.objects.get(pk=jane.pk))

    assert actors.still(asked(), Permission.EDIT).member == jane
    model._default_manager.update(**change)
    lost = key_code if by_key else code
    if lost is None:
        actors.still(asked(), Permission.EDIT)
        return
    with pytest.raises(Denied) as denied:
        actors.still(asked(), Permission.EDIT)
    assert denied.value.code == lost


def test_nobody_works_on_in_a_closed_account(account: Account) -> None:
    actors.still(actors.of_terminal(account), Permission.EDIT)
    account.closed_at = clock.now()
    with pytest.raises(Denied, match="was closed"):
        actors.still(actors.of_terminal(account), Permission.EDIT)
