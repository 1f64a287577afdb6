"""Keys, their dialog with its switch, and the palette, in one walk with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Route, expect

from synaptiq.accounts import actions
from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.notices import NoticeKind
from tests import processes
from tests.dashboard import browser
from tests.dashboard.clients import make_leads


@pytest.fixture
def alex(account: Account, member: Callable[..., Member]) -> Member:
    make_leads(20)
    make_leads(1, name="Zoë Nagy", company="Acme", external_id="crm-7")
    return member("admin", email="alex@yourteam.com", name="Alex")


def test_every_key_that_is_shown_works_and_the_switch_turns_letters_off(
    chromium: Browser, web: processes.Web, alex: Member
) -> None:
    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(web.url + "/admin/leads?sort=name")
        page.keyboard.press("j")
        page.keyboard.press("j")
        expect(page.get_by_role("link", name="Person 1", exact=True)).to_be_focused()
        page.keyboard.press("x")
        expect(page.get_by_label("Select Person 1", exact=True)).to_be_checked()
        page.keyboard.press("k")
        expect(page.get_by_role("link", name="Person 0", exact=True)).to_be_focused()
        held: list[Route] = []
        page.route("**/admin/leads/export*", lambda route: held.append(route))
        with page.expect_request("**/admin/leads/export*"):
            page.keyboard.press("e")
        # Until it is there, its button says that it comes.
        export = page.get_by_role("button", name="Export", exact=True)
        expect(export).to_have_attribute("aria-busy", "true")
        held[0].continue_()
        expect(page.get_by_role("dialog", name="Export leads")).to_be_visible()
        expect(page.locator("[aria-busy]")).to_have_count(0)
        # Nothing of it inside a dialog.
        page.get_by_role("button", name="Close").focus()
        page.keyboard.press("?")
        page.keyboard.press("Control+k")
        expect(page.get_by_role("dialog")).to_have_count(1)
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        search = page.get_by_label("Search leads")
        expect(search).to_be_focused()
        page.keyboard.type("jxe?")
        expect(search).to_have_value("jxe?")
        expect(page.get_by_role("dialog")).to_have_count(0)

        page.get_by_role("link", name="Person 1", exact=True).focus()
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keys")
        shown = ["/", "j", "k", "c", "x", "e", "CtrlK", "?"]
        expect(dialog.locator("dt")).to_have_text(shown)
        browser.assert_sound_everywhere(page, "the keys")
        dialog.get_by_label("Single-letter keys").uncheck()
        expect(page.locator("body")).to_have_attribute("data-keys", "off")
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name="Person 1", exact=True)).to_be_focused()
        for key in ("j", "?", "e", "/"):
            page.keyboard.press(key)
        expect(page.get_by_role("link", name="Person 1", exact=True)).to_be_focused()
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.reload()
        page.keyboard.press("?")
        # It came back by the menu, for the key is off too.
        page.locator("[popovertarget=account-menu]").click()
        page.get_by_role("button", name="Keys", exact=True).click()
        expect(dialog.get_by_label("Single-letter keys")).not_to_be_checked()
        dialog.get_by_label("Single-letter keys").check()
        expect(page.locator("body")).to_have_attribute("data-keys", "on")
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        expect(page.get_by_role("link", name="Person 0", exact=True)).to_be_focused()

        # Rows without a link of their own, and the documentation.
        for name in ("One", "Two"):
            actions.notify(alex, NoticeKind.EXPORT_FAILED, name)
        page.goto(web.url + "/admin/notifications")
        rows = page.locator(".notice-list > li")
        for key, at in (("j", 0), ("j", 1), ("j", 1), ("k", 0)):
            page.keyboard.press(key)
            expect(rows.nth(at).locator(":focus")).to_have_count(1)
        page.goto(web.url + "/docs/exporting-data")
        page.keyboard.press("?")
        expect(dialog.locator("dt")).to_have_text(["CtrlK", "/", "?"])
        browser.assert_sound_everywhere(page, "the keys of the documentation")
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        expect(page.get_by_role("combobox", name="Search or jump to")).to_be_focused()
        browser.assert_sound_everywhere(page, "the palette of the documentation")


def test_search_or_jump_to(chromium: Browser, web: processes.Web, alex: Member) -> None:
    with browser.signed_in(chromium, web.url, alex) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.removeprefix(web.url)))
        page.goto(web.url + "/admin/leads")
        assert not [url for url in asked if "palette" in url and "static" not in url]
        page.keyboard.press("Control+k")
        dialog = page.get_by_role("dialog", name="Search or jump to")
        box = dialog.get_by_role("combobox")
        chosen = dialog.get_by_role("option", selected=True)
        expect(box).to_be_focused()
        expect(chosen).to_have_text("New lead")
        browser.assert_sound_everywhere(page, "the palette")
        page.keyboard.press("End")
        expect(chosen).to_have_text("Sign out")
        page.keyboard.press("ArrowDown")
        expect(chosen).to_have_text("New lead")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Home")
        page.keyboard.press("ArrowDown")
        expect(chosen).to_have_text("Import")
        assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")

        # A prefix before a word within, and what is said of a page last.
        page.keyboard.type("exp")
        expect(chosen).to_have_text("Export")
        options = dialog.get_by_role("option")
        assert options.all_inner_texts()[:3] == ["Export", "Exports", "Exporting Data"]
        # Single settings too, told from their namesakes by where they are.
        for text, first in (("invite", "Invite somebody"), ("single", "Single-letter keys")):
            box.fill(text)
            expect(chosen.locator("span")).to_have_text(first)
        expect(chosen).to_contain_text("You > Profile")
        for text in ("___", "%%%"):
            box.fill(text)
            expect(dialog.get_by_text("Nothing fits.")).to_be_visible()
        # What the page can do itself is not offered a second time.
        for text in ("new lead", "deleted leads"):
            box.fill(text)
            expect(options.filter(has_text=re.compile(text, re.IGNORECASE))).to_have_count(1)
        box.fill("log")
        expect(chosen.locator("span")).to_have_text("Audit Log")
        with page.context.expect_page() as beside:
            page.keyboard.press("Control+Enter")
        expect(beside.value.get_by_role("heading", level=1, name="Audit Log")).to_be_visible()
        beside.value.close()

        # Leads: nothing is asked while one types, nor for two letters.
        asked.clear()
        box.fill("")
        box.press_sequentially("zoe")
        expect(dialog.get_by_text("Nothing fits.")).to_be_visible()
        box.fill("")
        box.press_sequentially("crm-7", delay=5)
        expect(chosen).to_contain_text("Zoë Nagy")
        assert [url for url in asked if "text=crm-7" in url]
        assert not [url for url in asked if "text=cr&" in url or url.endswith("text=cr")]
        browser.assert_sound_everywhere(page, "a lead")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1, name="Zoë Nagy")).to_be_visible()

        # The box of the list: two letters are enough for a name in Chinese, three for others.
        page.goto(web.url + "/admin/leads")
        search = page.get_by_role("searchbox", name="Search leads")
        for text, is_enough in (("zo", False), ("zoe", True), ("山", False), ("山田", True)):
            search.fill(text)
            assert search.evaluate("box => box.checkValidity()") is is_enough, text
        page.go_back()
        expect(page.get_by_role("heading", level=1, name="Zoë Nagy")).to_be_visible()

        # Another page, its own acts; what is typed elsewhere does not keep it from opening.
        page.get_by_role("textbox", name="New note").focus()
        page.keyboard.press("Control+k")
        expect(chosen).to_have_text("Assign to me")
        box.fill("appearance dark")
        page.keyboard.press("Enter")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(dialog).to_be_hidden()
        expect(page.get_by_role("textbox", name="New note")).to_be_focused()

        # The button, on a phone too, and the second time nothing is loaded for it.
        page.set_viewport_size(browser.PHONE)
        asked.clear()
        page.get_by_role("link", name="Search or jump to").click()
        expect(box).to_be_focused()
        # The page of a lead looks for news by itself.
        assert [url for url in asked if "/fresh?" not in url] == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name="Search or jump to")).to_be_focused()


def test_whoever_goes_on_by_keyboard_is_where_they_were(
    chromium: Browser, web: processes.Web, alex: Member
) -> None:
    make_leads(90)
    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(web.url + "/admin/leads?origin=manual&status=new")
        page.get_by_role("link", name="Next").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**cursor=**")
        following = page.get_by_role("link", name="Next")
        expect(following).to_be_focused()
        page.keyboard.press("Enter")
        # There is no page after it.
        expect(following).to_have_count(0)
        expect(page.get_by_role("link", name="Previous")).to_be_focused()
        page.get_by_role("columnheader", name="Score").get_by_role("link").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**sort=**")
        expect(page.get_by_role("columnheader", name="Score").get_by_role("link")).to_be_focused()
        chips = page.locator(".chips .chip a")
        chips.first.focus()
        page.keyboard.press("Enter")
        expect(chips).to_have_count(1)
        expect(chips.first).to_be_focused()
        page.keyboard.press("Enter")
        expect(chips).to_have_count(0)
        expect(page.get_by_role("button", name="Filter", exact=True)).to_be_focused()
        # By pointer it is left as browsers do it.
        page.get_by_role("link", name="Next").click()
        page.wait_for_url("**cursor=**")
        expect(page.locator("body")).to_be_focused()
