"""Notices: for one member, in one account, marked by nobody else; by mail where they are wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from synaptiq.accounts import actions, actors, queries
from synaptiq.accounts.models import Account, Mail, Member, Notice, User
from synaptiq.accounts.notices import KINDS, NoticeKind
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.kit.errors import Denied, Invalid, NotFound
from tests.conftest import make_account, make_member
from tests.mails import newest, text_of

NOON = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
READY, ASSIGNED = NoticeKind.EXPORT_READY, NoticeKind.LEAD_ASSIGNED
Members = Callable[..., Member]


@pytest.fixture
def jane(member: Members) -> Member:
    """A member who wants every kind by mail."""
    jane = member("agent", email="jane@acme.example")
    return actions.choose_mailed_kinds(actors.of_member(jane), list(NoticeKind))


def test_the_newest_come_first_and_reading_is_ones_own(account: Account, member: Members) -> None:
    jane, joe = member("agent"), member("viewer")
    for minute, text in enumerate(("first", "second")):
        with clock.freeze(NOON + timedelta(minutes=minute)):
            actions.notify(jane, READY, text, "exp_k5m2a7q3")
    actions.notify(joe, READY, "other")
    assert [notice.text for notice in queries.notices(jane, 10)] == ["second", "first"]
    assert actions.mark_notices_read(actors.of_member(jane)) == 2
    assert actions.mark_notices_read(actors.of_member(jane)) == 0
    assert queries.unread_notices(joe).count() == 1


def test_pages_of_all_and_of_unread_ones_leave_nobody_out(
    member: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LIST_PAGE", 2)
    jane = member("agent")
    with clock.freeze(NOON):
        ids = [actions.notify(jane, READY, str(n)).public_id for n in range(5)]
    actions.mark_notice(actors.of_member(jane), ids[2], read=True)
    for unread, wanted in ((False, set(ids)), (True, set(ids) - {ids[2]})):
        seen, cursor = [], ""
        while cursor is not None:
            page = queries.notice_page(jane, cursor or None, unread=unread)
            seen += [notice.public_id for notice in page.rows]
            cursor = page.next
        assert seen == sorted(wanted, reverse=True)


def test_one_is_marked_read_once_and_unread_again(member: Members) -> None:
    jane, joe = member("agent"), member("viewer")
    own = actors.of_member(jane)
    public_id = actions.notify(jane, READY, "Ready").public_id
    with clock.freeze(NOON):
        assert actions.mark_notice(own, public_id, read=True).read_at == NOON
    assert actions.mark_notice(own, public_id, read=True).read_at == NOON
    assert actions.mark_notice(own, public_id, read=False).read_at is None
    for stranger in (actors.of_member(joe), actors.of_terminal(jane.account)):
        with pytest.raises(NotFound):
            actions.mark_notice(stranger, public_id, read=True)


def test_the_terminal_has_no_notices(account: Account) -> None:
    assert actions.mark_notices_read(actors.of_terminal(account)) == 0
    with pytest.raises(Denied):
        actions.choose_mailed_kinds(actors.of_terminal(account), [])


def test_kinds_are_chosen_for_one_account_and_only_known_ones(member: Members) -> None:
    jane = member("agent", email="jane@acme.example")
    other = make_account("Other")
    there = make_member(other, "agent", email="jane@acme.example")
    assert actions.choose_mailed_kinds(actors.of_member(jane), [ASSIGNED, READY]).mailed_kinds == [
        "lead_assigned", "export_ready",
    ]  # fmt: skip
    with pytest.raises(Invalid, match="no kind"):
        actions.choose_mailed_kinds(actors.of_member(jane), ["lead_assigned", "weather"])
    assert queries.member(jane.public_id).mailed_kinds == ["lead_assigned", "export_ready"]
    with acting_for(other.pk):
        assert queries.member(there.public_id).mailed_kinds == ["visitor_waiting", "lead_qualified"]


def test_a_mail_says_what_happened_where_it_is_and_how_to_stop_it(jane: Member) -> None:
    notice = actions.notify(jane, ASSIGNED, "was assigned to you by Ada", "lead_k5m2a7q3")
    sent = Mail.objects.get()
    assert (sent.to, sent.subject) == ("jane@acme.example", "Assigned to you")
    assert text_of(sent) == (
        "A lead was assigned to you by Ada.\n\n"
        f"Open it:\nhttp://localhost:8000/admin/notifications/{notice.public_id}\n\n"
        "This came from Acme on Synaptiq. To choose which notifications come by email, or to stop "
        "them, open:\nhttp://localhost:8000/admin/settings/you/notifications\n"
    )


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_words_and_a_reason_stays_in_the_product(
    jane: Member, kind: NoticeKind
) -> None:
    actions.notify(jane, kind, "It failed: the value jane@lead.example", "exp_k5m2a7q3")
    if KINDS[kind].has_letter:
        # Told by a mail of another kind: one event is one mail.
        assert not Mail.objects.exists()
        return
    assert newest().subject == KINDS[kind].subject
    assert ("lead.example" in text_of(newest())) == KINDS[kind].quoted
    assert KINDS[kind].quoted != kind.endswith(("failed", "ended", "converted"))


def _not_chosen(jane: Member) -> None:
    actions.choose_mailed_kinds(actors.of_member(jane), [NoticeKind.MENTIONED])


def _removed(jane: Member) -> None:
    Member.objects.filter(pk=jane.pk).update(removed_at=NOON)


def _inactive(jane: Member) -> None:
    User.objects.filter(pk=jane.user.pk).update(is_active=False)


def _closed(jane: Member) -> None:
    Account.objects.filter(pk=jane.account.pk).update(closed_at=NOON)


@pytest.mark.parametrize("change", [_not_chosen, _removed, _inactive, _closed])
def test_no_mail_goes_to_who_does_not_want_it_or_is_gone(
    jane: Member, change: Callable[[Member], None]
) -> None:
    # The row at hand is older than the change, as in a job.
    change(jane)
    actions.notify(jane, READY, "Ready")
    assert not Mail.objects.exists()
    assert Notice.objects.count() == 1


def test_leads_that_come_one_after_the_other_are_one_mail_until_it_is_read(jane: Member) -> None:
    def told_after(**time: Any) -> int:
        before = Mail.objects.count()
        with clock.freeze(NOON + timedelta(**time)):
            actions.notify(jane, ASSIGNED, "was assigned to you", "lead_k5m2a7q3")
        return Mail.objects.count() - before

    assert [told_after(minutes=minute) for minute in (0, 1, 9)] == [1, 0, 0]
    assert told_after(minutes=20) == 1
    actions.mark_notices_read(actors.of_member(jane))
    assert told_after(minutes=21) == 1
    with clock.freeze(NOON + timedelta(minutes=22)):
        for _ in range(2):
            actions.notify(jane, READY, "Ready", "exp_k5m2a7q3")
    assert Mail.objects.filter(subject=KINDS[READY].subject).count() == 2


def test_only_what_was_mailed_stands_for_what_follows(member: Members) -> None:
    """Neither what came before somebody wanted mails, nor what was left out for an earlier mail."""
    jane = member("agent", email="jane@acme.example")

    def tell(minute: int) -> int:
        with clock.freeze(NOON + timedelta(minutes=minute)):
            actions.notify(jane, ASSIGNED, "was assigned to you", "lead_k5m2a7q3")
        return Mail.objects.count()

    assert tell(0) == 0
    actions.choose_mailed_kinds(actors.of_member(jane), [ASSIGNED])
    assert [tell(minute) for minute in (1, 9, 12)] == [1, 1, 2]


def test_a_mail_is_written_in_the_transaction_of_what_it_tells(jane: Member) -> None:
    def tell_and_fail() -> None:
        with transaction.atomic():
            actions.notify(jane, READY, "Ready")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tell_and_fail()
    assert (Mail.objects.count(), Notice.objects.count()) == (0, 0)


def test_what_has_a_letter_of_its_own_is_not_mailed_twice(jane: Member) -> None:
    """Also to who ticked it when there was a tick."""
    assert "meeting" not in jane.mailed_kinds
    Member.objects.filter(pk=jane.pk).update(mailed_kinds=["meeting"])
    notice = actions.notify(jane, NoticeKind.MEETING, "booked a meeting with you", "lead_k5m2a7q3")
    assert not notice.mailed
    assert not Mail.objects.exists()
