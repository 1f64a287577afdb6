"""What others do to a lead while it is merged into another: nothing of it is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit.errors import NotFound
from synaptiq.leads import actions
from synaptiq.leads.models import Lead, Note
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def agent(account: Account, actor: Callable[..., Actor]) -> Actor:
    return actor("agent")


def waiting() -> bool:
    """Whether somebody waits for a lock in this test's database."""
    with connection.cursor() as cursor:
        # Within a transaction the activity is else read once.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def meanwhile(account: Account, act: Callable[[], Any], other: Callable[[], Any]) -> Any:
    """Do `act`, and before it is committed begin `other`, which must wait for it.

    Returns what `other` returned or raised.
    """
    ended: list[Any] = []

    def thread() -> None:
        try:
            with acting_for(account.pk):
                ended.append(other())
        except Exception as error:
            ended.append(error)
        finally:
            connections.close_all()

    beside = threading.Thread(target=thread)
    with transaction.atomic():
        act()
        beside.start()
        wait_until(waiting, what="the other one waits")
    beside.join(30)
    return ended[0]


def test_a_note_for_a_lead_that_is_being_merged_is_refused_not_lost(
    account: Account, agent: Actor
) -> None:
    one, two = (actions.create_lead(agent, {"name": name}).public_id for name in ("A", "B"))
    ended = meanwhile(
        account,
        lambda: actions.merge_leads(agent, one, two),
        lambda: actions.add_note(agent, two, "Called"),
    )
    assert isinstance(ended, NotFound)
    assert not Note.objects.exists()


def test_an_edit_of_a_lead_that_is_being_merged_is_refused_not_lost(
    account: Account, agent: Actor
) -> None:
    one, two = (actions.create_lead(agent, {"name": name}).public_id for name in ("A", "B"))
    ended = meanwhile(
        account,
        lambda: actions.merge_leads(agent, one, two),
        lambda: actions.edit_lead(agent, two, {"company": "Acme"}),
    )
    assert isinstance(ended, NotFound)


def test_a_merge_waits_for_a_note_and_takes_it_along(account: Account, agent: Actor) -> None:
    one, two = (actions.create_lead(agent, {"name": name}).public_id for name in ("A", "B"))
    ended = meanwhile(
        account,
        lambda: actions.add_note(agent, two, "Called"),
        lambda: actions.merge_leads(agent, one, two),
    )
    assert isinstance(ended, Lead)
    assert Note.objects.get().lead == ended


def test_two_merges_of_the_same_leads_wait_for_each_other(account: Account, agent: Actor) -> None:
    one, two = (actions.create_lead(agent, {"name": name}).public_id for name in ("A", "B"))
    ended = meanwhile(
        account,
        lambda: actions.merge_leads(agent, one, two),
        lambda: actions.merge_leads(agent, two, one),
    )
    assert isinstance(ended, NotFound)
    assert Lead.objects.alive().count() == 1
