"""One lead in a real browser: edited in place, by two people, by keyboard, on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member, Notice
from synaptiq.leads import actions, queries
from synaptiq.leads.models import CustomProperty, Lead
from tests import processes
from tests.dashboard import browser
from tests.dashboard.clients import make_leads

LONG = "a.rather.long.address.of.somebody.with.many.names@subsidiary-of-acme.example"
RTL = "محمد عبد الرحمن بن عبد العزيز القحطاني"


@pytest.fixture
def alex(account: Account, member: Callable[..., Member]) -> Member:
    return member("agent", name="Alex Moreno", email="alex@yourteam.com")


@pytest.fixture
def priya(account: Account, member: Callable[..., Member]) -> Member:
    return member("admin", name="Priya Nair", email="priya@yourteam.com")


@pytest.fixture
def lead(account: Account) -> Lead:
    CustomProperty.objects.create(slug="call", label="First call", type="text", position=1)
    [made] = make_leads(
        1, name="Jane Smith", email="jane@acme.com", company="Acme", tags=["webinar"],
        custom={"call": "They want to begin with the Berlin office and then see. " * 3},
    )  # fmt: skip
    return made


def edit(page: Page, name: str, label: str) -> Locator:
    """Open a field; its control, once it is there to be typed into."""
    page.get_by_role("link", name=f"Edit {name}", exact=True).click()
    control = page.get_by_label(label, exact=True)
    expect(control).to_be_focused()
    return control


def heights(page: Page) -> list[float]:
    found: list[float] = page.evaluate(
        "[...document.querySelectorAll('.prop')].map(e => e.getBoundingClientRect().top + scrollY)"
    )
    return found


def test_a_field_is_edited_by_keyboard_and_nothing_moves(
    chromium: Browser, web: processes.Web, alex: Member, lead: Lead
) -> None:
    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(f"{web.url}/admin/leads/{lead.public_id}")
        before = heights(page)
        # A long text too: its form is as high as it was.
        for name in ("First call", "company", "status", "assignee"):
            page.get_by_role("link", name=f"Edit {name}", exact=True).focus()
            page.keyboard.press("Enter")
            expect(page.locator(".edit :is(input, select)[name=value]")).to_be_focused()
            assert heights(page) == before, name
            page.keyboard.press("Escape")
            expect(page.get_by_role("link", name=f"Edit {name}", exact=True)).to_be_focused()
            assert heights(page) == before, name
        page.locator("#prop-company").get_by_text("Acme", exact=True).click()
        field = page.get_by_label("Company", exact=True)
        expect(field).to_be_focused()
        page.keyboard.type("Acme Corp")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Edit company")).to_be_focused()
        expect(page.get_by_role("status").filter(has_text="Company saved.")).to_have_count(1)
        expect(page.get_by_role("list").get_by_text("changed company")).to_be_visible()
        # Two at once, each in its own form; the name is also that of the page.
        edit(page, "phone", "Phone").fill("+1-555-0123")
        edit(page, "name", "Name").fill("Jane Doe")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Jane Doe")).to_be_visible()
        expect(page).to_have_title("Jane Doe · Synaptiq")
        expect(page.get_by_label("Phone", exact=True)).to_have_value("+1-555-0123")
        page.get_by_role("button", name="Save phone").click()
        expect(page.get_by_role("link", name="Edit phone")).to_be_focused()
        # What is wrong is said beside the field; the focus stays.
        edit(page, "email", "Email").fill("jane.acme.com")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Email is not an email address")
        expect(page.get_by_label("Email", exact=True)).to_be_focused()
        browser.assert_sound_everywhere(page, "an error")
    got = queries.get(lead.public_id)
    assert (got.name, got.company, got.phone) == ("Jane Doe", "Acme Corp", "+1-555-0123")


def test_two_windows_edit_one_lead_and_nothing_is_lost(
    chromium: Browser, web: processes.Web, alex: Member, priya: Member, lead: Lead
) -> None:
    address = f"{web.url}/admin/leads/{lead.public_id}"
    with (
        browser.signed_in(chromium, web.url, alex) as one,
        browser.signed_in(chromium, web.url, priya) as two,
    ):
        for page in (one, two):
            page.goto(address)
            for name in ("company", "name"):
                edit(page, name, name.capitalize())
        one.get_by_label("Company", exact=True).fill("Acme Corp")
        one.get_by_label("Company", exact=True).press("Enter")
        expect(one.get_by_role("link", name="Edit company")).to_be_visible()
        one.get_by_label("Name", exact=True).fill("Jane A. Smith")
        one.get_by_label("Name", exact=True).press("Enter")
        expect(one.get_by_role("heading", name="Jane A. Smith")).to_be_visible()

        two.get_by_label("Name", exact=True).fill("Dr Jane Smith")
        two.get_by_label("Company", exact=True).fill("ACME Holdings")
        two.get_by_label("Company", exact=True).press("Enter")
        company = two.get_by_role("alert")
        expect(company).to_contain_text("Alex Moreno changed this to Acme Corp, just now.")
        expect(two.get_by_label("Company", exact=True)).to_have_value("ACME Holdings")
        browser.assert_sound_everywhere(two, "a conflict")
        two.get_by_role("button", name="Save mine").click()
        expect(two.get_by_role("link", name="Edit company")).to_be_focused()
        expect(two.get_by_label("Name", exact=True)).to_have_value("Dr Jane Smith")
        two.get_by_label("Name", exact=True).press("Enter")
        expect(two.get_by_role("alert")).to_contain_text("changed this to Jane A. Smith")
        two.get_by_role("link", name="Keep theirs").click()
        expect(two.get_by_role("link", name="Edit name")).to_be_focused()
        expect(two.locator("#prop-name")).to_contain_text("Jane A. Smith")
    got = queries.get(lead.public_id)
    assert (got.name, got.company) == ("Jane A. Smith", "ACME Holdings")


def test_tags_by_keyboard(chromium: Browser, web: processes.Web, alex: Member, lead: Lead) -> None:
    actions.register_tags(["enterprise"])
    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(f"{web.url}/admin/leads/{lead.public_id}")
        field = page.get_by_label("Tags", exact=True)
        expect(page.locator("#known-tags option")).to_have_attribute("value", "enterprise")
        for tag in ("enterprise", "عميل مهم"):
            field.focus()
            page.keyboard.type(tag)
            page.keyboard.press("Enter")
            expect(page.get_by_role("button", name=f"Remove tag {tag}")).to_be_visible()
            expect(field).to_be_focused()
            expect(field).to_have_value("")
        page.keyboard.press("Backspace")
        expect(page.get_by_role("status").filter(has_text="Tag عميل مهم removed.")).to_have_count(1)
        expect(field).to_be_focused()
        page.get_by_role("button", name="Remove tag webinar").press("Enter")
        expect(page.get_by_role("button", name="Remove tag webinar")).to_have_count(0)
        expect(field).to_be_focused()
        page.keyboard.type("x" * 61)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("longer than 60 characters")
        expect(field).to_have_value("x" * 61)
        browser.assert_sound_everywhere(page, "a tag too long")
    assert queries.get(lead.public_id).tags == ["enterprise"]


def test_a_note_with_a_mention_by_keyboard(
    chromium: Browser, web: processes.Web, alex: Member, priya: Member, lead: Lead
) -> None:
    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(f"{web.url}/admin/leads/{lead.public_id}")
        area = page.get_by_label("New note")
        area.focus()
        page.keyboard.type("Please call her, @")
        options = page.get_by_role("option")
        expect(options).to_have_count(2)
        page.keyboard.type("nai")
        expect(options).to_have_count(1)
        option = page.get_by_role("option", name="Priya Nair")
        expect(option).to_have_attribute("aria-selected", "true")
        active = area.get_attribute("aria-activedescendant")
        assert active == option.get_attribute("id")
        browser.assert_sound_everywhere(page, "choosing a member")
        page.keyboard.press("Enter")
        expect(area).to_have_value("Please call her, @priya@yourteam.com ")
        expect(page.get_by_role("listbox")).to_be_hidden()
        page.keyboard.type("@")
        page.keyboard.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
        page.keyboard.press("Backspace")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#stream .mention")).to_have_text("@Priya Nair")
        expect(area).to_be_focused()
        expect(area).to_have_value("")
        assert Notice.objects.get().member == priya

        # A note in hand stays while a field is saved beside it.
        note = edit(page, "note", "Note")
        note.fill("Call her today")
        edit(page, "company", "Company").fill("Acme Corp")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Edit company")).to_be_visible()
        expect(note).to_have_value("Call her today")
        browser.assert_sound_everywhere(page, "a note being edited")
        note.press("Control+Enter")
        expect(page.get_by_role("list").get_by_text("Call her today")).to_be_visible()
        page.get_by_role("link", name="Delete note").click()
        dialog = page.get_by_role("dialog", name="Delete this note?")
        dialog.get_by_role("button", name="Delete", exact=True).click()
        expect(dialog).to_have_count(0)
        expect(page.get_by_text("Call her today")).to_have_count(0)


def test_merging_two_leads(chromium: Browser, web: processes.Web, alex: Member, lead: Lead) -> None:
    [_, other] = make_leads(2, name="Jane S.", email=LONG, company="Acme Corporation")
    actions.add_note(actors.of_member(alex), other.public_id, "Wrote by form as well")
    with browser.signed_in(chromium, web.url, alex) as page:
        page.goto(f"{web.url}/admin/leads/{lead.public_id}")
        page.get_by_role("button", name="Actions").click()
        browser.assert_sound_everywhere(page, "the menu")
        page.get_by_role("link", name="Merge with another lead").click()
        field = page.get_by_label("Find the other lead")
        expect(field).to_be_focused()
        page.keyboard.type("many.names")
        expect(page.get_by_role("heading", name="2 leads found")).to_be_visible()
        browser.assert_sound_everywhere(page, "what was found")
        page.get_by_role("link", name="Jane S.").first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Merge these two leads")).to_be_visible()
        page.goto(f"{web.url}/admin/leads/{lead.public_id}/merge/{other.public_id}")
        email = page.get_by_role("group", name="Email")
        email.get_by_label(LONG).check()
        browser.assert_sound_everywhere(page, "what is kept")
        page.get_by_role("button", name="Merge", exact=True).click()
        expect(page).to_have_url(f"{web.url}/admin/leads/{lead.public_id}")
        expect(page.locator("#prop-email")).to_contain_text(LONG)
        expect(page.get_by_text("Wrote by form as well")).to_be_visible()
        page.goto(f"{web.url}/admin/leads/{other.public_id}")
        expect(page).to_have_url(f"{web.url}/admin/leads/{lead.public_id}")
        browser.assert_sound_everywhere(page, "merged")
    got = queries.get(lead.public_id)
    assert (got.name, got.email, got.company) == ("Jane Smith", LONG, "Acme")


def test_long_and_right_to_left_names_fit_a_phone(
    chromium: Browser, web: processes.Web, alex: Member, account: Account
) -> None:
    [lead] = make_leads(1, name=RTL, email=LONG, tags=["x" * 60, "عميل مهم"], company="W" * 200)
    address = f"{web.url}/admin/leads/{lead.public_id}"
    with browser.signed_in(chromium, web.url, alex, viewport=browser.PHONE) as page:
        page.goto(address)
        expect(page.get_by_role("heading", name="Activity")).to_be_visible()
        expect(page.get_by_role("complementary", name="About")).to_be_hidden()
        browser.assert_sound_everywhere(page, "a phone's first view")
        page.get_by_role("link", name="About", exact=True).click()
        expect(page.get_by_role("complementary", name="About")).to_be_visible()
        expect(page.get_by_role("heading", name="Activity")).to_be_hidden()
        browser.assert_sound_everywhere(page, "a phone's second view")
        page.get_by_role("link", name="Edit name").click()
        expect(page.get_by_label("Name", exact=True)).to_have_value(RTL)
        browser.assert_sound_everywhere(page, "a field on a phone")
        page.keyboard.press("Escape")
        expect(page.get_by_role("complementary", name="About")).to_be_visible()


def test_without_script(chromium: Browser, web: processes.Web, alex: Member, lead: Lead) -> None:
    without = browser.signed_in(chromium, web.url, alex, java_script_enabled=False)
    with without as page:
        page.goto(f"{web.url}/admin/leads/{lead.public_id}")
        edit(page, "company", "Company").fill("Acme Corp")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#prop-company")).to_contain_text("Acme Corp")
        page.get_by_label("Tags", exact=True).fill("enterprise")
        page.get_by_label("Tags", exact=True).press("Enter")
        page.get_by_role("button", name="Remove tag webinar").click()
        page.get_by_label("New note").fill("By hand")
        page.get_by_role("button", name="Add note").click()
        expect(page.get_by_text("By hand", exact=True).last).to_be_visible()
        page.get_by_role("button", name="Assign to me").first.click()
        expect(page.locator("#prop-assigned_to")).to_contain_text("Alex Moreno")
    got = queries.get(lead.public_id)
    assert (got.company, got.tags, got.assigned_to) == ("Acme Corp", ["enterprise"], alex)
