"""Which pages ask for the stream at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from synaptiq.accounts.models import Account, Member
from tests.dashboard.clients import client_of


@pytest.mark.parametrize(("role", "asks"), [("viewer", True), ("agent", True), ("auditor", False)])
def test_who_may_read_nothing_asks_for_nothing(
    account: Account, member: Callable[..., Member], role: str, asks: bool
) -> None:
    page = client_of(member(role)).get("/admin/settings").text
    assert (" data-live" in page) is asks
    assert 'data-member="' in page
