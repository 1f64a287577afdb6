"""Settings > Sites: one is always there, others are added, origins are checked."""

from __future__ import annotations

from collections.abc import Callable

from synaptiq.accounts.models import Account, Member
from synaptiq.sites.models import Site
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
    assert answer["Location"] == PATH
    made = Site.objects.get(name="Shop")
    assert made.origins == ["https://shop.example", "http://localhost:3000"]
    form = client.get(f"{PATH}/{made.public_id}", **HTMX).text
    assert "https://shop.example\nhttp://localhost:3000" in form
    client.post(f"{PATH}/{made.public_id}", {"name": "Store", "origins": ""})
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
