"""Visitor and team at once, each in a browser: seen live, taken over in mid-answer, given back,
closed, and exported."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Browser, expect

from synaptiq.accounts.models import Account
from synaptiq.conversations.models import Conversation, Turn
from tests import processes
from tests.conftest import make_member
from tests.dashboard import browser
from tests.waiting import wait_until
from tests.widget.pages import Stranger

HELD = "tests.worker.held"


def test_a_person_takes_over_in_the_middle_of_an_answer(
    stranger: Stranger, url: str, committed_db: str, account: Account, chromium: Browser,
    tmp_path: Path,
) -> None:  # fmt: skip
    member = make_member(account, "admin", name="Priya Raman")
    with (
        browser.signed_in(chromium, url, member) as page,
        processes.worker(committed_db),
        processes.worker(
            committed_db, queues="chat", program=HELD, HELD_AT="phrased", HELD_IN=str(tmp_path)
        ),
    ):
        page.goto(f"{url}/admin/conversations")
        visitor = stranger.open(chromium)
        visitor.open_chat(remember=True)
        visitor.say("We are 40 people")
        expect(visitor.widget.locator(".dots")).to_be_visible()
        wait_until(lambda: (tmp_path / "held").exists(), 60, "the agent with its answer in hand")
        # The team sees it come, without loading anything.
        row = page.get_by_role("link", name="Visitor").first
        expect(page.get_by_text("We are 40 people").first).to_be_visible()
        row.click()
        expect(page.locator(".thread")).to_contain_text("We are 40 people")
        page.get_by_role("textbox", name="Reply").fill("Priya here. I take this.")
        page.get_by_role("button", name="Send", exact=True).click()
        visitor.expect_said("Priya here. I take this.")
        (tmp_path / "open").touch()
        wait_until(lambda: Turn.objects.get().state == "superseded", 20, "the silenced answer")
        expect(visitor.widget.locator(".dots")).to_have_count(0)
        expect(visitor.widget.get_by_text("Priya joined.")).to_be_visible()
        # Each sees the other write.
        visitor.widget.locator("textarea").press_sequentially("Great")
        expect(page.get_by_text("is typing").first).to_be_visible()
        visitor.page.keyboard.press("Enter")
        expect(page.locator(".thread")).to_contain_text("Great")
        page.get_by_role("textbox", name="Reply").press_sequentially("One moment")
        expect(visitor.widget.locator(".turn.person .dots")).to_be_visible()
        page.get_by_role("button", name="Give back").click()
        expect(visitor.widget.get_by_text("Synaptiq answers again.")).to_be_visible()
        expect(visitor.said.last).not_to_have_text("Great")
        made = Conversation.objects.get()
        page.get_by_role("button", name="Conversation actions").click()
        page.get_by_role("link", name="Close conversation").click()
        page.locator("dialog[open] .btn.danger").click()
        expect(visitor.widget.get_by_text("This chat has ended.")).to_be_visible()
        page.goto(f"{url}/admin/conversations/{made.public_id}/transcript")
        page.get_by_label("Format").select_option("json")
        with page.expect_download() as downloaded:
            page.get_by_role("button", name="Download").click()
        exported = json.loads(Path(downloaded.value.path()).read_text("utf-8"))
    (whole,) = exported
    said = [(one["sender"], one["content"]) for one in whole["messages"]]
    assert ("agent", "Priya here. I take this.") in said
    assert ("visitor", "Great") in said
    place = said.index(("agent", "Priya here. I take this."))
    # Nothing of the answer that was under way.
    assert all(sender != "ai" for sender, _ in said[place - 1 : place + 2])
    assert {"taken_over", "given_back", "closed"} <= {one["type"] for one in whole["events"]}
    assert visitor.errors == []
