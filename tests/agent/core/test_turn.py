"""A turn: what is learned, the one next act, and what is never said or asked."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synaptiq.agent.core import deciding, guards, learning, words
from synaptiq.agent.core.learning import Command
from synaptiq.agent.core.profile import DEFAULT
from synaptiq.agent.core.state import AI, PERSON, VISITOR, Contact, Fact, Said, known
from synaptiq.agent.core.turn import Answer, step
from tests import shared
from tests.agent.core.talking import JANE, TODAY, Answers, Talk

PRICE = "It costs $20 a seat and month."


def talked(*lines: str, **more: Any) -> Talk:
    talk = Talk(**more)
    for line in lines:
        talk.say(line)
    return talk


def test_a_visitor_becomes_qualified_with_evidence() -> None:
    talk = talked("hi", "about 60 people", "30k")
    talk.fill_in(name="Jane Smith", email="jane@acme.com")
    talk.say("this month")
    talk.say("I'm the CEO")
    assert talk.contact == Contact("jane@acme.com", "Jane Smith")
    assert talk.values["team_size"] == 60
    assert talk.values["budget"] == {"amount": 30_000, "currency": None}
    assert talk.values["role"] == "decides"
    texts = {said.seq: said.text for said in talk.state.log}
    assert all(fact.quote and fact.quote in texts[fact.message_seq] for fact in talk.state.facts)
    assert talk.events[-1] == {"result": "qualified", "score": 90}
    assert talk.steps[-1].score is not None
    assert sum(c.points for c in talk.steps[-1].score.contributions) == 90


def test_the_same_state_gives_the_same_step() -> None:
    talk = talked("hi", "about 60 people")
    new = [Said(90, VISITOR, "30k, by March")]
    assert step(DEFAULT, talk.state, new, Answers()) == step(DEFAULT, talk.state, new, Answers())


def test_three_quick_messages_get_one_answer() -> None:
    talk = Talk()
    made = talk.say("hi", "we are 40 people", "no, 20 not 40")
    assert len(made.messages) == 1
    assert talk.values == {"team_size": 20}
    assert [fact.supersedes for fact in made.facts] == [None, made.facts[0].seq]


def test_what_the_log_already_holds_of_the_new_messages_makes_no_difference() -> None:
    talk = talked("hi")
    new = Said(9, VISITOR, "40 people")
    with_it = replace(talk.state, log=(*talk.state.log, new))
    assert step(DEFAULT, with_it, [new], Answers()) == step(DEFAULT, talk.state, [new], Answers())


def test_no_message_no_turn() -> None:
    assert step(DEFAULT, Talk().state, [], Answers()) == step(
        DEFAULT, Talk().state, [Said(1, AI, "Hello")], Answers()
    )


def test_a_refusal_is_respected() -> None:
    talk = talked("hi", "I'd rather not say", "hello?", "ok")
    assert talk.asked.count("team_size") == 1
    assert talk.state.facts[0] == Fact(
        "team_size", None, talk.state.facts[0].quote, 3, "stated", "refused", 1
    )
    assert talk.state.facts[0].quote in "I'd rather not say"


def test_what_a_visitor_does_not_know_is_no_fact_and_is_not_asked_again() -> None:
    talk = talked("hi", "no idea", "hm")
    assert talk.state.facts == ()
    assert talk.asked.count("team_size") == 1


def test_what_was_not_understood_is_asked_once_more_only() -> None:
    talk = talked("hi", "blue", "green", "red")
    assert talk.asked.count("team_size") == 2


def test_a_question_is_answered_and_the_open_one_put_again() -> None:
    talk = Talk(answers={"cost": PRICE})
    talk.say("hi")
    made = talk.say("What does it cost?")
    assert made.messages[0].text.startswith(PRICE)
    assert made.messages[0].data["source"] == "Q&A: cost"
    assert made.messages[0].data["asks"] == "team_size"
    assert made.asked == 0


def test_what_nobody_wrote_is_not_known_and_a_person_is_offered() -> None:
    talk = Talk()
    made = talk.say("Do you support SAML?")
    assert "I don't know" in made.messages[0].text
    assert made.messages[0].data["offers"] == "person"
    assert not made.handoff
    assert talk.say("yes please").handoff


def test_declining_a_person_goes_on() -> None:
    talk = talked("Do you support SAML?", "no")
    assert not talk.steps[-1].handoff
    assert talk.last.data["asks"] == "team_size"


def test_whoever_wants_a_person_gets_one_at_once() -> None:
    made = Talk().say("40 people. Can I talk to a human?")
    assert made.handoff
    assert [fact.criterion for fact in made.facts] == ["team_size"]
    assert made.messages[0].data["form"] == {"fields": ["name", "email"]}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Can I speak with your sales team?", True),
        ("connect me to a person please", True),
        ("please call me back", True),
        ("human please", True),
        ("I need a real person", True),
        ("Does your chat support SAML?", False),
        ("call me Jane", False),
        ("don't call me", False),
        ("Can it pass leads to a rep?", False),
        ("We are 40 people", False),
        ("are you a real person?", False),
    ],
)
def test_what_asks_for_a_person(text: str, wanted: bool) -> None:
    assert Talk().say(text).handoff is wanted


def test_a_meeting_is_offered_once() -> None:
    talk = talked("We're 60 people with a budget of $30k, and I'm the CEO. jane@acme.com")
    assert talk.last.data["offers"] == "meeting"
    talk.say("no")
    talk.say("thanks")
    assert sum(said.data.get("offers") == "meeting" for said in talk.state.log) == 1
    other = talked("We're 60 people with a budget of $30k, and I'm the CEO. jane@acme.com", "yes")
    assert other.steps[-1].handoff


def test_disqualified_ends_the_questions() -> None:
    talk = talked("hi", "just me")
    assert talk.events == [{"result": "disqualified", "score": 6}]
    assert "asks" not in talk.last.data


def test_whoever_wants_no_questions_gets_none() -> None:
    talk = talked("hi", "stop asking me things", "40 people", "thanks")
    assert talk.asked == ["team_size"]


def test_a_person_between_closes_the_open_question() -> None:
    talk = talked("hi")
    log = (*talk.state.log, Said(8, PERSON, "How old are you?"))
    assert (
        step(DEFAULT, replace(talk.state, log=log), [Said(9, VISITOR, "44")], Answers()).facts == ()
    )
    assert step(DEFAULT, talk.state, [Said(9, VISITOR, "44")], Answers()).facts != ()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"email": "a@acme"}, words.INVALID_EMAIL),
        ({"name": "Ann", "email": "ann"}, words.INVALID_EMAIL),
        ({"email": "ann@acme.com", "phone": "+1 650 25"}, words.INVALID_PHONE),
        ({"email": "ann@acme.com"}, words.THANKS),
        ({"name": "Ann", "email": " "}, words.THANKS),
    ],
)
def test_a_form_that_nobody_asked_for_is_answered_too(form: dict[str, str], said: str) -> None:
    talk = Talk()
    talk.fill_in(**form)
    assert talk.last.text.startswith(said)
    assert talk.last.data["asks"] == "team_size"


def test_a_wrong_form_at_the_end_is_told_of() -> None:
    talk = talked("hi", "1 person")
    talk.fill_in(email="a@acme")
    assert talk.last.text.startswith(words.INVALID_EMAIL)
    talk.fill_in(email="ann@acme.com")
    assert words.INVALID_EMAIL not in talk.last.text


def test_a_form_with_a_wrong_address_is_asked_once_more() -> None:
    talk = talked("60 people and a budget of 30k")
    assert talk.last.data["asks"] == "contact"
    talk.fill_in(name="Jane", email="jane@")
    assert talk.contact == Contact(name="Jane")
    assert talk.last.data["asks"] == "contact"
    assert talk.last.text.startswith(words.INVALID_EMAIL)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("jane@acme", words.INVALID_EMAIL),
        ("+1 650 25", words.INVALID_PHONE),
        ("blue", words.AGAIN),
        ("we'd rather start in June", words.THANKS),
    ],
)
def test_what_was_wrong_with_an_answer_is_named(text: str, begins: str) -> None:
    talk = talked("60 people and a budget of 30k", text)
    assert talk.last.text == f"{begins} {words.CONTACT}"


def test_an_address_kept_back_is_a_refusal() -> None:
    talk = talked("60 people and a budget of 30k", "I'd rather not give my email")
    assert talk.state.facts[-1].criterion == "contact"
    assert talk.state.facts[-1].status == "refused"
    assert talk.asked.count("contact") == 1
    assert talk.events[-1]["result"] == "unreachable"


def test_what_is_confirmed_reads_as_the_leads_page_says_it() -> None:
    value = {"min": 10, "max": 50}
    made = Talk(facts=(Fact("team_size", value, "", 1, "inferred", "known", 1),)).say("hi")
    assert made.messages[0].text.endswith(": 10 to 50")


def test_what_was_inferred_is_confirmed_and_then_counts_whole() -> None:
    fact = Fact("team_size", 60, "", 1, "inferred", "known", 1)
    talk = Talk(facts=(fact,))
    made = talk.say("hi")
    assert made.messages[0].data["confirms"] is True
    made = talk.say("yes")
    assert [(one.value, one.source, one.supersedes) for one in made.facts] == [(60, "stated", 1)]


def test_the_counts_of_engagement() -> None:
    talk = talked("hi")
    assert (talk.steps[-1].asked, talk.steps[-1].answered, talk.steps[-1].volunteered) == (1, 0, 0)
    talk.say("20 people, and our budget is 10k")
    assert (talk.steps[-1].asked, talk.steps[-1].answered, talk.steps[-1].volunteered) == (1, 1, 1)
    talk.say("pardon")
    assert (talk.steps[-1].answered, talk.steps[-1].volunteered) == (0, 0)


# Validating

SAID = [Said(1, VISITOR, "We are 40 people")]


@pytest.mark.parametrize(
    "command",
    [
        Command("fact", "colour", "red", "40", 1),
        Command("fact", "team_size", 40, "41", 1),
        Command("fact", "team_size", 40, "40", 2),
        Command("fact", "team_size", "many", "40", 1),
        Command("fact", "role", "emperor", "We", 1),
        Command("fact", "colour", None, "40", 1, "stated", "refused"),
        Command("contact", "email", "jane@", "40", 1),
        Command("contact", "phone", "1", "40", 1),
        Command("contact", "phone", "+1", "40", 1, "form"),
        Command("contact", "phone", "1" * 16, "40", 1, "form"),
        Command("contact", "card", "4111", "40", 1),
        Command("contact", "name", "a\nb", "40", 1),
    ],
)
def test_what_the_profile_does_not_declare_or_nobody_wrote_is_dropped(command: Command) -> None:
    good = Command("fact", "team_size", 40, "40 people", 1)
    assert learning.validate(DEFAULT, SAID, [good, command]) == [good]


@pytest.mark.parametrize("phone", ["0171 1234567", "555-0123", "+1-555-0123", "+49 30 1234567"])
def test_a_phone_number_in_the_form_is_taken_as_it_was_given(phone: str) -> None:
    talk = Talk()
    talk.fill_in(phone=phone)
    assert (talk.contact.phone, talk.contact.reachable) == (phone, True)


# Guards


@pytest.mark.parametrize(
    "text",
    ["It costs $15.", "You get 20% off.", "We guarantee it.", "I promise.",
     "A discount is possible.", "It is free of charge.", "See https://evil.example/x."],
)  # fmt: skip
def test_amounts_promises_and_links_need_a_source(text: str) -> None:
    assert guards.check(f"Hello. {text}", []) == "Hello."
    assert guards.check(f"Hello. {text}", [f"As we wrote: {text}"]) == f"Hello. {text}"


class Lying(Answers):
    """A port whose answer says one thing, beside an act that says another."""

    def search(self, text: str) -> Answer | None:
        return Answer("It costs $20.", "Prices", 1.0)


def test_the_guard_stands_behind_every_phrase(monkeypatch: pytest.MonkeyPatch) -> None:
    from synaptiq.agent.core import phrasing, words

    made = step(DEFAULT, Talk().state, [Said(1, VISITOR, "What does it cost?")], Lying())
    assert "$20" in made.messages[0].text
    monkeypatch.setattr(words, "HELLO", "Only today: 50% off!")
    made = step(DEFAULT, Talk().state, [Said(1, VISITOR, "hi")], Lying())
    assert "50%" not in made.messages[0].text
    monkeypatch.setattr(phrasing.guards, "check", lambda text, sources: text)
    made = step(DEFAULT, Talk().state, [Said(1, VISITOR, "hi")], Lying())
    assert "50%" in made.messages[0].text


def test_instructions_in_a_message_are_text() -> None:
    """Of every line of a public list: nothing is promised, nothing of it is repeated, and no fact
    is made that it does not hold."""
    lines = shared.data("payloads/prompt-injection.md").read_text("utf-8").splitlines()
    own = {reply for each in DEFAULT.criteria for reply in each.quick_replies}
    sources = [DEFAULT.greeting, *(each.question for each in DEFAULT.criteria), *own]
    for line in (line.strip() for line in lines if line.strip()):
        talk = Talk()
        made = talk.say(line)
        assert len(made.messages) == 1
        assert guards.unsupported(made.messages[0].text, sources) == []
        assert line not in made.messages[0].text or len(line) < 4
        for fact in made.facts:
            assert fact.quote in line


# Properties of whole conversations

SENTENCES = (
    "hi", "40 people", "we are 12", "no, 20 not 40", "just me", "$30k", "our budget is 5000 EUR",
    "between 10 and 20k", "by March", "in 3 months", "no rush", "I'm the CEO", "my boss decides",
    "to get more leads", "I'd rather not say", "I don't know", "what does it cost?", "yes", "no",
    "jane@acme.com", "no email from me", "stop asking", "blue", "thanks", "why do you ask?",
    "talk to a human", "1–10", "More than 200",
)  # fmt: skip
lines = st.lists(st.sampled_from(SENTENCES), max_size=12)


def talk_through(said: list[str]) -> Talk:
    talk = Talk(answers={"cost": PRICE})
    for line in said:
        talk.say(line)
    return talk


@settings(deadline=None, max_examples=60)
@given(lines)
def test_nothing_known_or_refused_is_asked_and_asking_stops(said: list[str]) -> None:
    talk = Talk(answers={"cost": PRICE})
    for line in said:
        made = talk.say(line)
        assert len(made.messages) == 1
        assert made.score is not None
        for reply in made.messages:
            asks = reply.data.get("asks")
            if asks is None:
                continue
            assert asks not in known(talk.state.facts)
            refused = {f.criterion for f in talk.state.facts if f.status == "refused"}
            assert asks not in refused
            if asks == "contact":
                assert not talk.contact.reachable
            else:
                assert not made.score.settled
    assert all(talk.asked.count(key) <= learning.MOST_ASKS for key in talk.asked)


@settings(deadline=None, max_examples=50)
@given(lines)
def test_the_checks_of_a_conversation_each_say_something_new(said: list[str]) -> None:
    talk = talk_through(said)
    pairs = [(event["result"], event["score"]) for event in talk.events]
    assert all(one != other for one, other in pairwise(pairs))
    score = talk.steps[-1].score if talk.steps else None
    if score is not None and score.outcome != "undecided":
        assert pairs[-1] == (score.outcome, score.score)


def test_that_a_question_too_many_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The property above, with the guard broken: settled is overlooked."""
    honest = deciding.next_question

    def insisting(profile: Any, state: Any, score: Any, closed: Any) -> str | None:
        return honest(profile, state, replace(score, settled=False), closed)

    talk = talked("hi", "just me")
    assert "asks" not in talk.last.data
    monkeypatch.setattr(deciding, "next_question", insisting)
    talk = talked("hi", "just me")
    assert "asks" in talk.last.data


def test_a_conversation_begun_by_the_form_alone() -> None:
    talk = Talk()
    talk.say("Jane Smith, jane@acme.com", **JANE)
    assert talk.contact.email == "jane@acme.com"
    assert talk.last.data["asks"] == "team_size"
    assert talk.state.today == TODAY
