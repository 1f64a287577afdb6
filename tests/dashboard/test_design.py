"""The design system in a real browser: accessible in each state, by keyboard, without script.

The gallery holds every component, so what holds here holds on pages that are made of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.dashboard import browser as browsers
from tests.dashboard import gallery
from tests.dashboard.markup import assert_strict_csp

SIZES = {"wide": browsers.WIDE, "zoomed": browsers.ZOOMED, "phone": browsers.PHONE}
# What requests that fail on purpose write to the console.
MEANT = ("Failed to load resource", "htmx:", "Response Status Error")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gallery.server() as url:
        yield url


@contextmanager
def opened(chromium: Browser, url: str, size: str = "wide", **options: Any) -> Iterator[Page]:
    """A page in a context of its own; what the policy stopped or a script threw fails the test."""
    options = {"reduced_motion": "reduce"} | options
    context = chromium.new_context(viewport=SIZES[size], **options)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text))
    try:
        page.goto(url)
        yield page
    finally:
        context.close()
    assert not [fault for fault in faults if not any(said in fault for said in MEANT)]


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


@pytest.mark.parametrize(("size", "scheme"), [("wide", "light"), ("phone", "dark")])
def test_no_findings_of_axe_in_any_state(
    chromium: Browser, address: str, size: str, scheme: str
) -> None:
    with opened(chromium, f"{address}/?wrong&saved", size, color_scheme=scheme) as page:
        browsers.assert_accessible(page, "full, with errors and a toast")
        browsers.assert_fits(page)
        if size == "wide":
            page.locator(".account").click()
        else:
            button(page, "Menu").click()
        browsers.assert_accessible(page, "sections or account menu open")
        page.keyboard.press("Escape")
        button(page, "Actions").click()
        browsers.assert_accessible(page, "menu open")
        page.keyboard.press("Escape")
        button(page, "Notifications, 1 unread").click()
        browsers.assert_accessible(page, "notifications open")
        page.keyboard.press("Escape")
        button(page, "Export").click()
        browsers.assert_accessible(page, "dialog open")
        browsers.assert_fits(page)
        for path in ("/bare", "/fault/404", "/fault/500"):
            page.goto(address + path)
            browsers.assert_accessible(page, path)
            browsers.assert_fits(page)


def test_axe_would_see_a_button_without_a_name(chromium: Browser, address: str) -> None:
    with opened(chromium, address) as page:
        page.evaluate("document.querySelector('.head .btn.primary').replaceChildren()")
        with pytest.raises(AssertionError, match="button-name"):
            browsers.assert_accessible(page)


@pytest.mark.parametrize("window", [{"width": 320, "height": 256}, browsers.ZOOMED], ids=str)
def test_a_small_window_needs_no_scrolling_to_the_side(
    chromium: Browser, address: str, window: ViewportSize
) -> None:
    with opened(chromium, f"{address}/?wrong", "phone") as page:
        page.set_viewport_size(window)
        browsers.assert_fits(page)


@pytest.mark.parametrize("path", ["/", "/?wrong&saved", "/bare", "/fragment", "/fault/403"])
def test_no_page_needs_an_unsafe_policy(address: str, path: str) -> None:
    assert_strict_csp(Client().get(path).content.decode())


def test_everything_to_press_is_large_enough(chromium: Browser, address: str) -> None:
    # 24 px (WCAG 2.5.8). Links in a sentence are excepted; unseen radios count by their label.
    pressed = (
        "button, .btn, .section, .seg label, .chip a, .tick, .pick, .tabs a, .subnav a, .crumbs a,"
        "summary, select, textarea, input:not([type=radio], [type=checkbox])"
    )
    small = """pressed => [...document.querySelectorAll(pressed)]
        .filter(e => e.checkVisibility() && (e.offsetWidth < 24 || e.offsetHeight < 24))
        .map(e => `${e.offsetWidth}x${e.offsetHeight} ${e.outerHTML.slice(0, 120)}`)"""
    for size in SIZES:
        with opened(chromium, address, size) as page:
            assert page.evaluate(small, pressed) == []


def test_the_focus_is_seen_on_everything_that_takes_it(chromium: Browser, address: str) -> None:
    ring = """() => {
        const e = document.activeElement;
        if (e === document.body) return "end";
        const shown = e.closest(".seg") ?? e;
        const style = getComputedStyle(shown);
        return style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2
            ? "seen" : e.outerHTML.slice(0, 120);
    }"""
    with opened(chromium, address) as page:
        found = []
        for _ in range(200):
            page.keyboard.press("Tab")
            found.append(page.evaluate(ring))
            if found[-1] == "end":
                break
    assert found[-1] == "end"
    assert len(found) > 40
    assert set(found[:-1]) == {"seen"}


def test_the_first_stop_of_the_keyboard_leads_past_the_sections(
    chromium: Browser, address: str
) -> None:
    with opened(chromium, address) as page:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("way", ["Escape", "beside", "Keep", "Close"])
def test_a_dialog_that_was_brought_gives_the_focus_back_and_leaves(
    chromium: Browser, address: str, way: str
) -> None:
    with opened(chromium, address) as page:
        opener = button(page, "Bring a dialog").or_(page.get_by_text("Bring a dialog"))
        opener.focus()
        page.keyboard.press("Enter")
        expect(button(page, "Keep")).to_be_focused()
        assert page.evaluate("document.querySelector('#brought').matches(':modal')")
        if way == "Escape":
            page.keyboard.press("Escape")
        elif way == "beside":
            page.mouse.click(5, 5)
        else:
            button(page, way).click()
        expect(page.locator("#brought")).to_have_count(0)
        expect(opener).to_be_focused()


def test_dialogs_and_menus_work_in_browsers_without_commands_and_anchors(
    chromium: Browser, address: str
) -> None:
    older = """delete HTMLButtonElement.prototype.command;
        delete HTMLDialogElement.prototype.closedBy;
        const supports = CSS.supports.bind(CSS);
        CSS.supports = (...a) => !a[0].includes("position-area") && supports(...a);"""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(older)
    page = context.new_page()
    page.goto(address)
    button(page, "Export").click()
    expect(page.locator("#present")).to_be_visible()
    page.mouse.click(5, 5)
    expect(page.locator("#present")).to_be_hidden()
    button(page, "Actions").click()
    menu = page.locator("#acts").bounding_box()
    under = button(page, "Actions").bounding_box()
    context.close()
    assert menu is not None
    assert under is not None
    assert menu["y"] == pytest.approx(under["y"] + under["height"] + 4, abs=1)
    assert menu["x"] + menu["width"] == pytest.approx(under["x"] + under["width"], abs=1)


def test_arrow_keys_move_through_a_menu_past_what_is_disabled(
    chromium: Browser, address: str
) -> None:
    with opened(chromium, address) as page:
        button(page, "Actions").focus()
        for name in ("Copy", "Edit", "Delete", "Copy"):
            page.keyboard.press("ArrowDown")
            expect(page.locator("#acts").get_by_text(name)).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(button(page, "Delete")).to_be_focused()
        page.keyboard.press("Escape")
        expect(button(page, "Actions")).to_be_focused()


def test_the_chosen_theme_stays_and_is_there_before_any_script(
    chromium: Browser, address: str
) -> None:
    with opened(chromium, address, color_scheme="light") as page:
        paper = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(paper)
        page.locator(".account").click()
        page.get_by_label("Dark").check()
        dark = page.evaluate(paper)
        assert dark != light
        answer = page.goto(address)
        assert answer is not None
        assert 'data-theme="dark"' in answer.text()
        assert page.evaluate(paper) == dark


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Fail 500", "Something went wrong on our side. The failure is recorded."),
        ("Fail 409", "Not possible any more. Something changed meanwhile."),
        ("Fail 502", "Something went wrong on our side. Nothing was lost; try again."),
        ("Fail 502", "Reference: req_abc"),
        ("Fail 401", "You are signed out. Sign in again"),
    ],
)
def test_a_request_that_fails_says_so(
    chromium: Browser, address: str, name: str, says: str
) -> None:
    with opened(chromium, address) as page:
        button(page, name).click()
        expect(page.get_by_role("status").filter(has_text=says)).to_be_visible()
        expect(page.locator(".toast")).to_have_count(1)


def test_a_lost_connection_is_said_inside_the_dialog_that_made_the_request(
    chromium: Browser, address: str
) -> None:
    with opened(chromium, address) as page:
        button(page, "Export").click()
        page.context.set_offline(True)
        button(page, "Download").click()
        toast = page.locator("#present .toast")
        expect(toast).to_contain_text("No connection to the server.")
        toast.get_by_role("button", name="Dismiss").click()
        expect(toast).to_have_count(0)


def test_good_news_leaves_by_itself_but_not_while_it_is_being_read(
    chromium: Browser, address: str
) -> None:
    with opened(chromium, "about:blank") as page:
        page.clock.install()
        page.goto(f"{address}/?saved")
        toast = page.locator(".toast")
        toast.hover()
        page.clock.fast_forward(60_000)
        expect(toast).to_be_visible()
        page.mouse.move(5, 5)
        page.clock.fast_forward(9_000)
        expect(toast).to_have_count(0)


def test_copying_says_so(chromium: Browser, address: str) -> None:
    granted = ["clipboard-read", "clipboard-write"]
    with opened(chromium, address, permissions=granted) as page:
        button(page, "Copy id").click()
        expect(page.locator(".toast")).to_contain_text("Copied.")
        assert page.evaluate("navigator.clipboard.readText()") == "lead_8f3a2b"


def test_a_phone_without_script_has_its_sections_and_nothing_that_does_nothing(
    chromium: Browser, address: str
) -> None:
    with opened(chromium, address, "phone", java_script_enabled=False) as page:
        expect(page.get_by_role("link", name="Exports")).to_be_hidden()
        button(page, "Menu").click()
        expect(page.get_by_role("link", name="Exports")).to_be_visible()
        button(page, "Close menu").click()
        expect(page.get_by_role("link", name="Exports")).to_be_hidden()
        assert page.locator(".needs-script").count() > 2
        for part in page.locator(".needs-script").all():
            expect(part).to_be_hidden()


@pytest.mark.parametrize("size", SIZES)
def test_nothing_moves_while_a_page_loads(chromium: Browser, address: str, size: str) -> None:
    watch = """window.moved = [];
        new PerformanceObserver(list => list.getEntries().forEach(e => window.moved.push(e.value)))
            .observe({type: "layout-shift", buffered: true});"""
    context = chromium.new_context(viewport=SIZES[size])
    context.add_init_script(watch)
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    moved = page.evaluate("window.moved")
    context.close()
    assert sum(moved) == 0


def test_choosing_a_segment_moves_nothing(chromium: Browser, address: str) -> None:
    with opened(chromium, address) as page:
        segments = page.get_by_role("radiogroup", name="Format").locator("label")
        before = [label.bounding_box() for label in segments.all()]
        segments.first.click()
        expect(page.get_by_label("CSV").first).to_be_checked()
        assert [label.bounding_box() for label in segments.all()] == before
