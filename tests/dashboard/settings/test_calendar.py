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
    "is_on": "on", "timezone": "Europe/Berlin",
    "mon_on": "on", "mon_from": ["09:00", "13:30", ""], "mon_to": ["12:30", "17:00", ""],
    "tue_from": "10:00", "tue_to": "11:00",
    "minutes": "45", "buffer_before": "5", "buffer_after": "10", "notice_minutes": "1440",
    "days_ahead": "30", "place": "https://video.example/me",
}  # fmt: skip


def test_who_never_saved_one_sees_the_usual_hours(account: Account, member: Members) -> None:
    page = client_of(member("agent")).get(PATH)
    assert page.text.count('id="id_mon" checked') == 1
    assert page.text.count('id="id_sun" checked') == 0
    # What is off proposes the same, once it is switched on.
    assert page.text.count('_from" value="09:00"') == 7
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
    page = client.get(PATH).text
    assert page.index('value="12:30"') < page.index('name="mon_from" value="13:30"')
    assert 'id="id_tue" checked' not in page
    client.post(PATH, {**GIVEN, "is_on": ""})
    assert not Calendar.objects.get().is_on
    assert AuditEntry.objects.filter(action="calendar.saved").count() == 2


def test_what_is_wrong_stands_beside_its_field_with_all_that_was_typed(
    account: Account, member: Members
) -> None:
    wrong = {
        **GIVEN, "wed_on": "on", "wed_from": ["", "11:15", "14:30"], "wed_to": ["", "", "13:45"],
        "thu_on": "on", "thu_from": [""], "thu_to": [""], "minutes": "31",
    }  # fmt: skip
    answer = client_of(member("agent")).post(PATH, wrong)
    assert answer.status_code == 422
    page = " ".join(answer.text.split())
    assert 'id="wed-1-to">' in page
    assert page.count("Say when it ends.") == 1
    assert page.count("Choose an end after its start.") == 1
    assert page.count("Add hours, or switch this day off.") == 1
    for typed in ("11:15", "14:30", "13:45", "13:30"):
        assert f'value="{typed}"' in page
    # Also of the day that is off.
    assert 'name="tue_from" value="10:00"' in page
    assert 'id="id_wed" checked' in page
    assert_strict_csp(page)
    assert not Calendar.objects.exists()


def test_hours_in_which_no_meeting_has_room_are_named_above_the_week(
    account: Account, member: Members
) -> None:
    few = {**GIVEN, "mon_from": "09:00", "mon_to": "09:15"}
    answer = client_of(member("agent")).post(PATH, few)
    assert answer.status_code == 422
    assert "No day has hours in which a meeting has room." in answer.text


def test_the_midnight_behind_a_day_ends_it(account: Account, member: Members) -> None:
    client = client_of(member("agent"))
    client.post(PATH, {**GIVEN, "mon_from": "18:00", "mon_to": "00:00"})
    assert Calendar.objects.get().hours == {"mon": [["18:00", "24:00"]]}
    page = client.get(PATH).text
    assert 'name="mon_to" value="00:00"' in page
    client.post(PATH, {**GIVEN, "mon_from": "18:00", "mon_to": "00:00"})
    assert Calendar.objects.get().hours == {"mon": [["18:00", "24:00"]]}


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
