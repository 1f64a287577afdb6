"""Two-factor sign-in: turned on with a code, asked for, recovered from, turned off."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from synaptiq.accounts import actions
from synaptiq.accounts.models import User
from tests.dashboard.markup import assert_strict_csp
from tests.mails import newest, text_of

PASSWORD = "correct horse battery"
APP_ON = "/account/two-factor/app/on/"


class Clock:
    """`time.time()` as allauth asks it: stands still, moved by hand.

    It stands at the present, for the cache's entries expire by the database's clock.
    """

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("time.time", clock)
    return clock


def enter(client: Client) -> Client:
    """A browser in which the Owner of an account has just signed in and confirmed the password."""
    user = actions.add_person("jane@acme.example", PASSWORD)
    actions.create_account(user, "Acme", "UTC")
    sign_in(client)
    client.post("/account/confirm-password/", {"password": PASSWORD})
    return client


@pytest.fixture
def jane(db: None, at: Clock, client: Client) -> Client:
    return enter(client)


def sign_in(client: Client) -> str:
    answer = client.post("/account/sign-in/", {"login": "jane@acme.example", "password": PASSWORD})
    return str(answer.headers["Location"])


def code_of(secret: str, at: float) -> str:
    """RFC 6238, written down a second time: SHA-1, 30 seconds, six digits."""
    counter = struct.pack(">Q", int(at) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def turn_on(client: Client, at: Clock) -> str:
    page = client.get(APP_ON)
    assert_strict_csp(page.text)
    found = re.search(r"<code[^>]*>([A-Z2-7]{16,})</code>", unescape(page.text))
    assert found, page.text
    secret = found[1]
    done = client.post(APP_ON, {"code": code_of(secret, at.now)}, follow=True)
    assert "Recovery codes" in done.text
    assert_strict_csp(done.text)
    return secret


def test_rfc_6238_agrees_with_our_code() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert code_of(secret, 59) == "287082"
    assert code_of(secret, 1111111109) == "081804"


def test_a_round_trip(jane: Client, at: Clock) -> None:
    secret = turn_on(jane, at)
    jane.post("/account/sign-out/")
    assert sign_in(jane) == "/account/two-factor/code/"
    assert jane.get("/admin/leads").status_code == 302, "the password alone is not enough"
    at.now += 60
    page = jane.get("/account/two-factor/code/")
    assert_strict_csp(page.text)
    wrong = jane.post("/account/two-factor/code/", {"code": "000000"})
    assert "This code is not right." in wrong.text
    right = jane.post("/account/two-factor/code/", {"code": code_of(secret, at.now)})
    assert right.headers["Location"] == "/admin/"


def test_the_person_is_told_by_mail(committed_db: str, at: Clock, client: Client) -> None:
    turn_on(enter(client), at)
    assert newest("jane@acme.example").subject == "Two-factor sign-in is on"
    assert "127.0.0.1" in text_of(newest())


@pytest.mark.parametrize(
    ("language", "written"),
    [("en-US", r"at [A-Z][a-z]+ \d+, \d{4}, \d+:\d\d [AP]M UTC"),
     ("en-GB", r"at \d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC")],
)  # fmt: skip
def test_that_mail_writes_dates_as_the_person_chose(
    committed_db: str, at: Clock, client: Client, language: str, written: str
) -> None:
    enter(client)
    User.objects.update(language=language)
    turn_on(client, at)
    assert re.search(written, text_of(newest()))


def test_a_code_works_once(jane: Client, at: Clock) -> None:
    secret = turn_on(jane, at)
    at.now += 60
    code = code_of(secret, at.now)
    for browser, works in ((Client(), True), (Client(), False)):
        sign_in(browser)
        answer = browser.post("/account/two-factor/code/", {"code": code})
        assert (answer.headers.get("Location") == "/admin/") is works


def test_codes_cannot_be_tried_through(jane: Client, at: Clock) -> None:
    secret = turn_on(jane, at)
    at.now += 60
    browser = Client()
    sign_in(browser)
    for n in range(10):
        answer = browser.post("/account/two-factor/code/", {"code": f"{n:06d}"})
    assert "too many" in answer.text.lower()
    right = browser.post("/account/two-factor/code/", {"code": code_of(secret, at.now)})
    assert right.headers.get("Location") != "/admin/"


def test_the_secret_is_encrypted_at_rest(jane: Client, at: Clock) -> None:
    secret = turn_on(jane, at)
    assert secret not in repr(list(Authenticator.objects.values()))


def test_a_recovery_code_signs_in_once(jane: Client, at: Clock) -> None:
    turn_on(jane, at)
    page = jane.get("/account/two-factor/recovery-codes/")
    codes = re.findall(r"<li>([0-9a-f-]+)</li>", page.text)
    assert len(codes) == 10
    for browser, works in ((Client(), True), (Client(), False)):
        sign_in(browser)
        answer = browser.post("/account/two-factor/code/", {"code": codes[0]})
        assert (answer.headers.get("Location") == "/admin/") is works
    assert "9 unused codes are left" in jane.get("/admin/settings/security").text
    file = jane.get("/account/two-factor/recovery-codes/file/")
    assert codes[1] in file.text


def test_turning_it_off(jane: Client, at: Clock) -> None:
    turn_on(jane, at)
    asked = jane.get("/account/two-factor/app/off/")
    assert "your password alone will be enough" in asked.text
    assert_strict_csp(asked.text)
    done = jane.post("/account/two-factor/app/off/", follow=True)
    assert done.redirect_chain[-1][0] == "/admin/settings/security"
    assert not Authenticator.objects.exists()
    jane.post("/account/sign-out/")
    assert sign_in(jane) == "/admin/"


def test_after_a_while_the_password_is_asked_again(jane: Client, at: Clock) -> None:
    at.now += 3600
    asked = jane.get(APP_ON, follow=True)
    assert asked.redirect_chain[-1][0].startswith("/account/confirm-password/")
    assert "Confirm that it is you" in asked.text
    assert_strict_csp(asked.text)
    wrong = jane.post(asked.redirect_chain[-1][0], {"password": "wrong"})
    assert "This is not your password." in wrong.text
    back = jane.post(asked.redirect_chain[-1][0], {"password": PASSWORD})
    assert back.headers["Location"] == APP_ON
