"""A worker is killed in the midst of a turn: the visitor gets one answer, and nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent.models import Fact
from synaptiq.conversations import actions as conversations
from synaptiq.conversations.models import Conversation, Event, Turn
from synaptiq.leads.models import Lead
from tests import processes
from tests.agent.talking import opened, say, spoken, types
from tests.conftest import make_member
from tests.processes import Process
from tests.waiting import wait_until

HELD = "tests.worker.held"
FIRST = "We are 60 people with a budget of $30,000 a year, and we need it within a month"
SECOND = "I decide. My email is jane@acme.example"
PLACES = ("claimed", "extracted", "phrased", "before_commit")


@contextmanager
def working(url: str, folder: Path, place: str = "") -> Iterator[Process]:
    with processes.worker(
        url, queues="chat", program=HELD, HELD_AT=place, HELD_IN=str(folder)
    ) as worker:
        yield worker


def is_held(folder: Path) -> bool:
    return (folder / "held").exists()


@pytest.mark.parametrize("place", PLACES)
def test_a_turn_whose_worker_is_killed_is_answered_once(
    committed_db: str, account: Account, tmp_path: Path, place: str
) -> None:
    made = opened(FIRST)
    with working(committed_db, tmp_path, place) as first:
        wait_until(lambda: is_held(tmp_path), 60, f"the worker at {place}")
        if place != "before_commit":
            # There the worker has the conversation's lock, and the message would wait for it.
            say(made, SECOND)
        first.kill()
        if place == "before_commit":
            say(made, SECOND)
        assert [sender for sender, _ in spoken(made)] == ["visitor", "visitor"]
        with working(committed_db, tmp_path, place):
            wait_until(lambda: Turn.objects.filter(state="done").exists(), 60, "the answer")
    made = Conversation.objects.get()
    turn = Turn.objects.get()
    assert turn.attempt == 2
    assert [sender for sender, _ in spoken(made)] == ["visitor", "visitor", "ai"]
    facts = Counter(Fact.objects.values_list("criterion", flat=True))
    assert {"team_size", "budget", "timeline", "role", "contact.email"} <= facts.keys()
    assert set(facts.values()) == {1}
    assert Counter(types(made)) == {"lead_captured": 1, "qualification_check": 1}
    assert Lead.objects.get().score == made.score
    seqs = list(Event.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))


def test_a_person_who_replies_while_it_thinks_is_not_spoken_over(
    committed_db: str, account: Account, tmp_path: Path
) -> None:
    member: Member = make_member(account, "agent")
    made = opened(FIRST)
    with working(committed_db, tmp_path, "phrased") as worker:
        wait_until(lambda: is_held(tmp_path), 60, "the worker with its answer in hand")
        conversations.reply(actors.of_member(member), made.public_id, "Alex here.")
        (tmp_path / "open").touch()
        assert worker.stop() == 0
    with acting_for(account.pk):
        assert Turn.objects.get().state == "superseded"
        assert [sender for sender, _ in spoken(made)] == ["visitor", "agent"]
        assert not Fact.objects.exists()
