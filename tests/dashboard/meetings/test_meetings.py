"""The team's page of meetings: what is to come, what is over, what was cancelled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from synaptiq.accounts.models import Account, Member
from synaptiq.kit import clock
from synaptiq.leads.models import Lead
from synaptiq.meetings.models import Calendar, Meeting
from tests.conftest import make_account, make_member
from tests.dashboard.clients import HTMX, client_of
from tests.dashboard.markup import assert_strict_csp
from tests.meetings.making import NINE, SUNDAY, TEN, booked, make_calendar, make_visitor_with_lead

Members = Callable[..., Member]
PATH = "/admin/meetings"


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.freeze(SUNDAY):
        yield


@pytest.fixture
def meeting(account: Account, member: Members) -> Meeting:
    make_calendar(member("agent", name="Priya Raman"))
    return booked()


def test_what_is_to_come_stands_in_the_accounts_zone(
    account: Account, meeting: Meeting, member: Members
) -> None:
    account.timezone = "America/New_York"
    account.save()
    page = client_of(member("admin")).get(PATH).text
    assert "Monday 16 March 2026" in page
    assert "04:00 to 04:30" in page
    assert "Jane Smith" in page
    assert "Priya Raman" in page
    assert_strict_csp(page)


def test_without_any_the_page_says_how_to_begin(account: Account, member: Members) -> None:
    admin, viewer = client_of(member("admin")), client_of(member("viewer"))
    assert "Set up your calendar" in admin.get(PATH).text
    assert "Set up your calendar" not in viewer.get(PATH).text
    make_calendar(member("agent"))
    assert "No meetings to come" in admin.get(PATH).text
    assert "No meetings so far" in admin.get(f"{PATH}?show=past").text
    assert "Nothing was cancelled" in admin.get(f"{PATH}?show=cancelled").text
    assert admin.get(f"{PATH}?show=whatever").status_code == 200


def test_a_past_meeting_is_marked_in_its_row(meeting: Meeting, member: Members) -> None:
    client = client_of(member("admin"))
    with clock.freeze(TEN):
        page = client.get(f"{PATH}?show=past").text
        assert "Not marked" in page
        answer = client.post(
            f"{PATH}/{meeting.public_id}/mark", {"attendance": "held", "from": "list"}
        )
        assert answer["Location"] == f"{PATH}?show=past"
        page = client.get(f"{PATH}?show=past").text
        # Once, with a way to take it back.
        assert 'value="held"' not in page
        assert f"{PATH}/{meeting.public_id}#attendance" in page
        one = client.get(f"{PATH}/{meeting.public_id}").text
        assert 'value="held" aria-pressed="true"' in one
        client.post(f"{PATH}/{meeting.public_id}/mark", {"attendance": "no_show"})
        assert Meeting.objects.get().attendance == "no_show"
        client.post(f"{PATH}/{meeting.public_id}/mark", {"attendance": ""})
        assert Meeting.objects.get().attendance is None
        client.post(f"{PATH}/{meeting.public_id}/mark", {"attendance": "perhaps"})
        assert Meeting.objects.get().attendance is None
        assert client.get(PATH).text.count("Jane Smith") == 0


def test_a_meeting_that_has_not_begun_is_not_marked(meeting: Meeting, member: Members) -> None:
    client = client_of(member("admin"))
    assert "Did it take place?" not in client.get(f"{PATH}/{meeting.public_id}").text
    answer = client.post(f"{PATH}/{meeting.public_id}/mark", {"attendance": "held"}, follow=True)
    assert "This meeting has not begun yet." in answer.text
    assert Meeting.objects.get().attendance is None


def test_a_meeting_leads_to_its_lead_and_conversation(meeting: Meeting, member: Members) -> None:
    page = client_of(member("viewer")).get(f"{PATH}/{meeting.public_id}").text
    assert f"/admin/leads/{meeting.lead.public_id}" in page
    assert f"/admin/conversations/{meeting.conversation.public_id}" in page
    assert "Europe/Berlin" in page
    # Who only reads has no buttons.
    assert "/cancel" not in page


def test_a_meeting_is_moved_from_a_dialog_and_from_a_page(
    meeting: Meeting, member: Members
) -> None:
    client = client_of(member("admin"))
    address = f"{PATH}/{meeting.public_id}/move"
    assert "<dialog" in client.get(address, **HTMX).text
    page = client.get(address).text
    assert 'value="2026-03-16T09:00:00Z"' in page
    assert client.post(address, {}).status_code == 422
    booked(make_visitor_with_lead(), TEN)
    taken = client.post(address, {"starts_at": "2026-03-16T09:00:00Z"}, **HTMX)
    assert taken.status_code == 422
    assert "not free any more" in taken.text
    later = {"starts_at": "2026-03-16T10:00:00Z"}
    answer = client.post(address, later)
    assert answer["Location"] == f"{PATH}/{meeting.public_id}"
    assert Meeting.objects.get(pk=meeting.pk).starts_at == TEN + timedelta(hours=1)


def test_a_meeting_is_cancelled_after_a_question(meeting: Meeting, member: Members) -> None:
    client = client_of(member("admin"))
    address = f"{PATH}/{meeting.public_id}/cancel"
    assert "Both sides are told" in client.get(address).text
    assert client.post(address)["Location"] == f"{PATH}/{meeting.public_id}"
    assert Meeting.objects.get().state == "cancelled"
    client.post(address)
    assert "Jane Smith" in client.get(f"{PATH}?show=cancelled").text
    moved = client.post(f"{PATH}/{meeting.public_id}/move", {"starts_at": "2026-03-16T09:00:00Z"})
    assert moved.status_code == 302
    assert Meeting.objects.get().starts_at == NINE


def test_a_meeting_is_cancelled_with_a_message_to_the_visitor(
    meeting: Meeting, member: Members
) -> None:
    client = client_of(member("admin"))
    address = f"{PATH}/{meeting.public_id}/cancel"
    long = "x" * 501
    refused = client.post(address, {"note": long})
    assert refused.status_code == 422
    assert "The message is longer than 500 characters." in refused.text
    assert long in refused.text
    client.post(address, {"note": "Priya is ill."})
    assert Meeting.objects.get().note == "Priya is ill."
    assert "Priya is ill." in client.get(f"{PATH}/{meeting.public_id}").text


def test_a_meeting_is_handed_over_from_a_dialog_and_from_a_page(
    meeting: Meeting, member: Members
) -> None:
    omar, client = (
        member("agent", name="Omar Haddad", email="omar@acme.example"),
        client_of(member("admin")),
    )
    address = f"{PATH}/{meeting.public_id}/hand-over"
    assert "<dialog" in client.get(address, **HTMX).text
    page = client.get(address).text
    assert "Omar Haddad</option>" in page
    assert "Priya Raman</option>" not in page
    assert_strict_csp(page)
    refused = client.post(address, {"note": "Priya is ill."}, **HTMX)
    assert refused.status_code == 422
    assert "Choose who shall have this meeting." in refused.text
    assert 'value="Priya is ill."' in refused.text
    given = {"member": omar.public_id, "note": "Priya is ill."}
    answer = client.post(address, given)
    assert answer["Location"] == f"{PATH}/{meeting.public_id}"
    assert Meeting.objects.get().member == omar
    page = client.get(f"/admin/conversations/{meeting.conversation.public_id}").text
    assert "Meeting handed over" in page
    with clock.freeze(NINE):
        later = client.post(address, {"member": meeting.member.public_id}, follow=True)
        assert "This meeting has begun." in later.text


def test_meetings_without_a_host_have_a_view_as_long_as_there_are_any(
    meeting: Meeting, member: Members
) -> None:
    client = client_of(member("admin"))
    assert "Without a host" not in client.get(PATH).text
    Member.objects.filter(pk=meeting.member_id).update(removed_at=SUNDAY)
    assert "Without a host" in client.get(PATH).text
    page = client.get(f"{PATH}?show=hostless").text
    assert "Jane Smith" in page
    assert "No host" in page
    assert f"{PATH}/{meeting.public_id}/hand-over" in page
    one = client.get(f"{PATH}/{meeting.public_id}").text
    assert "this meeting has no host" in one
    assert f"{meeting.public_id}/move" not in one
    Member.objects.filter(pk=meeting.member_id).update(removed_at=None)
    assert "Every meeting has a host" in client.get(f"{PATH}?show=hostless").text


@pytest.mark.parametrize("htmx", [True, False])
def test_who_removes_a_member_says_what_becomes_of_their_meetings(
    meeting: Meeting, member: Members, *, htmx: bool
) -> None:
    omar, client = (
        member("agent", name="Omar Haddad", email="omar@acme.example"),
        client_of(member("admin")),
    )
    address = f"/admin/settings/team/members/{meeting.member.public_id}/remove"
    headers = HTMX if htmx else {}
    asked = client.get(address, **headers).text
    assert "1 meeting to come with Priya Raman" in asked
    assert_strict_csp(asked)
    refused = client.post(address, {"fate": "hand_over", "note": "Hello"}, **headers)
    assert refused.status_code == 422
    assert "Choose who shall have this meeting." in refused.text
    assert 'value="Hello"' in refused.text
    assert Member.objects.get(pk=meeting.member_id).removed_at is None
    given = {"fate": "hand_over", "member": omar.public_id, "note": "Hello"}
    client.post(address, given, **headers)
    assert Meeting.objects.get().member == omar
    page = client.get("/admin/settings/team/members").text
    assert "is no longer a member. 1 meeting handed over." in page


def test_who_has_no_meetings_is_removed_without_a_question_about_them(
    account: Account, member: Members
) -> None:
    agent = member("agent")
    page = client_of(member("admin")).get(
        f"/admin/settings/team/members/{agent.public_id}/remove"
    ).text  # fmt: skip
    assert "to come with" not in page


def test_who_leaves_says_it_too(meeting: Meeting, member: Members) -> None:
    member("owner")
    client = client_of(meeting.member)
    address = "/admin/settings/account/leave"
    assert "1 meeting to come with you" in client.get(address).text
    client.post(address, {"fate": "cancel", "note": "I leave."})
    kept = Meeting.objects.get()
    assert (kept.state, kept.note) == ("cancelled", "I leave.")


def test_a_deleted_lead_has_no_name_here(meeting: Meeting, member: Members) -> None:
    Lead.objects.update(deleted_at=SUNDAY)
    client = client_of(member("admin"))
    for path in (PATH, f"{PATH}/{meeting.public_id}"):
        page = client.get(path).text
        assert "Jane" not in page
        assert "eleted lead" in page


def test_a_link_of_another_of_ones_accounts_offers_to_switch(
    meeting: Meeting, member: Members
) -> None:
    admin = member("admin")
    other = make_member(make_account("Others"), "owner", email=admin.user.email)
    client = client_of(other)
    client.post("/account/switch/", {"account": other.account.public_id})
    page = client.get(f"{PATH}/{meeting.public_id}")
    assert page.status_code == 404
    assert "Acme" in page.text


def test_many_come_in_pages(account: Account, member: Members) -> None:
    make_calendar(member("agent"), days_ahead=60)
    calendar = Calendar.objects.get()
    conversation = make_visitor_with_lead()
    for n in range(60):
        start = NINE + timedelta(hours=n)
        Meeting.objects.create(
            member=calendar.member, conversation=conversation, lead=conversation.lead,
            state="booked", starts_at=start, ends_at=start + timedelta(minutes=30),
            blocked_from=start, blocked_until=start + timedelta(minutes=30), booked_at=SUNDAY,
        )  # fmt: skip
    page = client_of(member("admin")).get(PATH).text
    assert page.count("row-link") == 50
    assert "cursor=" in page


def test_a_lead_shows_its_meetings_and_what_was_said_of_them(
    meeting: Meeting, member: Members
) -> None:
    client = client_of(member("admin", name="Ines Duarte"))
    lead = f"/admin/leads/{meeting.lead.public_id}"
    page = client.get(lead).text
    assert f"{PATH}/{meeting.public_id}" in page
    with clock.freeze(TEN):
        client.post(f"{PATH}/{meeting.public_id}/mark", {"attendance": "held"})
        assert "noted that a meeting was held" in client.get(lead).text
        client.post(f"{PATH}/{meeting.public_id}/mark", {"attendance": "no_show"})
        assert "took back that a meeting was held" in client.get(lead).text


def test_a_conversation_says_when_a_meeting_is(meeting: Meeting, member: Members) -> None:
    client = client_of(member("admin"))
    client.post(f"{PATH}/{meeting.public_id}/cancel")
    page = client.get(f"/admin/conversations/{meeting.conversation.public_id}").text
    assert "Meeting cancelled" in page
    assert "Monday 16 March 2026, 09:00 (Europe/Berlin), with Priya" in page


def test_it_says_whom_a_change_is_told(meeting: Meeting, member: Members) -> None:
    client = client_of(member("admin"))
    one = f"{PATH}/{meeting.public_id}"
    Meeting.objects.update(invited="jane@visitor.example")
    assert "Invited at" not in client.get(one).text
    Lead.objects.update(email="jane@new.example")
    assert "jane@visitor.example" in client.get(one).text
    assert "Both sides are told by email." in client.get(f"{one}/cancel").text
    Lead.objects.update(email=None, phone="+49 30 123")
    assert "Both sides are told by email." in client.get(f"{one}/cancel").text
    Meeting.objects.update(invited="")
    page = client.post(f"{one}/cancel", follow=True).text
    assert "Cancelled. The visitor left no email address" in page


def test_a_meeting_says_who_comes_to_whom_and_when_for_each_of_them(
    account: Account, meeting: Meeting, member: Members
) -> None:
    account.timezone = "America/New_York"
    account.save()
    Meeting.objects.update(zone="Asia/Kathmandu")
    # A day later at the visitor's.
    Meeting.objects.update(
        starts_at=NINE + timedelta(hours=12), ends_at=NINE + timedelta(hours=12.5),
        blocked_from=NINE + timedelta(hours=12), blocked_until=NINE + timedelta(hours=12.5),
    )  # fmt: skip
    one = f"{PATH}/{meeting.public_id}"
    theirs = client_of(member("admin")).get(one).text
    assert "<title>Jane Smith with Priya Raman" in theirs
    assert "Monday 16 March 2026, 16:00 to 16:30 (America/New_York)" in theirs
    assert "Tuesday 17 March 2026, 01:45 to 02:15 (Asia/Kathmandu)" in theirs
    assert "Europe/Berlin" not in theirs
    # Whose it is reads it as their calendar and their mails have it, too.
    host = client_of(meeting.member)
    for page in (host.get(one).text, host.get(PATH).text):
        assert "21:00 to 21:30 (Europe/Berlin)" in page


def test_one_sees_only_ones_own_meetings(meeting: Meeting, member: Members) -> None:
    omar = member("agent", name="Omar Haddad", email="omar@acme.example")
    make_calendar(omar)
    mine = booked(make_visitor_with_lead(name="Ida Berg", email="ida@x.example"))
    Meeting.objects.filter(pk=mine.pk).update(member=omar)
    client = client_of(omar)
    assert f"{PATH}?mine=1" in client.get(PATH).text
    page = client.get(f"{PATH}?mine=1").text
    assert "Ida Berg" in page
    assert "Jane Smith" not in page
    # The tabs keep to it, and so does marking.
    assert f"{PATH}?show=cancelled&amp;mine=1" in page
    assert "None of yours" in client.get(f"{PATH}?show=cancelled&mine=1").text
    with clock.freeze(TEN):
        given = {"attendance": "held", "from": "list", "mine": "1"}
        answer = client.post(f"{PATH}/{mine.public_id}/mark", given)
        assert answer["Location"] == f"{PATH}?show=past&mine=1"


def test_a_place_is_a_link_that_looks_like_one(meeting: Meeting, member: Members) -> None:
    Meeting.objects.update(place="<b>Room</b> or https://video.example/priya")
    page = client_of(member("admin")).get(f"{PATH}/{meeting.public_id}").text
    assert '<a class="link" href="https://video.example/priya"' in page
    assert "&lt;b&gt;Room&lt;/b&gt;" in page
