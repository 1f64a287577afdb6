"""Ticks in the list: kept on the server, over pages, for one member's session."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from synaptiq.accounts.models import Account, Member
from synaptiq.accounts.tenancy import acting_for
from synaptiq.leads import actions
from synaptiq.leads.models import Lead, Selection
from tests.conftest import make_account, make_member
from tests.dashboard.clients import HTMX, client_of, make_leads


@pytest.fixture
def viewer(member: Callable[..., Member]) -> Client:
    return client_of(member("viewer"))


def ticked(html: str) -> list[str]:
    """Ids of the rows whose box is ticked."""
    boxes = [part.partition(">")[0] for part in html.split('name="lead"')[1:]]
    return [box.split('"')[1] for box in boxes if " checked" in box]


def tick(client: Client, shown: list[Lead], on: list[Lead], **how: str) -> str:
    data = {"shown": " ".join(i.public_id for i in shown), "lead": [i.public_id for i in on]}
    return client.post("/admin/leads/selection", data, **how).text


def test_a_selection_spans_pages_and_filters(account: Account, viewer: Client) -> None:
    leads = list(make_leads(60))
    first, second = leads[10:], leads[:10]
    assert "2 selected" in tick(viewer, first, [first[0], first[5]], **HTMX)
    assert "3 selected" in tick(viewer, second, [second[3]], **HTMX)
    html = viewer.get("/admin/leads").text
    assert "3 selected" in html
    assert set(ticked(html)) == {first[0].public_id, first[5].public_id}
    # Unticking on the second page leaves those of the first.
    assert "2 selected" in tick(viewer, second, [], **HTMX)


def test_without_script_the_form_leads_back_to_its_page_of_the_list(
    account: Account, viewer: Client
) -> None:
    [lead] = make_leads(1)
    answer = viewer.post(
        "/admin/leads/selection?status=new&cursor=abc",
        {"shown": lead.public_id, "lead": lead.public_id},
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/admin/leads?status=new&cursor=abc"
    assert ticked(viewer.get("/admin/leads").text) == [lead.public_id]


def test_all_on_this_page_without_script(account: Account, viewer: Client) -> None:
    leads = list(make_leads(3))
    viewer.post(
        "/admin/leads/selection",
        {"shown": " ".join(i.public_id for i in leads), "lead": [], "all": "1"},
    )
    assert len(ticked(viewer.get("/admin/leads").text)) == 3


def test_clear_unticks_every_page(account: Account, viewer: Client) -> None:
    leads = list(make_leads(2))
    tick(viewer, leads, leads)
    answer = viewer.post("/admin/leads/selection", {"clear": "1", "shown": ""}, **HTMX)
    assert "None selected" in answer.text
    assert ticked(viewer.get("/admin/leads").text) == []


def test_foreign_and_malformed_ids_are_not_taken(account: Account, viewer: Client) -> None:
    other = make_account("Other")
    with acting_for(other.pk):
        [foreign] = make_leads(1)
    [mine] = make_leads(1)
    ids = [foreign.public_id, mine.public_id, "lead_\ufffd", "lead_gone12", "1 OR 1=1"]
    answer = viewer.post("/admin/leads/selection", {"shown": "", "lead": ids}, **HTMX)
    assert "1 selected" in answer.text
    assert Selection.objects.get().lead_ids == [mine.public_id]


def test_each_member_and_each_account_has_its_own(
    account: Account, member: Callable[..., Member]
) -> None:
    mine = member("viewer")
    viewer, agent = client_of(mine), client_of(member("agent"))
    leads = list(make_leads(2))
    tick(viewer, leads, leads[:1])
    tick(agent, leads, leads[1:])
    other = make_account("Other")
    make_member(other, "viewer", email=mine.user.email)
    with acting_for(other.pk):
        [theirs] = make_leads(1)
    # One session, which looks at two accounts in turn.
    viewer.post("/account/switch/", {"account": other.public_id})
    assert ticked(viewer.get("/admin/leads").text) == []
    tick(viewer, [theirs], [theirs])
    assert ticked(viewer.get("/admin/leads").text) == [theirs.public_id]
    viewer.post("/account/switch/", {"account": account.public_id})
    assert ticked(viewer.get("/admin/leads").text) == [leads[0].public_id]
    assert ticked(agent.get("/admin/leads").text) == [leads[1].public_id]


def test_a_page_ticks_no_more_than_it_shows_whatever_is_sent(
    account: Account, viewer: Client
) -> None:
    leads = list(make_leads(60))
    assert "50 selected" in tick(viewer, leads, leads, **HTMX)
    sent = {"shown": " ".join(["lead_nobody"] * 50 + [leads[0].public_id])}
    assert "50 selected" in viewer.post("/admin/leads/selection", sent, **HTMX).text


def test_beyond_the_limit_it_says_so_and_keeps_what_was_there(
    account: Account, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions.selections, "MOST_SELECTED", 2)
    leads = list(make_leads(3))
    tick(viewer, leads, leads[:2])
    html = tick(viewer, leads, leads, **HTMX)
    assert "2 selected" in html
    assert "at most 2 leads" in html


def test_an_auditor_selects_nothing(account: Account, member: Callable[..., Member]) -> None:
    [lead] = make_leads(1)
    answer = client_of(member("auditor")).post(
        "/admin/leads/selection", {"shown": "", "lead": lead.public_id}
    )
    assert answer.status_code == 403
    assert not Selection.objects.exists()
