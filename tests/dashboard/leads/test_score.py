"""Why this score: points that sum to it, and the visitor's own words behind each."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from synaptiq.accounts.actors import Actor
from synaptiq.agent.core.criteria import Criterion, Option, Scoring
from synaptiq.agent.core.phrasing import shown
from synaptiq.agent.models import Fact
from synaptiq.conversations.models import Conversation
from synaptiq.leads import actions
from synaptiq.leads.models import Lead
from tests.agent.talking import answered, opened, talk
from tests.conftest import make_member
from tests.dashboard import browser
from tests.dashboard.clients import client_of
from tests.dashboard.markup import assert_strict_csp

SAID = (
    "We are 60 people & a <b>team</b>",
    "our budget is $30,000 a year, we need it within a month",
    "jane@acme.example",
)


@pytest.fixture
def client(actor: Callable[..., Actor]) -> Client:
    reader = actor("viewer").member
    assert reader
    return client_of(reader)


def page_of(client: Client, lead: Lead) -> str:
    page = client.get(f"/admin/leads/{lead.public_id}").text
    assert_strict_csp(page)
    start = page.index("Why this score")
    return page[start : page.index("</details>", start)]


def test_points_sum_to_the_score_and_have_the_words_behind_them(client: Client) -> None:
    made = talk(answered(opened("Hi")), *SAID)
    lead = Lead.objects.get()
    assert lead.score == made.score == 75
    shown = page_of(client, lead)
    points = [int(n) for n in re.findall(r'<span class="num"><b>(\d+)</b>', shown)]
    assert len(points) == 5
    assert sum(points) == lead.score
    assert '<b class="num">75</b>' in shown
    assert "60 people" in shown
    assert "30,000 USD" in shown
    assert shown.count("Not known") == 2
    assert shown.count(f'href="/admin/conversations/{made.public_id}"') == 3
    assert "comes to" not in shown


def test_a_quote_is_text_and_never_markup(client: Client) -> None:
    talk(answered(opened("Hi")), "I want to <script>alert(1)</script> you, jane@acme.example")
    lead = Lead.objects.get()
    Fact.objects.create(
        lead=lead, visitor=Conversation.objects.get().visitor,
        conversation=Conversation.objects.get(), criterion="use_case", value="<script>alert(2)",
        quote="<script>alert(3)", message_seq=3, source="stated",
    )  # fmt: skip
    Conversation.objects.update(qualification="nurture", score=10)
    page = client.get(f"/admin/leads/{lead.public_id}").text
    assert "&lt;script&gt;alert(3)" in page
    assert "<script>alert" not in page


def test_a_score_that_is_not_of_these_facts_says_so(
    client: Client, actor: Callable[..., Actor]
) -> None:
    talk(answered(opened("Hi")), *SAID)
    lead = Lead.objects.get()
    Lead.objects.filter(pk=lead.pk).update(score=12)
    assert "What is known now comes to 75" in page_of(client, lead)
    imported = actions.create_lead(actor("owner"), {"name": "Jane"})
    Lead.objects.filter(pk=imported.pk).update(score=50)
    assert "No check of your agent stands behind it" in page_of(client, imported)


def test_without_a_check_nothing_is_claimed(client: Client, actor: Callable[..., Actor]) -> None:
    lead = actions.create_lead(actor("owner"), {"name": "Jane"})
    assert "No check was made yet" in page_of(client, lead)


@pytest.mark.parametrize(
    ("type", "value", "words"),
    [
        ("bool", True, "Yes"),
        ("enum", "big", "Big one"),
        ("geo", "Oslo", "Oslo"),
        ("number", 1200, "1,200"),
        ("number", {"min": 10, "max": 50}, "10 to 50"),
        ("range", {"min": None, "max": 50}, "up to 50"),
        ("money", {"min": 5000, "max": None, "currency": "EUR"}, "5,000 or more EUR"),
        ("money", {"amount": 30000, "currency": None}, "30,000"),
        ("date", {"start": "2026-11-28", "end": "2026-12-28", "said": "x"}, "by 28 Dec 2026"),
        ("date", {"start": None, "end": None, "said": "2026-11-28"}, "no date"),
        ("text", "sell more", "sell more"),
    ],
)
def test_values_read_as_people_say_them(type: str, value: Any, words: str) -> None:
    options = Scoring(options=(Option("big", "Big one"),))
    assert shown(Criterion("k", "K", type, 1, "?", scoring=options), value) == words


def test_nothing_is_found_in_it(url: str, chromium: Browser, account: Any) -> None:
    owner = make_member(account, "owner")
    talk(answered(opened("Hi")), *SAID)
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(f"{url}/admin/leads/{Lead.objects.get().public_id}")
        browser.assert_sound_everywhere(page, "why this score")
