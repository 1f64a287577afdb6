"""The jobs of leads do what their names say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from synaptiq.accounts.actors import Actor
from synaptiq.kit import clock
from synaptiq.leads import actions, tasks
from synaptiq.leads.models import Selection

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def test_selections_that_nobody_touches_are_forgotten(actor: Callable[..., Actor]) -> None:
    agent = actor("agent")
    lead = actions.create_lead(agent, {"name": "Jane"}).public_id
    for key, days in (("old", 8), ("touched", 8), ("new", 7)):
        with clock.freeze(NOON - timedelta(days=days)):
            actions.change_selection(agent, key, add=[lead])
    with clock.freeze(NOON - timedelta(days=1)):
        actions.change_selection(agent, "touched", remove=[lead])
    with clock.freeze(NOON):
        tasks.forget_selections(0)
    assert {row.key for row in Selection.objects.all()} == {"touched", "new"}
