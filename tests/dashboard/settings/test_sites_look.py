"""A site's page in a real browser: nothing for axe to find, by keyboard, and all without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member
from synaptiq.kit import clock
from synaptiq.sites import greetings, identity
from synaptiq.sites.models import Greeting, Site
from tests.conftest import make_member
from tests.conversations.making import make_site
from tests.dashboard import browser


@pytest.fixture
def owner(committed_db: str, account: Account) -> Member:
    return make_member(account, "owner", email="morgan@acme.example", name="Morgan Ellis")


@pytest.fixture
def site(owner: Member) -> Site:
    """One that has something in every section."""
    made = make_site(
        "shop.acme.example", last_refused_at=clock.now(),
        last_refused_origin="https://a-very-long-name-of-a-preview.staging.acme.example:8443",
    )  # fmt: skip
    actor = actors.of_member(owner)
    identity.make_secret(actor, made.public_id)
    for text in ("Which plan?", "مرحبا! كيف يمكنني المساعدة؟", "W" * 120):
        one = greetings.add_greeting(
            actor, made.public_id,
            {"text": text, "quick_replies": "Growth\n" + "W" * 60, "pages": "/" + "w" * 150,
             "delay_seconds": "0", "frequency": "always"},
        )  # fmt: skip
        greetings.count_outcomes(
            made,
            "/" + "w" * 200,
            [(one.public_id, what) for what in ("shown", "other_page", "tab_hidden")],
        )
    return made


@pytest.fixture
def path(site: Site) -> str:
    return f"/admin/settings/sites/{site.public_id}"


def test_nothing_is_found_on_any_page_of_a_site(
    url: str, chromium: Browser, owner: Member, site: Site, path: str
) -> None:
    greeting = Greeting.objects.order_by("pk")[0].public_id
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(url + "/admin/settings/sites")
        browser.assert_sound_everywhere(page, "sites")
        page.goto(url + path)
        for more in page.locator("details.more > summary").all():
            more.click()
        browser.assert_sound_everywhere(page, "a site")
        for below in (
            "/change", "/privacy", "/identity", "/identity/remove", "/greetings/new",
            f"/greetings/{greeting}", f"/greetings/{greeting}/delete",
        ):  # fmt: skip
            page.goto(url + path + below)
            browser.assert_sound_everywhere(page, below)


def test_greetings_are_ordered_by_keyboard_and_added_in_a_dialog(
    url: str, chromium: Browser, owner: Member, path: str
) -> None:
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(url + path)
        heads = page.locator(".greetings h3")
        down = page.get_by_role("button", name="Move down: Which plan?")
        down.focus()
        page.keyboard.press("Enter")
        expect(heads.nth(1)).to_have_text("Which plan?")
        expect(down).to_be_focused()
        said = page.get_by_role("status").filter(has_text="Which plan?: place 2")
        expect(said).to_have_count(1)
        page.get_by_role("link", name="New greeting").click()
        dialog = page.get_by_role("dialog", name="New greeting")
        expect(dialog.get_by_label("Text")).to_be_focused()
        page.keyboard.type("Ask me")
        dialog.get_by_label("After (seconds)").fill("700")
        browser.assert_sound(page, "the dialog")
        dialog.get_by_role("button", name="Add greeting").click()
        expect(page.get_by_text("is no whole number from 0 to 600")).to_be_visible()
        delay = page.get_by_label("After (seconds)")
        expect(delay).to_be_focused()
        browser.assert_sound(page, "the refused form")
        delay.fill("7")
        page.get_by_role("button", name="Add greeting").click()
        expect(page.get_by_text("The greeting is added, and on.")).to_be_visible()
        expect(heads.last).to_have_text("Ask me")
    assert Greeting.objects.get(text="Ask me").delay_seconds == 7


def test_the_page_sees_that_the_widget_is_there(
    url: str, chromium: Browser, owner: Member, site: Site, path: str
) -> None:
    with browser.signed_in(chromium, url, owner) as page:
        page.goto(url + path)
        expect(page.get_by_text("which is not among the origins")).to_be_visible()
        Site.objects.filter(pk=site.pk).update(
            last_seen_at=clock.now(), last_seen_page="https://acme.example/pricing"
        )
        expect(page.get_by_text("https://acme.example/pricing")).to_be_visible(timeout=20_000)
        page.get_by_role("button", name="Add this origin").click()
        expect(page.get_by_text("may talk now")).to_be_visible()
        expect(page.get_by_text("which is not among the origins")).to_have_count(0)


def test_all_of_it_works_without_script(
    url: str, chromium: Browser, owner: Member, path: str
) -> None:
    with browser.signed_in(chromium, url, owner, java_script_enabled=False) as page:
        page.goto(url + "/admin/settings/sites")
        page.get_by_role("link", name="shop.acme.example").click()
        page.get_by_role("button", name="Move down: Which plan?").click()
        expect(page.locator(".greetings h3").nth(1)).to_have_text("Which plan?")
        page.get_by_role("link", name="Change privacy").click()
        page.get_by_label("Remember for (days)").fill("30")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("30 days", exact=True)).to_be_visible()
        page.get_by_role("link", name="Replace the identity secret").click()
        page.get_by_role("button", name="Replace").click()
        expect(page.get_by_text("ids_syn_")).to_be_visible()
        page.get_by_role("link", name="Done").click()
        page.get_by_role("link", name="New greeting").click()
        page.get_by_role("link", name="Cancel").click()
        expect(page.get_by_role("heading", name="shop.acme.example")).to_be_visible()
    assert Site.objects.get().remember_days == 30
