"""Passkeys: added, renamed, removed; signing in with one, and after the password."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.test import Client

from synaptiq.accounts import actions
from tests.dashboard.clients import HTMX
from tests.dashboard.markup import assert_strict_csp
from tests.dashboard.people.authenticator import Device
from tests.mails import newest

PASSWORD = "correct horse battery"
SECURITY = "/admin/settings/security"
ADD = f"{SECURITY}/passkeys/new"
SIGN_IN = "/account/sign-in/passkey/"
JSON = {"accept": "application/json"}


def browser() -> Client:
    """On localhost, for which browsers know passkeys."""
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def client(db: None) -> Client:
    """A browser in which the Owner of an account has just signed in and confirmed the password."""
    actions.create_account(actions.add_person("jane@acme.example", PASSWORD), "Acme", "UTC")
    client = browser()
    sign_in(client)
    client.post("/account/confirm-password/", {"password": PASSWORD})
    return client


def sign_in(client: Client) -> str:
    answer = client.post("/account/sign-in/", {"login": "jane@acme.example", "password": PASSWORD})
    return str(answer.headers["Location"])


def options_in(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="passkey-options"[^>]*>(.*?)</script>', page)
    assert found, page
    options: dict[str, Any] = json.loads(found[1])
    return options


def add(client: Client, device: Device, name: str = "Laptop") -> Any:
    page = client.get(ADD).text
    assert_strict_csp(page)
    answer = device.create(options_in(page))
    return client.post(ADD, {"name": name, "credential": json.dumps(answer)}, follow=True)


def use(client: Client, device: Device, **more: str) -> Any:
    options = client.get(SIGN_IN, headers=JSON).json()["request_options"]
    given = {"credential": json.dumps(device.get(options)), **more}
    return client.post(SIGN_IN, given)


def test_a_passkey_is_added_and_signs_in_by_itself(client: Client) -> None:
    device = Device()
    done = add(client, device)
    assert "Recovery codes" in done.text, "so that nobody is locked out"
    page = client.get(SECURITY).text
    assert_strict_csp(page)
    assert "Laptop" in page
    other = browser()
    assert 'data-passkey="get"' in other.get("/account/sign-in/").text
    answer = use(other, device, next="/admin/settings/team/roles")
    assert answer.headers["Location"] == "/admin/settings/team/roles", "and no code is asked for"
    assert other.get("/admin/settings").status_code == 200
    assert Authenticator.objects.get(type="webauthn").last_used_at is not None


def test_the_person_is_told_by_mail(committed_db: str) -> None:
    actions.create_account(actions.add_person("jane@acme.example", PASSWORD), "Acme", "UTC")
    client = browser()
    sign_in(client)
    client.post("/account/confirm-password/", {"password": PASSWORD})
    add(client, Device())
    subjects = {mail.subject for mail in type(newest()).objects.all()}
    assert "A passkey was added" in subjects


def test_after_the_password_a_passkey_is_the_second_step(client: Client) -> None:
    device = Device()
    add(client, device)
    other = browser()
    assert sign_in(other) == "/account/two-factor/code/"
    page = other.get("/account/two-factor/code/").text
    assert_strict_csp(page)
    assert "Use your passkey" in page
    credential = json.dumps(device.get(options_in(page)))
    done = other.post("/account/two-factor/code/", {"credential": credential})
    assert done.headers["Location"] == "/admin/"


def test_where_browsers_know_no_passkeys_the_second_step_offers_none(client: Client) -> None:
    add(client, Device())
    other = Client(SERVER_NAME="127.0.0.1")
    sign_in(other)
    page = other.get("/account/two-factor/code/").text
    assert_strict_csp(page)
    assert "Browsers know no passkeys at this address." in page
    assert "Use your passkey" not in page
    wrong = other.post("/account/two-factor/code/", {"code": "000000"})
    assert "a recovery code works once." in wrong.text


def test_a_recovery_code_is_the_way_without_it(client: Client) -> None:
    add(client, Device())
    page = client.get("/account/two-factor/recovery-codes/").text
    code = re.findall(r"<li>([0-9a-f-]+)</li>", page)[0]
    other = browser()
    sign_in(other)
    done = other.post("/account/two-factor/code/", {"code": code})
    assert done.headers["Location"] == "/admin/"


def test_a_device_that_asks_for_nothing_is_refused(client: Client) -> None:
    answer = add(client, Device(verifies=False))
    assert answer.status_code == 422
    assert not Authenticator.objects.exists()


def test_one_made_for_another_site_is_refused(client: Client) -> None:
    assert add(client, Device("https://evil.example")).status_code == 422
    device = Device()
    add(client, device)
    device.origin = "https://evil.example"
    other = browser()
    assert use(other, device).headers["Location"] == "/account/sign-in/"
    assert "was not accepted" in other.get("/account/sign-in/").text


def test_an_answer_is_good_once(client: Client) -> None:
    device = Device()
    add(client, device)
    other = browser()
    options = other.get(SIGN_IN, headers=JSON).json()["request_options"]
    given = {"credential": json.dumps(device.get(options))}
    assert other.post(SIGN_IN, given).headers["Location"] == "/admin/"
    other.post("/account/sign-out/")
    again = browser()
    for stale in (other, again):
        assert stale.post(SIGN_IN, given).headers["Location"] == "/account/sign-in/"


NONSENSE = (
    "", "{}", "[]", "1", "null", '"x"', '{"id": 1}', "not json",
    '{"id":"x","rawId":"x","type":"public-key","response":[]}',
    '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"e30",'
    '"attestationObject":"oA","authenticatorData":"AA","signature":"AA","userHandle":"MQ"}}',
    '{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"_w",'
    '"attestationObject":"gg","authenticatorData":"' + "A" * 64 + '","signature":"",'
    '"userHandle":"' + "_" * 64 + '"}}',
)  # fmt: skip


@pytest.mark.parametrize("credential", NONSENSE)
def test_what_is_no_passkey_is_refused_calmly(client: Client, credential: str) -> None:
    client.get(ADD)
    refused = client.post(ADD, {"name": "Laptop", "credential": credential})
    assert refused.status_code == 422
    other = browser()
    other.get(SIGN_IN, headers=JSON)
    answer = other.post(SIGN_IN, {"credential": credential})
    assert answer.headers["Location"] == "/account/sign-in/"
    assert not Authenticator.objects.exists()


def test_renaming_and_removing(client: Client) -> None:
    add(client, Device(), "Laptop")
    add(client, Device(), "Phone")
    page = unescape(client.get(SECURITY).text)
    first, second = dict.fromkeys(re.findall(r'href="([^"]+)/rename"', page))
    assert not [a.pk for a in Authenticator.objects.all() if first.endswith(f"/{a.pk}")]
    wrong = client.post(f"{first}/rename", {"name": "\u2060"})
    assert (wrong.status_code, "Name is blank." in wrong.text) == (422, True)
    assert "is renamed" in client.post(f"{first}/rename", {"name": "Old"}, follow=True).text
    asked = client.get(f"{first}/remove", **HTMX)  # type: ignore[arg-type]
    assert "Remove “Old”?" in asked.text
    assert "1 other passkey" in asked.text
    assert "The passkey is removed." in client.post(f"{first}/remove", follow=True).text
    last = client.get(f"{second}/remove").text
    assert "It is your last one" in last
    client.post(f"{second}/remove")
    assert not Authenticator.objects.exists(), "the codes go with the last one"
    client.post("/account/sign-out/")
    assert sign_in(client) == "/admin/"


def test_they_are_nobody_elses(client: Client) -> None:
    add(client, Device())
    hers = re.findall(r'href="([^"]+)/rename"', client.get(SECURITY).text)[0]
    joe = actions.add_person("joe@acme.example", PASSWORD)
    actions.create_account(joe, "Joe", "UTC")
    other = browser()
    other.post("/account/sign-in/", {"login": "joe@acme.example", "password": PASSWORD})
    other.post("/account/confirm-password/", {"password": PASSWORD})
    for act in ("rename", "remove"):
        assert other.post(f"{hers}/{act}", {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.get(type="webauthn").data["name"] == "Laptop"


def test_the_password_or_a_passkey_is_asked_before(client: Client) -> None:
    device = Device()
    add(client, device)
    other = browser()
    use(other, device)
    asked = other.get(ADD, follow=True)
    assert asked.redirect_chain[-1][0].startswith("/account/confirm-password/")
    assert "Use a passkey</a>" in asked.text
    way = "/account/two-factor/confirm/passkey/"
    page = other.get(f"{way}?next={ADD}").text
    assert_strict_csp(page)
    given = {"credential": json.dumps(device.get(options_in(page))), "next": ADD}
    assert other.post(way, given).headers["Location"] == ADD
    assert other.get(ADD).status_code == 200


@pytest.mark.parametrize(
    ("public", "host", "known", "says"),
    [
        ("http://localhost:8000", "localhost", True, ""),
        ("http://localhost:8000", "127.0.0.1", False, f"http://localhost:8000{ADD}"),
        ("https://synaptiq.example.com", "synaptiq.example.com", True, ""),
        ("https://synaptiq.example.com", "127.0.0.1", False, "https://synaptiq.example.com"),
        ("http://synaptiq.example.com", "synaptiq.example.com", False, "serve it over https"),
        ("https://192.0.2.7", "192.0.2.7", False, "serve it over https"),
    ],
)
def test_where_browsers_know_none_the_page_says_where_they_do(
    client: Client, settings: LazySettings, public: str, host: str, known: bool, says: str
) -> None:
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = public, [host]
    page = client.get(ADD, SERVER_NAME=host).text
    assert ('data-passkey="create"' in page) is known
    assert says in page
    shown = Client(SERVER_NAME=host).get("/account/sign-in/").text
    assert ("Sign in with a passkey" in shown) is known
