"""Whose run is still made: rights are read anew when a run begins."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db.models import Model

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, APIKey, Member, User
from synaptiq.exports.actors import check_right
from synaptiq.exports.models import Export
from synaptiq.kit import clock
from synaptiq.kit.errors import Denied
from tests.api.conftest import make_key


@pytest.mark.parametrize("by_key", [False, True])
@pytest.mark.parametrize(
    ("model", "change"),
    [(User, {"is_active": False}), (Member, {"removed_at": clock.now()})],
)
def test_a_run_of_somebody_who_is_gone_is_not_made(
    account: Account,
    member: Callable[..., Member],
    by_key: bool,
    model: type[Model],
    change: dict[str, object],
) -> None:
    jane = member("export")
    key: APIKey | None = make_key(jane)[0] if by_key else None
    actor = actors.of_api_key(key) if key else actors.of_member(jane)
    run = Export(account=account, actor_kind=actor.kind, actor=actor.name, member=jane, api_key=key)
    check_right(run)
    model._default_manager.update(**change)
    with pytest.raises(Denied, match="has left"):
        check_right(run)
