"""The lines under a member's bell. No audit entries: they tell, they do not change."""

from __future__ import annotations

from synaptiq.accounts import queries
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member, Notice
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit import clock


def notify(member: Member, text: str, path: str = "") -> Notice:
    """Tell a member something, with a path in the dashboard; in the caller's transaction."""
    with acting_for(member.account_id):
        return Notice.objects.create(member=member, text=text, path=path)


def mark_notices_read(actor: Actor) -> int:
    """Mark all of one's own notices as read; returns how many were not."""
    if actor.member is None:
        return 0
    with acting_for(actor.account.pk):
        return queries.unread_notices(actor.member).update(read_at=clock.now())
