"""A member leaves, or is removed, and has meetings before them.

First the membership ends, so that no new time of theirs is offered; then each meeting has what was
chosen done to it, in a transaction of its own. What cannot be handed on, or is booked in that very
moment, stays as it is: without a host, under Meetings, until somebody takes it. Whoever comes back
by an invitation is the host of what is left again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from synaptiq.accounts import actions as accounts
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Member
from synaptiq.accounts.roles import Permission
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit.errors import Conflict, Invalid, NotFound
from synaptiq.meetings import queries, values
from synaptiq.meetings.actions.changing import cancel
from synaptiq.meetings.actions.handing import check_host, hand_over
from synaptiq.meetings.models import Meeting

# What may become of the meetings.
FATES: dict[str, str] = {
    "keep": "Keep them without a host until somebody takes them",
    "hand_over": "Hand them to",
    "cancel": "Cancel them",
}


@dataclass(frozen=True)
class Parted:
    """How many meetings have another host, were cancelled, are without a host."""

    handed: int = 0
    cancelled: int = 0
    left: int = 0

    @property
    def said(self) -> str:
        """`3 meetings handed over, 1 is without a host.`; nothing where there was none."""
        parts = [
            f"{count} {_meetings(count)} {did}"
            for count, did in (
                (self.handed, "handed over"), (self.cancelled, "cancelled"),
                (self.left, "without a host now"),
            )
            if count
        ]  # fmt: skip
        return f"{', '.join(parts)}." if parts else ""


def remove_member(
    actor: Actor, member: Member, *, fate: Any = "keep", to: Any = None, note: Any = ""
) -> Parted:
    """End somebody's membership, and do that to the meetings before them. Raises what
    `accounts.actions.remove_member` does, and Invalid."""
    return _end(
        actor, member, lambda: accounts.remove_member(actor, member.public_id),
        fate=fate, to=to, note=note,
    )  # fmt: skip


def leave(actor: Actor, *, fate: Any = "keep", to: Any = None, note: Any = "") -> Parted:
    """The same with one's own membership."""
    assert actor.member is not None
    member = actor.member
    return _end(actor, member, lambda: accounts.leave(actor), fate=fate, to=to, note=note)


def _end(
    actor: Actor, member: Member, end: Callable[[], None], *, fate: Any, to: Any, note: Any
) -> Parted:
    if fate not in FATES:
        raise Invalid({"fate": "Choose what becomes of the meetings."})
    said = values.checked_note(note)
    if not actor.can(Permission.CONVERSE):
        # Whoever lost the right to talk with visitors decides nothing about their meetings either.
        fate = "keep"
    with acting_for(actor.account.pk):
        if fate == "hand_over" and check_host(to).pk == member.pk:
            raise Invalid({"member": "Choose somebody who stays."})
        end()
        Meeting.objects.filter(member=member, state="reserved").delete()
        todo = list(queries.before(member).values_list("public_id", flat=True))
    count = dict.fromkeys(("handed", "cancelled", "left"), 0)
    for meeting_id in todo:
        count[_settle(actor, meeting_id, fate, to, said)] += 1
    return Parted(**count)


def _settle(actor: Actor, meeting_id: str, fate: str, to: Any, note: str) -> str:
    try:
        if fate == "hand_over":
            hand_over(actor, meeting_id, to, note=note)
            return "handed"
        if fate == "cancel":
            cancel(actor, meeting_id, note=note)
            return "cancelled"
    except (Conflict, Invalid, NotFound):
        # The new host has another meeting then, or the visitor has just cancelled it.
        pass
    return "left"


def _meetings(count: int) -> str:
    return "meeting" if count == 1 else "meetings"
