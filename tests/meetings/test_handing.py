"""A meeting that gets another host, and what becomes of those of a member who goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from synaptiq.accounts import actions as accounts
from synaptiq.accounts import actors
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, Member, Notice
from synaptiq.conversations.models import Event
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Denied, Invalid, NotFound
from synaptiq.meetings import actions, queries
from synaptiq.meetings.actions import HostBusy
from synaptiq.meetings.models import Calendar, Meeting
from tests.conftest import make_account, make_member
from tests.mails import text_of
from tests.meetings.making import (
    NINE,
    SUNDAY,
    TEN,
    book,
    booked,
    make_calendar,
    make_visitor_with_lead,
    reserve,
    write_letters,
)
from tests.meetings.test_letters import event_of, mails

Members = Callable[..., Member]


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.freeze(SUNDAY):
        yield


@pytest.fixture
def owner(account: Account) -> Actor:
    return actors.of_member(make_member(account, "owner", email="owner@acme.example"))


@pytest.fixture
def priya(member: Members) -> Member:
    made = member("agent", name="Priya Raman", email="priya@acme.example")
    make_calendar(made, place="https://video.example/priya")
    return made


@pytest.fixture
def omar(member: Members) -> Member:
    return member("agent", name="Omar Haddad", email="omar@acme.example")


def calendar_of_omar(omar: Member) -> Calendar:
    # Another one is offered no times: what is booked is Priya's.
    return make_calendar(omar, is_on=False, place="I call you", buffer_before=15, buffer_after=10)


def test_a_meeting_gets_another_host_at_the_same_time(
    owner: Actor, priya: Member, omar: Member
) -> None:
    calendar_of_omar(omar)
    meeting = booked()
    made = actions.hand_over(owner, meeting.public_id, omar.public_id, note="Priya is\nill.")
    kept = Meeting.objects.get()
    assert (kept.member, kept.starts_at, kept.sequence) == (omar, NINE, 1)
    assert (kept.place, kept.note) == ("I call you", "Priya is ill.")
    assert kept.blocked_from == NINE - timedelta(minutes=15)
    assert kept.blocked_until == NINE + timedelta(minutes=40)
    assert made.member == omar
    told = Event.objects.get(type="meeting_handed_over")
    assert told.data["meeting"]["name"] == "Omar"
    entry = AuditEntry.objects.get(action="meeting.handed_over")
    assert (entry.target, entry.detail) == (meeting.public_id, {"member": omar.public_id})
    notice = Notice.objects.get(member=omar)
    assert notice.text == "has a meeting that was handed to you"
    # Again: nothing more.
    actions.hand_over(owner, meeting.public_id, omar.public_id)
    assert Meeting.objects.get().sequence == 1


def test_who_takes_one_is_not_told_what_they_did(priya: Member, omar: Member) -> None:
    meeting = booked()
    actions.hand_over(actors.of_member(omar), meeting.public_id, omar.public_id)
    assert not Notice.objects.filter(member=omar).exists()


def test_who_has_another_meeting_then_gets_none(owner: Actor, priya: Member, omar: Member) -> None:
    make_calendar(omar)
    first, second = booked(), booked(make_visitor_with_lead(email="bob@visitor.example"))
    assert {first.member, second.member} == {priya, omar}
    other = omar if first.member == priya else priya
    with pytest.raises(HostBusy):
        actions.hand_over(owner, first.public_id, other.public_id)
    assert Meeting.objects.filter(sequence=0).count() == 2


@pytest.mark.parametrize("given", ["", None, 5, "mem_nobody"])
def test_a_host_is_a_member_who_talks_with_visitors(
    owner: Actor, priya: Member, member: Members, given: object
) -> None:
    meeting = booked()
    viewer = member("viewer")
    for whom in (given, viewer.public_id, make_member(make_account("Other"), "owner").public_id):
        with pytest.raises(Invalid) as refused:
            actions.hand_over(owner, meeting.public_id, whom)
        assert set(refused.value.fields) == {"member"}


def test_it_needs_the_right_and_ones_own_account(
    account: Account, priya: Member, omar: Member, member: Members
) -> None:
    meeting = booked()
    with pytest.raises(Denied):
        actions.hand_over(actors.of_member(member("viewer")), meeting.public_id, omar.public_id)
    stranger = actors.of_member(make_member(make_account("Other"), "owner"))
    with pytest.raises(NotFound):
        actions.hand_over(stranger, meeting.public_id, omar.public_id)


def test_one_that_has_begun_stays_with_its_host(owner: Actor, priya: Member, omar: Member) -> None:
    meeting = booked()
    with clock.freeze(NINE), pytest.raises(Conflict):
        actions.hand_over(owner, meeting.public_id, omar.public_id)


def test_a_reason_has_an_end(owner: Actor, priya: Member, omar: Member) -> None:
    meeting = booked()
    for act in (
        lambda note: actions.hand_over(owner, meeting.public_id, omar.public_id, note=note),
        lambda note: actions.cancel(owner, meeting.public_id, note=note),
    ):
        with pytest.raises(Invalid) as refused:
            act("x" * 501)
        assert set(refused.value.fields) == {"note"}


def test_who_goes_leaves_meetings_without_a_host_and_is_their_host_again_on_coming_back(
    owner: Actor, priya: Member, omar: Member
) -> None:
    meeting = booked()
    parted = actions.remove_member(owner, priya)
    assert parted.said == "1 meeting without a host now."
    assert queries.without_host() == 1
    assert [one.pk for one in queries.listing("hostless", None).rows] == [meeting.pk]
    assert queries.called(Meeting.objects.get().member) == "Team"
    # Nothing was said to anybody, and nothing changed.
    assert Meeting.objects.get().sequence == 0
    Member.objects.filter(pk=priya.pk).update(removed_at=None)
    assert queries.without_host() == 0


def test_meetings_are_handed_to_who_was_chosen_as_far_as_there_is_room(
    owner: Actor, priya: Member, omar: Member
) -> None:
    calendar_of_omar(omar)
    for start in (NINE, TEN):
        booked(make_visitor_with_lead(email=f"{start:%H}@visitor.example"), start)
    theirs = Meeting.objects.get(starts_at=TEN)
    Meeting.objects.create(
        member=omar, conversation=theirs.conversation, lead=theirs.lead, state="booked",
        starts_at=TEN, ends_at=TEN + timedelta(minutes=30), blocked_from=TEN,
        blocked_until=TEN + timedelta(minutes=30), booked_at=SUNDAY,
    )  # fmt: skip
    parted = actions.remove_member(owner, priya, fate="hand_over", to=omar.public_id, note="Hi")
    assert parted.said == "1 meeting handed over, 1 meeting without a host now."
    assert Meeting.objects.get(starts_at=NINE).member == omar
    assert Meeting.objects.get(pk=theirs.pk).member == priya


def test_meetings_are_cancelled_with_a_reason(owner: Actor, priya: Member) -> None:
    booked()
    parted = actions.remove_member(owner, priya, fate="cancel", note="She has left us.")
    assert parted.said == "1 meeting cancelled."
    kept = Meeting.objects.get()
    assert (kept.state, kept.note) == ("cancelled", "She has left us.")


def test_of_who_goes_nothing_is_offered_or_kept_any_more(
    owner: Actor, priya: Member, omar: Member
) -> None:
    conversation = make_visitor_with_lead()
    reserve(conversation)
    actions.remove_member(owner, priya)
    assert not Meeting.objects.exists()
    assert queries.offering(conversation) is None
    assert book(conversation) is None


def test_a_time_that_was_kept_with_who_has_just_gone_is_not_booked(
    owner: Actor, priya: Member
) -> None:
    """Removed between the reservation and the booking, by another way than the page's."""
    conversation = make_visitor_with_lead()
    reserve(conversation)
    accounts.remove_member(owner, priya.public_id)
    assert book(conversation) is None


