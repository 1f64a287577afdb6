"""The widget beside what a page shows itself: its dialogs, a window of hardly any height."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from synaptiq.accounts.models import Account
from tests.conftest import make_member
from tests.meetings.making import make_calendar
from tests.widget.pages import Stranger

pytestmark = pytest.mark.usefixtures("agent")
DIALOG = "<dialog id=theirs><form method=dialog><button id=done>No, thanks</button></form></dialog>"
LOW: ViewportSize = {"width": 320, "height": 256}


def test_a_dialog_of_the_page_is_above_the_open_chat_which_goes_on_behind_it(
    stranger: Stranger, chromium: Browser
) -> None:
    stranger.paths["/theirs"] = stranger.page(body=DIALOG)
    visitor = stranger.open(chromium, "/theirs")
    visitor.open_chat(remember=True)
    field = visitor.widget.get_by_label("Write to Synaptiq")
    field.fill("Half a sent")
    visitor.page.evaluate("theirs.showModal()")
    # Theirs is what can be pressed, whatever of ours lies there.
    visitor.page.locator("#done").click()
    expect(visitor.page.locator("#theirs")).to_be_hidden()
    expect(visitor.panel).to_be_visible()
    expect(field).to_have_value("Half a sent")
    field.fill("Half a sentence")
    field.press("Enter")
    visitor.expect_said("Half a sentence")


def test_a_chat_that_is_opened_over_a_dialog_of_the_page_can_be_used(
    stranger: Stranger, chromium: Browser
) -> None:
    stranger.paths["/theirs"] = stranger.page(body=DIALOG)
    visitor = stranger.open(chromium, "/theirs")
    expect(visitor.launcher).to_be_visible()
    visitor.page.evaluate("theirs.showModal()")
    visitor.page.evaluate("Synaptiq.open()")
    visitor.button("Remember it").click()
    visitor.say("Hello")
    visitor.button("Close the chat").click()
    visitor.page.locator("#done").click()
    expect(visitor.page.locator("#theirs")).to_be_hidden()


def test_in_hardly_any_height_a_question_is_read_from_its_beginning(
    stranger: Stranger, chromium: Browser
) -> None:
    visitor = stranger.open(chromium, viewport=LOW)
    visitor.open_chat()
    title = visitor.widget.locator(".ask h2")
    expect(title).to_be_in_viewport(ratio=1)
    head, below = visitor.widget.locator(".head").bounding_box(), title.bounding_box()
    assert head
    assert below
    assert below["y"] >= head["y"] + head["height"]


def test_in_forced_colours_no_frame_lies_over_another(
    stranger: Stranger, chromium: Browser, account: Account
) -> None:
    hours = {day: [["09:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    make_calendar(make_member(account, "agent", name="Priya Raman"), hours=hours)
    visitor = stranger.open(chromium, forced_colors="active")
    visitor.open_chat(remember=True)
    visitor.say("Can I book a demo?")
    later = visitor.widget.get_by_role("button", name="Later days")
    expect(later).to_be_visible()
    assert later.evaluate("(one) => getComputedStyle(one).borderStyle") == "none"
