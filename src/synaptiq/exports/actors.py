"""Who a run acts for, read anew each time, so that a right lost meanwhile is seen."""

from __future__ import annotations

from synaptiq.accounts import actors
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import APIKey, Member
from synaptiq.accounts.roles import Permission
from synaptiq.exports.models import Export


def actor_of(export: Export) -> Actor:
    """The run's actor with the permissions of this moment."""
    if export.actor_kind == "terminal":
        return actors.of_terminal(export.account)
    if export.api_key_id is not None:
        keys = APIKey.objects.select_related("account", "member__user")
        key = keys.get(pk=export.api_key_id)
        return actors.of_api_key(key)
    assert export.member_id is not None  # a run without a key or the terminal is a member's
    member = Member.objects.select_related("user", "account").get(pk=export.member_id)
    return actors.of_member(member)


def check_right(export: Export) -> None:
    """Raise Denied, with what was lost, unless whoever asked for the run may export now."""
    actors.still(actor_of(export), Permission.EXPORT)
