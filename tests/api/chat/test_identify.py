"""Who a visitor is, said by the customer's server: nothing else is believed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry
from synaptiq.accounts.tenancy import acting_for
from synaptiq.conversations.models import Conversation
from synaptiq.kit import clock
from synaptiq.kit.errors import Denied
from synaptiq.sites import identity
from synaptiq.sites.models import Site, Visitor
from tests.api.chat.conftest import Browser
from tests.api.chat.signing import _coded, signed, unsigned
from tests.api.conftest import assert_problem
from tests.conversations.making import make_site

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
Identify = Callable[..., Any]


@pytest.fixture
def admin(actor: Callable[..., Actor]) -> Actor:
    return actor("admin")


@pytest.fixture
def secret(site: Site, admin: Actor) -> str:
    return identity.make_secret(admin, site.public_id)[1]


def identify(browser: Browser, token: str) -> Any:
    answer = browser.post("identify", {"token": token})
    if answer.status_code == 200:
        browser.token = answer.json()["visitor_token"]
    return answer


def seconds(**ahead: float) -> int:
    return int((clock.now() + timedelta(**ahead)).timestamp())


def test_somebody_new_is_known_on_every_device(browser: Browser, secret: str) -> None:
    told = {"name": "Jane Smith", "email": "jane@acme.example", "phone": "+1-555-0123"}
    answer = identify(browser, signed(secret, **told))
    assert answer.json() == {"visitor_token": browser.token, "conversation_id": None}
    assert browser.token.startswith("vt_")
    made = Visitor.objects.get()
    assert (made.external_id, made.name, made.email, made.phone) == ("user-42", *told.values())
    here = browser.say("Hello").json()["conversation_id"]
    phone = Browser(browser.site_key)
    assert identify(phone, signed(secret)).json() == {
        "visitor_token": browser.token, "conversation_id": here,
    }  # fmt: skip
    made.refresh_from_db()
    assert made.email == "jane@acme.example"
    assert phone.say("And here").json()["conversation_id"] == here


def test_a_conversation_goes_on_when_its_visitor_is_known(browser: Browser, secret: str) -> None:
    here = browser.say("Hello").json()["conversation_id"]
    before = browser.token
    assert identify(browser, signed(secret)).json()["conversation_id"] == here
    assert browser.say("More").json()["conversation_id"] == here
    assert Visitor.objects.count() == 1
    browser.token = before
    assert_problem(browser.say(), 401, "visitor_token_unknown")


def test_two_people_are_never_mixed(browser: Browser, secret: str) -> None:
    identify(browser, signed(secret, sub="jane"))
    janes = browser.say("I am Jane").json()["conversation_id"]
    assert identify(browser, signed(secret, sub="joe")).json()["conversation_id"] is None
    joes = browser.say("I am Joe").json()["conversation_id"]
    assert joes != janes
    # Nobody's conversation goes to nobody else, either.
    stranger = Browser(browser.site_key)
    strangers = stranger.say("Who am I").json()["conversation_id"]
    assert identify(stranger, signed(secret, sub="jane")).json()["conversation_id"] == janes
    assert Conversation.objects.get(public_id=strangers).visitor.external_id is None
    assert_problem(stranger.post("close", {"conversation_id": strangers}), 404, "not_found")


def test_a_token_that_is_not_known_is_as_none(browser: Browser, secret: str) -> None:
    browser.token = "vt_unknown"
    assert identify(browser, signed(secret)).status_code == 200


HOUR = 3600
WRONG: dict[str, tuple[Callable[[str], str], str]] = {
    "forged": (lambda secret: signed("ids_syn_guessed"), "signature"),
    "none": (lambda secret: unsigned(), "HS256"),
    "None": (lambda secret: unsigned("nOnE"), "HS256"),
    "no alg": (lambda secret: signed(secret, {"typ": "JWT"}), "HS256"),
    "HS512": (lambda secret: signed(secret, {"alg": "HS512"}), "HS256"),
    "RS256": (lambda secret: signed(secret, {"alg": "RS256"}), "HS256"),
    "stripped": (lambda secret: signed(secret).rpartition(".")[0] + ".", "signature"),
    "expired": (lambda secret: signed(secret, exp=seconds(seconds=-31)), "expired"),
    "too long": (lambda secret: signed(secret, exp=seconds(hours=24, seconds=32)), "24 hours"),
    "no exp": (lambda secret: signed(secret, exp=None), "exp is missing"),
    "exp is text": (lambda secret: signed(secret, exp="9999999999"), "exp is no number"),
    "exp is true": (lambda secret: signed(secret, exp=True), "exp is no number"),
    "exp is endless": (lambda secret: signed(secret, exp=float("inf")), "exp is no number"),
    "exp is huge": (lambda secret: signed(secret, exp=10**400), "exp is no number"),
    "not yet": (lambda secret: signed(secret, nbf=seconds(seconds=32)), "nbf"),
    "of tomorrow": (lambda secret: signed(secret, iat=seconds(seconds=32)), "iat"),
    "iat is a list": (lambda secret: signed(secret, iat=[1]), "iat is no number"),
    "no sub": (lambda secret: signed(secret, sub=None), "sub is missing"),
    "sub is a number": (lambda secret: signed(secret, sub=42), "sub is not text"),
    "sub is empty": (lambda secret: signed(secret, sub=""), "sub is blank"),
    "sub is unseen": (lambda secret: signed(secret, sub="\u200b"), "sub is blank"),
    "sub has a NUL": (lambda secret: signed(secret, sub="a\x00"), "cannot be stored"),
    "sub is half": (lambda secret: signed(secret, sub="a\ud800"), "cannot be stored"),
    "sub is long": (lambda secret: signed(secret, sub="x" * 201), "longer than 200"),
    "email is a list": (lambda secret: signed(secret, email=["a@b.example"]), "email is not text"),
    "name is long": (lambda secret: signed(secret, name="x" * 301), "longer than 300"),
    "no token": (lambda secret: "nonsense", "no JWT"),
    "a list": (lambda secret: ".".join([_coded([1]), _coded({}), ""]), "no JWT"),
    "deep": (lambda secret: ".".join([_coded(b"[" * 4000), _coded({}), "AA"]), "no JWT"),
    "other scripts": (lambda secret: "é.ü.ß", "no JWT"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_and_nothing_changes(
    browser: Browser, secret: str, case: str
) -> None:
    make, said = WRONG[case]
    browser.say("Hello")
    before, token = list(Visitor.objects.values()), make(secret)
    answer = browser.post("identify", {"token": token})
    assert_problem(answer, 401, "identity_refused")
    assert said in answer.json()["detail"]
    assert answer["Access-Control-Allow-Origin"] == browser.origin
    for kept in (secret, "user-42", "ids_syn_"):
        assert kept not in answer.text
    assert list(Visitor.objects.values()) == before


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": -29}, {"exp": 86_400 + 29}, {"nbf": 29}, {"iat": 29}, {"aud": "synaptiq"},
        {"iss": "acme", "jti": "1"}, {"name": None, "email": "", "phone": " "},
    ],
)  # fmt: skip
def test_what_is_right_within_half_a_minute_is_taken(
    browser: Browser, secret: str, claims: dict[str, Any]
) -> None:
    with clock.freeze(NOON):
        moments = {k: seconds(seconds=v) for k, v in claims.items() if k in {"exp", "nbf", "iat"}}
        assert identify(browser, signed(secret, **{**claims, **moments})).status_code == 200


def test_what_cannot_be_kept_of_a_person_is_left_out(browser: Browser, secret: str) -> None:
    told = {"email": "no email", "phone": "x", "name": "Card 4111 1111 1111 1111"}
    assert identify(browser, signed(secret, **told)).status_code == 200
    made = Visitor.objects.get()
    assert (made.email, made.phone, made.name) == (None, None, "Card [card number]")


def test_the_secret_of_another_site_opens_nothing(
    browser: Browser, secret: str, admin: Actor
) -> None:
    other = make_site("other")
    theirs = identity.make_secret(admin, other.public_id)[1]
    assert_problem(identify(browser, signed(theirs)), 401, "identity_refused")
    elsewhere = Browser(other.key)
    assert identify(elsewhere, signed(theirs)).status_code == 200
    identify(browser, signed(secret))
    assert browser.token != elsewhere.token
    assert_problem(elsewhere.post("identify", {"token": signed(secret)}), 401, "identity_refused")


def test_a_site_without_a_secret_knows_nobody(browser: Browser) -> None:
    assert_problem(identify(browser, signed("")), 401, "identity_refused")


def test_after_another_secret_the_old_tokens_are_no_good(
    browser: Browser, secret: str, site: Site, admin: Actor
) -> None:
    old = signed(secret)
    identify(browser, old)
    here = browser.say("Hello").json()["conversation_id"]
    before = browser.token
    new = identity.make_secret(admin, site.public_id)[1]
    assert_problem(browser.post("identify", {"token": old}), 401, "identity_refused")
    # Whoever talks goes on until the page identifies them anew.
    assert browser.say("Still here").status_code == 202
    assert identify(browser, signed(new)).json()["conversation_id"] == here
    assert browser.token != before
    stale = Browser(browser.site_key)
    stale.token = before
    assert_problem(stale.say(), 401, "visitor_token_unknown")


def test_without_a_secret_nobody_is_known_any_more(
    browser: Browser, secret: str, site: Site, admin: Actor
) -> None:
    nobody = Browser(browser.site_key)
    nobody.say("Hello")
    identify(browser, signed(secret))
    for _ in range(2):
        identity.remove_secret(admin, site.public_id)
    assert_problem(browser.say(), 401, "visitor_token_unknown")
    assert_problem(identify(browser, signed(secret)), 401, "identity_refused")
    assert nobody.say("Still here").status_code == 202
    log = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(log) == ["site.identity_made", "site.identity_removed"]


def test_a_secret_is_made_by_who_may_and_kept_encrypted(
    site: Site, secret: str, actor: Callable[..., Actor]
) -> None:
    site.refresh_from_db()
    assert site.identity_secret is not None
    assert secret.encode() not in bytes(site.identity_secret)
    assert secret not in str(list(AuditEntry.objects.values()))
    agent = actor("agent")
    for act in (identity.make_secret, identity.remove_secret):
        with pytest.raises(Denied):
            act(agent, site.public_id)


def test_foreign_pages_identify_nobody(
    elsewhere: Callable[[str | None], Browser], secret: str
) -> None:
    for origin in ("https://evil.example", None):
        answer = elsewhere(origin).post("identify", {"token": signed(secret)})
        assert_problem(answer, 403, "origin_not_allowed")
    assert not Visitor.objects.exists()


@pytest.mark.parametrize("body", [{}, {"token": ""}, {"token": 5}, {"token": "x" * 8001}])
def test_a_wrong_body_is_named(browser: Browser, body: Any) -> None:
    assert_problem(browser.post("identify", body), 422, "invalid", "token")


def test_a_person_who_comes_twice_at_once_is_one(
    committed_db: str, account: Account, site: Site, secret: str
) -> None:
    def come(_: int) -> str:
        try:
            with acting_for(account.pk):
                browser = Browser(site.key)
                assert identify(browser, signed(secret)).status_code == 200
                return browser.token
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(come, range(8)))) == 1
    assert Visitor.objects.count() == 1
