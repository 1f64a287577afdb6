"""A meeting's page for its visitor: without sign-in, by a link that only we can make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from icalendar import Calendar as Parsed

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member
from synaptiq.conversations import linking
from synaptiq.conversations.models import Event
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from synaptiq.meetings import actions
from synaptiq.meetings.models import Calendar, Meeting
from tests.dashboard.markup import assert_strict_csp
from tests.meetings.making import (
    NINE,
    SUNDAY,
    TEN,
    booked,
    make_calendar,
    make_visitor_with_lead,
    reserve,
)

TEN_UTC = "2026-03-16T09:00:00Z"


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.freeze(SUNDAY):
        yield


@pytest.fixture
def meeting(account: Account, member: Callable[..., Member]) -> Meeting:
    priya = member("agent", name="Priya Raman")
    make_calendar(priya, place="https://video.example/priya")
    return booked()


@pytest.fixture
def address(meeting: Meeting) -> str:
    return f"/m/{linking.token_of(meeting.public_id)}"


@pytest.fixture
def anybody() -> Client:
    return Client(enforce_csrf_checks=False)


def now(meeting: Meeting) -> Meeting:
    return Meeting.objects.get(pk=meeting.pk)


def events(meeting: Meeting) -> list[str]:
    rows = Event.objects.filter(conversation=meeting.conversation).exclude(type="message")
    return list(rows.order_by("seq").values_list("type", flat=True))


def test_the_page_shows_the_meeting_in_the_visitors_zone(anybody: Client, address: str) -> None:
    page = anybody.get(address)
    assert page.status_code == 200
    assert "Meeting with Priya" in page.text
    assert "Monday 16 March 2026" in page.text
    assert "09:00 to 09:30" in page.text
    assert 'href="https://video.example/priya"' in page.text
    assert_strict_csp(page.text)
    # The address opens the meeting: no other site is told it.
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-cache" in page["Cache-Control"]
    assert "noindex" in page.text
    # Nothing of the team or the lead beyond what the visitor knows.
    assert "Raman" not in page.text
    assert "visitor.example" not in page.text


def test_another_zone_can_be_chosen(anybody: Client, address: str) -> None:
    page = anybody.get(f"{address}?zone=Asia/Kathmandu").text
    assert "13:45 to 14:15" in page
    assert '<option value="Asia/Kathmandu" selected>' in page
    assert "09:00 to 09:30" in anybody.get(f"{address}?zone=Mars/Olympus").text


def test_a_language_is_the_browsers(anybody: Client, address: str) -> None:
    page = anybody.get(address, headers={"accept-language": "en-US"}).text
    assert "Monday, March 16, 2026" in page
    assert "9:00 AM to 9:30 AM" in page


@pytest.mark.parametrize("part", ["", "/move", "/cancel", "/meeting.ics"])
def test_a_forged_link_leads_nowhere(anybody: Client, meeting: Meeting, part: str) -> None:
    other = linking.token_of("mtg_nothere2")
    for token in (meeting.public_id, f"{meeting.public_id}.x", linking.token_of("lead_8f3a2b"),
                  f"{meeting.public_id}.{other.partition('.')[2]}", other):  # fmt: skip
        assert anybody.get(f"/m/{token}{part}").status_code == 404, token
        if part in ("/move", "/cancel"):
            sent = anybody.post(f"/m/{token}{part}", {"starts_at": TEN_UTC})
            assert sent.status_code == 404
    assert now(meeting).state == "booked"


def test_a_reservation_has_no_page(anybody: Client, meeting: Meeting) -> None:
    kept = reserve(make_visitor_with_lead(), TEN)
    assert anybody.get(f"/m/{linking.token_of(kept.public_id)}").status_code == 404


@pytest.mark.parametrize("part", ["", "/move", "/cancel", "/meeting.ics"])
def test_a_link_ends_with_the_meeting(
    anybody: Client, meeting: Meeting, address: str, part: str
) -> None:
    with clock.freeze(meeting.starts_at - timedelta(seconds=1)):
        assert anybody.get(address + part).status_code == 200
    with clock.freeze(meeting.ends_at - timedelta(seconds=1)):
        # What has begun is neither moved nor cancelled.
        page = anybody.get(address + part, follow=True)
        assert page.status_code == 200
        if part != "/meeting.ics":
            assert "This meeting has begun." in page.text
            assert f"{address}/move" not in page.text
        anybody.post(address + part, {"starts_at": "2026-03-16T12:00:00Z"})
        assert (Meeting.objects.get().state, Meeting.objects.get().sequence) == ("booked", 0)
    with clock.freeze(meeting.ends_at):
        page = anybody.get(address + part)
        assert page.status_code == 410
        assert "This meeting is over." in page.text


def test_a_visitor_who_moves_it_again_and_again_is_told_when_it_is_enough(
    anybody: Client, meeting: Meeting, address: str
) -> None:
    for n in range(6):
        start = f"2026-03-17T{9 + n:02}:00:00Z"
        answer = anybody.post(f"{address}/move", {"starts_at": start})
    assert answer.status_code == 429
    assert "You have moved this meeting 5 times within a day." in answer.text
    assert Meeting.objects.get().sequence == 5


def test_changes_count_among_what_an_address_may_ask(
    anybody: Client, meeting: Meeting, address: str, settings: LazySettings
) -> None:
    settings.CHAT_LIMIT = 1
    given = {"starts_at": "nothing"}
    got = [anybody.post(f"{address}/move", given).status_code for _ in range(6)]
    assert got == [422] * 5 + [429]
    # Looking is free.
    assert anybody.get(address).status_code == 200


def test_what_a_member_said_of_a_change_stands_on_the_page(
    anybody: Client, meeting: Meeting, address: str
) -> None:
    actions.cancel(actors.of_member(meeting.member), meeting.public_id, note="Priya is ill.")
    assert "Priya is ill." in anybody.get(address).text


def test_whose_host_has_left_meets_the_team(
    anybody: Client, meeting: Meeting, address: str
) -> None:
    type(meeting.member).objects.update(removed_at=SUNDAY)
    page = anybody.get(address).text
    assert "Meeting with Team" in page
    assert "Priya" not in page
    assert "no other free times" in anybody.get(f"{address}/move").text


def test_it_is_cancelled_once_and_the_page_says_so(
    anybody: Client, meeting: Meeting, address: str
) -> None:
    asked = anybody.get(f"{address}/cancel").text
    assert "Priya is told" in asked
    assert now(meeting).state == "booked"
    for _ in range(2):
        answer = anybody.post(f"{address}/cancel")
        assert answer["Location"].partition("?")[0] == address
    assert now(meeting).state == "cancelled"
    assert events(meeting) == ["meeting_cancelled"]
    page = anybody.get(address).text
    assert "This meeting was cancelled." in page
    assert f"{address}/move" not in page
    assert anybody.get(f"{address}/move")["Location"] == address
    moved = anybody.post(f"{address}/move", {"starts_at": TEN_UTC})
    assert moved["Location"] == address
    assert now(meeting).starts_at == NINE


def test_it_is_moved_and_read_in_the_chosen_zone(
    anybody: Client, meeting: Meeting, address: str
) -> None:
    page = anybody.get(f"{address}/move?zone=Asia/Kathmandu").text
    assert f'value="{TEN_UTC}"' in page
    assert "14:45" in page
    # Where it is now is no choice.
    assert 'value="2026-03-16T08:00:00Z"' not in page
    given = {"starts_at": TEN_UTC, "zone": "Asia/Kathmandu"}
    for _ in range(2):
        answer = anybody.post(f"{address}/move", given)
        assert answer["Location"] == f"{address}?done=moved"
    assert (now(meeting).starts_at, now(meeting).zone) == (TEN, "Asia/Kathmandu")
    assert events(meeting) == ["meeting_rescheduled"]


def test_a_time_that_was_just_taken_is_told_with_those_that_are_free(
    anybody: Client, meeting: Meeting, address: str
) -> None:
    booked(make_visitor_with_lead(), TEN)
    answer = anybody.post(f"{address}/move", {"starts_at": TEN_UTC})
    assert answer.status_code == 409
    assert "Somebody else just took that time." in answer.text
    assert f'value="{TEN_UTC}"' not in answer.text
    assert now(meeting).starts_at == NINE


def test_nothing_chosen_is_told(anybody: Client, meeting: Meeting, address: str) -> None:
    for given in ({}, {"starts_at": "soon"}):
        answer = anybody.post(f"{address}/move", given)
        assert answer.status_code == 422
        assert "Choose a time first." in answer.text


def test_where_nothing_else_is_free_it_can_be_kept(
    anybody: Client, meeting: Meeting, address: str
) -> None:
    Calendar.objects.update(hours={})
    assert "has no other free times" in anybody.get(f"{address}/move").text


def test_the_file_is_the_meeting(anybody: Client, meeting: Meeting, address: str) -> None:
    answer = anybody.get(f"{address}/meeting.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    event = Parsed.from_ical(answer.content).walk("VEVENT")[0]
    assert event.decoded("dtstart") == NINE


def test_a_post_of_a_foreign_page_does_nothing(meeting: Meeting, address: str) -> None:
    careful = Client(enforce_csrf_checks=True)
    assert careful.post(f"{address}/cancel").status_code == 403
    assert now(meeting).state == "booked"


def test_a_closed_account_has_no_pages(
    anybody: Client, meeting: Meeting, address: str, account: Account
) -> None:
    Account.objects.filter(pk=account.pk).update(closed_at=SUNDAY)
    assert anybody.get(address).status_code == 404


@pytest.mark.parametrize("part", ["", "/move", "/cancel", "/meeting.ics"])
def test_whose_link_is_over_or_mistyped_reads_so_among_their_own_words(
    anybody: Client, meeting: Meeting, address: str, part: str
) -> None:
    with clock.freeze(meeting.ends_at):
        over = anybody.get(address + part)
    wrong = anybody.get(f"/m/{meeting.public_id}.x{part}")
    assert (over.status_code, wrong.status_code) == (410, 404)
    assert "write to Acme in the chat" in over.text
    for page in (over, wrong):
        assert "dashboard" not in page.text.replace("/dashboard/", "")
        assert "Synaptiq" not in page.text
        assert page["X-Robots-Tag"] == "noindex"
        assert_strict_csp(page.text)
    # Of what was mistyped nobody's name is known.
    assert "Acme" not in wrong.text


def test_no_search_engine_keeps_what_a_link_shows(anybody: Client, address: str) -> None:
    for part in ("", "/move", "/cancel", "/meeting.ics"):
        assert anybody.get(address + part)["X-Robots-Tag"] == "noindex"


def test_a_form_that_was_open_for_long_leads_back_to_the_meeting(address: str) -> None:
    page = Client(enforce_csrf_checks=True).post(f"{address}/cancel")
    assert f'href="{address}">Back to the meeting' in page.text


def test_the_page_says_what_was_done_and_for_whom_it_is(
    anybody: Client, meeting: Meeting, address: str
) -> None:
    assert "Moved. " not in anybody.get(address).text
    # Said by an address alone, it is not believed.
    assert "Cancelled. " not in anybody.get(f"{address}?done=cancelled").text
    moved = anybody.post(f"{address}/move", {"starts_at": TEN_UTC}, follow=True).text
    assert "Moved. Priya is told, and a new invitation is on its way to you." in moved
    assert "For <bdi>Jane, jane@…</bdi>" in moved
    gone = anybody.post(f"{address}/cancel", follow=True).text
    assert "Cancelled. Priya is told, and an email takes the meeting out" in gone
    Lead.objects.update(deleted_at=SUNDAY)
    assert "jane" not in anybody.get(address).text.lower()


@pytest.mark.parametrize(
    ("place", "joins"),
    [
        ("https://video.example/priya", True),
        ("I call you", False),
        ("Room 3, or https://video.example/priya", False),
        ("javascript:alert(1)", False),
    ],
)
def test_where_the_place_is_an_address_the_visitor_joins_there(
    anybody: Client, meeting: Meeting, address: str, place: str, *, joins: bool
) -> None:
    Meeting.objects.update(place=place)
    page = anybody.get(address).text
    assert (f'href="{place}" rel="noreferrer"' in page) == joins
    assert "javascript:" not in page.replace(place, "")
    if "https" in place:
        assert '<a class="link" href="https://video.example/priya"' in page
