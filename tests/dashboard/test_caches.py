"""What is private stays in no cache: every page of somebody who is signed in says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from synaptiq.accounts.models import Account, Member
from tests.dashboard.clients import HTMX, client_of

PAGES = (
    "/admin/leads",
    "/admin/exports",
    "/admin/leads/lead_none2",
    "/admin/settings/team/members",
    "/admin/settings/security/audit-log",
    "/admin/settings/api-keys/new",
    "/account/new/",
    "/account/password/change/",
    "/docs/exporting-data",
    "/nothing",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_a_member_is_kept_by_no_cache(
    account: Account, member: Callable[..., Member], path: str
) -> None:
    client = client_of(member("owner"))
    for headers in ({}, HTMX):
        answer = client.get(path, **headers)
        assert answer.headers["Content-Type"].startswith("text/html")
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_refused_page_is_kept_by_no_cache_either(
    account: Account, member: Callable[..., Member]
) -> None:
    answer = client_of(member("viewer")).get("/admin/settings/security/audit-log")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (403, "private, no-store")


def test_what_everybody_may_read_may_be_kept(client: Client, db: None) -> None:
    assert "Cache-Control" not in client.get("/docs/exporting-data").headers
