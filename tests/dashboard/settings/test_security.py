"""Settings > Security: one's own sign-in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from synaptiq.accounts.models import Account, Member, User
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


def test_ones_name_is_what_others_see(account: Account, member: Callable[..., Member]) -> None:
    jane = member("viewer", email="jane@acme.example")
    client = client_of(jane)
    done = client.post("/admin/settings/security", {"name": "  Jane   Doe "}, follow=True)
    assert "Saved." in done.text
    jane.user.refresh_from_db()
    assert jane.user.name == "Jane Doe"
    team = client_of(member("owner")).get("/admin/settings/team/members")
    assert "Jane Doe" in team.text


@pytest.mark.parametrize(
    ("name", "says"), [("x" * 121, "at most 120"), ("\u2060", "Name is blank")]
)
def test_a_name_that_cannot_be_read_is_refused_and_the_old_one_stays(
    account: Account, member: Callable[..., Member], name: str, says: str
) -> None:
    jane = member("viewer", email="jane@acme.example")
    answer = client_of(jane).post("/admin/settings/security", {"name": name})
    assert answer.status_code == 422
    assert says in answer.text
    jane.user.refresh_from_db()
    assert jane.user.name == ""


def test_without_a_name_others_see_the_address(
    account: Account, member: Callable[..., Member]
) -> None:
    jane = member("viewer", email="jane@acme.example")
    User.objects.filter(pk=jane.user.pk).update(name="Jane")
    client_of(jane).post("/admin/settings/security", {"name": ""})
    jane.user.refresh_from_db()
    assert jane.user.name == ""


def test_allauths_own_overview_leads_here(account: Account, member: Callable[..., Member]) -> None:
    answer = client_of(member("viewer")).get("/account/two-factor/")
    assert answer.headers["Location"] == "/admin/settings/security"
