"""Signing in and out, new passwords, and attempts that are counted where all processes see them."""

from __future__ import annotations

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client

from synaptiq.accounts import actions
from synaptiq.accounts.models import Mail, User
from tests.dashboard.markup import assert_strict_csp
from tests.mails import link_in, newest, text_of

SIGN_IN = "/account/sign-in/"
PASSWORD = "correct horse battery"


@pytest.fixture
def jane(db: None) -> User:
    return actions.add_person("jane@acme.example", PASSWORD)


def sign_in(client: Client, password: str = PASSWORD, path: str = SIGN_IN) -> str:
    """Where it leads to; the page itself when it leads nowhere."""
    answer = client.post(path, {"login": "jane@acme.example", "password": password})
    return answer.headers.get("Location") or answer.text


def test_the_right_password_leads_to_the_dashboard(client: Client, jane: User) -> None:
    assert sign_in(client) == "/admin/"


def test_the_pages_before_signing_in_keep_the_policy(client: Client, jane: User) -> None:
    for path in (SIGN_IN, "/account/password/reset/", "/account/confirm-email/nonsense/"):
        assert_strict_csp(client.get(path).text)


@pytest.mark.parametrize(
    ("after", "leads_to"),
    [
        ("/admin/leads?status=new", "/admin/leads?status=new"),
        ("https://evil.example/", "/admin/"),
        ("//evil.example/", "/admin/"),
        ("http://localhost:8000/admin/exports", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
        ("/\\evil.example", "/admin/"),
    ],
)
def test_signing_in_leads_back_but_never_elsewhere(
    client: Client, jane: User, after: str, leads_to: str
) -> None:
    answer = client.post(
        SIGN_IN, {"login": "jane@acme.example", "password": PASSWORD, "next": after}
    )
    assert answer.headers["Location"] == leads_to


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(
    client: Client, jane: User
) -> None:
    answers = [
        client.post(SIGN_IN, {"login": email, "password": "wrong"})
        for email in ("jane@acme.example", "joe@acme.example")
    ]
    for answer in answers:
        assert "This email address and password do not belong together." in answer.text


def test_attempts_are_counted_in_the_database(client: Client, jane: User) -> None:
    for _ in range(5):
        assert "do not belong together" in sign_in(client, "wrong")
    assert "There were too many attempts." in sign_in(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache")
        assert cursor.fetchone()[0] > 0
    # Another process, another browser: nothing of it is kept in this one.
    caches["default"].close()
    other = Client(REMOTE_ADDR="203.0.113.77")
    assert "There were too many attempts." in sign_in(other)


def test_many_attempts_from_one_address_get_the_429_page(client: Client, jane: User) -> None:
    answers = [
        client.post(SIGN_IN, {"login": f"u{n}@x.example", "password": "wrong"}).status_code
        for n in range(31)
    ]
    assert set(answers[:10]) == {200}
    page = client.post(SIGN_IN, {"login": "a@x.example", "password": "wrong"})
    assert page.status_code == 429
    assert "Wait a few minutes" in page.text
    assert_strict_csp(page.text)


def test_signing_out_is_a_button_not_a_link(client: Client, jane: User) -> None:
    sign_in(client)
    assert "Sign out?" in client.get("/account/sign-out/").text
    assert client.get("/account/new/").status_code == 200
    assert client.post("/account/sign-out/").headers["Location"] == SIGN_IN
    assert client.get("/account/new/").status_code == 302


def test_a_disabled_person_cannot_sign_in_and_is_thrown_out(client: Client, jane: User) -> None:
    sign_in(client)
    User.objects.update(is_active=False)
    assert client.get("/account/new/").status_code == 302
    anew = Client()
    assert sign_in(anew) == "/account/inactive/"
    assert "_auth_user_id" not in anew.session
    assert anew.get("/account/new/").status_code == 302


def test_a_new_password_by_mail(client: Client, jane: User) -> None:
    client.post("/account/password/reset/", {"email": "jane@acme.example"})
    link = link_in(newest())
    page = client.get(link, follow=True)
    assert_strict_csp(page.text)
    form = page.redirect_chain[-1][0]
    assert link.split("-", 1)[1] not in form, "the key is out of the address bar"
    done = client.post(
        form,
        {"password1": "a much better phrase", "password2": "a much better phrase"},
        follow=True,
    )
    assert "Your new password is set" in done.text
    assert "do not belong together" in sign_in(client)
    assert sign_in(client, "a much better phrase") == "/admin/"
    assert newest().subject == "Your password was changed"
    assert "127.0.0.1" in text_of(newest())
    assert "This link does not work" in Client().get(link, follow=True).text


def test_asking_for_a_password_does_not_tell_who_has_signed_up(client: Client, jane: User) -> None:
    known = client.post("/account/password/reset/", {"email": "jane@acme.example"}, follow=True)
    unknown = client.post("/account/password/reset/", {"email": "joe@acme.example"}, follow=True)
    assert _without_token(known.text) == _without_token(unknown.text)
    assert newest("joe@acme.example").subject == "No sign-in for this address"


def _without_token(html: str) -> str:
    return re.sub(r"(?<=\")[A-Za-z0-9]{64}(?=\")", "", html)


def test_changing_the_password_ends_other_sessions(client: Client, jane: User) -> None:
    sign_in(client)
    elsewhere = Client()
    sign_in(elsewhere)
    done = client.post(
        "/account/password/",
        {"oldpassword": PASSWORD, "password1": "a much better phrase",
         "password2": "a much better phrase"},
    )  # fmt: skip
    assert done.headers["Location"] == "/admin/settings/security"
    assert client.get("/account/new/").status_code == 200
    assert elsewhere.get("/account/new/").status_code == 302


def test_a_new_address_takes_the_old_ones_place_once_it_is_confirmed(
    client: Client, jane: User
) -> None:
    sign_in(client)
    asked = client.post(
        "/account/email/", {"email": "jane@new.example", "action_add": ""}, follow=True
    )
    assert "Confirm that it is you" in asked.text
    page = client.post(asked.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    assert "A link is on its way to" in page.text
    assert_strict_csp(page.text)
    jane.refresh_from_db()
    assert jane.email == "jane@acme.example"
    client.post(link_in(newest("jane@new.example")))
    jane.refresh_from_db()
    assert jane.email == "jane@new.example"
    assert Mail.objects.filter(
        to="jane@acme.example", subject="Your email address was changed"
    ).exists()
