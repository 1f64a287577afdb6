"""The Q&A list, and finding in it what a visitor asks; or knowing that it is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import AuditEntry
from synaptiq.accounts.tenancy import acting_for
from synaptiq.agent import actions, queries, searching, values
from synaptiq.agent.models import Answer
from synaptiq.kit.errors import Conflict, Denied, Invalid, NotFound
from tests.conftest import make_account

Makes = Callable[..., Actor]

LIST = (
    ("What does it cost?", "The Team plan costs 49 € per person and month."),
    ("Do you integrate with Salesforce?", "Yes, leads are written to Salesforce every minute."),
    ("Where is our data stored?", "In Frankfurt, on servers of our own."),
    ("Is there a free trial?", "Fourteen days, without a credit card."),
    ("How long does it take to set up?", "Most teams are ready within an hour."),
)


@pytest.fixture
def listed(actor: Makes) -> Actor:
    owner = actor("owner")
    for question, answer in LIST:
        actions.add_answer(owner, question, answer)
    return owner


def said(text: str) -> str | None:
    """The question whose answer the agent would say."""
    found = searching.best(text)
    return found[0].answer.question if found and found[0].is_enough else None


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ("how much does it cost?", "What does it cost?"),
        ("Hi, could you please tell me what the costs are", "What does it cost?"),
        ("do you have a salesforce integration", "Do you integrate with Salesforce?"),
        ("WHERE IS OUR DATA STORED", "Where is our data stored?"),
        ("can I get a trial for free?", "Is there a free trial?"),
    ],
)
def test_what_is_asked_in_other_words_is_found(listed: Actor, asked: str, question: str) -> None:
    assert said(asked) == question


@pytest.mark.parametrize(
    "asked",
    [
        "Do you ship to Norway?", "hello there", "", "?", "the of and", "& | ! <-> :*",
        "it's 'so' \\", "Is there a gym near the hotel where I could take my dog?",
        "20 people, 5000 a month",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_answered(listed: Actor, asked: str) -> None:
    assert said(asked) is None


def test_a_lower_threshold_would_answer_what_nobody_asked(
    listed: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "How long is the flight to Paris, and what does the taxi take?"
    assert said(asked) is None
    monkeypatch.setattr(searching, "ENOUGH", 0.05)
    assert said(asked) is not None


def test_the_best_come_first_with_their_scores(listed: Actor) -> None:
    found = searching.best("Does the free trial cost anything?")
    assert found[0].answer.question == "Is there a free trial?"
    assert [f.score for f in found] == sorted((f.score for f in found), reverse=True)
    assert all(0 < f.score <= 1 for f in found)


def test_only_the_own_accounts_answers_are_found(listed: Actor) -> None:
    other = make_account("Other")
    with acting_for(other.pk):
        assert searching.best("What does it cost?") == []


def test_answers_are_added_changed_and_deleted(actor: Makes) -> None:
    owner = actor("owner")
    made = actions.add_answer(owner, "  What does\nit cost? ", " Nothing.\nReally. ")
    assert (made.question, made.answer) == ("What does it cost?", "Nothing.\nReally.")
    was = values.mark(made.question, made.answer)
    actions.edit_answer(owner, made.public_id, made.question, "49 €", was=was)
    # The same once more changes nothing, and is no quarrel.
    actions.edit_answer(owner, made.public_id, made.question, "49 €", was=was)
    assert queries.answer(made.public_id).answer == "49 €"
    actions.delete_answer(owner, made.public_id)
    with pytest.raises(NotFound):
        queries.answer(made.public_id)
    kept = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert kept == ["answer.added", "answer.edited", "answer.deleted"]


def test_somebody_elses_words_are_not_written_over(actor: Makes) -> None:
    owner = actor("owner")
    made = actions.add_answer(owner, "What does it cost?", "Nothing.")
    was = values.mark(made.question, made.answer)
    actions.edit_answer(owner, made.public_id, made.question, "49 €", was=was)
    with pytest.raises(Conflict, match="meanwhile"):
        actions.edit_answer(owner, made.public_id, made.question, "59 €", was=was)
    assert queries.answer(made.public_id).answer == "49 €"
    was = values.mark(made.question, "49 €")
    actions.edit_answer(owner, made.public_id, made.question, "59 €", was=was)
    assert queries.answer(made.public_id).answer == "59 €"


def test_a_form_that_comes_twice_makes_one_answer(actor: Makes) -> None:
    owner = actor("owner")
    first = actions.add_answer(owner, "What does it cost?", "Nothing.\nReally.")
    again = actions.add_answer(owner, " What does it cost?", "Nothing.\r\nReally. ")
    assert again.public_id == first.public_id
    actions.add_answer(owner, "Is it expensive?", first.answer)
    assert Answer.objects.count() == 2
    assert AuditEntry.objects.filter(action="answer.added").count() == 2


def test_a_line_break_counts_once(actor: Makes) -> None:
    # Browsers send it as two characters, and let 2,000 in as they count them.
    longest = "a\r\n" * 999 + "ab"
    made = actions.add_answer(actor("owner"), "Which?", longest)
    assert made.answer == "a\n" * 999 + "ab"
    assert len(made.answer) == 2_000
    with pytest.raises(Invalid):
        actions.add_answer(actor("admin"), "Which?", "b" + longest)


def test_what_is_wrong_is_said_by_field(actor: Makes) -> None:
    with pytest.raises(Invalid) as refused:
        actions.add_answer(actor("owner"), " ", "x" * 2_001)
    assert refused.value.fields == {
        "question": "is blank.", "answer": "is longer than 2,000 characters.",
    }  # fmt: skip
    with pytest.raises(Invalid):
        actions.add_answer(actor("admin"), "A\x00", 5)


def test_there_is_an_end_to_the_list(actor: Makes, monkeypatch: pytest.MonkeyPatch) -> None:
    from synaptiq.agent.actions import answers

    owner = actor("owner")
    actions.add_answer(owner, "One?", "One.")
    monkeypatch.setattr(answers, "MOST_ANSWERS", 1)
    with pytest.raises(Conflict, match="at most"):
        actions.add_answer(owner, "Two?", "Two.")


@pytest.mark.parametrize("role", ["export", "agent", "viewer", "auditor"])
def test_only_who_changes_settings_changes_answers(actor: Makes, role: str, account: Any) -> None:
    made = Answer.objects.create(question="q", answer="a")
    acts: tuple[Callable[[Actor], Any], ...] = (
        lambda a: actions.add_answer(a, "q", "a"),
        lambda a: actions.edit_answer(a, made.public_id, "q", "b", was=values.mark("q", "a")),
        lambda a: actions.delete_answer(a, made.public_id),
    )
    one = actor(role)
    for act in acts:
        with pytest.raises(Denied):
            act(one)
    assert Answer.objects.get().answer == "a"
