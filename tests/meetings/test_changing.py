"""A meeting that is moved, cancelled, marked: by members and by its visitor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry, Member, Notice
from synaptiq.conversations.models import Conversation, Event
from synaptiq.kit import clock
from synaptiq.kit.errors import Conflict, Denied, Invalid, NotFound
from synaptiq.leads.models import Lead
from synaptiq.meetings import actions, queries
from synaptiq.meetings.actions import SlotTaken
from synaptiq.meetings.models import Meeting
from synaptiq.meetings.values import Slot
from tests.conftest import make_account, make_member
from tests.meetings.making import (
    BERLIN,
    NINE,
    SUNDAY,
    TEN,
    booked,
    make_calendar,
    make_visitor_with_lead,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    with clock.freeze(SUNDAY):
        yield


@pytest.fixture
def meeting(member: Callable[..., Member]) -> Meeting:
    make_calendar(member("agent", name="Priya Raman"))
    return booked(make_visitor_with_lead())


def events(meeting: Meeting) -> list[tuple[str, str]]:
    rows = Event.objects.filter(conversation=meeting.conversation).exclude(type="message")
    return [(row.type, row.data["starts_at"]) for row in rows.order_by("seq")]


def audited() -> list[tuple[str, str, str]]:
    rows = AuditEntry.objects.filter(action__startswith="meeting.").order_by("pk")
    return [(row.action, row.actor_kind, row.outcome) for row in rows]


def test_a_member_moves_a_meeting(meeting: Meeting, actor: Callable[..., Actor]) -> None:
    moved = actions.move(actor("agent", email="a@x.example"), meeting.public_id, TEN)
    assert (moved.starts_at, moved.ends_at) == (TEN, TEN + timedelta(minutes=30))
    assert (moved.sequence, moved.zone) == (1, BERLIN)
    assert events(meeting) == [("meeting_rescheduled", "2026-03-16T09:00:00Z")]
    assert audited() == [("meeting.moved", "member", "ok")]
    # Again: nothing more.
    assert actions.move(actor("admin"), meeting.public_id, TEN).sequence == 1
    assert len(events(meeting)) == 1


def test_a_meeting_moves_by_less_than_its_length(
    meeting: Meeting, actor: Callable[..., Actor]
) -> None:
    near = NINE + timedelta(minutes=30)
    Meeting.objects.update(ends_at=NINE + timedelta(hours=1), blocked_until=TEN)
    assert (
        near in (queries.times_to_move(queries.get(meeting.public_id)) or queries.Offering).starts
    )  # type: ignore[union-attr]
    assert actions.move(actor("admin"), meeting.public_id, near).starts_at == near


def test_a_visitor_moves_a_meeting_and_reads_it_in_their_zone(
    meeting: Meeting, account: Account
) -> None:
    slot = Slot(TEN, "Asia/Kathmandu")
    moved = actions.move_for_visitor(account, meeting.public_id, slot)
    assert (moved.starts_at, moved.zone) == (TEN, "Asia/Kathmandu")
    assert audited() == [("meeting.moved", "system", "ok")]


def test_what_is_taken_is_nobody_elses(meeting: Meeting, account: Account) -> None:
    other = booked(make_visitor_with_lead(), TEN)
    with pytest.raises(SlotTaken):
        actions.move_for_visitor(account, other.public_id, Slot(NINE, BERLIN))
    with pytest.raises(SlotTaken):
        actions.move_for_visitor(account, other.public_id, Slot(NINE - timedelta(days=1), BERLIN))
    assert queries.get(other.public_id).sequence == 0


def test_what_is_cancelled_is_free_again(meeting: Meeting, account: Account) -> None:
    Conversation.objects.update(meeting_booked=True)
    gone = actions.cancel_for_visitor(account, meeting.public_id)
    assert (gone.state, gone.sequence, gone.cancelled_at) == ("cancelled", 1, SUNDAY)
    assert events(meeting) == [("meeting_cancelled", "2026-03-16T08:00:00Z")]
    assert not Conversation.objects.get(pk=meeting.conversation_id).meeting_booked
    lead = Lead.objects.get(pk=meeting.lead_id)
    # Not reached after all; the status does not go back.
    assert (lead.status, lead.meeting_booked_at) == ("meeting_booked", None)
    actions.cancel_for_visitor(account, meeting.public_id)
    assert len(events(meeting)) == 1
    assert audited() == [("meeting.cancelled", "system", "ok")]
    assert booked(make_visitor_with_lead()).starts_at == NINE


def test_a_person_who_says_that_it_is_booked_is_believed(
    meeting: Meeting, account: Account
) -> None:
    Lead.objects.update(status="meeting_booked", status_locked=True)
    actions.cancel_for_visitor(account, meeting.public_id)
    assert Lead.objects.get(pk=meeting.lead_id).meeting_booked_at == SUNDAY


def test_what_is_over_or_cancelled_stays(meeting: Meeting, actor: Callable[..., Actor]) -> None:
    admin = actor("admin")
    for at in (meeting.starts_at, meeting.ends_at):
        with clock.freeze(at):
            with pytest.raises(Conflict, match="has begun"):
                actions.cancel(admin, meeting.public_id)
            with pytest.raises(Conflict, match="has begun"):
                actions.move(admin, meeting.public_id, TEN)
            with pytest.raises(Conflict, match="has begun"):
                actions.cancel_for_visitor(admin.account, meeting.public_id)
    actions.cancel(admin, meeting.public_id)
    with pytest.raises(Conflict, match="cancelled"):
        actions.move(admin, meeting.public_id, TEN)
    with clock.freeze(TEN), pytest.raises(Conflict, match="cancelled"):
        actions.mark(admin, meeting.public_id, "held")


def test_one_that_is_marked_as_held_stays_where_it_was(
    meeting: Meeting, actor: Callable[..., Actor]
) -> None:
    """It has begun, and is not over yet."""
    admin = actor("admin")
    with clock.freeze(meeting.starts_at + timedelta(minutes=5)):
        actions.mark(admin, meeting.public_id, "held")
        for act in (
            lambda: actions.cancel(admin, meeting.public_id),
            lambda: actions.move_for_visitor(admin.account, meeting.public_id, Slot(TEN, BERLIN)),
        ):
            with pytest.raises(Conflict):
                act()
        actions.end_for_erased([meeting.conversation])
    kept = Meeting.objects.get()
    assert (kept.state, kept.attendance, kept.starts_at) == ("booked", "held", NINE)


def test_a_meeting_is_marked_as_held_or_not(meeting: Meeting, actor: Callable[..., Actor]) -> None:
    admin = actor("admin")
    with pytest.raises(Conflict, match="not begun"):
        actions.mark(admin, meeting.public_id, "held")
    with clock.freeze(TEN):
        for attendance, held_at in (
            ("held", NINE),
            ("no_show", None),
            ("held", NINE),
            (None, None),
        ):
            marked = actions.mark(admin, meeting.public_id, attendance)
            assert marked.attendance == attendance
            assert Lead.objects.get(pk=meeting.lead_id).meeting_held_at == held_at
        with pytest.raises(Invalid):
            actions.mark(admin, meeting.public_id, "perhaps")
    assert audited() == [("meeting.marked", "member", "ok")] * 4


def test_the_first_meeting_that_was_held_counts(
    meeting: Meeting, actor: Callable[..., Actor]
) -> None:
    admin = actor("admin")
    with clock.freeze(TEN):
        later = booked(meeting.conversation, TEN + timedelta(days=1))
    assert later.pk != meeting.pk
    with clock.freeze(TEN + timedelta(days=2)):
        actions.mark(admin, later.public_id, "held")
        actions.mark(admin, meeting.public_id, "held")
        assert Lead.objects.get(pk=meeting.lead_id).meeting_held_at == NINE
        actions.mark(admin, meeting.public_id, "no_show")
        assert Lead.objects.get(pk=meeting.lead_id).meeting_held_at == later.starts_at


@pytest.mark.parametrize("role", ["viewer", "export", "auditor"])
def test_only_who_talks_with_visitors_changes_meetings(
    meeting: Meeting, actor: Callable[..., Actor], role: str
) -> None:
    nobody = actor(role)
    for act in (
        lambda: actions.cancel(nobody, meeting.public_id),
        lambda: actions.move(nobody, meeting.public_id, TEN),
        lambda: actions.mark(nobody, meeting.public_id, "held"),
    ):
        with pytest.raises(Denied):
            act()
    assert [outcome for *_, outcome in audited()] == ["denied"] * 3


def test_another_accounts_meeting_is_none(meeting: Meeting) -> None:
    from synaptiq.accounts import actors

    stranger = actors.of_member(make_member(make_account("Others"), "owner"))
    with pytest.raises(NotFound):
        actions.cancel(stranger, meeting.public_id)


def test_a_member_who_left_has_no_times(
    meeting: Meeting, account: Account, actor: Callable[..., Actor]
) -> None:
    Member.objects.filter(pk=meeting.member_id).update(removed_at=SUNDAY)
    found = queries.get(meeting.public_id)
    assert queries.times_to_move(found) is None
    with pytest.raises(SlotTaken):
        actions.move(actor("admin"), meeting.public_id, TEN)
    # The others can still say that it will not be.
    assert actions.cancel(actor("owner"), meeting.public_id).state == "cancelled"


def test_the_member_hears_of_what_the_visitor_does_and_not_of_what_a_member_does(
    meeting: Meeting, account: Account, actor: Callable[..., Actor]
) -> None:
    actions.move(actor("admin"), meeting.public_id, TEN)
    actions.move_for_visitor(account, meeting.public_id, Slot(NINE, BERLIN))
    actions.cancel_for_visitor(account, meeting.public_id)
    told = Notice.objects.filter(member=meeting.member).order_by("pk")
    assert meeting.lead
    assert list(told.values_list("text", "target")) == [
        (f"{did} a meeting with you", meeting.lead.public_id)
        for did in ("booked", "moved", "cancelled")
    ]
