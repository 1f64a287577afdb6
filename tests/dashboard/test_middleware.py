"""What every request passes: its id, whose address it has, who asks, and refusals as pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client

from synaptiq.accounts.models import Account, AuditEntry, Member
from tests.conftest import make_account
from tests.dashboard.clients import HTMX, client_of

Members = Callable[..., Member]
SETTINGS = "/admin/settings/account"


def test_the_log_holds_the_address_behind_the_proxy(
    account: Account, member: Members, settings: LazySettings
) -> None:
    settings.TRUSTED_PROXIES = ("127.0.0.1",)
    client_of(member("viewer")).post(
        "/admin/settings/team/members/invite", headers={"X-Forwarded-For": "198.51.100.1"}
    )
    assert AuditEntry.objects.get().address == "198.51.100.1"


def test_each_request_has_an_id_of_its_own(client: Client, db: None) -> None:
    ids = [client.get("/account/sign-in/").headers["X-Request-ID"] for _ in range(2)]
    assert len(set(ids)) == 2
    assert all(re.fullmatch(r"req_[a-z2-7]{20}", one) for one in ids)
    given = client.get("/account/sign-in/", headers={"X-Request-ID": "mine"})
    assert given.headers["X-Request-ID"] != "mine"


def test_strangers_are_sent_to_sign_in_and_back(client: Client, db: None) -> None:
    page = client.get("/admin/leads?status=new")
    assert page.headers["Location"] == "/account/sign-in/?next=%2Fadmin%2Fleads%3Fstatus%3Dnew"
    sent = client.post("/admin/settings/team/members/invite")
    assert sent.headers["Location"] == "/account/sign-in/", "a form is not sent again by itself"


def test_a_fragment_for_a_stranger_leaves_the_page_with_what_is_typed_in_it(
    client: Client, db: None
) -> None:
    for answer in (client.get("/admin/leads", **HTMX), client.post("/admin/leads/new", **HTMX)):
        assert (answer.status_code, answer.content) == (401, b"")
        assert "HX-Redirect" not in answer.headers


def test_a_page_one_may_not_see_says_which_role_is_missing(
    account: Account, member: Members
) -> None:
    page = client_of(member("auditor")).get("/admin/leads")
    assert page.status_code == 403
    assert "This needs the Viewer" in page.text
    assert "Settings &gt; Team &gt; Roles" in page.text
    assert not AuditEntry.objects.exists(), "looking changes nothing"


def test_a_change_one_may_not_make_is_in_the_log(account: Account, member: Members) -> None:
    viewer = member("viewer")
    answer = client_of(viewer).post("/admin/settings/api-keys/new", {"name": "Mine"})
    assert answer.status_code == 403
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.outcome, entry.actor) == (
        "api_key.created", "denied", viewer.public_id,
    )  # fmt: skip
    assert entry.request_id == answer.headers["X-Request-ID"]


def test_a_refusal_for_htmx_is_a_toast(account: Account, member: Members) -> None:
    answer = client_of(member("auditor")).get("/admin/leads", **HTMX)
    assert answer.status_code == 403
    assert "This needs the Viewer" in answer.headers["HX-Trigger"]


def test_a_page_has_no_query_for_what_it_does_not_show(
    account: Account, member: Members, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = client_of(member("owner"))
    client.get("/admin/settings")
    # Session, person, memberships, and the bell's two.
    with django_assert_max_num_queries(5):  # type: ignore[attr-defined]
        client.get("/admin/settings")


@pytest.mark.parametrize(
    "path",
    ["/admin/settings/team/members/a%00/remove", "/admin/leads?text=%00", "/docs?%00=1",
     "/invitation/%00/"],
)  # fmt: skip
def test_nul_in_an_address_is_refused(account: Account, member: Members, path: str) -> None:
    page = client_of(member("owner")).get(path)
    assert page.status_code == 400
    assert "Remove the NUL character" in page.text


def test_nul_in_a_form_is_refused(account: Account, member: Members) -> None:
    given = {"name": "Sync", "scopes": ["leads:read"], "member": "\x00", "expiry": "30"}
    page = client_of(member("owner")).post("/admin/settings/api-keys/new", given)
    assert page.status_code == 400


@pytest.mark.parametrize("how", ["header", "field"])
def test_a_page_of_another_account_changes_nothing_in_the_present_one(
    account: Account, member: Members, how: str
) -> None:
    other = make_account("Globex")
    client = client_of(member("owner"))
    given = {"name": "Renamed", "timezone": "UTC"}
    if how == "header":
        answer = client.post(SETTINGS, given, headers={"X-Account": other.public_id})
    else:
        answer = client.post(SETTINGS, {**given, "account_shown": other.public_id})
    assert answer.status_code == 409
    assert "This page shows another account" in answer.text, "nothing of accounts not one's own"
    account.refresh_from_db()
    assert account.name != "Renamed"
    assert client.post(SETTINGS, {**given, "account_shown": account.public_id}).status_code == 302


def test_signing_out_and_switching_work_from_a_page_of_another_account(
    account: Account, member: Members
) -> None:
    stale = {"X-Account": make_account("Globex").public_id}
    client = client_of(member("owner"))
    switched = client.post("/account/switch/", {"account": account.public_id}, headers=stale)
    assert switched.status_code == 302
    assert client.post("/account/sign-out/", headers=stale).status_code == 302


@pytest.mark.parametrize("given", [{"name": "x" * 9_000_000}, {str(n): "" for n in range(1_001)}])
def test_a_form_that_is_too_large_is_refused_as_such(
    account: Account, member: Members, given: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    answer = client_of(member("owner")).post(SETTINGS, given)
    assert answer.status_code == 413
    assert "That is too large" in answer.text
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
