"""Settings > You > Calendar: one's own hours are saved, and what is wrong is named."""

from __future__ import annotations

from collections.abc import Callable

from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.meetings.models import Calendar
from tests.dashboard.clients import client_of
from tests.dashboard.markup import assert_strict_csp

Members = Callable[..., Member]
PATH = "/admin/settings/you/calendar"
GIVEN = {
    "is_on": "on", "timezone": "Europe/Berlin", "mon": "9:00–12:30, 13:30–17:00", "tue": "",
    "minutes": "45", "buffer_before": "5", "buffer_after": "10", "notice_minutes": "1440",
    "days_ahead": "30", "place": "https://video.example/me",
}  # fmt: skip


def test_who_never_saved_one_sees_the_usual_hours(account: Account, member: Members) -> None:
    page = client_of(member("agent")).get(PATH)
    assert page.text.count('value="09:00–17:00"') == 5
    assert "Who has a calendar" not in page.text
    assert_strict_csp(page.text)
    assert not Calendar.objects.exists()


def test_ones_calendar_is_saved(account: Account, member: Members) -> None:
    agent = member("agent", name="Priya Raman")
    client = client_of(agent)
    assert client.post(PATH, GIVEN)["Location"] == PATH
    made = Calendar.objects.get()
    assert (made.member, made.is_on, made.minutes) == (agent, True, 45)
    assert made.hours == {"mon": [["09:00", "12:30"], ["13:30", "17:00"]]}
    assert 'value="09:00–12:30, 13:30–17:00"' in client.get(PATH).text
    client.post(PATH, {**GIVEN, "is_on": ""})
    assert not Calendar.objects.get().is_on
    assert AuditEntry.objects.filter(action="calendar.saved").count() == 2


def test_what_is_wrong_stands_beside_its_field_with_all_that_was_typed(
    account: Account, member: Members
) -> None:
    wrong = {**GIVEN, "wed": "nine to five", "thu": "9-8"}
    answer = client_of(member("agent")).post(PATH, wrong)
    assert answer.status_code == 422
    assert "Wednesday is not read; write ranges such as 9:00–12:30, 13:30–17:00." in answer.text
    assert "Thursday holds “9-8”, which ends before it begins." in answer.text
    assert 'value="nine to five"' in answer.text
    assert not Calendar.objects.exists()


def test_who_manages_the_account_sees_who_has_one(account: Account, member: Members) -> None:
    client_of(member("agent", name="Priya Raman")).post(PATH, GIVEN)
    page = client_of(member("admin")).get(PATH).text
    assert "Priya Raman" in page
    assert "Nobody yet" not in page


def test_who_does_not_talk_with_visitors_has_none(account: Account, member: Members) -> None:
    client = client_of(member("viewer"))
    assert client.get(PATH).status_code == 403
    assert client.post(PATH, GIVEN).status_code == 403
    assert "/you/calendar" not in client.get("/admin/settings").text