def test_who_leaves_hands_on_what_is_theirs(owner: Actor, priya: Member, omar: Member) -> None:
    booked()
    parted = actions.leave(actors.of_member(priya), fate="hand_over", to=omar.public_id)
    assert parted.handed == 1
    assert Member.objects.get(pk=priya.pk).removed_at
    assert Meeting.objects.get().member == omar


def test_what_was_chosen_must_be_possible_before_anybody_goes(
    owner: Actor, priya: Member, omar: Member
) -> None:
    booked()
    for fate, to in (("burn", None), ("hand_over", "mem_x"), ("hand_over", priya.public_id)):
        with pytest.raises(Invalid):
            actions.remove_member(owner, priya, fate=fate, to=to)
    with pytest.raises(Denied):
        actions.remove_member(actors.of_member(omar), priya, fate="cancel")
    assert Member.objects.get(pk=priya.pk).removed_at is None
    assert Meeting.objects.get().state == "booked"


def test_who_lost_the_right_to_talk_with_visitors_decides_nothing(
    account: Account, priya: Member, omar: Member
) -> None:
    booked()
    Member.objects.filter(pk=priya.pk).update(roles=["viewer"])
    gone = actors.of_member(Member.objects.select_related("account", "user").get(pk=priya.pk))
    assert actions.leave(gone, fate="cancel").left == 1
    assert Meeting.objects.get().state == "booked"


