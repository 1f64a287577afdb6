"""A session that ends while somebody types, and signing in again beside it."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from synaptiq.accounts import actions
from synaptiq.accounts.models import Account, Member, User
from synaptiq.leads.models import Lead
from tests.conftest import make_member
from tests.dashboard import browser

PASSWORD = "correct horse battery"


@pytest.fixture
def jane(committed_db: str, account: Account) -> Member:
    """Somebody who signs in. The server knows no passwords of tests."""
    jane = actions.add_person("jane@acme.example")
    hashed = make_password(PASSWORD, hasher=PBKDF2PasswordHasher())  # type: ignore[arg-type]
    User.objects.filter(pk=jane.pk).update(password=hashed)
    return make_member(account, "admin", email=jane.email)


def sign_in_beside(page: Page) -> None:
    """By the toast's link, in a tab of its own; then back."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again").click()
    beside = opened.value
    beside.get_by_label("Email").fill("jane@acme.example")
    beside.get_by_label("Password").fill(PASSWORD)
    beside.keyboard.press("Enter")
    expect(beside.get_by_role("navigation", name="Main")).to_be_visible()
    beside.close()
    # A browser without a window never hides a page, so it tells of none that is seen again.
    with page.expect_response("**/admin/notifications/bell?*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("You are signed out.")).to_have_count(0)


def test_what_was_typed_is_sent_after_signing_in_again(
    url: str, chromium: Browser, jane: Member
) -> None:
    with browser.signed_in(chromium, url, jane, expects_failures=True) as page:
        page.clock.install()
        page.goto(url + "/admin/leads")
        page.get_by_role("link", name="New lead").click()
        dialog = page.get_by_role("dialog", name="New lead")
        dialog.get_by_label("Name", exact=True).fill("Jane Smith")
        dialog.get_by_label("Email", exact=True).fill("jane.smith@example.org")
        Session.objects.all().delete()
        dialog.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()
        sign_in_beside(page)
        dialog.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_role("heading", name="Jane Smith")).to_be_visible()
        # A form without htmx, on a page that has been open for a while.
        page.goto(f"{url}/admin/settings/you/profile")
        name, save = page.get_by_label("Name", exact=True), page.get_by_role("button", name="Save")
        name.fill("Jane the Second")
        page.clock.fast_forward("01:01")
        Session.objects.all().delete()
        save.click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()
        expect(name).to_have_value("Jane the Second")
        sign_in_beside(page)
        save.click()
        expect(page.get_by_text("Saved.")).to_be_visible()
    assert Lead.objects.filter(email="jane.smith@example.org").exists()
    jane.user.refresh_from_db()
    assert jane.user.name == "Jane the Second"


def test_a_page_of_one_person_does_nothing_for_another(
    url: str, chromium: Browser, jane: Member, account: Account
) -> None:
    other = make_member(account, "admin", email="sam@acme.example", name="Sam Okafor")
    with browser.signed_in(chromium, url, jane, expects_failures=True) as page:
        page.clock.install()
        page.goto(url + "/admin/leads")
        page.get_by_role("link", name="New lead").click()
        dialog = page.get_by_role("dialog", name="New lead")
        dialog.get_by_label("Email", exact=True).fill("jane.smith@example.org")
        with browser.signed_in(chromium, url, other) as beside:
            [session] = [c for c in beside.context.cookies() if "session" in str(c.get("name"))]
        page.context.add_cookies([session])  # type: ignore[list-item]
        dialog.get_by_role("button", name="Add", exact=True).click()
        said = "This page was made for another person, and Sam Okafor is signed in now."
        expect(page.get_by_text(said)).to_be_visible()
        # Nothing of it is fetched either, such as a form with the token of the new session.
        page.keyboard.press("Escape")
        page.get_by_role("link", name="New lead").click()
        expect(page.get_by_text(said).first).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
    assert not Lead.objects.exists()
