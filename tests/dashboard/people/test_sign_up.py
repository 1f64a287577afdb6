"""From nobody to the Owner of an account: sign up, confirm, name the account."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client

from synaptiq.accounts import actions
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Mail, Member, User
from tests.dashboard.markup import assert_strict_csp
from tests.mails import link_in, newest, text_of

SIGN_UP = "/account/sign-up/"
NEW = {"email": "Jane@Acme.Example", "password1": "correct horse battery"}


def sign_up(client: Client, **fields: str) -> None:
    sent = client.post(SIGN_UP, {**NEW, **fields}, follow=True)
    assert "Look into your mailbox" in sent.text


def test_sign_up_confirm_create_account(client: Client, db: None) -> None:
    sign_up(client)
    assert newest().to == "jane@acme.example"
    asked = client.get(link_in(newest()))
    assert "Is jane@acme.example yours?" in asked.text
    assert_strict_csp(asked.text)
    page = client.post(link_in(newest()), follow=True)
    assert page.redirect_chain[-1][0] == "/account/new/", "signed in, and without an account"
    made = client.post("/account/new/", {"name": "Acme", "timezone": "Europe/Berlin"}, follow=True)
    assert made.redirect_chain[-1][0] == "/admin/leads"
    account = Account.objects.get()
    assert (account.name, account.timezone) == ("Acme", "Europe/Berlin")
    owner = Member.across_accounts.get()
    assert (owner.user.email, owner.roles) == ("jane@acme.example", ["owner"])


def test_the_sign_in_page_leads_to_signing_up(client: Client, db: None) -> None:
    page = client.get("/account/sign-in/?next=/admin/exports").text
    assert f'href="{SIGN_UP}?next=%2Fadmin%2Fexports"' in page


def test_nobody_gets_in_before_confirming(client: Client, db: None) -> None:
    sign_up(client)
    signed = client.post(
        "/account/sign-in/", {"login": NEW["email"], "password": NEW["password1"]}, follow=True
    )
    assert "Look into your mailbox" in signed.text
    assert client.get("/account/new/").status_code == 302


def test_the_answer_does_not_tell_who_has_signed_up(client: Client, db: None) -> None:
    actions.add_person("jane@acme.example", "another pass phrase")
    sign_up(client)
    assert User.objects.count() == 1
    assert newest().subject == "You have signed up already"
    assert "/account/password/reset/" in text_of(newest())


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("password1", "short", "at least 10 characters"),
        ("password1", "jane@acme.example", "too similar"),
        ("password1", "1234567890", "too common"),
        ("email", "jane", "valid email"),
        ("email", "", "required"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    client: Client, db: None, field: str, value: str, sentence: str
) -> None:
    page = client.post(SIGN_UP, {**NEW, field: value})
    assert sentence in page.text
    assert f'id="id_{field}-error"' in page.text
    assert_strict_csp(page.text)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "", "timezone": "UTC"}, "Name is blank."),
        ({"name": "Acme", "timezone": "Mars/Phobos"}, "Time zone is no time zone"),
        ({"name": "\u200b", "timezone": "UTC"}, "Name is blank."),
    ],
)
def test_an_account_that_cannot_be_made_says_why(
    client: Client, db: None, fields: dict[str, str], sentence: str
) -> None:
    client.force_login(User.objects.create_user("jane@acme.example"))
    page = client.post("/account/new/", fields)
    assert page.status_code == 422
    assert sentence in page.text
    assert not Account.objects.exists()


def test_the_zones_are_offered_and_utc_is_the_first(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("jane@acme.example"))
    page = client.get("/account/new/")
    assert "data-guess-timezone" in page.text
    assert page.text.index('value="UTC"') < page.text.index('value="Africa/Abidjan"')
    assert 'value="America/Argentina/Buenos_Aires"' in page.text
    assert_strict_csp(page.text)


def test_links_in_mails_are_of_the_public_address(
    client: Client, db: None, settings: LazySettings
) -> None:
    settings.PUBLIC_URL = "https://synaptiq.example.com"
    client.post(SIGN_UP, NEW)
    assert "https://synaptiq.example.com/account/confirm-email/" in text_of(newest())


# ── Only who was invited ────────────────────────────────────────────────────────────────────────


def test_where_people_are_invited_nobody_else_signs_up(
    client: Client, db: None, settings: LazySettings
) -> None:
    settings.SIGNUP = "invited"
    assert "By invitation" in client.get(SIGN_UP).text
    client.post(SIGN_UP, NEW)
    assert not User.objects.exists()
    assert SIGN_UP not in client.get("/account/sign-in/").text


def test_where_people_are_invited_nobody_makes_accounts(
    client: Client, db: None, settings: LazySettings
) -> None:
    settings.SIGNUP = "invited"
    client.force_login(User.objects.create_user("jane@acme.example"))
    page = client.post("/account/new/", {"name": "Acme", "timezone": "UTC"})
    assert "You are in no account" in page.text
    assert not Account.objects.exists()


@pytest.mark.parametrize("signup", ["open", "invited"])
def test_an_invited_person_signs_up_and_joins_without_a_second_mail(
    client: Client,
    account: Account,
    actor: Callable[..., Actor],
    settings: LazySettings,
    signup: str,
) -> None:
    settings.SIGNUP = signup
    actions.invite_member(actor("admin"), "jane@acme.example", ["viewer"])
    link = link_in(newest())
    page = client.get(link)
    assert "Join Acme" in page.text
    assert_strict_csp(page.text)
    mails = Mail.objects.count()
    back = client.post(f"{SIGN_UP}?next={link}", NEW, follow=True)
    assert back.redirect_chain[-1][0] == link
    joined = client.post(link, follow=True)
    assert joined.redirect_chain[-1][0] == "/admin/leads"
    assert "Welcome to Acme." in joined.text
    assert Member.objects.get(user__email="jane@acme.example").roles == ["viewer"]
    assert Mail.objects.count() == mails


def test_an_invitation_opens_the_door_for_its_address_only(
    client: Client, account: Account, actor: Callable[..., Actor], settings: LazySettings
) -> None:
    settings.SIGNUP = "invited"
    actions.invite_member(actor("admin"), "jane@acme.example", ["viewer"])
    client.get(link_in(newest()))
    page = client.post(SIGN_UP, {**NEW, "email": "eve@acme.example"})
    assert "the address that the invitation was sent to" in page.text
    assert not User.objects.filter(email="eve@acme.example").exists()
