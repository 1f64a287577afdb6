"""Who a run acts for, read anew each time, so that a right lost meanwhile is seen."""

from __future__ import annotations

from synaptiq.accounts import actors
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import APIKey, Member
from synaptiq.exports.models import Export


def actor_of(export: Export) -> Actor:
    """The run's actor with the permissions of this moment. A revoked key has none."""
    if export.actor_kind == "terminal":
        return actors.of_terminal(export.account)
    if export.api_key_id is not None:
        key = APIKey.objects.select_related("member", "account").get(pk=export.api_key_id)
        actor = actors.of_api_key(key)
        return actor if not key.revoked_at else actor.without_permissions()
    assert export.member_id is not None  # a run without a key or the terminal is a member's
    member = Member.objects.select_related("user", "account").get(pk=export.member_id)
    return actors.of_member(member)
