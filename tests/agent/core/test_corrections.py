"""Sentences of people who correct themselves, who just answer, and who say nothing of the kind.

One test for each group, since reading a sentence takes a millisecond; what fails is listed whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bench import sentences
from synaptiq.agent.core.extract import contacts, dates, find
from synaptiq.agent.core.profile import DEFAULT, Profile
from synaptiq.agent.core.state import Fact
from tests.agent.core import (
    chatty,
    compared,
    corrections,
    mixture,
    nothing,
    plain,
    rewordings,
    sayings,
    smalltalk,
)
from tests.agent.core.talking import TODAY

# What the visitor had said before, in this order.
KEYS = tuple(corrections.BEFORE)


def value(key: str, said: Any) -> Any:
    """A date of words as its value; everything else as it stands."""
    if key != corrections.W or not isinstance(said, str):
        return said
    span = dates.find(said, TODAY)[0]
    days = [day and day.isoformat() for day in (span.start, span.end)]
    return {"start": days[0], "end": days[1], "said": TODAY.isoformat()}


def before(*keys: str) -> dict[str, Fact]:
    return {
        key: Fact(key, value(key, corrections.BEFORE[key]), "", place, seq=place)
        for place, key in enumerate(keys, 1)
    }


def read(
    text: str, asked: str | None, known: Mapping[str, Fact], profile: Profile = DEFAULT
) -> dict[str, Any]:
    said = find(profile, text, asked=asked, known=known, today=TODAY)
    for one in said.facts:
        assert one.quote in text
    return {one.criterion: one.value for one in said.facts if one.status == "known"}


def misread(
    group: corrections.Group, known: Mapping[str, Fact], profile: Profile = DEFAULT
) -> list[tuple[str, dict[str, Any]]]:
    """The sentences that are read otherwise than they are meant. A use that is volunteered beside
    what a sentence is about is no mistake."""
    wrong = []
    for text, asked, expected in group:
        found = read(text, asked, known, profile)
        wanted = {key: value(key, said) for key, said in expected.items()}
        if "use_case" not in wanted:
            found.pop("use_case", None)
        if found != wanted:
            wrong.append((text, found))
    return wrong


@pytest.mark.parametrize(
    "group",
    ["OLD_AND_NEW", "CUE_AND_NEW", "IN_ONE_BREATH", "PARTS", "ROLES", "TAKEN_BACK"],
)
def test_corrections_say_what_holds_now(group: str) -> None:
    assert misread(getattr(corrections, group), before(*KEYS)) == []


def test_corrections_of_a_yes_or_no() -> None:
    known = before(*(key for key in KEYS if key != "role"))
    assert misread(corrections.DECIDERS, known, sentences.PROFILE) == []


def test_corrections_of_how_to_be_reached() -> None:
    read = [
        (text, {one.field: one.value for one in contacts.find(text, asked=True)})
        for text, _ in corrections.CONTACTS
    ]
    assert read == corrections.CONTACTS


def test_a_correction_is_of_what_is_known_and_not_of_what_is_asked() -> None:
    budget = {"budget": {"amount": 20, "currency": None}}
    assert read("no, 20 not 50", "budget", before("team_size")) == {"team_size": 20}
    assert read("I meant 20", "budget", before("team_size")) == {"team_size": 20}
    # Nothing is known that it could correct.
    assert read("I meant 20", "budget", {}) == budget
    # Too far from the 50 to be people.
    assert read("I meant 20000", "budget", before("team_size"))["budget"]["amount"] == 20_000


@pytest.mark.parametrize("known", [(), KEYS])
def test_plain_answers_say_the_same_whatever_is_known(known: tuple[str, ...]) -> None:
    assert misread(plain.FACTS, before(*known)) == []


@pytest.mark.parametrize("asked", [None, "team_size", "budget", "timeline", "role"])
@pytest.mark.parametrize("known", [(), KEYS])
def test_what_only_looks_like_a_fact_is_left(asked: str | None, known: tuple[str, ...]) -> None:
    texts: corrections.Group = [
        (text, asked, {}) for group in nothing.NO_FACTS.values() for text in group
    ]
    assert misread(texts, before(*known)) == []


def _in_march(text: str, asked: str | None) -> dict[str, Any]:
    said = find(sentences.PROFILE, text, asked=asked, known={}, today=sentences.WRITTEN)
    return {one.criterion: one.value for one in said.facts if one.criterion != "use_case"}


@pytest.mark.parametrize(
    "group",
    [
        chatty.CORRECTIONS,
        sayings.CURRENCIES,
        sayings.SPENDING,
        sayings.TYPED,
        sayings.DECIDERS,
        sayings.DATES,
        sayings.POSTS,
    ],
)
def test_sentences_are_understood_where_nothing_is_known(group: sayings.Said) -> None:
    wrong = []
    for text, asked, wanted in group:
        found = _in_march(text, asked)
        if found.keys() != wanted.keys() or not all(
            sentences.is_same(key, wanted[key], found[key], sentences.WRITTEN) for key in wanted
        ):
            wrong.append((text, found))
    assert wrong == []


def test_what_it_is_for_is_understood_in_few_words() -> None:
    wrong = []
    for text, asked, use in sayings.USES:
        said = find(sentences.PROFILE, text, asked=asked, known={}, today=sentences.WRITTEN)
        found = next((one.value for one in said.facts if one.criterion == "use_case"), "")
        if found != use:
            wrong.append((text, found))
    assert wrong == []


def test_chatty_messages_without_facts_give_none() -> None:
    found = [
        (text, _in_march(text, asked))
        for text, asked in (*nothing.CHATTY, *sayings.NOTHING, *smalltalk.NOTHING, *compared.ASIDE)
    ]
    assert [one for one in found if one[1]] == []


@pytest.mark.parametrize(
    "group",
    [
        rewordings.RESTATED,
        rewordings.HANDED_OVER,
        rewordings.REUSED,
        rewordings.UNASKED,
        rewordings.TOLD,
        mixture.MIXED,
        compared.COMPARED,
        compared.TOLD_BEHIND,
        compared.INSTEAD,
        compared.LISTED,
        compared.NAMED,
        compared.COUNTED_AGAIN,
        compared.REASONS,
        compared.SHORTLY,
    ],
)
def test_what_was_said_before_may_be_put_anew_without_a_cue(group: rewordings.Reworded) -> None:
    wrong = []
    for text, asked, before, now in group:
        known = sentences.held(before, sentences.WRITTEN)
        said = find(sentences.PROFILE, text, asked=asked, known=known, today=sentences.WRITTEN)
        found = {one.criterion: one.value for one in said.facts}
        assert all(one.quote in text for one in said.facts)
        if found.keys() != now.keys() or not all(
            sentences.is_same(key, now[key], found[key], sentences.WRITTEN) for key in now
        ):
            wrong.append((text, found))
    assert wrong == []


BEFORE = {
    "team_size": 50,
    "budget": {"amount": 10_000, "currency": "USD"},
    "timeline": "June",
    "decision_maker": False,
    "use_case": "support tickets",
}


def test_talk_says_nothing_new_whatever_was_said_before() -> None:
    held = sentences.held(BEFORE, sentences.WRITTEN)
    every = [*rewordings.UNCHANGED, *nothing.CHATTY, *sayings.NOTHING, *smalltalk.NOTHING]
    every += [(text, None) for group in nothing.NO_FACTS.values() for text in group]
    wrong = []
    for text, asked in every:
        with_it, without = (
            find(sentences.PROFILE, text, asked=asked, known=known, today=sentences.WRITTEN).facts
            for known in (held, {})
        )
        if with_it != without:
            wrong.append((text, with_it))
    assert wrong == []
    assert [text for text, asked in rewordings.UNCHANGED if _in_march(text, asked)] == []
