"""Search or jump to: who is offered what, which leads are found, and the switch for single keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from synaptiq.accounts import actors
from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.dashboard import palette
from synaptiq.leads import actions
from synaptiq.leads.models import Lead
from tests.conftest import make_account
from tests.dashboard.clients import FIRST, HTMX, client_of, make_leads
from tests.dashboard.markup import assert_strict_csp

SCRIPTS = Path(palette.__file__).parent / "static" / "dashboard" / "js"


def offered(member: Member) -> dict[str, list[str]]:
    groups = palette.groups(actors.of_member(member))
    return {group.label: [way.label for way in group.ways] for group in groups}


def found(client: Client, text: str) -> list[str]:
    html = client.get("/admin/palette/leads", {"text": text}, **HTMX).text
    return re.findall(r'<span class="cut" dir="auto">(.*?)</span>', html)


def test_each_role_is_offered_the_pages_that_it_may_open(
    account: Account, member: Callable[..., Member]
) -> None:
    owner, viewer, auditor = (offered(member(role)) for role in ("owner", "viewer", "auditor"))
    assert {"Leads", "Exports", "Settings", "Documentation", "Import leads"} <= set(owner["Pages"])
    assert {"API keys", "Custom properties", "Audit Log"} <= set(owner["Settings"])
    assert set(viewer["Pages"]).isdisjoint({"Exports", "Import leads"})
    assert set(viewer["Settings"]).isdisjoint({"API keys", "Custom properties", "Audit Log"})
    assert "Leads" not in auditor["Pages"]
    assert "Audit Log" in auditor["Settings"]
    single = {"Invite somebody", "New API key", "Transfer ownership", "Close account"}
    assert single <= set(owner["Settings"])
    assert set(viewer["Settings"]).isdisjoint(single)
    assert "Exporting Data" in auditor["Documentation"]


@pytest.mark.parametrize("role", ["owner", "admin", "export", "agent", "viewer", "auditor"])
def test_every_way_that_is_offered_can_be_opened(
    account: Account, member: Callable[..., Member], role: str
) -> None:
    somebody = member(role)
    client = client_of(somebody)
    for group in palette.groups(actors.of_member(somebody)):
        for way in group.ways:
            assert client.get(way.url).status_code in {200, 302}, way.url


def test_saved_filters_are_ones_own_and_those_that_are_shared(
    account: Account, member: Callable[..., Member]
) -> None:
    mine, theirs = member("agent"), member("admin")
    other = actors.of_member(theirs)
    actions.save_filter(actors.of_member(mine), "Mine", {"status": ["won"]})
    actions.save_filter(other, "Theirs", {"status": ["won"]})
    actions.save_filter(other, "Ours", {"status": ["won"]}, shared=True)
    assert offered(mine)["Saved filters"] == ["Mine", "Ours"]
    assert offered(member("auditor"))["Saved filters"] == []
    assert 'href="/admin/leads?status=won"' in client_of(mine).get("/admin/palette", **HTMX).text


def test_leads_are_found_by_what_the_list_searches_and_prefixes_come_first(
    account: Account, member: Callable[..., Member]
) -> None:
    client = client_of(member("viewer"))
    make_leads(12, company="Jansen AG")
    make_leads(
        1,
        name="Jana",
        company="Acme",
        external_id="crm-77",
        last_activity_at=FIRST - timedelta(days=9),
    )
    names = found(client, "jan")
    assert len(names) == palette.MOST_LEADS
    assert names[:2] == ["Jana", "Person 11"]
    assert found(client, "crm-77") == ["Jana"]
    assert found(client, "person3@") == ["Person 3"]
    assert found(client, "ja") == found(client, "") == found(client, "x" * 2000) == []


def test_leads_of_another_account_and_deleted_ones_are_not_found(
    account: Account, member: Callable[..., Member]
) -> None:
    with acting_for(make_account("Globex").pk):
        make_leads(1, name="Jana of Globex")
    make_leads(1, name="Jana of Acme")
    client = client_of(member("owner"))
    assert found(client, "jana") == ["Jana of Acme"]
    actions.delete_lead(actors.of_member(member("admin")), Lead.objects.get().public_id)
    assert found(client, "jana") == []


def test_who_may_not_see_leads_has_no_search_for_them(
    account: Account, member: Callable[..., Member]
) -> None:
    make_leads(1, name="Jana")
    client = client_of(member("auditor"))
    assert "/admin/palette/leads" not in client.get("/admin/palette", **HTMX).text
    assert client.get("/admin/palette/leads?text=jana", **HTMX).status_code == 403
    assert "Jana" not in client.get("/admin/palette?text=jana").text


def test_names_are_escaped_and_the_policy_is_kept(
    account: Account, member: Callable[..., Member]
) -> None:
    make_leads(1, name="<b>Jana</b>")
    client = client_of(member("owner"))
    assert found(client, "jana") == ["&lt;b&gt;Jana&lt;/b&gt;"]
    html = client.get("/admin/palette", **HTMX).text
    assert html.lstrip().startswith("<dialog")
    assert_strict_csp(html)


def test_without_script_it_is_a_page_that_searches(
    account: Account, member: Callable[..., Member]
) -> None:
    make_leads(1, name="Jana")
    client = client_of(member("viewer"))
    page = client.get("/admin/palette", {"text": "jana"}).text
    assert "<h1>Search or jump to</h1>" in page
    assert "<bdi>Jana</bdi>" in page
    assert "No lead fits." in client.get("/admin/palette", {"text": "zzz"}).text


def test_the_switch_for_single_keys_is_the_persons_own_and_shows_on_every_page(
    account: Account, member: Callable[..., Member]
) -> None:
    somebody, other = member("viewer"), member("agent")
    client = client_of(somebody)
    assert "data-keys" not in client.get("/admin/leads").text
    assert client.post("/account/keys/", {}, **HTMX).status_code == 204
    assert 'data-keys="off"' in client.get("/admin/leads").text
    assert 'name="single_keys">' in client.get("/account/keys/", **HTMX).text
    assert "data-keys" not in client_of(other).get("/admin/leads").text
    client.post("/account/keys/", {"single_keys": "on"}, **HTMX)
    somebody.user.refresh_from_db()
    assert somebody.user.single_keys
    assert 'name="single_keys" checked' in client.get("/account/keys/", **HTMX).text


LETTER = re.compile(r"""(?:\.key|\bcode) *===? *["'`](?:[a-z0-9/?]|Key[A-Z])["'`]""")


def letters_outside_the_list(script: str) -> list[str]:
    return LETTER.findall(script)


def test_no_letter_is_a_key_outside_the_one_list() -> None:
    for script in sorted(SCRIPTS.glob("*.js")):
        if script.name != "keys.js":
            assert letters_outside_the_list(script.read_text("utf-8")) == [], script.name
    assert letters_outside_the_list('if (event.key === "j") next();') != []
