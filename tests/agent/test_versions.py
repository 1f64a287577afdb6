"""Saving the agent makes a version, and says who changed what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import AuditEntry
from synaptiq.agent import actions, queries, values
from synaptiq.agent.core.profile import DEFAULT, Profile
from synaptiq.agent.models import AgentVersion
from synaptiq.kit.errors import Conflict, Denied, Invalid, NotFound
from tests.conversations.making import make_conversation

Makes = Callable[..., Actor]


def save(actor: Actor, profile: Profile) -> AgentVersion:
    return actions.save_profile(actor, profile.to_json(), was=queries.current_version().public_id)


def test_an_account_has_the_default_when_it_first_needs_one(account: Any) -> None:
    first = queries.current_version()
    assert (first.number, first.name, first.member) == (1, DEFAULT.name, None)
    assert queries.profile_of(first) == DEFAULT
    assert queries.current_version() == first
    assert AgentVersion.objects.count() == 1


def test_saving_makes_a_version_that_says_who_and_what(actor: Makes) -> None:
    owner = actor("owner")
    criteria = (replace(DEFAULT.criteria[0], weight=40), *DEFAULT.criteria[2:])
    made = save(owner, replace(DEFAULT, name="Ada", qualified=80, criteria=criteria,
                               disqualifiers=()))  # fmt: skip
    assert (made.number, made.name, made.member) == (2, "Ada", owner.member)
    assert made.said == (
        "Changed the name, changed the thresholds, removed “Budget”, changed “Team size”, "
        "changed what disqualifies"
    )
    assert queries.current_version() == made
    assert [v.number for v in queries.versions()] == [2, 1]
    entry = AuditEntry.objects.get(action="agent.saved")
    assert (entry.target, entry.detail) == (made.public_id, {"version": 2, "before": 1})


def test_what_is_said_of_order_and_of_what_is_new() -> None:
    first, second, *rest = DEFAULT.criteria
    turned = replace(DEFAULT, criteria=(second, first, *rest))
    assert values.changes(DEFAULT, turned) == "Changed the order"
    more = replace(DEFAULT, greeting="Hello", criteria=(*DEFAULT.criteria, replace(first, key="x")))
    assert values.changes(DEFAULT, more) == "Changed the greeting, added “Team size”"


def test_what_is_already_so_makes_no_version(actor: Makes) -> None:
    assert save(actor("owner"), DEFAULT).number == 1
    assert not AuditEntry.objects.filter(action="agent.saved").exists()


def test_who_saves_over_somebody_elses_is_told(actor: Makes) -> None:
    owner, seen = actor("owner"), queries.current_version().public_id
    save(owner, replace(DEFAULT, name="Ada"))
    with pytest.raises(Conflict, match="meanwhile"):
        actions.save_profile(owner, replace(DEFAULT, name="Bob").to_json(), was=seen)
    assert queries.current_version().name == "Ada"


def test_a_profile_that_makes_no_sense_is_refused_by_field(actor: Makes) -> None:
    owner, was = actor("owner"), queries.current_version().public_id
    for wrong, field in (
        (replace(DEFAULT, nurture=90).to_json(), "nurture"),
        ({"name": "x"}, "profile"),
        ([], "profile"),
        ({**DEFAULT.to_json(), "name": "A\x00"}, "profile"),
    ):
        with pytest.raises(Invalid) as refused:
            actions.save_profile(owner, wrong, was=was)
        assert field in refused.value.fields
    assert AgentVersion.objects.count() == 1


def test_an_earlier_version_is_used_again_as_a_new_one(actor: Makes) -> None:
    owner, first = actor("owner"), queries.current_version()
    save(owner, replace(DEFAULT, name="Ada"))
    again = actions.use_again(owner, first.public_id)
    assert (again.number, again.name, again.said) == (3, DEFAULT.name, "As version 1")
    with pytest.raises(NotFound):
        actions.use_again(owner, "agv_nothing22222222222222")


@pytest.mark.parametrize("role", ["export", "agent", "viewer", "auditor"])
def test_only_who_changes_settings_saves(actor: Makes, role: str) -> None:
    with pytest.raises(Denied):
        save(actor(role), replace(DEFAULT, name="Ada"))
    assert AuditEntry.objects.get(action="agent.saved").outcome == "denied"
    assert AgentVersion.objects.count() == 1


def test_a_conversation_keeps_its_version(actor: Makes) -> None:
    first = queries.current_version()
    pinned = make_conversation(("visitor", "Hi"), agent_version=first.public_id)
    made = save(actor("owner"), replace(DEFAULT, name="Ada"))
    assert queries.pinned_version(pinned) == first
    assert queries.pinned_version(make_conversation(("visitor", "Hi"))) == made
