"""The agent's pages in a real browser: nothing for axe to find, and all of it by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member
from synaptiq.agent import actions, queries
from synaptiq.agent.models import Answer
from tests.conftest import make_member
from tests.dashboard import browser

AGENT = "/admin/agent"


@pytest.fixture
def owner(committed_db: str, account: Account) -> Member:
    owner = make_member(account, "owner", email="morgan@acme.example", name="Morgan Ellis")
    actor = actors.of_member(owner)
    first = queries.current_version()
    wanted = {**first.profile, "name": "Ada", "qualified": 80}
    actions.save_profile(actor, wanted, was=first.public_id)
    for question, answer in (
        ("What does it cost?", "The Team plan costs 49 € per person and month, billed yearly."),
        ("Is there a free trial?", "Fourteen days, without a credit card."),
        ("W" * 200, "Yes."),
    ):
        actions.add_answer(actor, question, answer)
    return owner


def test_nothing_is_found_on_any_page(url: str, chromium: Browser, owner: Member) -> None:
    version, answer = queries.current_version().public_id, Answer.objects.earliest("pk").public_id
    with browser.signed_in(chromium, url, owner) as page:
        for path in (
            "", "/words", "/criteria/team_size", "/criteria/role", "/criteria/timeline",
            "/criteria/new?type=bool", "/criteria/team_size/remove", "/answers",
            "/answers?ask=what+does+it+cost", "/answers?ask=nothing+of+it", "/answers/new",
            f"/answers/{answer}", f"/answers/{answer}/delete", "/versions",
            f"/versions/{version}",
        ):  # fmt: skip
            page.goto(url + AGENT + path)
            browser.assert_sound_everywhere(page, path)
        page.goto(url + AGENT)
        page.get_by_role("link", name="Edit name, greeting and thresholds").click()
        expect(page.get_by_role("dialog")).to_contain_text("Greeting")
        browser.assert_sound_everywhere(page, "the dialog of the words")


def test_criteria_are_ordered_and_edited_by_keyboard(
    url: str, chromium: Browser, owner: Member
) -> None:
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(url + AGENT)
        page.get_by_role("button", name="Move Budget up").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#moved")).to_have_text("Budget: place 1 of 5")
        expect(page.locator("#criteria tbody tr").first).to_contain_text("Budget")
        expect(page.get_by_role("button", name="Move Budget up")).to_be_focused()
        page.get_by_role("link", name="Budget").press("Enter")
        page.get_by_label("Weight").fill("55")
        page.get_by_role("button", name="Save").press("Enter")
        expect(page.locator("#criteria tbody tr").first).to_contain_text("55")
        page.get_by_role("button", name="Add criterion").press("Enter")
        page.get_by_role("link", name="Yes or no").press("Enter")
        page.get_by_label("Label").fill("Has a website")
        page.get_by_label("Question").fill("Do you have a website?")
        page.get_by_role("button", name="Save").press("Enter")
        expect(page.locator("#criteria tbody tr").last).to_contain_text("Has a website")


def test_answers_are_added_and_tried(url: str, chromium: Browser, owner: Member) -> None:
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(url + AGENT + "/answers")
        page.get_by_role("link", name="New answer").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Question").fill("Where is our data stored?")
        dialog.get_by_role("button", name="Add answer").click()
        expect(page.get_by_text("Answer is blank.")).to_be_visible()
        page.get_by_label("Answer").fill("In Frankfurt.")
        page.get_by_role("button", name="Add answer").click()
        page.get_by_label("A question of a visitor").fill("where do you store our data")
        page.get_by_role("button", name="Try").click()
        expect(page.locator(".tried .answer")).to_have_text("In Frankfurt.")
