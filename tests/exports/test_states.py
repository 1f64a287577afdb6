"""Every way between two states, typed by hand, and the ways that there are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import acting_for
from synaptiq.exports.models import Export
from synaptiq.exports.states import State
from tests.conftest import make_account
from tests.exports.running import ask

WAYS = {
    ("requested", "running"),
    ("requested", "failed"),
    ("requested", "cancelled"),
    ("requested", "withdrawn"),
    ("running", "running"),
    ("running", "ready"),
    ("running", "failed"),
    ("running", "cancelled"),
    ("running", "withdrawn"),
    ("ready", "expired"),
    ("ready", "withdrawn"),
    ("expired", "withdrawn"),
}


@pytest.fixture
def export(actor: Callable[..., Actor]) -> Export:
    return ask(actor("export"))


def in_state(export: Export, state: State, attempt: int = 0) -> None:
    Export.objects.filter(pk=export.pk).update(state=state, attempt=attempt, reason="before")


@pytest.mark.parametrize("to", State)
@pytest.mark.parametrize("state", State)
def test_a_run_moves_where_the_table_says_and_nowhere_else(
    export: Export, state: State, to: State
) -> None:
    in_state(export, state)
    moved = export.move(to, reason="after")
    found = Export.objects.get(pk=export.pk)
    assert moved == ((state, to) in WAYS)
    assert (found.state, found.reason) == ((to, "after") if moved else (state, "before"))
    if moved:
        assert (export.state, export.reason) == (to, "after")


def test_a_move_at_another_attempt_changes_nothing(export: Export) -> None:
    in_state(export, State.RUNNING, attempt=2)
    assert not export.move(State.READY, at_attempt=1, reason="late")
    assert not export.move(State.READY, at_attempt=3, reason="early")
    assert Export.objects.get(pk=export.pk).reason == "before"
    assert export.move(State.READY, at_attempt=2)


def test_a_run_of_another_account_cannot_be_moved(export: Export, account: Account) -> None:
    with acting_for(make_account("Other").pk):
        assert not export.move(State.CANCELLED)
    assert Export.objects.get(pk=export.pk).state == State.REQUESTED
