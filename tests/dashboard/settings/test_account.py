"""Settings > Account: name, time zone, leaving, closing; and the index of all pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from synaptiq.accounts import actions
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, Member
from tests.dashboard.clients import HTMX, client_of
from tests.dashboard.markup import assert_strict_csp

Members = Callable[..., Member]
PATH = "/admin/settings/account"


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("owner", "Account|API keys|Profile|Sessions|Members|Roles|Your sign-in|Audit Log"),
        ("admin", "Account|API keys|Profile|Sessions|Members|Roles|Your sign-in|Audit Log"),
        ("viewer", "Account|Profile|Sessions|Members|Roles|Your sign-in"),
        ("auditor", "Account|Profile|Sessions|Members|Roles|Your sign-in|Audit Log"),
    ],
)
def test_the_index_lists_what_a_member_may_open(
    account: Account, member: Members, role: str, shown: str
) -> None:
    client = client_of(member(role))
    page = client.get("/admin/settings")
    assert_strict_csp(page.text)
    every = [
        "Account",
        "API keys",
        "Profile",
        "Sessions",
        "Members",
        "Roles",
        "Your sign-in",
        "Audit Log",
    ]
    links = {name for name in every if f">{name}</a>" in page.text}
    assert links == set(shown.split("|"))


def test_who_may_changes_name_and_zone(account: Account, member: Members) -> None:
    client = client_of(member("admin"))
    assert "Europe/Berlin" in client.get(PATH).text
    saved = client.post(PATH, {"name": "Acme Corp", "timezone": "Europe/Berlin"}, follow=True)
    assert "Saved." in saved.text
    account.refresh_from_db()
    assert (account.name, account.timezone) == ("Acme Corp", "Europe/Berlin")


def test_a_zone_that_is_an_alias_stays_chosen(account: Account, member: Members) -> None:
    Account.objects.filter(pk=account.pk).update(timezone="US/Eastern")
    assert '<option value="US/Eastern" selected>' in client_of(member("admin")).get(PATH).text


@pytest.mark.parametrize("name", ["", "\u200b", "x" * 121])
def test_what_is_wrong_is_said_and_nothing_saved(
    account: Account, member: Members, name: str
) -> None:
    page = client_of(member("admin")).post(PATH, {"name": name, "timezone": "UTC"})
    assert page.status_code == 422
    assert 'id="id_name-error"' in page.text
    assert_strict_csp(page.text)
    account.refresh_from_db()
    assert account.name == "Acme"


def test_others_see_it_and_cannot_change_it(account: Account, member: Members) -> None:
    client = client_of(member("viewer"))
    page = client.get(PATH)
    assert "Acme" in page.text
    assert "An Owner or Admin can change these." in page.text
    assert client.post(PATH, {"name": "Mine", "timezone": "UTC"}).status_code == 403
    account.refresh_from_db()
    assert account.name == "Acme"


def test_leaving_says_what_ends_and_the_last_owner_cannot(
    account: Account, member: Members, actor: Callable[..., Actor]
) -> None:
    owner = actor("owner")
    assert owner.member is not None
    actions.create_api_key(owner, owner.name, name="Sync", scopes=["leads:read"])
    client = client_of(owner.member)
    # Said before it is tried, with the way out.
    for alone in (client.get(f"{PATH}/leave", **HTMX), client.post(f"{PATH}/leave", **HTMX)):
        assert "You are the only Owner of Acme" in alone.text
        assert f'href="{PATH}/transfer"' in alone.text
        assert "lose access" not in alone.text
    owner.member.refresh_from_db()
    assert (alone.status_code, owner.member.removed_at) == (422, None)
    member("owner", email="second@acme.example")
    asked = client.get(f"{PATH}/leave", **HTMX)
    assert "<dialog" in asked.text
    assert "1 API key acts as you and will be revoked." in asked.text
    assert client.post(f"{PATH}/leave").headers["Location"] == "/admin/"
    assert client.get("/admin/leads").headers["Location"] == "/account/new/"


def test_closing_counts_who_loses_access_and_asks_for_the_name(
    account: Account, member: Members
) -> None:
    client = client_of(member("owner"))
    member("viewer")
    asked = client.get(f"{PATH}/close")
    assert "2 members lose access at once" in asked.text
    assert_strict_csp(asked.text)
    wrong = client.post(f"{PATH}/close", {"name": "acme"})
    assert wrong.status_code == 422
    assert "This is not the account’s name." in wrong.text
    account.refresh_from_db()
    assert account.closed_at is None
    client.post(f"{PATH}/close", {"name": "Acme"})
    account.refresh_from_db()
    assert account.closed_at is not None
    assert client.get("/admin/leads").headers["Location"] == "/account/new/"


def test_only_an_owner_closes(account: Account, member: Members) -> None:
    client = client_of(member("admin"))
    assert "Close Acme" not in client.get(PATH).text
    assert client.post(f"{PATH}/close", {"name": "Acme"}).status_code == 403
    account.refresh_from_db()
    assert account.closed_at is None
