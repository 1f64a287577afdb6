"""Every kind of calendar keeps the contract."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from synaptiq.accounts.models import Account, Member
from synaptiq.meetings.calendars import CALENDARS
from synaptiq.meetings.models import Calendar
from tests.meetings.contract import CalendarContract
from tests.meetings.making import make_calendar


class TestBuiltIn(CalendarContract):
    key = "built_in"

    @pytest.fixture
    def calendar(self, account: Account, member: Callable[..., Member]) -> Calendar:
        return make_calendar(member("agent"))


def test_every_kind_has_its_test() -> None:
    assert {one.key for one in CalendarContract.__subclasses__()} == set(CALENDARS)
