"""Settings > Security: one's own sign-in."""

from __future__ import annotations

from collections.abc import Callable

from synaptiq.accounts.models import Account, Member
from tests.dashboard.clients import client_of
from tests.dashboard.markup import assert_strict_csp


def test_it_shows_the_address_and_where_to_change_what(
    account: Account, member: Callable[..., Member]
) -> None:
    page = client_of(member("viewer", email="jane@acme.example")).get("/admin/settings/security")
    for shown in (
        "You sign in as jane@acme.example.", "/account/password/", "/account/email/",
        "/account/two-factor/app/on/",
    ):  # fmt: skip
        assert shown in page.text, shown
    assert "Recovery codes" not in page.text
    assert_strict_csp(page.text)


def test_allauths_own_overview_leads_here(account: Account, member: Callable[..., Member]) -> None:
    answer = client_of(member("viewer")).get("/account/two-factor/")
    assert answer.headers["Location"] == "/admin/settings/security"
