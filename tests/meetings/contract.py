"""What every kind of calendar must do: the test class of each inherits it (`test_calendars.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from itertools import pairwise

import pytest
from django.db.models import Q

from synaptiq.accounts.models import Account, Member
from synaptiq.kit import clock
from synaptiq.meetings.calendars import CALENDARS, CalendarSource
from synaptiq.meetings.models import Calendar, Meeting
from tests.meetings.making import SUNDAY, booked, make_visitor_with_lead, reserve


class CalendarContract:
    """A class that inherits it names a row of the table by `key`, and makes a `calendar` of that
    kind that has free times from the next morning on."""

    key: str

    @pytest.fixture(autouse=True)
    def _stopped(self) -> Iterator[None]:
        with clock.freeze(SUNDAY):
            yield

    @pytest.fixture
    def calendar(self, account: Account, member: Callable[..., Member]) -> Calendar:
        raise NotImplementedError

    @pytest.fixture
    def source(self) -> CalendarSource:
        return CALENDARS[self.key]

    def test_it_has_a_name(self, source: CalendarSource) -> None:
        assert source.label

    def test_free_starts_are_moments_to_come_in_order_once_each(
        self, source: CalendarSource, calendar: Calendar
    ) -> None:
        free = source.free(calendar, SUNDAY)
        assert free
        assert all(start.tzinfo is UTC and start >= SUNDAY for start in free)
        assert all(one < two for one, two in pairwise(free))

    def test_what_is_free_is_open_and_what_lies_between_is_not(
        self, source: CalendarSource, calendar: Calendar
    ) -> None:
        for start in source.free(calendar, SUNDAY)[:20]:
            assert source.is_open(calendar, start, SUNDAY)
            assert not source.is_open(calendar, start + timedelta(minutes=1), SUNDAY)

    def test_what_is_booked_is_not_free_but_to_whoever_has_it(
        self, source: CalendarSource, calendar: Calendar
    ) -> None:
        first = source.free(calendar, SUNDAY)[0]
        meeting = booked(start=first)
        assert meeting.member == calendar.member
        assert first not in source.free(calendar, SUNDAY)
        assert first in source.free(calendar, SUNDAY, beside=Q(pk=meeting.pk))
        # Open it is: only we have taken it.
        assert source.is_open(calendar, first, SUNDAY)
        Meeting.objects.update(state="cancelled")
        assert first in source.free(calendar, SUNDAY)

    def test_what_is_reserved_is_not_free_until_it_is_over(
        self, source: CalendarSource, calendar: Calendar
    ) -> None:
        first = source.free(calendar, SUNDAY)[0]
        reserve(make_visitor_with_lead(), first)
        assert first not in source.free(calendar, SUNDAY)
        assert first in source.free(calendar, SUNDAY + timedelta(minutes=5))
