"""A person corrects what is known: a fact of its own, and the score as a turn would give it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import AuditEntry
from synaptiq.agent import queries, states
from synaptiq.agent.actions.correcting import SetSince, correct_fact, withdraw_fact
from synaptiq.agent.core import entering, turn
from synaptiq.agent.core.criteria import Criterion, Option, Scoring
from synaptiq.agent.core.values import is_value
from synaptiq.agent.models import Fact
from synaptiq.conversations.models import Conversation, Event, Turn
from synaptiq.kit.errors import Denied, Invalid, NotFound
from synaptiq.leads.models import Lead
from tests.agent.talking import answered, opened, spoken, talk, types
from tests.agent.test_answering import qualified
from tests.conversations.making import make_conversation

Makes = Callable[..., Actor]
TODAY = date(2026, 3, 15)


@pytest.fixture
def alex(actor: Makes) -> Actor:
    return actor("agent", name="Alex Moreau")


def score_of(made: Conversation) -> Any:
    return states.standing(Conversation.objects.get(pk=made.pk)).score


def test_a_correction_is_a_fact_of_its_own_and_scores_at_once(alex: Actor) -> None:
    made = qualified()
    before = made.score
    correct_fact(alex, made.public_id, "team_size", {"from": "5"})
    made.refresh_from_db()
    said, set_by_hand = Fact.objects.filter(criterion="team_size").order_by("pk")
    assert (said.value, said.source) == (60, "stated")
    assert (set_by_hand.value, set_by_hand.source, set_by_hand.supersedes) == (5, "human", said)
    assert set_by_hand.lead == Lead.objects.get()
    now = score_of(made)
    assert before is not None
    assert made.score is not None
    assert made.score < before
    assert (made.qualification, made.score) == (now.outcome, now.score)
    assert Lead.objects.get().score == made.score
    assert sum(one.points for one in now.contributions) == made.score
    assert types(made)[-2:] == ["fact_corrected", "qualification_check"]
    # Undone by correcting again: everything is as it was, and nothing was taken away.
    correct_fact(alex, made.public_id, "team_size", {"from": "60"})
    made.refresh_from_db()
    assert made.score == before
    assert Fact.objects.filter(criterion="team_size").count() == 3


def test_it_comes_to_what_the_visitors_own_words_would_have(alex: Actor) -> None:
    by_hand = talk(answered(opened("Hi")), "We are 20 people", "Our budget is $30,000")
    correct_fact(alex, by_hand.public_id, "team_size", {"from": "50"})
    by_words = talk(
        answered(opened("Hi")), "We are 20 people", "Our budget is $30,000", "no, 50 people, not 20"
    )
    assert score_of(by_hand).score == score_of(by_words).score


def test_what_is_so_already_is_not_written_again(alex: Actor) -> None:
    made = talk(answered(opened("Hi")), "We are 20 people")
    correct_fact(alex, made.public_id, "team_size", {"from": "20"})
    assert Fact.objects.filter(criterion="team_size").count() == 1
    assert not AuditEntry.objects.filter(action="fact.corrected").exists()
    # What was only inferred becomes certain.
    Fact.objects.create(
        visitor=made.visitor, conversation=made, criterion="role", value="decides", message_seq=1,
        source="inferred",
    )  # fmt: skip
    correct_fact(alex, made.public_id, "role", {"value": "decides"})
    assert Fact.objects.filter(criterion="role", source="human").exists()


def test_a_refusal_is_answered_by_a_person(alex: Actor) -> None:
    made = talk(answered(opened("Hi")), "We are 20 people")
    Fact.objects.create(
        visitor=made.visitor, conversation=made, criterion="budget", value=None, message_seq=1,
        source="stated", status="refused",
    )  # fmt: skip
    assert "budget" in states.standing(made).refused
    correct_fact(
        alex, made.public_id, "budget", {"from": "10,000", "to": "15000", "currency": "eur"}
    )
    now = states.standing(made)
    assert "budget" not in now.refused
    held = next(fact for fact in now.facts if fact.criterion == "budget")
    assert held.value == {"min": 10_000, "max": 15_000, "currency": "EUR"}


def test_it_is_audited_without_what_is_known(alex: Actor, actor: Makes) -> None:
    made = talk(answered(opened("Hi")), "We are 20 people")
    correct_fact(alex, made.public_id, "use_case", {"value": "A secret"})
    entry = AuditEntry.objects.get(action="fact.corrected", outcome="ok")
    assert (entry.target, entry.detail) == (made.public_id, {"criterion": "use_case"})
    with pytest.raises(Denied):
        correct_fact(actor("viewer"), made.public_id, "use_case", {"value": "x"})
    assert AuditEntry.objects.filter(action="fact.corrected", outcome="denied").count() == 1
    with pytest.raises(NotFound):
        correct_fact(alex, made.public_id, "nothing", {"value": "x"})


def test_a_turn_that_thinks_meanwhile_thinks_again(
    alex: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, thought, calls = opened("We are 20 people"), turn.step, []

    def step(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            correct_fact(alex, made.public_id, "budget", {"from": "30000"})
        return thought(*args)

    monkeypatch.setattr(turn, "step", step)
    made = answered(made)
    assert len(calls) == 2
    assert [sender for sender, _ in spoken(made)].count("ai") == 1
    assert Turn.objects.get().state == "done"
    # The agent does not ask for what a person has set.
    last = Event.objects.filter(sender="ai").order_by("-seq").first()
    assert last is not None
    assert last.data.get("asks") != "budget"


def test_a_deleted_leads_conversation_is_not_found(alex: Actor, actor: Makes) -> None:
    from synaptiq.leads import actions as leads

    made = qualified()
    leads.delete_lead(actor("owner"), Lead.objects.get().public_id)
    with pytest.raises(NotFound):
        correct_fact(alex, made.public_id, "team_size", {"from": "5"})


def test_one_who_has_said_nothing_has_no_facts(alex: Actor) -> None:
    made = make_conversation(("ai", "Hi"))
    queries.current_version()
    with pytest.raises(Exception, match="has not said anything"):
        correct_fact(alex, made.public_id, "team_size", {"from": "5"})


# ── What is typed ────────────────────────────────────────────────────────────────────────────────
def criterion(type: str) -> Criterion:
    options = (Option("de", "Germany"), Option("fr", "France"))
    scoring = Scoring(options=options if type in ("enum", "geo") else ())
    return Criterion("key", "Label", type, 10, "Question?", scoring=scoring)


@pytest.mark.parametrize(
    ("type", "given", "value"),
    [
        ("enum", {"value": "de"}, "de"),
        ("bool", {"value": "yes"}, True), ("bool", {"value": "no"}, False),
        ("text", {"value": " Leads "}, "Leads"),
        ("geo", {"value": "fr"}, "fr"), ("geo", {"value": "", "other": "Oslo"}, "Oslo"),
        ("number", {"from": "1,200"}, 1200), ("number", {"from": "2.5"}, 2.5),
        ("number", {"from": "10", "to": "50"}, {"min": 10, "max": 50}),
        ("number", {"to": "50"}, {"min": None, "max": 50}),
        ("range", {"from": "10"}, {"min": 10, "max": None}),
        ("range", {"from": "10", "to": "10"}, {"min": 10, "max": 10}),
        ("money", {"from": "5000", "currency": "usd"}, {"amount": 5000, "currency": "USD"}),
        ("money", {"from": "5000", "to": "9000"}, {"min": 5000, "max": 9000, "currency": None}),
        ("money", {"to": "9000"}, {"min": None, "max": 9000, "currency": None}),
        ("date", {"by": "2026-06-30"},
         {"start": "2026-06-30", "end": "2026-06-30", "said": "2026-03-15"}),
        ("date", {"never": "1", "by": ""}, {"start": None, "end": None, "said": "2026-03-15"}),
    ],
)  # fmt: skip
def test_each_type_is_typed_and_shown_again(type: str, given: Any, value: Any) -> None:
    one = criterion(type)
    assert entering.value_of(one, given, TODAY) == value
    assert is_value(type, value)
    # What the form shows of it makes the same value again.
    assert entering.value_of(one, entering.typed(one, value), TODAY) == value


@pytest.mark.parametrize(
    ("type", "given", "field"),
    [
        ("enum", {"value": "us"}, "value"), ("enum", {}, "value"),
        ("bool", {"value": "1"}, "value"), ("text", {"value": " "}, "value"),
        ("text", {"value": "\u200b\u2060"}, "value"),
        ("text", {"value": "x" * 501}, "value"), ("geo", {"value": "", "other": ""}, "value"),
        ("number", {}, "from"), ("number", {"from": "-1"}, "from"),
        ("number", {"from": "nan"}, "from"), ("number", {"from": "1e9"}, "from"),
        ("number", {"from": "٣"}, "from"), ("number", {"from": "9" * 13}, "from"),
        ("range", {"from": "9", "to": "1"}, "to"), ("money", {"from": "1", "to": "x"}, "to"),
        ("money", {"from": "1", "currency": "€"}, "currency"),
        ("date", {"by": "soon"}, "by"), ("date", {}, "by"),
    ],
)  # fmt: skip
def test_what_is_none_is_refused_by_its_field(type: str, given: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        entering.value_of(criterion(type), given, TODAY)
    assert list(refused.value.by_field()) == [field]


def test_what_is_known_is_withdrawn_and_counts_as_never_said(alex: Actor) -> None:
    plain = talk(answered(opened("Hi")), "We are 20 people", "Our budget is $30,000")
    without = talk(answered(opened("Hi")), "Our budget is $30,000")
    withdraw_fact(alex, plain.public_id, "team_size")
    now, never = score_of(plain), score_of(without)
    assert (now.score, now.outcome) == (never.score, never.outcome)
    known = {one.criterion for one in states.standing(reread(plain)).facts}
    assert "team_size" not in known
    assert "budget" in known
    # Nothing more to take away; and nothing that was there is gone.
    withdraw_fact(alex, plain.public_id, "team_size")
    assert list(Fact.objects.filter(conversation=plain, criterion="team_size").values_list(
        "status", "value").order_by("pk")) == [("known", 20), ("withdrawn", None)]  # fmt: skip
    # What the visitor says from then on is known again.
    plain = talk(reread(plain), "we are 35 people")
    (team,) = [one for one in states.standing(plain).facts if one.criterion == "team_size"]
    assert team.value == 35


def test_who_comes_second_is_told_and_may_still_have_it(alex: Actor, actor: Makes) -> None:
    made = talk(answered(opened("Hi")), "We are 20 people")
    seen = Fact.objects.get(criterion="team_size").pk
    correct_fact(alex, made.public_id, "team_size", {"from": "50"}, seen=seen)
    priya = actor("agent", email="priya@x.example")
    for act in (
        lambda: correct_fact(priya, made.public_id, "team_size", {"from": "70"}, seen=seen),
        lambda: withdraw_fact(priya, made.public_id, "team_size", seen=seen),
        lambda: correct_fact(priya, made.public_id, "team_size", {"from": "70"}, seen=0),
    ):
        with pytest.raises(SetSince):
            act()
    assert Fact.objects.filter(criterion="team_size").count() == 2
    now = Fact.objects.order_by("-pk")[0].pk
    correct_fact(priya, made.public_id, "team_size", {"from": "70"}, seen=now)
    (team,) = [one for one in states.standing(reread(made)).facts if one.criterion == "team_size"]
    assert team.value == 70


def reread(made: Conversation) -> Conversation:
    return Conversation.objects.get(pk=made.pk)
