"""Agent: what it says and asks, its answers and its versions, as pages without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from django.test import Client

from synaptiq.accounts.actors import Actor
from synaptiq.agent import actions, queries
from synaptiq.agent.core.profile import (
    DEFAULT,
    Condition,
    Criterion,
    Disqualifier,
    Option,
    Profile,
    Scoring,
)
from synaptiq.agent.models import AgentVersion
from synaptiq.dashboard.agent import reading
from tests.dashboard.clients import HTMX, client_of
from tests.dashboard.markup import assert_strict_csp

PATH = "/admin/agent"


def profile() -> Profile:
    return queries.profile_of(queries.current_version())


def was() -> str:
    return queries.current_version().public_id


def sent(page: str) -> dict[str, list[str]]:
    """What the form of a page would send as it stands."""
    fields: dict[str, list[str]] = {}
    form = page[page.index('class="form criterion-form"') :]
    for tag, name in re.findall(r'(<(?:input|textarea|select)[^>]* name="([a-z_]+)"[^>]*>)', form):
        if "checkbox" in tag and " checked" not in tag:
            continue
        value = re.search(r' value="([^"]*)"', tag)
        text = value[1] if value else ""
        if tag.startswith("<textarea"):
            text = form[form.index(tag) + len(tag) :].partition("</textarea>")[0]
        if tag.startswith("<select"):
            chosen = re.search(
                r'value="([^"]*)" selected', form[form.index(tag) :].partition("</select>")[0]
            )
            text = chosen[1] if chosen else ""
        fields.setdefault(name, []).append(text.replace("&amp;", "&").replace("&#x27;", "'"))
    return fields


def test_the_page_shows_what_is_asked_in_its_order(client: Client) -> None:
    page = client.get(PATH).text
    assert "Version 1" in page
    assert DEFAULT.greeting.replace("'", "&#x27;") in page
    found = re.findall(r'class="row-link"[^>]*>([^<]+)</a>', page)
    assert found == [one.label for one in DEFAULT.criteria]
    assert "Disqualifies where it is at most 1" in page
    assert_strict_csp(page)


@pytest.mark.parametrize("one", DEFAULT.criteria, ids=lambda one: one.key)
def test_a_criterion_that_is_saved_as_it_stands_is_the_same(client: Client, one: Any) -> None:
    page = client.get(f"{PATH}/criteria/{one.key}")
    assert_strict_csp(page.text)
    answer = client.post(f"{PATH}/criteria/{one.key}", sent(page.text))
    assert answer.status_code == 302, answer.text
    assert profile() == DEFAULT
    assert AgentVersion.objects.count() == 1


def test_every_type_can_be_added_and_is_read_back(client: Client) -> None:
    for type in reading.TYPES:
        page = client.get(f"{PATH}/criteria/new?type={type}").text
        fields = sent(page) | {"label": [f"My {type}"], "question": ["Which?"]}
        if type == "enum":
            fields |= {
                "option_value": ["", ""], "option_label": ["Big one", "Small one"],
                "option_percent": ["100", "12.5"], "option_words": ["huge, large", ""],
            }  # fmt: skip
        answer = client.post(f"{PATH}/criteria/new?type={type}", fields)
        assert answer.status_code == 302, answer.text
        made = profile().criteria[-1]
        assert (made.key, made.type, made.weight) == (f"my_{type}", type, 10)
    assert AgentVersion.objects.count() == 1 + len(reading.TYPES)
    options = profile().criterion("my_enum")
    assert options
    assert options.scoring.options == (
        Option("big_one", "Big one", 1.0, ("huge", "large")),
        Option("small_one", "Small one", 0.125, ()),
    )


def test_conditions_and_disqualifiers_are_read(client: Client) -> None:
    fields = sent(client.get(f"{PATH}/criteria/budget").text) | {
        "when_criterion": ["team_size"], "when_op": ["at_least"], "when_value": ["10"],
        "ends_op": ["at_most"], "ends_value": ["1,000"], "ends_reason": ["Too small."],
    }  # fmt: skip
    assert client.post(f"{PATH}/criteria/budget", fields).status_code == 302
    found = profile().criterion("budget")
    assert found
    assert found.when == Condition("team_size", "at_least", 10)
    assert Disqualifier("budget", "at_most", 1000, "Too small.") in profile().disqualifiers
    page = client.get(f"{PATH}/criteria/budget").text
    assert sent(page)["ends_value"] == ["1000"]
    assert "Only where Team size is at least 10" in client.get(PATH).text
    fields = sent(page) | {"ends_op": [""], "when_criterion": [""]}
    assert client.post(f"{PATH}/criteria/budget", fields).status_code == 302
    assert profile().disqualifiers == DEFAULT.disqualifiers


def test_values_of_conditions_are_what_people_call_them(client: Client) -> None:
    fields = sent(client.get(f"{PATH}/criteria/role").text) | {
        "ends_op": ["is"], "ends_value": ["I will use it, i recommend"], "ends_reason": ["No."],
    }  # fmt: skip
    assert client.post(f"{PATH}/criteria/role", fields).status_code == 302
    assert profile().disqualifiers[-1] == Disqualifier("role", "is", ["uses", "recommends"], "No.")
    page = client.get(f"{PATH}/criteria/role").text
    assert sent(page)["ends_value"] == ["I will use it, I recommend"]


def test_a_number_is_no_one_of_a_list(client: Client) -> None:
    fields = sent(client.get(f"{PATH}/criteria/budget").text) | {
        "when_criterion": ["team_size"], "when_op": ["is"], "when_value": ["50"],
    }  # fmt: skip
    answer = client.post(f"{PATH}/criteria/budget", fields)
    assert answer.status_code == 422
    assert "Team size is a number: choose “is at least” or “is at most”." in answer.text
    forged = sent(client.get(f"{PATH}/criteria/team_size").text) | {"ends_op": ["is"]}
    answer = client.post(f"{PATH}/criteria/team_size", forged)
    assert answer.status_code == 422
    assert "Team size is a number" in answer.text
    assert AgentVersion.objects.count() == 1


def test_what_is_wrong_is_said_beside_it_and_kept(client: Client) -> None:
    fields = sent(client.get(f"{PATH}/criteria/team_size").text) | {
        "label": [" "], "weight": ["much"], "step_percent": ["20", "x", "80", "100", "", ""],
        "question": ["What I typed"],
    }  # fmt: skip
    answer = client.post(f"{PATH}/criteria/team_size", fields)
    assert answer.status_code == 422
    for said in ("“much” is no whole number.", "“x” is no number.", "What I typed"):
        assert said in answer.text
    fields |= {"weight": ["300"], "step_percent": ["20", "50", "80", "100", "", ""]}
    answer = client.post(f"{PATH}/criteria/team_size", fields)
    assert answer.status_code == 422
    assert "Fill this in." in answer.text
    assert "weight from 0 to 100" in answer.text
    answer = client.post(f"{PATH}/criteria/team_size", fields | {"weight": ["-5"]})
    assert "“-5” is below 0. Give a number from 0 on." in answer.text
    assert AgentVersion.objects.count() == 1


def test_somebody_elses_save_is_not_lost(client: Client) -> None:
    fields = sent(client.get(f"{PATH}/criteria/budget").text) | {"weight": ["50"]}
    words = {"name": "Ada", "greeting": "Hi", "qualified": "80", "nurture": "30", "was": was()}
    assert client.post(f"{PATH}/words", words).status_code == 302
    answer = client.post(f"{PATH}/criteria/budget", fields)
    assert answer.status_code == 422
    assert "meanwhile" in answer.text
    assert profile().name == "Ada"


def test_name_greeting_and_thresholds_are_saved(client: Client) -> None:
    answer = client.post(
        f"{PATH}/words",
        {"name": "", "greeting": "Hi", "qualified": "x", "nurture": "30", "was": was()},
    )
    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 2
    words = {"name": "Ada", "greeting": "Hi", "qualified": "80", "nurture": "30", "was": was()}
    client.post(f"{PATH}/words", words)
    kept = profile()
    assert (kept.name, kept.greeting, kept.qualified, kept.nurture) == ("Ada", "Hi", 80, 30)
    assert "dialog" in client.get(f"{PATH}/words", **HTMX).text


def test_line_breaks_of_forms_are_kept_as_one_character(client: Client) -> None:
    greeting = "Hi\r\n" * 166 + "Hi"
    words = {"name": "Ada", "greeting": greeting, "qualified": "80", "nurture": "30", "was": was()}
    assert client.post(f"{PATH}/words", words).status_code == 302
    assert profile().greeting == "Hi\n" * 166 + "Hi"
    fields = sent(client.get(f"{PATH}/criteria/budget").text) | {
        "question": ["How much?\r\nRoughly?"], "quick_replies": ["1,000\r\n2,000"],
        "nouns": ["a\r\nb, c"],
    }  # fmt: skip
    assert client.post(f"{PATH}/criteria/budget", fields).status_code == 302
    found = profile().criterion("budget")
    assert found
    assert found.question == "How much?\nRoughly?"
    assert found.quick_replies == ("1,000", "2,000")
    assert "\r" not in str(profile().to_json())


def test_criteria_change_places(client: Client) -> None:
    answer = client.post(f"{PATH}/criteria/budget/move", {"to": "up"}, **HTMX)
    assert "Budget: place 1 of 5" in answer.text
    assert [one.key for one in profile().criteria][:2] == ["budget", "team_size"]
    client.post(f"{PATH}/criteria/budget/move", {"to": "up"})
    assert AgentVersion.objects.count() == 2


def test_what_depends_on_another_stays_below_it(client: Client) -> None:
    fields = sent(client.get(f"{PATH}/criteria/budget").text) | {"when_criterion": ["team_size"]}
    client.post(f"{PATH}/criteria/budget", fields)
    answer = client.post(f"{PATH}/criteria/budget/move", {"to": "up"})
    assert answer.status_code == 409
    assert [one.key for one in profile().criteria][:2] == ["team_size", "budget"]


def test_what_was_saved_before_a_rule_is_named_with_its_criterion(client: Client) -> None:
    first, second, *rest = DEFAULT.criteria
    old = replace(second, when=Condition(first.key, "is", ["50"]))
    stored = replace(DEFAULT, criteria=(first, old, *rest))
    made = queries.current_version()
    AgentVersion.objects.create(
        number=2, name=made.name, greeting=made.greeting, profile=stored.to_json()
    )
    last = client.post(f"{PATH}/criteria/{rest[-1].key}/move", {"to": "up"})
    assert last.status_code == 409
    assert f"{old.label}: {first.label} is a number" in unescape(last.text)
    fields = sent(client.get(f"{PATH}/criteria/{rest[-1].key}").text)
    answer = client.post(f"{PATH}/criteria/{rest[-1].key}", fields | {"weight": ["7"]})
    assert answer.status_code == 422
    assert f"{old.label}: {first.label} is a number" in unescape(answer.text)
    # Put right, all else can be saved again.
    fields = sent(client.get(f"{PATH}/criteria/{old.key}").text)
    assert (fields["when_op"], fields["when_value"]) == (["is"], ["50"])
    fields |= {"when_op": ["at_least"]}
    assert client.post(f"{PATH}/criteria/{old.key}", fields).status_code == 302
    assert client.post(f"{PATH}/criteria/{rest[-1].key}/move", {"to": "up"}).status_code == 302


def test_a_criterion_is_removed_after_a_question(client: Client) -> None:
    assert "Remove “Team size”?" in client.get(f"{PATH}/criteria/team_size/remove").text
    client.post(f"{PATH}/criteria/team_size/remove", {"was": was()})
    assert profile().criterion("team_size") is None
    assert profile().disqualifiers == ()
    assert client.get(f"{PATH}/criteria/team_size").status_code == 404


def test_versions_say_who_and_what_and_can_be_used_again(
    client: Client, actor: Callable[..., Actor]
) -> None:
    first = queries.current_version()
    owner = actor("owner", name="Olga")
    bigger = Profile(
        name="Ada", greeting="Hi",
        criteria=(Criterion("x", "Plan", "bool", 5, "Plan?", scoring=Scoring()),),
    )  # fmt: skip
    actions.save_profile(owner, bigger.to_json(), was=first.public_id)
    page = client.get(f"{PATH}/versions").text
    assert "Changed the name, changed the greeting, added “Plan”" in page
    assert "Olga" in page
    old = client.get(f"{PATH}/versions/{first.public_id}").text
    assert "Team size" in old
    client.post(f"{PATH}/versions/{first.public_id}/use")
    assert profile() == DEFAULT
    assert queries.current_version().number == 3


@pytest.mark.parametrize("role", ["viewer", "agent", "export"])
def test_who_may_not_change_it_reads_it(actor: Callable[..., Actor], role: str) -> None:
    reader = actor(role).member
    assert reader
    client = client_of(reader)
    for path in ("", "/answers", "/versions"):
        page = client.get(PATH + path).text
        assert "<main" in page
        main = page[page.index("<main") : page.index("</main>")]
        assert "<form method" not in main
        assert "/new" not in main
