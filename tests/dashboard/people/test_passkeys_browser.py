"""Passkeys in a real browser, with a device that Chromium plays; what asks for one first."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from playwright.sync_api import Browser, Page, ViewportSize, expect

from synaptiq.accounts import actions, queries
from synaptiq.accounts.models import Account, Member, User
from synaptiq.accounts.tenancy import acting_for
from tests.conftest import make_member
from tests.dashboard import browser

PASSWORD = "correct horse battery"


@pytest.fixture
def owner(committed_db: str, account: Account) -> Member:
    """Somebody who signs in. The server knows no passwords of tests."""
    jane = actions.add_person("jane@acme.example")
    User.objects.filter(pk=jane.pk).update(
        password=make_password(PASSWORD, hasher=PBKDF2PasswordHasher())  # type: ignore[arg-type]
    )
    make_member(account, "agent", email="priya@acme.example", name="Priya Nair")
    return make_member(account, "owner", email=jane.email)


def has_device(page: Page) -> None:
    """A device with a fingerprint sensor, on which the right finger lies."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.parametrize(
    ("theme", "viewport"),
    [("light", browser.WIDE), ("dark", browser.PHONE)],
    ids=["light-wide", "dark-phone"],
)
def test_from_adding_one_to_giving_the_account_away(
    url: str, chromium: Browser, account: Account, owner: Member, theme: str, viewport: ViewportSize
) -> None:
    # A bare address has no passkeys.
    url = url.replace("127.0.0.1", "localhost")
    sound = browser.assert_sound
    context = chromium.new_context(
        viewport=viewport,
        color_scheme=theme,
        reduced_motion="reduce",  # type: ignore[arg-type]
    )
    with context:
        page = context.new_page()
        has_device(page)
        page.goto(f"{url}/account/sign-in/?next=/admin/settings/security")
        sound(page, "sign-in")
        page.get_by_label("Email").fill("jane@acme.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Add passkey").click()
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Name")).to_have_value("Chrome on Linux")
        sound(page, "adding one")
        page.get_by_role("button", name="Add passkey").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
        page.get_by_role("link", name="Done").click()
        expect(page.get_by_role("row", name="Chrome on Linux")).to_be_visible()
        sound(page, "the list")
        # The device knows that it has one.
        page.get_by_role("link", name="Add passkey").click()
        page.get_by_role("button", name="Add passkey").click()
        expect(page.get_by_text("This device has a passkey of yours already.")).to_be_visible()
        sound(page, "one too many")
        page.get_by_role("link", name="Cancel").click()
        page.get_by_role("button", name="Actions for Chrome on Linux").click()
        page.get_by_role("link", name="Rename").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("Name")).to_be_focused()
        sound(page, "renaming")
        page.keyboard.press("Escape")

        context.clear_cookies()
        page.goto(f"{url}/account/sign-in/?next=/admin/settings/account")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url("**/admin/settings/account")

        page.get_by_role("link", name="Transfer ownership").click()
        page.wait_for_url("**/account/confirm-password/**")
        page.get_by_role("link", name="Use a passkey").click()
        sound(page, "confirming by one")
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url("**/admin/settings/account/transfer")
        sound(page, "the transfer as a page")
        page.goto(f"{url}/admin/settings/account")
        page.get_by_role("link", name="Transfer ownership").click()
        dialog.get_by_label("New Owner").select_option("priya@acme.example (Priya Nair)")
        sound(page, "the transfer in a dialog")
        dialog.get_by_role("button", name="Transfer ownership").click()
        expect(page.get_by_text("priya@acme.example is now an Owner")).to_be_visible()

        context.clear_cookies()
        page.goto(f"{url}/account/sign-in/")
        page.get_by_label("Email").fill("jane@acme.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
        sound(page, "the second step")
        page.get_by_role("button", name="Use your passkey").click()
        page.wait_for_url("**/admin/leads")
    with acting_for(account.pk):
        assert queries.member(owner.public_id).roles == ["admin"]
