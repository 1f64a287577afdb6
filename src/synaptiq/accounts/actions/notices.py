"""Telling members what happened, and what they do with it. No audit entries: this tells, and
changes nothing of the account's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from synaptiq.accounts import queries
from synaptiq.accounts.actions.letters import send_notice
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member, Notice
from synaptiq.accounts.notices import CHANNEL, KINDS, NoticeKind
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock
from synaptiq.kit.database import ask
from synaptiq.kit.errors import Denied, Invalid

KEPT_FOR = timedelta(days=90)
# For so long an unread notice that was mailed stands for others of a kind that comes in numbers.
BUNCH = timedelta(minutes=10)


def notify(member: Member, kind: NoticeKind, text: str, target: str = "") -> Notice:
    """Tell a member something about `target` (a public id), by mail too where they want this kind;
    in the caller's transaction.

    Of a lead the text holds nothing, and begins with a verb: see `accounts/notices.py`.
    """
    with acting_for(member.account_id):
        wanting = _wanting(member, kind)
        notice = Notice.objects.create(
            member=member, kind=kind, text=text, target=target, mailed=wanting is not None
        )
        if wanting:
            send_notice(notice, wanting)
        _ring(member.pk)
    return notice


def told_of(kind: NoticeKind, target: str) -> set[int]:
    """The integer keys of members who have an unread notice of this kind about `target`."""
    unread = Notice.objects.filter(kind=kind, target=target, read_at=None)
    return set(unread.values_list("member", flat=True))


def settle_notices(kind: NoticeKind, target: str) -> None:
    """Mark read, for all members, what has become pointless; in the caller's transaction."""
    members = told_of(kind, target)
    if members:
        unread = Notice.objects.filter(kind=kind, target=target, read_at=None)
        unread.update(read_at=clock.now())
    for member_pk in members:
        _ring(member_pk)


def _ring(member_pk: int) -> None:
    """Have the bell of this member's open pages look, once this is committed."""
    ask("SELECT pg_notify(%s, %s)", [CHANNEL, f"m{member_pk}"])


def _wanting(member: Member, kind: NoticeKind) -> Member | None:
    """The member as they are now, if this kind goes to them by mail."""
    if KINDS[kind].has_letter:
        return None
    reached = queries.members().filter(user__is_active=True, account__closed_at=None)
    found = reached.filter(pk=member.pk, mailed_kinds__contains=[kind]).first()
    if found and KINDS[kind].for_absent and queries.is_here(found):
        return None
    if found and KINDS[kind].bunched:
        since = clock.now() - BUNCH
        mailed = queries.unread_notices(found).filter(kind=kind, mailed=True)
        if mailed.filter(created_at__gt=since).exists():
            return None
    return found


def forget_notices() -> int:
    """Delete what was told more than 90 days ago, of all accounts; returns how many."""
    deleted, _ = Notice.across_accounts.filter(created_at__lt=clock.now() - KEPT_FOR).delete()
    return deleted


def mark_notices_read(actor: Actor, *, target: str = "") -> int:
    """Mark one's own notices as read, or those about `target`; returns how many were not."""
    if actor.member is None:
        return 0
    with acting_for(actor.account.pk):
        unread = queries.unread_notices(actor.member)
        about = unread.filter(target=target) if target else unread
        count = about.update(read_at=clock.now())
        if count:
            _ring(actor.member.pk)
        return count


def mark_notice(actor: Actor, public_id: str, *, read: bool) -> Notice:
    """Mark one of one's own notices as read or unread; NotFound for any other."""
    with acting_for(actor.account.pk), transaction.atomic():
        notice = queries.notice(actor.member, public_id)
        if read != (notice.read_at is not None):
            notice.read_at = clock.now() if read else None
            notice.save(update_fields=["read_at"])
            _ring(notice.member_id)
    return notice


def choose_mailed_kinds(actor: Actor, kinds: Iterable[str]) -> Member:
    """Set which kinds of notices come to a member by mail too. Raises Invalid for unknown ones."""
    if actor.member is None:
        raise Denied("Only a member gets notifications.")
    chosen = set(kinds)
    if unknown := chosen - set(NoticeKind):
        raise Invalid({"kinds": f"holds {min(unknown)[:40]}, which is no kind of notification."})
    with acting_for(actor.account.pk):
        member = queries.member(actor.member.public_id)
        member.mailed_kinds = [
            kind.value for kind, about in KINDS.items() if kind in chosen and not about.has_letter
        ]
        member.save(update_fields=["mailed_kinds"])
    return member
