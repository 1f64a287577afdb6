"""When people of the team are there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from synaptiq.accounts.models import Member
from synaptiq.meetings.hours import Hours, of_team
from tests.meetings.making import make_calendar


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_without_a_calendar_nothing_is_said(member: Callable[..., Member]) -> None:
    assert of_team(at("2026-03-16T10:00")) is None
    make_calendar(member("agent"), is_on=False)
    assert of_team(at("2026-03-16T10:00")) is None


@pytest.mark.parametrize(
    ("now", "is_open", "until"),
    [
        # Nine to five in Berlin is eight to four in UTC.
        ("2026-03-16T07:59", False, "2026-03-16T08:00"),
        ("2026-03-16T08:00", True, "2026-03-16T16:00"),
        ("2026-03-16T16:00", False, "2026-03-17T08:00"),
        # Friday evening; and over the weekend on which clocks go forward.
        ("2026-03-27T16:30", False, "2026-03-30T07:00"),
    ],
)
def test_it_is_told_when_that_changes(
    member: Callable[..., Member], now: str, is_open: bool, until: str
) -> None:
    make_calendar(member("agent"))
    assert of_team(at(now)) == Hours(is_open, at(until))


def test_hours_of_several_members_are_joined(member: Callable[..., Member]) -> None:
    make_calendar(member("agent"), hours={"mon": [["09:00", "13:00"]]})
    make_calendar(
        member("admin"), timezone="UTC", hours={"mon": [["11:30", "15:00"], ["20:00", "24:00"]]}
    )
    assert of_team(at("2026-03-16T10:00")) == Hours(True, at("2026-03-16T15:00"))
    assert of_team(at("2026-03-16T15:30")) == Hours(False, at("2026-03-16T20:00"))
    assert of_team(at("2026-03-16T23:00")) == Hours(True, at("2026-03-17T00:00"))
    assert of_team(at("2026-03-17T01:00")) == Hours(False, at("2026-03-23T08:00"))


def test_who_never_works_is_never_there(member: Callable[..., Member]) -> None:
    make_calendar(member("agent"), hours={})
    assert of_team(at("2026-03-16T10:00")) == Hours(False, None)
