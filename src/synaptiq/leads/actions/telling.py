"""Who is told of what happened to leads: whom they were given to, whom a note mentions.

Nobody is told of what they did themselves, and an act on many tells once. What is told holds
nothing of a lead (`accounts/notices.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from synaptiq.accounts.actions import notify, told_of
from synaptiq.accounts.models import Member
from synaptiq.accounts.notices import NoticeKind
from synaptiq.accounts.queries import members_who
from synaptiq.accounts.roles import Permission
from synaptiq.leads import queries
from synaptiq.leads.models import Batch, Lead


def tell_assignee(by: Member | None, member: Member, lead: str) -> None:
    """Tell a member that a lead (its public id) was given to them."""
    if by != member:
        notify(member, NoticeKind.LEAD_ASSIGNED, f"was assigned to you{_said(by)}", lead)


def tell_assignees(batch: Batch) -> None:
    """Tell each member once how many leads an act on many, or an import, has given them."""
    for member, count, lead in queries.given_by(batch):
        if count == 1:
            tell_assignee(batch.member, member, lead)
        elif batch.member != member:
            text = f"{count:,} leads were assigned to you{_said(batch.member)}"
            notify(member, NoticeKind.LEAD_ASSIGNED, text, batch.public_id)


def tell_mentioned(by: Member | None, members: Iterable[Member], lead: str) -> None:
    """Tell members that a note about a lead (its public id) mentions them."""
    for member in members:
        if by != member:
            notify(member, NoticeKind.MENTIONED, f"has a note{_said(by)} that mentions you", lead)


def tell_qualified(pk: int) -> None:
    """Tell whose it is that a lead (its integer key) is qualified for the first time; of one that
    nobody has, all who talk with visitors."""
    lead = Lead.objects.alive().select_related("assigned_to").filter(pk=pk).first()
    if lead is None:
        return
    told = told_of(NoticeKind.LEAD_QUALIFIED, lead.public_id)
    members = members_who(Permission.CONVERSE)
    if lead.assigned_to_id:
        members = members.filter(pk=lead.assigned_to_id)
    for member in members:
        if member.pk not in told:
            notify(member, NoticeKind.LEAD_QUALIFIED, "is qualified", lead.public_id)


def _said(by: Member | None) -> str:
    """by Ada; nothing of the operator in the terminal."""
    return f" by {by.user.called}" if by else ""
