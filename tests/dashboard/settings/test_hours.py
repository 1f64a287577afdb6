"""Working hours in a real browser: by pointer, by keyboard and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from synaptiq.accounts.models import Account, Member
from synaptiq.meetings.models import Calendar
from tests.conftest import make_member
from tests.dashboard import browser

PATH = "/admin/settings/you/calendar"


@pytest.fixture
def owner(committed_db: str, account: Account) -> Member:
    return make_member(account, "owner", email="morgan@acme.example", name="Morgan Ellis")


def day(page: Page, label: str) -> Locator:
    return page.get_by_role("group", name=label, exact=True)


def saved(page: Page) -> dict[str, list[list[str]]]:
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    return Calendar.objects.get().hours


def test_ranges_are_added_removed_and_copied(url: str, chromium: Browser, owner: Member) -> None:
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(url + PATH)
        monday = day(page, "Monday")
        expect(monday.get_by_label("Monday from")).to_have_value("09:00")
        monday.get_by_label("Monday to", exact=True).fill("12:30")
        monday.get_by_role("button", name="Add hours on Monday").click()
        expect(monday.get_by_label("Monday from").nth(1)).to_be_focused()
        expect(monday.get_by_label("Monday from").nth(1)).to_have_value("13:30")
        monday.get_by_label("Monday to", exact=True).nth(1).fill("17:00")
        day(page, "Tuesday").get_by_role("button", name="Remove these hours").click()
        expect(day(page, "Tuesday").get_by_role("switch")).not_to_be_checked()
        expect(day(page, "Tuesday").get_by_text("No meetings")).to_be_visible()
        monday.get_by_role("button", name="Copy the hours of Monday").click()
        browser.assert_sound(page, "the days to copy to")
        for label in ("Friday", "Saturday"):
            page.get_by_role("checkbox", name=label, exact=True).check()
        page.get_by_role("button", name="Copy", exact=True).click()
        expect(
            page.get_by_role("status").get_by_text("Copied to Friday, Saturday.")
        ).to_be_visible()
        browser.assert_sound_everywhere(page, "hours")
        two, one = [["09:00", "12:30"], ["13:30", "17:00"]], [["09:00", "17:00"]]
        assert saved(page) == {"mon": two, "wed": one, "thu": one, "fri": two, "sat": two}


def test_a_zone_is_found_by_typing(url: str, chromium: Browser, owner: Member) -> None:
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(url + PATH)
        zone = page.get_by_role("combobox", name="Time zone")
        expect(zone).to_have_value("As the account (UTC)")
        zone.focus()
        page.keyboard.type("sao p")
        option = page.get_by_role("listbox", name="Time zone").get_by_role("option")
        expect(option).to_have_count(1)
        expect(option).to_contain_text("GMT-3")
        browser.assert_sound(page, "the list of zones")
        page.keyboard.press("Enter")
        expect(zone).to_have_value("Sao Paulo, America")
        page.keyboard.type("nowhere")
        expect(page.get_by_text("Nothing is called so.")).to_be_visible()
        page.keyboard.press("Escape")
        expect(zone).to_have_value("Sao Paulo, America")
        saved(page)
        assert Calendar.objects.get().timezone == "America/Sao_Paulo"
        page.get_by_role("combobox", name="Time zone").click()
        page.get_by_role("option", name="As the account (UTC)").click()
        saved(page)
        assert Calendar.objects.get().timezone == ""


def test_what_is_wrong_stands_beside_it_and_has_the_focus(
    url: str, chromium: Browser, owner: Member
) -> None:
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(url + PATH)
        day(page, "Wednesday").get_by_label("Wednesday to", exact=True).fill("08:00")
        page.get_by_role("button", name="Save").click()
        wrong = day(page, "Wednesday").get_by_label("Wednesday to", exact=True)
        expect(wrong).to_be_focused()
        expect(wrong).to_have_value("08:00")
        expect(wrong).to_have_accessible_description("Choose an end after its start.")
        browser.assert_sound_everywhere(page, "a wrong time")


def test_all_of_it_works_without_script(url: str, chromium: Browser, owner: Member) -> None:
    with browser.signed_in(chromium, url, owner, java_script_enabled=False) as page:
        page.goto(url + PATH)
        page.get_by_label("Time zone").select_option("Europe/Berlin")
        day(page, "Tuesday").get_by_role("switch").uncheck()
        expect(day(page, "Tuesday").get_by_label("Tuesday from").first).to_be_hidden()
        day(page, "Sunday").get_by_role("switch").check()
        expect(day(page, "Sunday").get_by_label("Sunday from").first).to_have_value("09:00")
        day(page, "Monday").get_by_label("Monday from").nth(1).fill("18:00")
        day(page, "Monday").get_by_label("Monday to", exact=True).nth(1).fill("20:00")
        hours = saved(page)
    assert hours["mon"] == [["09:00", "17:00"], ["18:00", "20:00"]]
    assert hours["sun"] == [["09:00", "17:00"]]
    assert "tue" not in hours
    assert Calendar.objects.get().timezone == "Europe/Berlin"