def test_letters_go_to_both_hosts_and_the_visitor(
    owner: Actor, priya: Member, omar: Member
) -> None:
    meeting = booked()
    write_letters()
    actions.hand_over(owner, meeting.public_id, omar.public_id, note="Priya is ill.")
    write_letters()
    visitor, host, former = (
        mails(to)[-1] for to in ("jane@visitor.example", "omar@acme.example", "priya@acme.example")
    )
    assert visitor.subject.startswith("Your meeting has another host: Monday 16 March 2026")
    assert "your meeting is with Omar of Acme now." in text_of(visitor)
    assert "Acme says: Priya is ill." in text_of(visitor)
    assert host.subject.startswith("Meeting handed to you: Monday 16 March 2026")
    assert "Priya is ill" not in text_of(host)
    assert former.subject.startswith("Meeting handed on: Monday 16 March 2026")
    for mail, method, status, organizer in (
        (visitor, "REQUEST", "CONFIRMED", "omar"), (host, "REQUEST", "CONFIRMED", "omar"),
        (former, "CANCEL", "CANCELLED", "priya"),
    ):  # fmt: skip
        calendar, event = event_of(mail)
        assert (calendar["method"], event["status"], event["sequence"]) == (method, status, 1)
        assert event["organizer"] == f"mailto:{organizer}@acme.example"
        assert event["uid"] == f"{meeting.public_id}@synaptiq"
    assert Meeting.objects.get().former is None


def test_handed_on_before_any_letter_went_out_only_the_last_host_is_told(
    owner: Actor, priya: Member, omar: Member
) -> None:
    meeting = booked()
    actions.hand_over(owner, meeting.public_id, omar.public_id)
    write_letters()
    assert not mails("priya@acme.example")
    assert len(mails("omar@acme.example")) == 1
    assert mails("jane@visitor.example")[0].subject.startswith("Your meeting with Omar of Acme")


def test_handed_there_and_back_again_nobody_lost_it(
    owner: Actor, priya: Member, omar: Member
) -> None:
    meeting = booked()
    write_letters()
    actions.hand_over(owner, meeting.public_id, omar.public_id)
    actions.hand_over(owner, meeting.public_id, priya.public_id)
    write_letters()
    assert not mails("omar@acme.example")
    assert [event_of(mail)[0]["method"] for mail in mails("priya@acme.example")] == ["REQUEST"] * 2
