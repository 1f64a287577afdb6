"""Sites: origins as browsers send them, one for every account, changes in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection

from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, AuditEntry
from synaptiq.accounts.tenancy import acting_for
from synaptiq.kit.errors import Conflict, Denied, Invalid, NotFound
from synaptiq.sites import actions, queries, values
from synaptiq.sites.models import Site
from tests.conftest import make_account


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://acme.com", "https://acme.com"), ("https://ACME.com/pricing?x=1", "https://acme.com"),
        ("https://acme.com:443", "https://acme.com"), ("http://localhost:3000/", "http://localhost:3000"),
        ("https://müller.de", "https://xn--mller-kva.de"), ("http://[::1]:8080", "http://[::1]:8080"),
        (" https://acme.com. ", "https://acme.com"), ("http://acme.com:8443", "http://acme.com:8443"),
    ],
)  # fmt: skip
def test_an_origin_is_kept_as_browsers_send_it(given: str, kept: str) -> None:
    assert values.origin(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "acme.com", "*", "https://", "https://*.acme.com", "ftp://acme.com", "null", "",
        "https://acme.com:port", "https://[::1", "https://a<b.com", "https://" + "a" * 300 + ".com",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="no origin"):
        values.origin(given)


def test_every_account_has_a_site_when_one_is_needed(account: Account) -> None:
    made = actions.default_site()
    assert (made.name, made.origins) == ("Acme", [settings.PUBLIC_URL])
    assert made.key.startswith("pk_")
    assert actions.default_site() == made
    other = make_account("Other")
    with acting_for(other.pk):
        assert actions.default_site() != made


def test_two_that_need_the_first_site_at_once_get_one(committed_db: str, account: Account) -> None:
    def need(_: int) -> int:
        try:
            with acting_for(account.pk):
                return actions.default_site().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        assert len(set(threads.map(need, range(6)))) == 1
    assert Site.objects.count() == 1


def test_sites_are_added_and_changed_by_who_may(
    account: Account, actor: Callable[..., Actor]
) -> None:
    admin = actor("admin")
    made = actions.add_site(admin, name="Shop", origins="https://shop.acme.com\nhttps://acme.com")
    assert made.origins == ["https://shop.acme.com", "https://acme.com"]
    changed = actions.change_site(admin, made.public_id, name="Store", origins=["https://acme.com"])
    assert (changed.key, changed.name, changed.origins) == (
        made.key, "Store", ["https://acme.com"],
    )  # fmt: skip
    # Nothing different is no change.
    actions.change_site(admin, made.public_id, name="Store", origins=["https://acme.com"])
    log = list(AuditEntry.objects.order_by("pk").values_list("action", "outcome"))
    assert log == [("site.added", "ok"), ("site.changed", "ok")]
    viewer = actor("viewer")
    with pytest.raises(Denied):
        actions.add_site(viewer, name="x", origins="")
    with pytest.raises(Denied):
        actions.change_site(viewer, made.public_id, name="x", origins="")
    assert AuditEntry.objects.filter(outcome="denied").count() == 2


def test_wrong_input_names_its_field(account: Account, actor: Callable[..., Actor]) -> None:
    with pytest.raises(Invalid) as raised:
        actions.add_site(actor("admin"), name=" ", origins="acme.com")
    assert set(raised.value.fields) == {"name", "origins"}
    many = [f"https://a{n}.com" for n in range(51)]
    with pytest.raises(Invalid, match="at most 50"):
        actions.add_site(actor("owner"), name="x", origins=many)


def test_there_is_an_end_to_sites(
    account: Account, actor: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_SITES", 1)
    admin = actor("admin")
    actions.add_site(admin, name="One", origins="")
    with pytest.raises(Conflict):
        actions.add_site(admin, name="Two", origins="")


def test_only_an_origin_of_the_site_is_allowed(account: Account) -> None:
    site = Site.objects.create(name="x", origins=["https://acme.com"])
    assert queries.of_page(site.key, "https://acme.com", needs_origin=True) == site
    assert queries.of_page(site.key, None, needs_origin=False) == site
    for origin in ("https://evil.example", "null"):
        with pytest.raises(Denied):
            queries.of_page(site.key, origin, needs_origin=False)
    with pytest.raises(Denied):
        queries.of_page(site.key, None, needs_origin=True)
    for key in ("pk_other", "pk_\x00", "\x00"):
        with pytest.raises(NotFound):
            queries.of_page(key, "https://acme.com", needs_origin=True)
    assert queries.site(site.public_id) == site
    with acting_for(make_account("Other").pk), pytest.raises(NotFound):
        queries.site(site.public_id)
