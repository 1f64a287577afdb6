"""Saving the agent: each save is a new version, and conversations that go on keep theirs."""

from __future__ import annotations

from typing import Any

from synaptiq.accounts import audit
from synaptiq.accounts.actions.doing import doing
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.roles import Permission
from synaptiq.agent import queries, values
from synaptiq.agent.core.profile import Profile
from synaptiq.agent.models import AgentVersion
from synaptiq.kit.errors import Conflict


def save_profile(actor: Actor, given: Any, *, was: str) -> AgentVersion:
    """Make `given` (a profile as JSON) the current version; one that says the same makes none.

    `was` is the public id of the version that the editor saw. Raises Invalid that names each wrong
    field, and Conflict where somebody else has saved meanwhile.
    """
    # The account's lock puts versions in a row, so that each has its number.
    with doing(actor, "agent.saved", Permission.SETTINGS):
        now = queries.current_version()
        if now.public_id != was:
            raise Conflict("Somebody saved the agent meanwhile. Look at it again, then save yours.")
        return _save(actor, now, values.profile(given))


def use_again(actor: Actor, public_id: str) -> AgentVersion:
    """Make a new version that says what an earlier one did."""
    with doing(actor, "agent.saved", Permission.SETTINGS, target=public_id[:80]):
        earlier = queries.version(public_id)
        now = queries.current_version()
        return _save(
            actor, now, values.profile(earlier.profile),
            said=f"As version {earlier.number}",
        )  # fmt: skip


def _save(actor: Actor, now: AgentVersion, wanted: Profile, *, said: str = "") -> AgentVersion:
    before = queries.profile_of(now)
    if wanted == before:
        return now
    made = AgentVersion.objects.create(
        number=now.number + 1, name=wanted.name, greeting=wanted.greeting,
        profile=wanted.to_json(), said=said or values.changes(before, wanted), member=actor.member,
    )  # fmt: skip
    made.refresh_from_db()
    audit.record(
        actor, "agent.saved", target=made.public_id,
        detail={"version": made.number, "before": now.number},
    )  # fmt: skip
    return made
