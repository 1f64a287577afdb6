"""Settings are found by typing: pages and single settings, only what the member may open."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from synaptiq.accounts.models import Account, Member
from synaptiq.dashboard.settings import frame, search
from tests.dashboard.clients import HTMX, client_of
from tests.dashboard.markup import assert_strict_csp

Members = Callable[..., Member]
PATH = "/admin/settings"


def found(member: Member, text: str) -> list[str]:
    page = client_of(member).get(PATH, {"q": text}, **HTMX)  # type: ignore[arg-type]
    return re.findall(r"<span>(.*?)</span><small>", unescape(page.text))


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("density", ["Density"]),
        ("DENSE", ["Density", "Profile"]),
        ("two-factor", ["Two-factor sign-in", "Your sign-in"]),
        ("2fa", ["Two-factor sign-in"]),
        ("close", ["Close account"]),
        ("team inv", ["Invite somebody", "Open invitations", "Members"]),
        ("api", ["API keys", "New API key"]),
        ("role", ["Roles", "Who holds which role", "What each role may do"]),
        ("nothing of this kind", []),
        ("ensity", []),
        ("  ", []),
    ],
)
def test_by_the_words_of_a_setting_or_others_for_it(
    account: Account, member: Members, text: str, labels: list[str]
) -> None:
    assert found(member("owner"), text) == labels


def test_only_what_the_member_may_open(account: Account, member: Members) -> None:
    viewer = member("viewer")
    for text in ("api", "audit", "close account", "time zone", "invite some", "transfer"):
        labels = found(viewer, text)
        assert set(labels) <= {"Account"}, (text, labels)
    assert found(viewer, "leave account") == ["Leave account"]
    assert "Audit Log" in found(member("auditor"), "audit")


def test_every_page_is_found_by_its_name(account: Account, member: Members) -> None:
    owner = member("owner")
    for page in frame.PAGES:
        assert page.label in found(owner, page.label)


def test_every_setting_stands_where_its_link_leads(account: Account, member: Members) -> None:
    client = client_of(member("owner"))
    for one in search.SETTINGS:
        page = client.get(PATH, {"q": one.label}, **HTMX)  # type: ignore[arg-type]
        line = rf'<a href="([^"]+)"><span>{re.escape(one.label)}</span>'
        urls = re.findall(line, unescape(page.text))
        assert urls, one
        there = client.get(urls[0].partition("#")[0])
        assert there.status_code == 200, one
        if one.anchor:
            assert f' id="{one.anchor}"' in there.text, one


def test_without_script_it_is_a_page(account: Account, member: Members) -> None:
    client = client_of(member("viewer"))
    page = client.get(PATH, {"q": "language"})
    assert_strict_csp(page.text)
    assert 'href="/admin/settings/you/profile#id_language"' in page.text
    assert "Who belongs to this account" not in page.text
    assert 'value="language"' in page.text
    none = client.get(PATH, {"q": "<x>"})
    assert "No setting holds “&lt;x&gt;”" in none.text
    assert "All settings</a>" in none.text
    assert 'name="q"' in client.get("/admin/settings/team/roles").text, "beside each page too"
