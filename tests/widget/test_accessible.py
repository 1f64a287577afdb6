"""The widget for everybody: axe in every state, keyboard, zoom, directions, forced colours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from synaptiq.accounts.models import Account
from synaptiq.conversations import log
from synaptiq.conversations.models import Conversation, Event
from synaptiq.sites.models import Site
from tests.dashboard.browser import PHONE, WIDE, assert_accessible
from tests.widget.pages import Stranger, Visitor

ARABIC, HEBREW = "مرحبا، نحن فريق من 40 شخصا", "שלום, אנחנו צוות של 40 אנשים"


def offline(visitor: Visitor) -> None:
    visitor.page.context.set_offline(True)
    visitor.say("And one more thing")
    expect(visitor.widget.locator(".me.waits")).to_be_visible()


def failed(visitor: Visitor) -> None:
    refusal = {
        "title": "No",
        "status": 422,
        "detail": "That is refused.",
        "code": "validation_failed",
    }
    headers = {"Access-Control-Allow-Origin": visitor.page.evaluate("origin")}
    visitor.page.route(
        "**/messages", lambda route: route.fulfill(status=422, json=refusal, headers=headers)
    )
    visitor.say("And one more thing")
    expect(visitor.widget.locator(".me.failed")).to_contain_text("That is refused.")


def pane(name: str) -> Callable[[Visitor], None]:
    def open_pane(visitor: Visitor) -> None:
        visitor.button("More").click()
        visitor.button(name).click()
        expect(visitor.widget.locator(".ask")).to_be_visible()

    return open_pane


def menu(visitor: Visitor) -> None:
    visitor.button("More").click()
    expect(visitor.widget.locator(".menu button").first).to_be_focused()


STATES: dict[str, Callable[[Visitor], None]] = {
    "talking": lambda visitor: None, "menu": menu, "offline": offline, "failed": failed,
    "transcript": pane("Send me the transcript"), "ending": pane("End this chat"),
    "deleting": pane("Delete my data"),
}  # fmt: skip


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(stranger: Stranger, chromium: Browser, state: str) -> None:
    visitor = stranger.open(chromium)
    if state == "talking":
        expect(visitor.launcher).to_be_visible()
        assert_accessible(visitor.page, "the button")
        visitor.open_chat()
        expect(visitor.widget.locator(".ask")).to_be_visible()
        assert_accessible(visitor.page, "the question before anything is kept")
        visitor.button("Remember it").click()
    else:
        visitor.open_chat(remember=True)
    visitor.say(
        "We are 40 people, our budget is $30,000 a year, we need it within a month, I decide"
    )
    expect(visitor.widget.locator("form.card")).to_be_visible()
    STATES[state](visitor)
    for dark, viewport in ((False, WIDE), (True, PHONE)):
        visitor.page.set_viewport_size(viewport)
        visitor.page.evaluate(
            "(dark) => { const [paper, ink] = dark ? ['#111', '#fff'] : ['#fff', '#000']; "
            "Object.assign(document.body.style, {background: paper, color: ink}) }",
            dark,
        )
        visitor.page.evaluate("Synaptiq.close().then?.(() => 0)")
        visitor.page.evaluate("Synaptiq.open()")
        expect(visitor.panel).to_be_visible()
        expect(visitor.widget).to_have_attribute("theme", "dark" if dark else "light")
        if state == "menu":
            visitor.button("More").click()
        assert_accessible(visitor.page, f"{state}, {'dark' if dark else 'light'}")


def test_all_can_be_done_by_keyboard(stranger: Stranger, chromium: Browser) -> None:
    visitor = stranger.open(chromium)
    expect(visitor.launcher).to_be_visible()
    visitor.launcher.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.panel).to_be_focused()
    visitor.button("Remember it").focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.widget.locator("textarea")).to_be_focused()
    visitor.page.keyboard.type("Hi")
    visitor.page.keyboard.press("Shift+Enter")
    visitor.page.keyboard.type("there")
    visitor.page.keyboard.press("Enter")
    visitor.expect_said("Hi\nthere".replace("\n", " "))
    expect(visitor.widget.locator(".me.waits")).to_have_count(0)
    visitor.button("More").focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.widget.locator(".menu button").first).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(visitor.button("More")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(visitor.panel).to_be_hidden()
    expect(visitor.launcher).to_be_focused()


def test_on_a_phone_the_page_behind_it_is_out_of_reach(
    stranger: Stranger, chromium: Browser
) -> None:
    visitor = stranger.open(chromium, viewport=PHONE)
    visitor.open_chat(remember=False)
    assert visitor.panel.evaluate("(it) => it.matches(':modal')")
    box = visitor.panel.bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"], box["height"]) == (
        0,
        0,
        PHONE["width"],
        PHONE["height"],
    )


def test_everything_to_press_is_44_px_to_the_finger(stranger: Stranger, chromium: Browser) -> None:
    visitor = stranger.open(chromium, viewport=PHONE)
    visitor.open_chat(remember=True)
    visitor.button("More").click()
    # Where it looks smaller, what it takes is larger: by its pseudo-element, or its padding.
    small = visitor.widget.locator("button:visible, a:visible, input:visible").evaluate_all(
        "(all) => all.map((one) => { const {height} = one.getBoundingClientRect(), "
        "after = parseFloat(getComputedStyle(one, '::after').height) || 0; "
        "return [one.textContent || one.ariaLabel, Math.max(height, after)] })"
        ".filter(([, height]) => height < 44)"
    )
    assert small == []


@pytest.mark.parametrize(("width", "height"), [(320, 256), (360, 640), (256, 320)])
def test_at_400_per_cent_it_can_be_read_and_written(
    stranger: Stranger, chromium: Browser, width: int, height: int
) -> None:
    visitor = stranger.open(chromium, viewport={"width": width, "height": height})
    visitor.open_chat(remember=True)
    visitor.say("Hi there")
    visitor.expect_said("Hi there")
    wider = visitor.panel.evaluate("(it) => it.scrollWidth - it.clientWidth")
    assert wider <= 0
    expect(visitor.button("Close the chat")).to_be_in_viewport()
    visitor.widget.locator("textarea").focus()
    expect(visitor.widget.locator("textarea")).to_be_in_viewport()


def test_arabic_and_hebrew_stand_from_right_to_left(
    stranger: Stranger, chromium: Browser, site: Site
) -> None:
    stranger.paths["/"] = stranger.page(html=" dir=rtl")
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=False)
    for text in (ARABIC, HEBREW, "And in English"):
        visitor.say(text)
        visitor.expect_said(text)
    directions = visitor.said.evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one).direction)"
    )
    assert directions[-3:] == ["rtl", "rtl", "ltr"]
    panel, launcher = visitor.panel.bounding_box(), stranger.open(chromium).launcher
    assert panel
    assert panel["x"] < 100
    expect(launcher).to_be_visible()
    box = launcher.bounding_box()
    assert box
    assert box["x"] < 100
    expect(visitor.widget.locator(".me.waits")).to_have_count(0)
    assert Event.objects.filter(content=ARABIC).count() == 1


def test_forced_colours_leave_borders_and_no_motion_is_wanted(
    stranger: Stranger, chromium: Browser, account: Account
) -> None:
    visitor = stranger.open(chromium, forced_colors="active")
    visitor.open_chat(remember=True)
    visitor.say("Hi there")
    visitor.expect_said("Hi there")
    bubble = visitor.said.last
    assert bubble.evaluate("(it) => getComputedStyle(it).borderTopWidth") == "1px"
    assert visitor.panel.evaluate("(it) => getComputedStyle(it).animationName") == "none"


def test_two_hundred_messages_open_at_their_end(
    stranger: Stranger, chromium: Browser, agent: object
) -> None:
    visitor = stranger.open(chromium)
    visitor.open_chat(remember=True)
    visitor.say("Hi there")
    expect(visitor.said).to_have_count(3)
    made = Conversation.objects.get()
    for number in range(200):
        log.append(made, [log.message("ai", f"Line {number}")])
    visitor.expect_said("Line 199")
    expect(visitor.said.last).to_be_in_viewport()
    visitor.widget.locator(".log").evaluate("(it) => { it.scrollTop = 0 }")
    log.append(made, [log.message("ai", "The last one")])
    expect(visitor.widget.get_by_role("button", name="New messages")).to_be_visible()
    expect(visitor.said.last).not_to_be_in_viewport()
    visitor.widget.get_by_role("button", name="New messages").click()
    expect(visitor.said.last).to_be_in_viewport()
