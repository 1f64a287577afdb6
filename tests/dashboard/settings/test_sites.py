"""Settings > Sites: one is always there, others are added; each has a page with all that is its."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from synaptiq.accounts.models import Account, Member
from synaptiq.agent.core.profile import DEFAULT
from synaptiq.kit import clock
from synaptiq.sites import greetings
from synaptiq.sites.models import Greeting, Site, Visitor
from tests.conversations.making import make_site, make_visitor
from tests.dashboard.clients import HTMX, client_of
from tests.dashboard.markup import assert_strict_csp

Members = Callable[..., Member]
PATH = "/admin/settings/sites"


def test_the_first_site_is_there_with_its_key(account: Account, member: Members) -> None:
    page = client_of(member("admin")).get(PATH)
    assert Site.objects.get().key in page.text
    assert_strict_csp(page.text)


def test_a_site_is_added_and_changed(account: Account, member: Members) -> None:
    client = client_of(member("admin"))
    given = {"name": "Shop", "origins": "https://Shop.example/cart\n\nhttp://localhost:3000"}
    answer = client.post(f"{PATH}/new", given)
    made = Site.objects.get(name="Shop")
    assert answer["Location"] == f"{PATH}/{made.public_id}"
    assert made.origins == ["https://shop.example", "http://localhost:3000"]
    form = client.get(f"{PATH}/{made.public_id}/change", **HTMX).text
    assert "https://shop.example\nhttp://localhost:3000" in form
    client.post(f"{PATH}/{made.public_id}/change", {"name": "Store", "origins": ""})
    page = client.get(PATH).text
    assert "Store" in page
    assert "No origins" in page


def test_a_wrong_origin_is_named_beside_its_field(account: Account, member: Members) -> None:
    answer = client_of(member("admin")).post(f"{PATH}/new", {"name": "", "origins": "shop"}, **HTMX)
    assert answer.status_code == 422
    assert "Name is blank." in answer.text
    assert "“shop” is no origin" in answer.text
    assert not Site.objects.filter(name="Shop").exists()


def test_somebody_elses_site_is_not_found(account: Account, member: Members) -> None:
    assert client_of(member("admin")).get(f"{PATH}/site_nothere").status_code == 404


NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


@pytest.fixture
def site(account: Account) -> Site:
    return make_site("Shop")


@pytest.fixture
def admin(account: Account, member: Members) -> Client:
    return client_of(member("admin"))


@pytest.fixture
def here(site: Site) -> str:
    return f"{PATH}/{site.public_id}"


def test_the_page_of_a_site_has_its_snippet_and_policy(
    admin: Client, site: Site, here: str
) -> None:
    page = admin.get(here)
    assert_strict_csp(page.text)
    own = settings.PUBLIC_URL
    snippet = f'<script async src="{own}/widget.js" data-site="{site.key}"></script>'
    assert snippet in unescape(page.text)
    assert f"script-src {own}; connect-src {own}" in page.text
    assert f"/demo-site?site={site.key}" in page.text
    assert "Not seen yet" in page.text
    assert "No greetings yet" in page.text


def test_it_says_where_the_widget_was_seen(admin: Client, site: Site, here: str) -> None:
    with clock.freeze(NOON):
        waits = admin.get(here).text
        assert f"{here}/installed?waits=unseen" in waits
        assert admin.get(f"{here}/installed?waits=unseen", **HTMX).status_code == 204
        page = "https://acme.example/pricing"
        Site.objects.update(first_seen_at=NOON, last_seen_at=NOON, last_seen_page=page)
        seen = admin.get(f"{here}/installed?waits=unseen", **HTMX).text
    assert page in seen
    assert "hx-get" not in seen


def test_a_page_that_was_refused_is_added_by_a_button(admin: Client, site: Site, here: str) -> None:
    other = "https://staging.acme.example"
    Site.objects.update(last_refused_at=NOON, last_refused_origin=other)
    with clock.freeze(NOON + timedelta(days=31)):
        assert other not in admin.get(here).text
    with clock.freeze(NOON + timedelta(minutes=2)):
        told = admin.get(f"{here}/installed?waits=unseen", **HTMX).text
        assert "which is not among the origins" in told
        answer = admin.post(f"{here}/origins", {"origin": other})
        assert answer["Location"] == f"{here}#origins"
        assert "which is not among" not in admin.get(here).text
    site.refresh_from_db()
    assert site.origins[-1] == other
    admin.post(f"{here}/origins", {"origin": "staging"})
    assert "“staging” is no origin" in admin.get(here).text


def test_privacy_is_changed_and_what_is_wrong_is_named(
    admin: Client, site: Site, here: str
) -> None:
    assert "Visitors are asked" in admin.get(here).text
    wrong = {"consent": "1", "remember_days": "366", "privacy_url": "http://acme.example"}
    refused = admin.post(f"{here}/privacy", wrong, **HTMX)
    assert refused.status_code == 422
    assert "is no whole number from 1 to 365" in refused.text
    assert "begins with https://" in refused.text
    given = {"remember_days": "30", "privacy_url": "https://acme.example/privacy"}
    assert admin.post(f"{here}/privacy", given)["Location"] == f"{here}#privacy"
    site.refresh_from_db()
    assert (site.consent, site.remember_days, site.privacy_url) == (False, *_values(given))
    assert "Visitors are not asked" in admin.get(here).text


def _values(given: dict[str, str]) -> tuple[int, str]:
    return int(given["remember_days"]), given["privacy_url"]


def test_a_secret_is_shown_once_replaced_and_removed(admin: Client, site: Site, here: str) -> None:
    asked = admin.get(f"{here}/identity", **HTMX).text
    assert "ids_syn_" not in asked
    made = admin.post(f"{here}/identity")
    assert made.text.count("ids_syn_") >= 1
    assert "no-store" in made["Cache-Control"]
    assert "ids_syn_" not in admin.get(here).text
    for number in range(2):
        one = make_visitor(site)
        Visitor.objects.filter(pk=one.pk).update(external_id=f"user-{number}")
    assert "2 visitors are identified" in admin.get(f"{here}/identity", **HTMX).text
    assert "The 2 visitors" in admin.get(f"{here}/identity/remove", **HTMX).text
    assert "2 visitors" in admin.get(here).text
    assert admin.post(f"{here}/identity/remove")["Location"] == f"{here}#identity"
    site.refresh_from_db()
    assert site.identity_secret is None


GREETING = {
    "text": "Which plan?", "quick_replies": "Growth\r\nScale", "pages": "/pricing*",
    "delay_seconds": "5", "frequency": "once",
}  # fmt: skip


def test_a_greeting_is_added_changed_switched_and_deleted(
    admin: Client, site: Site, here: str
) -> None:
    assert DEFAULT.greeting in unescape(admin.get(f"{here}/greetings/new", **HTMX).text)
    assert admin.post(f"{here}/greetings/new", GREETING)["Location"] == f"{here}#greetings"
    made = Greeting.objects.get()
    there = f"{here}/greetings/{made.public_id}"
    assert (made.quick_replies, made.pages) == (["Growth", "Scale"], ["/pricing*"])
    assert "Growth\nScale" in admin.get(there, **HTMX).text
    admin.post(there, {**GREETING, "text": "", "pages": ""})
    made.refresh_from_db()
    assert (made.text, made.pages) == ("", ["/*"])
    page = unescape(admin.get(here).text)
    for words in (DEFAULT.greeting, "The agent’s own greeting", "On every page, after 5 seconds"):
        assert words in page
    admin.post(f"{there}/switch", {"on": "0"})
    assert "Turn on" in admin.get(here).text
    assert "forgotten" in admin.get(f"{there}/delete", **HTMX).text
    admin.post(f"{there}/delete")
    assert not Greeting.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": "x" * 501}, "is longer than 500 characters"),
        ({"quick_replies": "1\n2\n3\n4\n5"}, "are more than 4"),
        ({"pages": "pricing"}, "“pricing” is no path"),
        ({"delay_seconds": "601"}, "is no whole number from 0 to 600"),
        ({"frequency": "daily"}, "is none of the list"),
    ],
)
def test_a_wrong_field_of_a_greeting_is_named_and_keeps_what_was_typed(
    admin: Client, here: str, change: dict[str, str], said: str
) -> None:
    given = {**GREETING, **change}
    refused = admin.post(f"{here}/greetings/new", given, **HTMX)
    assert refused.status_code == 422
    assert said in refused.text
    assert refused.text.count("autofocus") == (0 if "frequency" in change else 1)
    if "frequency" not in change:
        assert next(iter(change.values())) in refused.text
    assert not Greeting.objects.exists()


def test_what_became_of_a_greeting_stands_beside_it(admin: Client, site: Site, here: str) -> None:
    made = Greeting.objects.create(site=site, position=1, text="Hello", pages=["/pricing*"])
    told: list[Any] = [("shown", 3), ("answered", 1), ("other_page", 2), ("tab_hidden", 4)]
    for outcome, count in told:
        greetings.count_outcomes(site, "/pricing/<b>", [(made.public_id, outcome)] * count)
    page = admin.get(here).text
    assert_strict_csp(page)
    assert "<dt>Shown</dt><dd>3</dd>" in page
    assert "<dt>Opened</dt><dd>0</dd>" in page
    assert "Not shown 6 times" in page
    # The most frequent reason first.
    assert page.index("The tab was not in view") < page.index("It is for other pages")
    assert "/pricing/&lt;b&gt;" in page


def test_moving_gives_the_list_anew_and_says_so(admin: Client, site: Site, here: str) -> None:
    one, two = [
        Greeting.objects.create(site=site, position=n, text=f"Number {n}", pages=["/*"])
        for n in (1, 2)
    ]
    moved = admin.post(f"{here}/greetings/{two.public_id}/move", {"to": "up"}, **HTMX).text
    assert moved.index("Number 2") < moved.index("Number 1")
    assert "Number 2: place 1" in moved
    assert "<html" not in moved
    answer = admin.post(f"{here}/greetings/{one.public_id}/move", {"to": "up"})
    assert answer["Location"] == f"{here}#greetings"
