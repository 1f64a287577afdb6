"""A turn writes all that follows from it, once: messages, facts, the lead, its score."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from synaptiq.accounts.actors import Actor
from synaptiq.agent import actions, queries, states
from synaptiq.agent.core import turn
from synaptiq.agent.models import Fact
from synaptiq.conversations.models import Conversation, Event, Turn
from synaptiq.leads import actions as leads
from synaptiq.leads.models import Lead, Note
from tests.agent.talking import answered, opened, say, send_form, spoken, talk, types
from tests.conversations.making import make_conversation, make_visitor

Makes = Callable[..., Actor]

BUYER = (
    "We are 60 people and our budget is $30,000 a year",
    "We need it within a month",
    "I decide",
    "We want to qualify visitors of our web site",
)


def known(**filter: Any) -> dict[str, Any]:
    facts = Fact.objects.filter(status="known", **filter).order_by("pk")
    return {fact.criterion: fact.value for fact in facts}


def asked(conversation: Conversation) -> str | None:
    last = Event.objects.filter(conversation=conversation, sender="ai").order_by("-seq").first()
    return last.data.get("asks") if last else None


def qualified(**fields: Any) -> Conversation:
    """A visitor who says all that there is to say, and leaves a way to be reached."""
    made = answered(opened("Hi", page_url="https://acme.example/pricing", **fields))
    for text in BUYER:
        made = talk(made, text)
        if asked(made) == "contact":
            made = send_form(made, name="Jane Smith", email="jane@acme.example")
    if made.lead_id is None:
        made = send_form(made, name="Jane Smith", email="jane@acme.example")
    return made


def test_the_first_turn_answers_and_pins_the_version(account: Any) -> None:
    made = answered(opened("Hello"))
    version = queries.current_version()
    assert [sender for sender, _ in spoken(made)] == ["visitor", "ai"]
    assert (made.agent_version, made.agent_name) == (version.public_id, version.name)
    done = Turn.objects.get()
    assert (done.state, done.agent_version) == ("done", version.public_id)
    assert done.first_output_at is not None
    assert made.asked == 1


def test_a_visitor_becomes_a_qualified_lead_with_evidence(account: Any) -> None:
    made = qualified()
    lead = Lead.objects.get()
    assert (lead.email, lead.name, lead.origin) == (
        "jane@acme.example", "Jane Smith", "conversation",
    )  # fmt: skip
    assert (lead.status, lead.score) == ("qualified", made.score)
    assert lead.source_url == "https://acme.example/pricing"
    assert lead.first_visit_at == made.visitor.first_seen_at
    assert lead.first_qualified_at is not None
    assert (made.lead, made.qualification) == (lead, "qualified")
    assert types(made).count("lead_captured") == 1
    checks = Event.objects.filter(type="qualification_check").order_by("seq")
    assert checks.last().data == {"result": "qualified", "score": lead.score}  # type: ignore[union-attr]
    facts = known(lead=lead)
    assert facts["team_size"] == 60
    assert facts["contact.email"] == "jane@acme.example"
    assert Fact.objects.get(criterion="team_size").quote in BUYER[0]
    assert not Fact.objects.filter(lead=None).exists()
    assert made.answered >= 1
    assert made.volunteered >= 1


def test_a_correction_supersedes(account: Any) -> None:
    made = talk(answered(opened("Hi")), "We are 20 people", "no, 50 people, not 20")
    first, second = Fact.objects.filter(criterion="team_size").order_by("pk")
    assert (first.value, second.value) == (20, 50)
    assert second.supersedes == first
    assert Conversation.objects.get(pk=made.pk).lead is None


def test_what_was_known_before_the_capture_is_the_leads_then(account: Any) -> None:
    made = talk(answered(opened("Hi")), "We are 20 people")
    assert known(lead=None)["team_size"] == 20
    made = talk(made, "My email is jane@acme.example")
    assert known(lead=made.lead)["team_size"] == 20
    assert Lead.objects.get().email == "jane@acme.example"


def test_what_a_visitor_said_in_an_earlier_conversation_is_the_leads_as_well(account: Any) -> None:
    first = talk(answered(opened("Hi", page_url="https://acme.example/enterprise")), "We are 80")
    Conversation.objects.filter(pk=first.pk).update(
        state="closed", closed_at=first.last_event_at, ended_at=first.last_message_at
    )
    other = talk(answered(opened("Hi")), "We are 30")
    second = opened(
        "It's jane@acme.example", visitor=first.visitor, page_url="https://acme.example/contact",
        is_spam=True,
    )  # fmt: skip
    second = answered(second)
    assert second.lead is not None
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.lead, other.lead) == (second.lead, None)
    # The page on which the first began; and not all of its conversations are spam.
    assert second.lead.source_url == "https://acme.example/enterprise"
    assert not Lead.objects.get().is_spam


def test_the_same_visitor_is_the_same_lead_in_the_next_conversation(account: Any) -> None:
    first = talk(answered(opened("Hi")), "We are 20 people, jane@acme.example")
    Conversation.objects.filter(pk=first.pk).update(
        state="closed", closed_at=first.last_event_at, ended_at=first.last_message_at
    )
    second = answered(opened("I have another question", visitor=first.visitor))
    assert second.lead == first.lead
    assert "lead_captured" not in types(second)
    assert Lead.objects.count() == 1
    second = talk(second, "We are 80 people now")
    assert known(lead=first.lead)["team_size"] == 80


def test_the_same_email_from_another_browser_is_another_lead(account: Any) -> None:
    for _ in range(2):
        talk(answered(opened("Hi", visitor=make_visitor())), "jane@acme.example")
    assert Lead.objects.count() == 2
    assert "Possible duplicate" in Note.objects.get().text


def test_a_deleted_lead_is_left_alone(actor: Makes) -> None:
    made = talk(answered(opened("Hi")), "We are 20 people, jane@acme.example")
    assert made.lead
    leads.delete_lead(actor("owner"), made.lead.public_id)
    version = Lead.objects.get().version
    made = talk(made, "I decide, our budget is $50,000")
    assert Lead.objects.get().version == version
    assert Lead.objects.count() == 1


def test_what_cannot_be_a_phone_number_makes_no_lead(account: Any) -> None:
    made = send_form(answered(opened("Hi")), phone="1")
    assert not states.read(made).state.contact.reachable
    assert not Lead.objects.exists()
    made = send_form(made, phone="030 1234567")
    assert made.lead
    assert made.lead.phone == "030 1234567"


def after_its_lead_was_deleted(owner: Actor, **first: str) -> Conversation:
    """The next conversation of a visitor whose lead was deleted."""
    made = talk(answered(opened("Hi")), "We are 20 people, jane@acme.example")
    assert made.lead
    leads.delete_lead(owner, made.lead.public_id)
    if first:
        made = send_form(made, **first)
    Conversation.objects.filter(pk=made.pk).update(
        state="closed", closed_at=made.last_event_at, ended_at=made.last_message_at
    )
    return answered(opened("I am back", visitor=made.visitor))


def test_a_visitor_whose_lead_was_deleted_can_become_one_again(actor: Makes) -> None:
    later = after_its_lead_was_deleted(actor("owner"))
    assert later.lead is None
    # Nothing that the deleted one said counts: neither how to be reached, nor the facts.
    assert not states.read(later).state.contact.reachable
    assert states.standing(later).facts == ()
    later = talk(later, "We are 30 people, jane@acme.example")
    lead = Lead.objects.alive().get()
    assert (later.lead, lead.email) == (lead, "jane@acme.example")
    assert types(later).count("lead_captured") == 1
    assert known(lead=lead)["team_size"] == 30
    assert talk(later, "I decide").lead == lead
    assert Lead.objects.count() == 2


def test_what_was_said_to_a_deleted_lead_is_not_lost_to_the_next(actor: Makes) -> None:
    later = after_its_lead_was_deleted(actor("owner"), email="ann@acme.example")
    assert later.lead == Lead.objects.alive().get()
    assert later.lead
    assert later.lead.email == "ann@acme.example"


def test_a_lead_that_was_deleted_while_the_agent_thought_is_captured_anew(
    actor: Makes, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = talk(answered(opened("Hi")), "jane@acme.example")
    assert first.lead
    Conversation.objects.filter(pk=first.pk).update(
        state="closed", closed_at=first.last_event_at, ended_at=first.last_message_at
    )
    second, thought, owner = opened("ann@acme.example", visitor=first.visitor), turn.step, actor
    lead_id = first.lead.public_id

    def step(*args: Any) -> Any:
        leads.delete_lead(owner("owner"), lead_id)
        return thought(*args)

    monkeypatch.setattr(turn, "step", step)
    second = answered(second)
    assert second.lead == Lead.objects.alive().get()


def test_a_correction_undoes_the_agents_own_disqualification_alone(actor: Makes) -> None:
    made = talk(answered(opened("Hi")), "1, jane@acme.example")
    lead = Lead.objects.get()
    assert lead.status == "disqualified"
    made = talk(made, "no, 60 people, not 1", *BUYER[1:], "Our budget is $30,000 a year")
    assert (made.qualification, Lead.objects.get().status) == ("qualified", "qualified")
    # Where a person disqualified, no correction counts.
    made = talk(answered(opened("Hi", visitor=make_visitor())), "1, ann@acme.example")
    assert made.lead
    owner = actor("owner")
    for status in ("new", "disqualified"):
        leads.edit_lead(owner, made.lead.public_id, {"status": status})
    made = talk(made, "no, 60 people, not 1", *BUYER[1:], "Our budget is $30,000 a year")
    assert made.qualification == "qualified"
    assert Lead.objects.get(pk=made.lead_id).status == "disqualified"


def test_a_persons_status_holds_against_the_engine(actor: Makes) -> None:
    made = talk(answered(opened("Hi")), "jane@acme.example")
    assert made.lead
    leads.edit_lead(actor("owner"), made.lead.public_id, {"status": "lost"})
    for text in BUYER:
        made = talk(made, text)
    lead = Lead.objects.get()
    assert (lead.status, made.qualification) == ("lost", "qualified")
    assert lead.score == made.score


def test_what_the_list_answers_is_said_and_what_it_does_not_is_not_invented(actor: Makes) -> None:
    actions.add_answer(actor("owner"), "Where is our data stored?", "In Frankfurt.")
    made = talk(answered(opened("Hi")), "where do you store our data?")
    assert "In Frankfurt." in spoken(made)[-1][1]
    made = talk(made, "Do you ship to Norway?")
    assert "know" in spoken(made)[-1][1]
    assert "Frankfurt" not in spoken(made)[-1][1]


def test_a_person_who_is_wanted_is_asked_for(account: Any) -> None:
    made = talk(answered(opened("Hi")), "Can I talk to a human?")
    assert made.state == "pending_human"
    assert types(made)[-1] == "handoff_requested"
    made = talk(made, "a real person please")
    assert types(made).count("handoff_requested") == 1


def test_a_message_that_comes_while_it_thinks_is_answered_with_the_first(
    account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, thought = opened("We are 20 people"), turn.step
    calls = []

    def step(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            say(made, "and our budget is $30,000")
        return thought(*args)

    monkeypatch.setattr(turn, "step", step)
    made = answered(made)
    assert len(calls) == 2
    assert [sender for sender, _ in spoken(made)].count("ai") == 1
    assert {"team_size", "budget"} <= known().keys()
    assert Turn.objects.get().state == "done"


def test_a_turn_that_fails_midway_leaves_nothing(
    account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = opened("We are 20 people, jane@acme.example")
    monkeypatch.setattr(leads, "judge_lead", lambda *_, **__: 1 / 0)
    from synaptiq.conversations import log

    def broken(*_: Any) -> Any:
        raise RuntimeError("in the midst")

    monkeypatch.setattr(log, "append", broken)
    with pytest.raises((RuntimeError, ZeroDivisionError)):
        answered(made)
    assert not Fact.objects.exists()
    assert not Lead.objects.exists()
    monkeypatch.undo()
    answered(made)
    assert Lead.objects.count() == 1
    assert Fact.objects.filter(criterion="team_size").count() == 1


def test_what_was_answered_is_not_answered_again(account: Any) -> None:
    made = answered(opened("Hi"))
    done = Turn.objects.get()
    assert actions.answer_turn(done.pk) is None
    assert [sender for sender, _ in spoken(made)].count("ai") == 1


def test_test_conversations_make_test_leads(account: Any) -> None:
    talk(answered(opened("Hi", is_test=True)), "jane@acme.example")
    assert Lead.objects.get().is_test


def test_a_card_that_was_pressed_is_a_fact_of_that_source(account: Any) -> None:
    made = answered(opened("Hi"))
    assert asked(made) == "team_size"
    say(made, "11–50", reply="11–50")
    answered(made)
    fact = Fact.objects.get(criterion="team_size")
    assert (fact.source, fact.quote) == ("button", "11–50")


def test_a_conversation_without_a_turn_is_not_touched(account: Any) -> None:
    made = make_conversation(("visitor", "Hi"))
    assert made.agent_version == ""
