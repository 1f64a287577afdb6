"""The lines under a member's bell. No audit entries: they tell, they do not change."""

from __future__ import annotations

from datetime import timedelta

from synaptiq.accounts import queries
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member, Notice
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock

KEPT_FOR = timedelta(days=90)


def notify(member: Member, text: str, target: str = "") -> Notice:
    """Tell a member something about `target` (a public id); in the caller's transaction."""
    with acting_for(member.account_id):
        return Notice.objects.create(member=member, text=text, target=target)


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
        return about.update(read_at=clock.now())
