"""Why this score: points that sum to it, and the visitor's own words behind each."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from synaptiq.accounts.actors import Actor
from synaptiq.agent.core.criteria import Criterion, Option, Scoring
from synaptiq.agent.core.phrasing import shown
from synaptiq.agent.core.score import OUTCOMES
from synaptiq.agent.models import Fact
from synaptiq.conversations.models import Conversation
from synaptiq.dashboard.components import tones
from synaptiq.dashboard.conversations.shown import marked
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
    assert shown.count(f'href="/admin/conversations/{made.public_id}#m') == 3
    assert "comes to" not in shown


def test_a_conversation_says_so_too_and_its_words_lead_to_their_points_and_back(
    client: Client,
) -> None:
    made = talk(answered(opened("Hi")), *SAID)
    page = client.get(f"/admin/conversations/{made.public_id}").text
    assert_strict_csp(page)
    points = [int(n) for n in re.findall(r'<span class="num"><b>(\d+)</b>', page)]
    assert sum(points) == made.score == 75
    assert '<a class="evidence" href="#why-team_size">60 people</a>' in page
    assert 'id="why-team_size"' in page
    assert "a <b>team" not in page
    backs = re.findall(r'href="#m(\d+)" aria-label="Said in this message', page)
    assert len(backs) == 3
    assert all(f'<li class="turn visitor" id="m{seq}"' in page for seq in backs)
    # From the lead it leads to the very message as well.
    lead = Lead.objects.get()
    assert f"/admin/conversations/{made.public_id}#m{backs[0]}" in page_of(client, lead)


def test_before_a_check_a_conversation_shows_what_is_known_so_far(client: Client) -> None:
    made = talk(answered(opened("Hi")), "We are 60 people")
    assert made.qualification is None
    page = client.get(f"/admin/conversations/{made.public_id}").text
    assert "This is what is known so far" in page
    assert "60 people</a>" in page
    silent = opened("Hi")
    page = client.get(f"/admin/conversations/{silent.public_id}").text
    assert "nothing that counts was said" in page
    assert "Together" not in page


def test_a_reason_ends_with_one_full_stop(client: Client) -> None:
    made = talk(answered(opened("Hi")), "We are 1 people")
    assert made.qualification == "disqualified"
    page = client.get(f"/admin/conversations/{made.public_id}").text
    assert re.search(r"Made for teams of two and more\. \d+ % of what counts", page)


@pytest.mark.parametrize(
    ("quotes", "pieces"),
    [
        ([], "a b c"),
        ([("b", "k")], "a |b=k| c"),
        ([("a b", "k"), ("b c", "l")], "a b=k| c"),
        ([("c", "l"), ("a", "k")], "a=k| b |c=l"),
        ([("z", "k"), ("", "l")], "a b c"),
    ],
)
def test_a_message_is_cut_at_its_quotes(quotes: list[tuple[str, str]], pieces: str) -> None:
    found = marked("a b c", quotes)
    assert "|".join(f"{words}={key}" if key else words for words, key in found) == pieces
    assert "".join(words for words, _ in found) == "a b c"


def test_every_outcome_has_its_words() -> None:
    assert set(tones.OUTCOMES) == set(OUTCOMES)
    assert tones.outcome("qualified") == ("Qualified", "good")
    assert tones.outcome("new one") == ("new one", "")


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


def test_on_a_phone_evidence_leads_to_the_other_half_and_back(
    url: str, chromium: Browser, account: Any
) -> None:
    owner = make_member(account, "owner")
    made = talk(answered(opened("Hi")), *SAID)
    with browser.signed_in(chromium, url, owner, viewport=browser.PHONE) as page:
        page.goto(f"{url}/admin/conversations/{made.public_id}")
        quoted = page.get_by_role("link", name="60 people", exact=True)
        back = page.get_by_role("link", name="Said in this message: Team size", exact=True)
        expect(back).to_be_hidden()
        quoted.click()
        expect(back).to_be_in_viewport()
        expect(quoted).to_be_hidden()
        browser.assert_sound(page, "the points")
        back.click()
        expect(quoted).to_be_in_viewport()
        expect(back).to_be_hidden()
        browser.assert_sound_everywhere(page, "the message")


def test_a_reply_and_a_note_share_one_place(url: str, chromium: Browser, account: Any) -> None:
    owner = make_member(account, "owner")
    made = opened("Hi")
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(f"{url}/admin/conversations/{made.public_id}")
        reply, note = (page.get_by_role("textbox", name=name) for name in ("Reply", "Note"))
        expect(reply).to_be_visible()
        expect(note).to_be_hidden()
        page.get_by_role("radio", name="Reply").focus()
        page.keyboard.press("ArrowRight")
        expect(note).to_be_visible()
        expect(reply).to_be_hidden()
        note.fill("Call her at noon.")
        page.get_by_role("button", name="Add note").click()
        expect(page.get_by_text("Call her at noon.", exact=True)).to_be_visible()
        expect(page.get_by_text("internal note")).to_be_visible()
    assert Conversation.objects.get(pk=made.pk).message_count == 1
