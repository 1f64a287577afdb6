"""Two members claim one visitor at the same moment, on the real database."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, AuditEntry, Member
from synaptiq.conversations import actions
from synaptiq.conversations.models import Event
from synaptiq.kit.errors import Conflict
from tests.conftest import make_member
from tests.conversations.making import make_conversation

ROUNDS = 5


@pytest.fixture
def team(committed_db: str, account: Account) -> list[Member]:
    names = {"priya": "Priya Shah", "alex": "Alex Moreau"}
    return [
        make_member(account, "agent", email=f"{key}@acme.example", name=name)
        for key, name in names.items()
    ]


def test_exactly_one_has_the_visitor_and_the_other_is_told_by_name(team: list[Member]) -> None:
    for _ in range(ROUNDS):
        made = make_conversation(("visitor", "Hi"))
        actions.request_person(made.account_id, made.pk)
        has: list[Member] = []
        told: list[str] = []
        barrier = threading.Barrier(len(team))

        def claim(
            member: Member, public_id: str = made.public_id, has: list[Member] = has,
            told: list[str] = told, barrier: threading.Barrier = barrier,
        ) -> None:  # fmt: skip
            try:
                actor = actors.of_member(member)
                barrier.wait(timeout=30)
                actions.claim(actor, public_id)
                has.append(member)
            except Conflict as conflict:
                told.append(conflict.detail)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=claim, args=(member,)) for member in team]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        made.refresh_from_db()
        (winner,) = has
        assert (made.state, made.member) == ("human", winner)
        assert told == [f"{winner.user.name} was quicker and has this conversation."]
        assert Event.objects.filter(conversation=made, type="taken_over").count() == 1
        taken = AuditEntry.objects.filter(action="conversation.taken_over", target=made.public_id)
        assert taken.count() == 1
