"""The pages before the dashboard in a real browser: themes, phone, zoom, and the way in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from playwright.sync_api import Browser, expect

from synaptiq.accounts import actions, authentication
from synaptiq.accounts.models import Account, Invitation, User
from synaptiq.kit import clock
from tests.conftest import make_member
from tests.dashboard import browser

PASSWORD = "correct horse battery"
TOKEN = "a-token-that-was-sent-by-mail"


@pytest.fixture
def jane(committed_db: str, account: Account) -> User:
    """A person in no account, with an open invitation. The server knows no passwords of tests."""
    jane = actions.add_person("jane@acme.example")
    User.objects.filter(pk=jane.pk).update(
        password=make_password(PASSWORD, hasher=PBKDF2PasswordHasher())  # type: ignore[arg-type]
    )
    Invitation.objects.create(
        email=jane.email, roles=["viewer"], token_hash=authentication.hash_of(TOKEN),
        invited_by=make_member(account, "owner"), expires_at=clock.now() + timedelta(days=7),
    )  # fmt: skip
    return jane


@pytest.mark.usefixtures("jane")
def test_from_a_wrong_password_to_two_factor_sign_in(url: str, chromium: Browser) -> None:
    context = chromium.new_context(reduced_motion="reduce", timezone_id="Asia/Tokyo")
    page = context.new_page()
    for path in ("sign-up", "password/reset", "password/reset/sent", "confirm-email", "sign-in"):
        page.goto(f"{url}/account/{path}/")
        browser.assert_sound_everywhere(page, path)
    page.get_by_label("Email").fill("jane@acme.example")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    browser.assert_sound_everywhere(page, "a wrong password")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Create your account")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    browser.assert_sound_everywhere(page, "creating an account")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("Name is blank.")).to_be_visible()
    browser.assert_sound_everywhere(page, "an account without a name")
    page.goto(f"{url}/invitation/{TOKEN}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Join Acme")
    browser.assert_sound_everywhere(page, "an invitation")
    page.goto(f"{url}/account/two-factor/app/on/")
    browser.assert_sound_everywhere(page, "the password once more")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="QR code of the secret below")).to_be_visible()
    browser.assert_sound_everywhere(page, "two-factor sign-in")
    for path in ("email", "password"):
        page.goto(f"{url}/account/{path}/")
        browser.assert_sound_everywhere(page, path)
    context.close()
