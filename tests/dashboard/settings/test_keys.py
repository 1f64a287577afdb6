"""Settings > API keys: made, shown once, listed with their state, revoked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from synaptiq.accounts import actions, authentication, queries
from synaptiq.accounts.actors import Actor
from synaptiq.accounts.models import Account, APIKey, Member, User
from synaptiq.kit import clock
from tests.api.conftest import make_key
from tests.dashboard.clients import HTMX, client_of
from tests.dashboard.markup import assert_strict_csp

Members = Callable[..., Member]
PATH = "/admin/settings/api-keys"
GIVEN = {"name": "Nightly sync", "scopes": ["leads:read"], "expiry": "30"}


def test_an_empty_list_says_what_a_key_is_for(account: Account, member: Members) -> None:
    page = client_of(member("admin")).get(PATH)
    assert "No API keys yet" in page.text
    assert_strict_csp(page.text)


def test_the_secret_is_shown_once(account: Account, member: Members) -> None:
    admin = member("admin")
    client = client_of(admin)
    made = client.post(f"{PATH}/new", {**GIVEN, "member": admin.public_id})
    found = re.search(r"sk_syn_[a-z2-7]{40}", made.text)
    assert found
    assert "no-store" in made.headers["Cache-Control"]
    assert_strict_csp(made.text)
    assert authentication.authenticate(found[0]).member == admin
    listed = client.get(PATH).text
    assert found[0] not in listed
    assert APIKey.objects.get().hint in listed
    assert found[0] not in str(dict(client.session))


def test_the_expiry_is_what_was_chosen(account: Account, member: Members) -> None:
    admin = member("admin")
    client = client_of(admin)
    with clock.freeze(clock.now()):
        for expiry, span in (("30", timedelta(days=30)), ("never", None)):
            client.post(f"{PATH}/new", {**GIVEN, "member": admin.public_id, "expiry": expiry})
            wanted = clock.now() + span if span else None
            assert APIKey.objects.latest("pk").expires_at == wanted


def test_the_form_offers_members_who_may_do_no_more(account: Account, member: Members) -> None:
    member("owner", email="chief@acme.example")
    member("viewer", email="sam@acme.example")
    form = client_of(member("admin")).get(f"{PATH}/new", **HTMX).text
    assert "sam@acme.example" in form
    assert "chief@acme.example" not in form
    assert_strict_csp(form)


def test_a_key_for_somebody_above_is_refused_by_hand_too(account: Account, member: Members) -> None:
    owner, client = member("owner"), client_of(member("admin"))
    answer = client.post(f"{PATH}/new", {**GIVEN, "member": owner.public_id})
    assert answer.status_code == 403
    assert not APIKey.objects.exists()


def test_what_is_wrong_is_said_and_what_was_given_kept(account: Account, member: Members) -> None:
    admin = member("admin")
    page = client_of(admin).post(
        f"{PATH}/new", {"name": " ", "member": admin.public_id, "expiry": "365"}
    )
    assert page.status_code == 422
    for shown in ('id="key-name-error"', 'id="scopes-error"', 'value="365" selected'):
        assert shown in page.text
    assert_strict_csp(page.text)
    bad = client_of(admin).post(
        f"{PATH}/new", {**GIVEN, "member": admin.public_id, "expiry": "1000"}
    )
    assert bad.status_code == 422
    assert not APIKey.objects.exists()


def test_each_key_is_listed_with_its_state(
    account: Account, member: Members, actor: Callable[..., Actor]
) -> None:
    owner = actor("owner")
    sam = member("viewer", email="sam@acme.example")
    for name in ("Living", "Dead", "Old", "Left"):
        key, _ = actions.create_api_key(
            owner, sam.public_id if name == "Left" else owner.name, name=name,
            scopes=["leads:read"],
            expires_at=clock.now() + timedelta(hours=1) if name == "Old" else None,
        )  # fmt: skip
        if name == "Dead":
            actions.revoke_api_key(owner, key.public_id)
    Member.objects.filter(pk=sam.pk).update(removed_at=clock.now())
    assert owner.member is not None
    client = client_of(owner.member)
    with clock.freeze(clock.now() + timedelta(hours=2)):
        page = client.get(PATH).text
    rows = {row.partition("</span>")[0]: row for row in page.split('<span class="cut">')[1:]}
    for name, state in {
        "Living": "Active", "Dead": "Revoked", "Old": "Expired", "Left": "its member left",
    }.items():  # fmt: skip
        assert state in rows[name]
        assert ("Revoke Living" in page, f"Revoke {name}" in page) == (True, name == "Living")


def test_many_keys_come_by_pages(
    account: Account, member: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LIST_PAGE", 2)
    admin = member("admin")
    for n in range(3):
        with clock.freeze(clock.now() + timedelta(seconds=n)):
            key, _ = make_key(admin)
        APIKey.objects.filter(pk=key.pk).update(name=f"Key {n}")
    client = client_of(admin)
    seen, page = [], client.get(PATH).text
    while True:
        seen.append(re.findall(r"Key \d", page.partition("<tbody>")[2])[::2])
        later = re.search(r'href="([^"]*)" rel="next"', page)
        if later is None:
            break
        page = client.get(PATH + later[1].replace("&amp;", "&")).text
    assert seen == [["Key 2", "Key 1"], ["Key 0"]]
    assert client.get(f"{PATH}?cursor=junk").status_code == 422


def test_a_key_of_somebody_who_may_not_sign_in_is_shown_as_stopped(
    account: Account, member: Members
) -> None:
    admin, sam = member("admin"), member("viewer", email="sam@acme.example")
    make_key(sam)
    User.objects.filter(pk=sam.user_id).update(is_active=False)
    assert "its member left" in client_of(admin).get(PATH).text


def test_revoking_says_what_stops_and_asks_first(
    account: Account, member: Members, actor: Callable[..., Actor]
) -> None:
    owner = actor("owner")
    assert owner.member is not None
    key, secret = actions.create_api_key(owner, owner.name, name="Sync", scopes=["leads:read"])
    client = client_of(owner.member)
    asked = client.get(f"{PATH}/{key.public_id}/revoke", **HTMX).text
    assert "get no answer from their next request on" in asked
    assert "It was never used." in asked
    authentication.authenticate(secret)
    assert "It was last used" in client.get(f"{PATH}/{key.public_id}/revoke").text
    client.post(f"{PATH}/{key.public_id}/revoke")
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert client.get(f"{PATH}/key_none/revoke").status_code == 404
